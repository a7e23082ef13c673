from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.workshop_units import tread_worn


class ComponentCheck(models.Model):
    """How much tread a tyre had on a day, measured on its vehicle; below the limit, it is a defect."""

    _name = "crmx.component.check"
    _description = "Check of a unit"
    _order = "date DESC, id DESC"
    _rec_name = "lot_id"

    lot_id = fields.Many2one(
        "stock.lot",
        string="Unit",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('product_id.crmx_component', '!=', False)]",
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    tread = fields.Float(string="Tread (mm)", digits=(4, 1), required=True)
    pressure = fields.Float(string="Pressure (bar)", digits=(4, 1))
    user_id = fields.Many2one("res.users", string="Checked by", default=lambda self: self.env.user)
    note = fields.Char()
    fitting_id = fields.Many2one(
        "crmx.component.fitting",
        string="Where",
        compute="_compute_fitting_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    vehicle_id = fields.Many2one(related="fitting_id.vehicle_id", store=True)
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, precompute=True, index=True
    )
    limit = fields.Float(related="fitting_id.model_id.crmx_tread_limit", string="Limit (mm)")
    tread_worn = fields.Float(
        string="Tread used up",
        compute="_compute_tread_worn",
        help="Of what was there above the limit when it was new.",
    )

    _tread_sound = models.Constraint(
        "CHECK (tread >= 0 AND tread < 100 AND (pressure IS NULL OR pressure >= 0))",
        "Tread is measured in millimetres, from 0 to 100, pressure in bar.",
    )

    @api.depends("lot_id", "date")
    def _compute_fitting_id(self):
        # sudo: on whatever vehicle it was
        fittings = self.env["crmx.component.fitting"].sudo()
        rows = fittings.search([("lot_id", "in", self.lot_id.ids)]).grouped("lot_id")
        for check in self:
            check.fitting_id = rows.get(check.lot_id, fittings).filtered(
                lambda row, date=check.date: (
                    row.date_start <= date and (not row.date_end or date < row.date_end)
                )
            )[:1]

    @api.depends("fitting_id", "lot_id")
    def _compute_company_id(self):
        for check in self:
            check.company_id = check.fitting_id.company_id or check.lot_id.company_id

    @api.depends("tread", "limit", "lot_id")
    def _compute_tread_worn(self):
        for check in self:
            check.tread_worn = tread_worn(check.lot_id.product_id.crmx_tread_new, check.tread, check.limit)

    @api.constrains("date", "tread", "lot_id")
    def _check_sound(self):
        for check in self:
            if check.date > fields.Datetime.now():
                raise ValidationError(self.env._("“%s” is measured first, then entered.", check.lot_id.name))
            new = check.lot_id.product_id.crmx_tread_new
            if new and check.tread > new:
                raise ValidationError(
                    self.env._(
                        "“%(unit)s” had %(new)s mm of tread when it was new: it cannot have %(tread)s mm.",
                        unit=check.lot_id.name,
                        new=new,
                        tread=check.tread,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        checks = super().create(vals_list)
        checks._tell_fittings()
        checks._report_defects()
        return checks

    def write(self, vals):
        if "lot_id" in vals:
            raise UserError(self.env._("A check stays with its unit. Delete it, and enter the right one."))
        result = super().write(vals)
        self._tell_fittings()
        self._report_defects()
        return result

    @api.private
    def _tell_fittings(self):
        """Have the rows show the last tread that was measured."""
        for fitting in self.fitting_id:
            last = self.search([("fitting_id", "=", fitting.id)], limit=1)
            # sudo: what was measured on a unit that the user may check
            fitting.sudo().write({"tread": last.tread, "tread_date": last.date})

    @api.private
    def _report_defects(self):
        """A tyre below the limit forbids driving: report it, unless it is reported already."""
        for check in self:
            fitting = check.fitting_id
            if not fitting or fitting.date_end or check.tread >= check.limit or check._is_reported():
                continue
            self.env["crmx.defect"].create(
                {
                    "vehicle_id": fitting.vehicle_id.id,
                    "company_id": fitting.company_id.id,
                    "title": check._defect_title(),
                    "description": self.env._(
                        "%(tread)s mm of tread were measured; %(limit)s mm are the least.",
                        tread=check.tread,
                        limit=check.limit,
                    ),
                    "severity": "critical",
                    "date": check.date,
                }
            )

    @api.private
    def _defect_title(self):
        fitting = self.fitting_id
        return self.env._(
            "Tyre %(unit)s on %(position)s is worn below the limit",
            unit=fitting.lot_id.name,
            position=fitting.position_id.code,
        )

    @api.private
    def _is_reported(self):
        return self.env["crmx.defect"].search_count(
            [
                ("vehicle_id", "=", self.vehicle_id.id),
                ("title", "=", self._defect_title()),
                ("state", "in", ("new", "ordered")),
            ],
            limit=1,
        )
