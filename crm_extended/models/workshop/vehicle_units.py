"""Units on a vehicle: the drawing of its axles, and what they cost."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class FleetVehicle(models.Model):
    _inherit = "fleet.vehicle"

    crmx_fitting_ids = fields.One2many(
        "crmx.component.fitting",
        "vehicle_id",
        string="Units",
        domain=[("date_end", "=", False)],
        groups="crm_extended.group_workshop_user",
    )
    crmx_road_factor = fields.Float(
        string="Roads",
        default=1.0,
        digits=(6, 3),
        help="By how much tyres last longer or shorter on its roads.",
    )
    crmx_work_factor = fields.Float(
        string="Work",
        default=1.0,
        digits=(6, 3),
        help="By how much tyres last longer or shorter in its work.",
    )
    crmx_axles = fields.Json(
        string="Axles", compute="_compute_crmx_axles", groups="crm_extended.group_workshop_user"
    )
    crmx_unit_count = fields.Integer(
        string="Units mounted", compute="_compute_crmx_unit_count", groups="crm_extended.group_workshop_user"
    )

    _crmx_factors_positive = models.Constraint(
        "CHECK (crmx_road_factor > 0 AND crmx_work_factor > 0)",
        "Roads and work make tyres last longer or shorter: by more than 0.",
    )

    def _compute_crmx_unit_count(self):
        groups = self.env["crmx.component.fitting"]._read_group(
            [("vehicle_id", "in", self.ids), ("date_end", "=", False)], ["vehicle_id"], ["__count"]
        )
        counts = dict(groups)
        for vehicle in self:
            vehicle.crmx_unit_count = counts.get(vehicle, 0)

    @api.depends(
        "model_id.crmx_layout_id.position_ids", "crmx_fitting_ids.date_end", "crmx_fitting_ids.tread"
    )
    def _compute_crmx_axles(self):
        for vehicle in self:
            vehicle.crmx_axles = vehicle._crmx_draw()

    @api.private
    def _crmx_draw(self):
        """Return the positions of the vehicle with what is on them, for the drawing.

        :return: ``{"axles": [[place]], "others": [place], "can": may change}``
        """
        self.ensure_one()
        fittings = self.env["crmx.component.fitting"]
        rows = fittings.search([("vehicle_id", "=", self._origin.id), ("date_end", "=", False)])
        on = {row.position_id: row for row in rows}
        # sudo: where something can be, of the vehicle that the user sees
        positions = self.sudo().crmx_layout_id.position_ids.sudo(False)
        axles = {}
        others = []
        for position in positions:
            place = position._place(on.get(position, fittings))
            (axles.setdefault(position.axle, []) if position.axle else others).append(place)
        can = self.env["crmx.component.mount"].has_access("create")
        return {"axles": [axles[number] for number in sorted(axles)], "others": others, "can": can}

    def action_crmx_open_position(self, position_id):
        """Ask what is to be done there: mount a unit, or rotate, check or dismount the one that is there."""
        self.ensure_one()
        position = self.env["crmx.component.position"].browse(position_id).exists()
        if not position:
            raise UserError(self.env._("The axles were drawn anew. Look at the vehicle again."))
        there = self.env["crmx.component.fitting"].search(
            [("vehicle_id", "=", self.id), ("position_id", "=", position.id), ("date_end", "=", False)]
        )
        model = "crmx.component.dismount" if there else "crmx.component.mount"
        order = self.env["crmx.work.order"].search(
            [("vehicle_id", "=", self.id), ("state", "=", "progress")], limit=1
        )
        found = {"default_fitting_id": there.id} if there else {"default_position_id": position.id}
        return {
            "type": "ir.actions.act_window",
            "name": there.display_name or self.env._("Mount on %s", position.code),
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {**found, "default_vehicle_id": self.id, "default_order_id": order.id},
        }

    def action_crmx_open_units(self):
        """List the units that are or were on it."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_component_fitting_action"),
            "domain": [("vehicle_id", "in", self.ids)],
        }

    @api.private
    def _crmx_unit_figures(self):
        """Return what the units on the vehicle cost, for its statement."""
        rows = self.env["crmx.component.fitting"].search([("vehicle_id", "=", self.id)], order="position_id")
        return {
            "mounted": rows.filtered(lambda row: not row.date_end).sorted(lambda r: r.position_id.sequence),
            "past": rows.filtered("date_end").sorted("date_start"),
            "cost": sum(rows.mapped("cost")),
            "value_left": sum(rows.filtered(lambda row: not row.date_end).mapped("value_left")),
            "distance": self.crmx_distance,
            "currency": rows.currency_id[:1] or (self.company_id or self.env.company).currency_id,
        }


class ComponentPosition(models.Model):
    _inherit = "crmx.component.position"

    @api.private
    def _place(self, fitting):
        """Return how the drawing shows the position, with the unit on it or none."""
        place = {
            "id": self.id,
            "code": self.code,
            "component": self.component,
            "side": self.side or "",
            "condition": "empty",
            "unit": "",
            "tread": "",
            "worn": "",
        }
        if not fitting:
            return {**place, "title": self.env._("%s: empty", self.code)}
        worn = f"{fitting.worn:.0%}"
        tread = f"{fitting.tread:.1f}" if fitting.tread_date else ""
        label = dict(fitting._fields["condition"]._description_selection(self.env))[fitting.condition]
        title = self.env._(
            "%(position)s: %(unit)s, %(product)s, %(distance)s km, worn %(worn)s: %(condition)s",
            position=self.code,
            unit=fitting.lot_id.name,
            product=fitting.product_id.display_name,
            distance=f"{fitting.distance:,.0f}",
            worn=worn,
            condition=label,
        )
        return {
            **place,
            "condition": fitting.condition,
            "unit": fitting.lot_id.name,
            "tread": tread,
            "worn": worn,
            "title": title,
        }
