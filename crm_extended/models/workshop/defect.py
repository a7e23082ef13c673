from odoo import Command, api, fields, models
from odoo.exceptions import UserError

#: Set by what happens to the defect alone.
HAPPENED = {"date_closed", "work_order_id"}
SEVERITIES = [("minor", "Can wait"), ("major", "Soon"), ("critical", "Forbids driving")]
#: States in which a defect still is one.
OPEN = ("new", "ordered")


class Defect(models.Model):
    """Something is wrong with a vehicle, as whoever noticed it says; closed by the order that mends it."""

    _name = "crmx.defect"
    _description = "Defect"
    _inherit = ["crmx.document", "mail.thread", "mail.activity.mixin"]
    _order = "severity_rank DESC, date DESC, id DESC"
    _check_company_auto = True
    _rec_names_search = ["name", "title", "vehicle_id"]
    _happened = HAPPENED

    title = fields.Char(string="What is wrong", required=True, tracking=True)
    description = fields.Text(help="How it shows, since when, what was done already.")
    image = fields.Image(string="Photo", max_width=1920, max_height=1920)
    vehicle_id = fields.Many2one(
        "fleet.vehicle", required=True, index=True, ondelete="restrict", check_company=True, tracking=True
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        compute="_compute_company_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    severity = fields.Selection(SEVERITIES, required=True, default="minor", tracking=True)
    severity_rank = fields.Integer(compute="_compute_severity_rank", store=True, precompute=True)
    date = fields.Datetime(string="Noticed on", required=True, default=fields.Datetime.now)
    partner_id = fields.Many2one(
        "res.partner",
        string="Reported by",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.user.partner_id,
    )
    state = fields.Selection(
        [("new", "New"), ("ordered", "Being mended"), ("mended", "Mended"), ("rejected", "No defect")],
        required=True,
        default="new",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    work_order_id = fields.Many2one(
        "crmx.work.order", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )
    inspection_line_id = fields.Many2one(
        "crmx.inspection.line", string="Found by", readonly=True, copy=False, ondelete="set null"
    )
    date_closed = fields.Datetime(string="Closed on", readonly=True, copy=False)

    @api.depends("vehicle_id")
    def _compute_company_id(self):
        for defect in self:
            defect.company_id = defect.vehicle_id.company_id or defect.company_id or self.env.company

    @api.depends("severity")
    def _compute_severity_rank(self):
        ranks = {code: rank for rank, (code, _label) in enumerate(SEVERITIES)}
        for defect in self:
            defect.severity_rank = ranks.get(defect.severity, 0)

    @api.depends("name", "title")
    def _compute_display_name(self):
        for defect in self:
            defect.display_name = " ".join(part for part in (defect.name, defect.title) if part)

    @api.model_create_multi
    def create(self, vals_list):
        defects = super().create(vals_list)
        defects._tell_manager()
        return defects

    @api.private
    def _tell_manager(self):
        """Have the vehicle's manager look at what forbids driving."""
        for defect in self.filtered(lambda d: d.severity == "critical" and d.vehicle_id.manager_id):
            # sudo: drivers report to somebody whom they may not assign work to otherwise
            defect.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=defect.vehicle_id.manager_id.id,
                summary=self.env._("%s must not be driven", defect.vehicle_id.display_name),
            )

    # === ACTIONS === #

    def action_order(self):
        """Make a work order for the defects of each vehicle."""
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        new = self.filtered(lambda defect: defect.state == "new")
        if not new:
            raise UserError(self.env._("All of them are dealt with already."))
        orders = self.env["crmx.work.order"]
        for vehicle, defects in new.grouped("vehicle_id").items():
            order = orders.create(defects._order_vals(vehicle))
            # sudo: what became of defects that the user may write
            defects.sudo().write({"state": "ordered", "work_order_id": order.id})
            orders += order
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_work_order_action")
        if len(orders) == 1:
            return {**action, "views": [(False, "form")], "res_id": orders.id}
        return {**action, "domain": [("id", "in", orders.ids)], "context": {}}

    @api.private
    def _order_vals(self, vehicle):
        return {
            "title": self[0].title if len(self) == 1 else self.env._("%s defects", len(self)),
            "vehicle_id": vehicle.id,
            "company_id": self[0].company_id.id,
            "origin": "defect",
            "priority": "1" if "critical" in self.mapped("severity") else "0",
            "description": "\n".join(
                " ".join(text for text in (f"{defect.name}: {defect.title}", defect.description) if text)
                for defect in self
            ),
            "job_ids": [Command.create({"name": defect.title}) for defect in self],
        }

    def action_reject(self):
        """Say that it is none."""
        if self.filtered(lambda defect: defect.state != "new"):
            raise UserError(self.env._("Only a new defect is rejected."))
        self.check_access("write")
        # sudo: what became of defects that the user may write
        self.sudo().write({"state": "rejected", "date_closed": fields.Datetime.now()})

    def action_again(self):
        """A rejected defect is one after all."""
        if self.filtered(lambda defect: defect.state != "rejected"):
            raise UserError(self.env._("Only a rejected defect comes up again."))
        self.check_access("write")
        # sudo: as in rejecting
        self.sudo().write({"state": "new", "date_closed": False})


class WorkOrder(models.Model):
    _inherit = "crmx.work.order"

    defect_ids = fields.One2many("crmx.defect", "work_order_id", string="Defects")

    @api.private
    def _become(self, state, **values):
        """Close the defects with the order that mends them, and open them with it again."""
        result = super()._become(state, **values)
        # sudo: what becomes of the defects of an order that the user may write
        defects = self.sudo().defect_ids
        if state == "done":
            defects.write({"state": "mended", "date_closed": fields.Datetime.now()})
        elif state == "cancel":
            defects.write({"state": "new", "date_closed": False, "work_order_id": False})
        else:
            defects.write({"state": "ordered", "date_closed": False})
        return result


class FleetVehicle(models.Model):
    _inherit = "fleet.vehicle"

    crmx_defect_ids = fields.One2many("crmx.defect", "vehicle_id", string="Defects")
    crmx_open_defect_count = fields.Integer(compute="_compute_crmx_open_defects")

    @api.depends("crmx_defect_ids.state")
    def _compute_crmx_open_defects(self):
        # sudo: how many there are, whoever asks
        defects = self.env["crmx.defect"].sudo()
        counts = dict(
            defects._read_group(
                [("vehicle_id", "in", self.ids), ("state", "in", OPEN)], ["vehicle_id"], ["__count"]
            )
        )
        for vehicle in self:
            vehicle.crmx_open_defect_count = counts.get(vehicle.sudo(), 0)  # sudo: as a key alone

    def action_crmx_open_defects(self):
        """List the defects."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_defect_action"),
            "domain": [("vehicle_id", "in", self.ids)],
            "context": {"default_vehicle_id": self[:1].id, "search_default_open": 1},
        }
