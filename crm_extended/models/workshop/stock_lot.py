"""A serial number is a unit: where it is, what it ran, and what is left of it."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.workshop_units import Stretch, cost_a_km, worn
from .axle_layout import COMPONENTS


class ProductTemplate(models.Model):
    _inherit = "product.template"

    crmx_component = fields.Selection(
        COMPONENTS,
        string="Unit on vehicles",
        help="Each has a serial number, and is mounted on a position of a vehicle.",
    )
    crmx_life_distance = fields.Float(
        string="Life (km)", digits=(16, 1), help="How far one runs on average roads. 0: age alone counts."
    )
    crmx_life_months = fields.Float(string="Life (months)", digits=(16, 1), help="0: distance alone counts.")
    crmx_tread_new = fields.Float(string="Tread when new (mm)", digits=(4, 1))

    _crmx_life_positive = models.Constraint(
        "CHECK (crmx_life_distance >= 0 AND crmx_life_months >= 0 AND crmx_tread_new >= 0)",
        "A unit lasts some time, and has some tread: nothing less than 0.",
    )

    @api.constrains("crmx_component", "tracking")
    def _check_crmx_component(self):
        if wrong := self.filtered(lambda p: p.crmx_component and p.tracking != "serial")[:1]:
            raise UserError(
                self.env._(
                    "“%s” is a unit on vehicles: have it tracked by unique serial number.", wrong.display_name
                )
            )


class StockLot(models.Model):
    _inherit = "stock.lot"

    crmx_fitting_ids = fields.One2many(
        "crmx.component.fitting", "lot_id", string="On vehicles", groups="crm_extended.group_workshop_user"
    )
    crmx_check_ids = fields.One2many(
        "crmx.component.check", "lot_id", string="Checks", groups="crm_extended.group_workshop_user"
    )
    crmx_component = fields.Selection(
        related="product_id.crmx_component", string="Kind of unit", groups="crm_extended.group_workshop_user"
    )
    crmx_used_distance = fields.Float(
        string="Ran before (km)",
        digits=(16, 1),
        help="Before it came to us; counts as worn.",
        groups="crm_extended.group_workshop_user",
    )
    crmx_date_renewed = fields.Datetime(
        string="Renewed on",
        readonly=True,
        copy=False,
        help="Retreaded or overhauled: its life began anew.",
        groups="crm_extended.group_workshop_user",
    )
    crmx_fitting_id = fields.Many2one(
        "crmx.component.fitting",
        string="Mounted now",
        compute="_compute_crmx_fitting_id",
        groups="crm_extended.group_workshop_user",
    )
    crmx_place = fields.Char(
        string="Where it is", compute="_compute_crmx_place", groups="crm_extended.group_workshop_user"
    )
    crmx_distance = fields.Float(
        string="Ran (km)",
        compute="_compute_crmx_use",
        digits=(16, 1),
        groups="crm_extended.group_workshop_user",
    )
    crmx_days = fields.Float(
        string="Days mounted",
        compute="_compute_crmx_use",
        digits=(16, 1),
        groups="crm_extended.group_workshop_user",
    )
    crmx_worn = fields.Float(
        string="Worn", compute="_compute_crmx_use", groups="crm_extended.group_workshop_user"
    )
    crmx_cost = fields.Float(
        string="Wear", compute="_compute_crmx_use", digits=(16, 2), groups="crm_extended.group_workshop_user"
    )
    crmx_cost_per_km = fields.Float(
        string="Cost/km",
        compute="_compute_crmx_use",
        digits=(16, 4),
        groups="crm_extended.group_workshop_user",
    )
    crmx_tread = fields.Float(
        string="Tread (mm)",
        compute="_compute_crmx_tread",
        digits=(4, 1),
        groups="crm_extended.group_workshop_user",
    )
    crmx_is_mounted = fields.Boolean(
        string="Mounted",
        compute="_compute_crmx_fitting_id",
        search="_search_crmx_is_mounted",
        groups="crm_extended.group_workshop_user",
    )

    @api.depends("crmx_fitting_ids.date_end")
    def _compute_crmx_fitting_id(self):
        found = self.env["crmx.component.fitting"].search(
            [("lot_id", "in", self.ids), ("date_end", "=", False)]
        )
        mounted = found.grouped("lot_id")
        for lot in self:
            lot.crmx_fitting_id = mounted.get(lot, found.browse())[:1]
            lot.crmx_is_mounted = lot in mounted

    @api.model
    def _search_crmx_is_mounted(self, operator, value):
        if operator != "in":
            return NotImplemented
        mounted = self.env["crmx.component.fitting"]._search([("date_end", "=", False)])
        return [("crmx_fitting_ids", "in", mounted)]

    @api.depends("crmx_fitting_id", "quant_ids.quantity")
    def _compute_crmx_place(self):
        for lot in self:
            # sudo: where it is, whoever keeps the stock
            quants = lot.sudo().quant_ids.filtered(lambda quant: quant.quantity > 0)
            mounted = lot.crmx_fitting_id
            lot.crmx_place = (
                mounted.display_name.partition(" · ")[2] if mounted else quants[:1].location_id.display_name
            )

    # what it ran is said by meters that do not know of it
    @api.depends("crmx_fitting_ids", "crmx_used_distance", "crmx_date_renewed")
    def _compute_crmx_use(self):
        rows = self.env["crmx.component.fitting"].search([("lot_id", "in", self.ids)], order="date_start, id")
        found = rows.grouped("lot_id")
        for lot in self:
            mine = found.get(lot, rows.browse())
            lot.crmx_distance = sum(mine.mapped("distance"))
            lot.crmx_days = sum(mine.mapped("days"))
            last = 0.0 if lot._crmx_is_new_again() else worn([lot._crmx_used_before()])
            lot.crmx_worn = mine[-1].worn if mine and not lot._crmx_is_new_again() else last
            lot.crmx_cost = sum(mine.mapped("cost"))
            lot.crmx_cost_per_km = cost_a_km(lot.crmx_cost, lot.crmx_distance)

    @api.depends("crmx_check_ids.tread", "crmx_check_ids.date")
    def _compute_crmx_tread(self):
        for lot in self:
            lot.crmx_tread = lot.crmx_check_ids.sorted("date")[-1:].tread or lot.product_id.crmx_tread_new

    @api.private
    def _crmx_used_before(self):
        return Stretch(self.crmx_used_distance, self.product_id.crmx_life_distance)

    @api.private
    def _crmx_is_new_again(self):
        """Return whether it was renewed since it was on a vehicle last."""
        renewed = self.crmx_date_renewed
        # sudo: on whatever vehicle
        rows = self.sudo().crmx_fitting_ids
        return bool(renewed) and not rows.filtered(lambda row: not row.date_end or row.date_end > renewed)

    @api.private
    def _crmx_last_move(self):
        """Return the stock move that moved it last."""
        lines = self.env["stock.move.line"].search(
            [("lot_id", "=", self.id), ("state", "=", "done")], order="id DESC", limit=1
        )
        return lines.move_id

    @api.private
    def _crmx_date_received(self):
        """Return when it first came into a store."""
        # sudo: when, whoever keeps the stock
        line = self.env["stock.move.line"].sudo()
        line = line.search(
            [
                ("lot_id", "=", self.id),
                ("state", "=", "done"),
                ("location_dest_id.usage", "=", "internal"),
                ("location_id.usage", "!=", "internal"),
            ],
            order="date, id",
            limit=1,
        )
        return line.date

    @api.private
    def _crmx_issued_at(self, move):
        """Return the value at which a move gave it away."""
        if self.lot_valuated:
            return self.with_company(move.company_id).standard_price
        return move.value / move.quantity if move.quantity else 0.0

    def action_crmx_renew(self):
        """Its life begins anew: it was retreaded or overhauled."""
        if not self.env.user.has_group("crm_extended.group_workshop_user"):
            raise UserError(self.env._("Only the workshop says so."))
        for lot in self:
            if lot.crmx_fitting_id:
                raise UserError(
                    self.env._(
                        "“%s” is on a vehicle. Dismount it to the repair pool first.", lot.display_name
                    )
                )
            # sudo: what the workshop did with a unit, whoever keeps the stock
            unit = lot.sudo()
            unit.crmx_date_renewed = fields.Datetime.now()
            unit.message_post(body=self.env._("Retreaded or overhauled: its life begins anew."))

    def action_crmx_open_fittings(self):
        """List where it was."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_component_fitting_action"),
            "domain": [("lot_id", "in", self.ids)],
            "context": {},
        }
