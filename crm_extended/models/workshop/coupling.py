from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_datetime

from ...tools.workshop import between


class Coupling(models.Model):
    """Which vehicle pulls which trailer, from when until when: the end itself belongs to the next.

    A trailer is behind one vehicle at a time, and one place behind a vehicle has one trailer at a time.
    """

    _name = "crmx.coupling"
    _description = "Coupling"
    _inherit = ["crmx.exclusive.period", "mail.thread"]
    _order = "date_start DESC, id DESC"
    _rec_name = "trailer_id"
    _exclusions = {
        "crmx_coupling_trailer_once": ("trailer_id",),
        "crmx_coupling_place_once": ("tractor_id", "position"),
    }
    _locked = ("tractor_id", "trailer_id")

    tractor_id = fields.Many2one(
        "fleet.vehicle",
        string="Pulled by",
        required=True,
        ondelete="cascade",
        index=True,
        tracking=True,
        domain="[('vehicle_type', '!=', 'trailer')]",
    )
    trailer_id = fields.Many2one(
        "fleet.vehicle",
        required=True,
        ondelete="cascade",
        index=True,
        tracking=True,
        domain="[('vehicle_type', '=', 'trailer')]",
    )
    company_id = fields.Many2one(related="tractor_id.company_id", store=True, index=True)
    position = fields.Integer(default=1, required=True, help="1 is right behind the vehicle.")
    date_start = fields.Datetime(tracking=True)
    date_end = fields.Datetime(tracking=True, help="Empty while they are coupled.")
    distance = fields.Float(
        string="Distance (km)",
        compute="_compute_distance",
        digits=(16, 1),
        help="What the vehicle ran meanwhile, by its readings; between two of them, as if it ran evenly.",
    )

    _position_positive = models.Constraint("CHECK (position > 0)", "Places are counted from 1.")
    _not_itself = models.Constraint("CHECK (tractor_id <> trailer_id)", "Nothing pulls itself.")

    @api.depends("tractor_id", "date_start", "date_end")
    def _compute_distance(self):
        now = fields.Datetime.now()
        spans = {c: (c.date_start, c.date_end or now) for c in self if c.date_start}
        at = self._distance_at([(c.tractor_id.id, moment) for c, both in spans.items() for moment in both])
        for coupling in self:
            first, last = (at.get((coupling.tractor_id.id, m)) for m in spans.get(coupling, (None, None)))
            known = first is not None and last is not None
            coupling.distance = max(0.0, last - first) if known else 0.0

    @api.constrains("tractor_id", "trailer_id")
    def _check_kinds(self):
        for coupling in self:
            if coupling.trailer_id.vehicle_type != "trailer":
                raise ValidationError(
                    self.env._(
                        "“%s” is no trailer. Its model says what it is.", coupling.trailer_id.display_name
                    )
                )

    @api.private
    def _in_the_way(self):
        return self.env._(
            "“%(trailer)s” is behind “%(tractor)s” from %(start)s until %(end)s. End that first.",
            trailer=self.trailer_id.display_name,
            tractor=self.tractor_id.display_name,
            start=format_datetime(self.env, self.date_start),
            end=format_datetime(self.env, self.date_end) if self.date_end else self.env._("now"),
        )

    @api.model
    @api.private
    def _distance_at(self, moments):
        """Return where the meters of vehicles stood.

        :param moments: pairs of vehicle id and moment
        :return: ``{(vehicle id, moment): km}``, None where the vehicle was never read; in one query
        """
        self.env["crmx.meter.reading"].flush_model()
        wanted = list(dict.fromkeys(moments))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT w.n, before.date, before.lifetime, after.date, after.lifetime
                  FROM unnest(%s::int[], %s::timestamp[]) WITH ORDINALITY AS w(vehicle_id, moment, n)
                  JOIN crmx_meter m ON m.vehicle_id = w.vehicle_id AND m.kind = 'distance'
             LEFT JOIN LATERAL (SELECT date, lifetime FROM crmx_meter_reading
                                 WHERE meter_id = m.id AND state = 'valid' AND date <= w.moment
                              ORDER BY date DESC, lifetime DESC LIMIT 1) AS before ON true
             LEFT JOIN LATERAL (SELECT date, lifetime FROM crmx_meter_reading
                                 WHERE meter_id = m.id AND state = 'valid' AND date > w.moment
                              ORDER BY date, lifetime LIMIT 1) AS after ON true
                """,
                [vehicle_id for vehicle_id, _moment in wanted],
                [moment for _vehicle_id, moment in wanted],
            )
        )
        result = {}
        for number, before_date, before, after_date, after in rows:
            key = wanted[number - 1]
            result[key] = between(
                key[1], before_date and (before_date, before), after_date and (after_date, after)
            )
        return result

    def action_uncouple(self):
        """End it now."""
        self.filtered(lambda coupling: not coupling.date_end).date_end = fields.Datetime.now()
