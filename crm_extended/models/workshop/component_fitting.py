from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ...tools.workshop_units import MONTH, Stretch, condition, cost_a_km, left, norm, worn

#: What the administrator may correct afterwards.
CORRECTABLE = {"date_start", "date_end", "note"}


class ComponentFitting(models.Model):
    """Which unit was on which position of which vehicle, from when until when.

    A unit is on one position at a time, and a position has one unit. What it ran follows from the meters of
    its vehicle, or of those that pulled it; on a spare wheel's place, a tyre runs nothing. Nobody enters
    rows by hand: units are mounted, rotated and dismounted.
    """

    _name = "crmx.component.fitting"
    _description = "Unit on a vehicle"
    _inherit = ["crmx.exclusive.period"]
    _order = "date_start DESC, id DESC"
    _rec_name = "lot_id"
    _exclusions = {
        "crmx_component_fitting_unit_once": ("lot_id",),
        "crmx_component_fitting_position_once": ("vehicle_id", "position_id"),
    }
    _locked = ("vehicle_id", "lot_id")

    lot_id = fields.Many2one("stock.lot", string="Unit", required=True, ondelete="restrict", index=True)
    product_id = fields.Many2one(related="lot_id.product_id", store=True, index=True)
    vehicle_id = fields.Many2one("fleet.vehicle", required=True, ondelete="restrict", index=True)
    model_id = fields.Many2one(related="vehicle_id.model_id", string="Vehicle model", store=True)
    position_id = fields.Many2one("crmx.component.position", required=True, ondelete="restrict", index=True)
    component = fields.Selection(related="position_id.component", store=True, string="Kind")
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_end = fields.Datetime(help="Empty while it is on the vehicle.")
    is_mounted = fields.Boolean(compute="_compute_is_mounted", search="_search_is_mounted", string="Mounted")
    source = fields.Selection(
        [
            ("stock", "From the store"),
            ("order", "Issued before"),
            ("vehicle", "Came with the vehicle"),
            ("rotation", "Rotation"),
        ],
        required=True,
        readonly=True,
        default="stock",
    )
    order_id = fields.Many2one("crmx.work.order", string="Mounted by", index="btree_not_null")
    end_order_id = fields.Many2one("crmx.work.order", string="Dismounted by", index="btree_not_null")
    picking_id = fields.Many2one("stock.picking", string="Transfer", index="btree_not_null")
    end_picking_id = fields.Many2one("stock.picking", string="Transfer back", index="btree_not_null")
    value = fields.Monetary(string="Value when mounted", help="At which the stock gave it.")
    value_end = fields.Monetary(string="Value when dismounted")
    norm_distance = fields.Float(
        string="Norm (km)", digits=(16, 1), help="How far it runs on this vehicle before it is worn."
    )
    norm_months = fields.Float(string="Norm (months)", digits=(16, 1))
    tread = fields.Float(string="Tread (mm)", digits=(4, 1), help="When it was last measured there.")
    tread_date = fields.Datetime(string="Measured on")
    is_renewed = fields.Boolean(string="Renewed before", help="Retreaded or overhauled: its life began anew.")
    note = fields.Char()
    distance_start = fields.Float(string="Meter at mounting", compute="_compute_use", digits=(16, 1))
    distance_end = fields.Float(string="Meter at the end", compute="_compute_use", digits=(16, 1))
    distance = fields.Float(string="Ran (km)", compute="_compute_use", digits=(16, 1))
    days = fields.Float(compute="_compute_use", digits=(16, 1))
    worn_start = fields.Float(string="Worn when mounted", compute="_compute_wear")
    worn = fields.Float(compute="_compute_wear", help="Of its life, by the norm: distance or age.")
    value_left = fields.Monetary(string="Left", compute="_compute_wear")
    cost = fields.Monetary(
        compute="_compute_wear", help="What its wear on this vehicle cost; dismounted, what it lost there."
    )
    cost_per_km = fields.Float(string="Cost/km", compute="_compute_wear", digits=(16, 4))
    condition = fields.Selection(
        [
            ("good", "Good"),
            ("soon", "Replace soon"),
            ("over", "Over its norm"),
            ("illegal", "Below the limit"),
        ],
        compute="_compute_wear",
    )

    @api.depends("date_end")
    def _compute_is_mounted(self):
        for fitting in self:
            fitting.is_mounted = not fitting.date_end

    @api.model
    def _search_is_mounted(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("date_end", "=", False)]

    @api.depends("lot_id", "vehicle_id", "position_id")
    def _compute_display_name(self):
        for fitting in self:
            vehicle = fitting.vehicle_id
            place = f"{vehicle.license_plate or vehicle.display_name} {fitting.position_id.code}"
            fitting.display_name = f"{fitting.lot_id.name} · {place}"

    # what meters show is said by readings that do not know of it
    @api.depends("vehicle_id", "date_start", "date_end", "position_id")
    def _compute_use(self):
        now = fields.Datetime.now()
        spans = self._spans(now)
        # sudo: what it ran, whoever asks, also behind vehicles of other companies
        couplings = self.env["crmx.coupling"].sudo()
        at = couplings._distance_at(
            [(vehicle_id, moment) for rows in spans.values() for vehicle_id, *both in rows for moment in both]
        )
        for fitting in self:
            end = fitting.date_end or now
            mine = fitting.vehicle_id.id
            fitting.distance_start = at.get((mine, fitting.date_start)) or 0.0
            fitting.distance_end = at.get((mine, end)) or 0.0
            fitting.days = (end - fitting.date_start).total_seconds() / 86400 if fitting.date_start else 0.0
            ran = 0.0
            for vehicle_id, first, last in spans[fitting] if fitting._runs() else ():
                before, after = at.get((vehicle_id, first)), at.get((vehicle_id, last))
                ran += max(0.0, after - before) if before is not None and after is not None else 0.0
            fitting.distance = ran

    @api.private
    def _runs(self):
        """Return whether a unit there wears by distance: a spare wheel does not."""
        position = self.position_id
        return bool(position.axle) or position.component != "tyre"

    @api.private
    def _spans(self, now):
        """Return whose meter counts for each of these, from when until when.

        That is the vehicle's own; of a trailer without one, of the vehicles that pulled it.

        :return: ``{fitting: [(vehicle id, from, until)]}``, in a fixed number of queries
        """
        # sudo: as in the use
        meters = self.env["crmx.meter"].sudo()
        own = {
            vehicle.id
            for [vehicle] in meters._read_group(
                [("vehicle_id", "in", self.vehicle_id.ids), ("kind", "=", "distance")], ["vehicle_id"]
            )
        }
        towed = self.filtered(lambda fitting: fitting.vehicle_id.id not in own).vehicle_id
        # sudo: as in the use
        couplings = self.env["crmx.coupling"].sudo().search([("trailer_id", "in", towed.ids)])
        pulled = {trailer.id: rows for trailer, rows in couplings.grouped("trailer_id").items()}
        result = {}
        for fitting in self:
            start, end = fitting.date_start or now, fitting.date_end or now
            mine = fitting.vehicle_id.id
            result[fitting] = [
                (c.tractor_id.id, max(c.date_start, start), min(c.date_end or now, end))
                for c in pulled.get(mine, ())
                if max(c.date_start, start) < min(c.date_end or now, end)
            ] or [(mine, start, end)]
        return result

    @api.depends("lot_id", "date_start", "date_end", "value", "value_end", "norm_distance", "norm_months")
    def _compute_wear(self):
        # sudo: the whole life of the unit counts, also on vehicles of other companies
        lives = self.sudo().search([("lot_id", "in", self.lot_id.ids)], order="lot_id, date_start, id")
        found = {}
        for lot, rows in lives.grouped("lot_id").items():
            stretches = [lot._crmx_used_before()]
            for row in rows:
                if row.is_renewed:
                    stretches = []
                before = worn(stretches)
                stretches.append(row._stretch())
                found[row.id] = before, worn(stretches)
        for fitting in self:
            fitting._set_wear(*found.get(fitting.id, (0.0, fitting._stretch_worn())))

    @api.private
    def _stretch(self):
        return Stretch(self.distance, self.norm_distance, self.days / MONTH, self.norm_months)

    @api.private
    def _stretch_worn(self):
        return worn([self._stretch()])

    @api.private
    def _set_wear(self, before, now):
        self.worn_start, self.worn = before, now
        rest = self.value_end if self.date_end else left(self.value, before, now)
        self.value_left = rest
        self.cost = self.value - rest
        self.cost_per_km = cost_a_km(self.cost, self.distance)
        limit = self.model_id.crmx_tread_limit
        self.condition = condition(now, self.tread if self.tread_date else None, limit)

    # === ROWS === #

    @api.model_create_multi
    def create(self, vals_list):
        fittings = super().create(vals_list)
        fittings._check_moments()
        return fittings

    def write(self, vals):
        if not self.env.su and set(vals) - CORRECTABLE:
            raise UserError(
                self.env._(
                    "Only the dates of a unit on a vehicle are corrected. Mount, rotate or dismount it."
                )
            )
        result = super().write(vals)
        if {"date_start", "date_end"} & vals.keys():
            self._check_moments()
        return result

    @api.private
    def _in_the_way(self):
        return self.env._(
            "“%(unit)s” is on %(position)s of “%(vehicle)s” from %(start)s until %(end)s. Dismount it first.",
            unit=self.lot_id.name,
            position=self.position_id.code,
            vehicle=self.vehicle_id.display_name,
            start=format_datetime(self.env, self.date_start),
            end=format_datetime(self.env, self.date_end) if self.date_end else self.env._("now"),
        )

    @api.private
    def _check_moments(self):
        """:raise UserError: when it is to happen, or happened before the unit was there"""
        now = fields.Datetime.now()
        for fitting in self:
            if max(fitting.date_start, fitting.date_end or fitting.date_start) > now:
                raise UserError(
                    self.env._(
                        "“%s” is mounted and dismounted when it happens, not ahead.", fitting.lot_id.name
                    )
                )
            came = fitting.source != "vehicle" and fitting.lot_id._crmx_date_received()
            if came and fitting.date_start < came:
                raise UserError(
                    self.env._(
                        "“%(unit)s” came into the store on %(date)s: it was not mounted before.",
                        unit=fitting.lot_id.name,
                        date=format_datetime(self.env, came),
                    )
                )

    @api.private
    def _norms(self, vehicle, product):
        """Return how long a product lasts on a vehicle."""
        factors = (vehicle.crmx_road_factor, vehicle.crmx_work_factor)
        return {
            "norm_distance": norm(product.crmx_life_distance, *factors),
            "norm_months": product.crmx_life_months,
        }
