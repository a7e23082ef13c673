from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.workshop_units import TREAD_LIMITS, wheels

COMPONENTS = [("tyre", "Tyre"), ("battery", "Battery"), ("other", "Other unit")]


class AxleLayout(models.Model):
    """Where units are on a kind of vehicle: wheels by axle, spare wheels, batteries, and what else it has."""

    _name = "crmx.axle.layout"
    _description = "Axle layout"
    _order = "pattern, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: of all companies.")
    pattern = fields.Char(
        string="Wheels by axle",
        required=True,
        help="From the front: how many wheels each axle has, such as 2+4 or 2+4+4. 1, 2 or 4 on an axle.",
    )
    spares = fields.Integer(string="Spare wheels")
    batteries = fields.Integer(default=1)
    position_ids = fields.One2many("crmx.component.position", "layout_id", string="Positions")

    _counts_positive = models.Constraint(
        "CHECK (spares >= 0 AND batteries >= 0 AND spares < 20 AND batteries < 20)",
        "There are no less than none of them, and no more than 19.",
    )

    @api.constrains("pattern")
    def _check_pattern(self):
        for layout in self:
            layout._wheels()

    @api.depends("name", "pattern")
    def _compute_display_name(self):
        for layout in self:
            layout.display_name = f"{layout.name} ({layout.pattern})"

    @api.model_create_multi
    def create(self, vals_list):
        layouts = super().create(vals_list)
        layouts._lay_positions()
        return layouts

    def write(self, vals):
        result = super().write(vals)
        if {"pattern", "spares", "batteries"} & vals.keys():
            self._lay_positions()
        return result

    @api.private
    def _wheels(self):
        self.ensure_one()
        try:
            return wheels(self.pattern)
        except ValueError:
            raise ValidationError(
                self.env._(
                    "“%s” says no axles. Enter how many wheels each has, from the front: 2+4 has two, then "
                    "four. An axle has 1, 2 or 4.",
                    self.pattern,
                )
            ) from None

    @api.private
    def _lay_positions(self):
        """Make the positions that wheels, spare wheels and batteries need; others are taken out of use."""
        self.env["crmx.component.position"].flush_model()
        for layout in self.with_context(active_test=False):
            wanted = layout._wanted_positions()
            ours = layout.position_ids.filtered(lambda position: position.is_laid)
            found = ours.grouped("code")
            ours.filtered(lambda position, wanted=wanted: position.code not in wanted).active = False
            for code, vals in wanted.items():
                if code in found:
                    found[code].write({**vals, "active": True})
                else:
                    ours.create({"layout_id": layout.id, "code": code, "is_laid": True, **vals})
            layout.invalidate_recordset(["position_ids"])

    @api.private
    def _wanted_positions(self):
        wanted = {
            wheel.code: {"component": "tyre", "axle": wheel.axle, "side": wheel.side, "sequence": number}
            for number, wheel in enumerate(self._wheels())
        }
        for component, letter, count in (("tyre", "S", self.spares), ("battery", "B", self.batteries)):
            for number in range(1, count + 1):
                vals = {"component": component, "axle": 0, "side": False, "sequence": 100 + len(wanted)}
                wanted[f"{letter}{number}"] = vals
        return wanted


class ComponentPosition(models.Model):
    """A place for one unit on a vehicle."""

    _name = "crmx.component.position"
    _description = "Position of a unit"
    _order = "layout_id, sequence, id"
    _rec_name = "code"

    layout_id = fields.Many2one("crmx.axle.layout", required=True, ondelete="cascade", index=True)
    active = fields.Boolean(default=True)
    code = fields.Char(required=True, help="2LO is on the second axle, left, outer; S1 a spare wheel.")
    component = fields.Selection(COMPONENTS, required=True, default="other")
    axle = fields.Integer(help="From the front; 0 for what is on none.")
    side = fields.Selection([("left", "Left"), ("middle", "Middle"), ("right", "Right")])
    sequence = fields.Integer(default=200)
    is_laid = fields.Boolean(readonly=True, help="Follows from the layout.")

    _code_uniq = models.UniqueIndex("(layout_id, code)", "The layout has such a position already.")

    def write(self, vals):
        if vals.get("active") is False or {"layout_id", "component"} & vals.keys():
            changed = self.filtered(
                lambda p: (
                    vals.get("active") is False
                    or vals.get("component", p.component) != p.component
                    or vals.get("layout_id", p.layout_id.id) != p.layout_id.id
                )
            )
            changed._check_empty()
        return super().write(vals)

    @api.private
    def _check_empty(self):
        """:raise ValidationError: when a unit is there on any vehicle"""
        # sudo: also on vehicles of companies that the user does not see
        fittings = self.env["crmx.component.fitting"].sudo()
        taken = fittings.search([("position_id", "in", self.ids), ("date_end", "=", False)], limit=1)
        if taken:
            raise ValidationError(
                self.env._(
                    "“%(unit)s” is on %(position)s of “%(vehicle)s”. Dismount it first.",
                    unit=taken.lot_id.name,
                    position=taken.position_id.code,
                    vehicle=taken.vehicle_id.display_name,
                )
            )


class FleetVehicleModel(models.Model):
    _inherit = "fleet.vehicle.model"

    crmx_layout_id = fields.Many2one(
        "crmx.axle.layout",
        string="Axle layout",
        ondelete="restrict",
        help="Where tyres, batteries and other units are on vehicles of this model.",
    )
    crmx_tread_category = fields.Selection(
        [(code, code) for code in ("L", "M1", "M2", "M3", "N1", "N2", "N3", "O1", "O2", "O3", "O4")],
        string="Vehicle category",
        help="L two wheels, M for people, N for goods, O trailers; the higher, the heavier. Says how much "
        "tread tyres must have.",
    )
    crmx_tread_limit = fields.Float(
        string="Least tread (mm)",
        digits=(4, 1),
        compute="_compute_crmx_tread_limit",
        store=True,
        readonly=False,
        help="By law for its category; correct it where yours asks for more.",
    )

    @api.depends("crmx_tread_category")
    def _compute_crmx_tread_limit(self):
        for model in self:
            model.crmx_tread_limit = TREAD_LIMITS.get(model.crmx_tread_category, 0.0)

    def write(self, vals):
        if "crmx_layout_id" in vals:
            changed = self.filtered(lambda model: model.crmx_layout_id.id != vals["crmx_layout_id"])
            # sudo: also on vehicles of companies that the user does not see
            vehicles = self.env["fleet.vehicle"].sudo().with_context(active_test=False)
            vehicles.search([("model_id", "in", changed.ids)])._crmx_check_bare()
        return super().write(vals)


class FleetVehicle(models.Model):
    _inherit = "fleet.vehicle"

    crmx_layout_id = fields.Many2one(related="model_id.crmx_layout_id", string="Axle layout")

    def write(self, vals):
        if vals.get("model_id"):
            layout = self.env["fleet.vehicle.model"].browse(vals["model_id"]).crmx_layout_id
            self.filtered(lambda vehicle: vehicle.crmx_layout_id != layout)._crmx_check_bare()
        return super().write(vals)

    @api.private
    def _crmx_check_bare(self):
        """:raise ValidationError: when a unit is on one of the vehicles, which would be nowhere then"""
        # sudo: whatever is there
        fittings = self.env["crmx.component.fitting"].sudo()
        taken = fittings.search([("vehicle_id", "in", self.ids), ("date_end", "=", False)], limit=1)
        taken.position_id._check_empty()
