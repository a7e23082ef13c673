import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_datetime

from ...tools.workshop import between

_logger = logging.getLogger(__name__)

#: Name of the exclusion constraint -> what may be in one place at a time only.
EXCLUSIONS = {
    "crmx_coupling_trailer_once": SQL("trailer_id WITH ="),
    "crmx_coupling_place_once": SQL("tractor_id WITH =, position WITH ="),
}


class Coupling(models.Model):
    """Which vehicle pulls which trailer, from when until when: the end itself belongs to the next.

    A trailer is behind one vehicle at a time, and one place behind a vehicle has one trailer at a time. The
    database sees to it when it commits, where it may install `btree_gist`; everywhere, vehicles are locked
    while it is looked whether they are free.
    """

    _name = "crmx.coupling"
    _description = "Coupling"
    _inherit = ["mail.thread"]
    _order = "date_start DESC, id DESC"
    _rec_name = "trailer_id"

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
    date_start = fields.Datetime(string="From", required=True, default=fields.Datetime.now, tracking=True)
    date_end = fields.Datetime(string="Until", tracking=True, help="Empty while they are coupled.")
    distance = fields.Float(
        string="Distance (km)",
        compute="_compute_distance",
        digits=(16, 1),
        help="What the vehicle ran meanwhile, by its readings; between two of them, as if it ran evenly.",
    )

    _dates_rise = models.Constraint(
        "CHECK (date_end IS NULL OR date_end > date_start)", "A coupling ends after it began."
    )
    _position_positive = models.Constraint("CHECK (position > 0)", "Places are counted from 1.")
    _not_itself = models.Constraint("CHECK (tractor_id <> trailer_id)", "Nothing pulls itself.")

    def init(self):
        """Let the database exclude overlaps, where it may."""
        result = super().init()
        try:
            with self.env.cr.savepoint():
                self._add_exclusions()
        except psycopg2.Error as error:
            _logger.info("Couplings are kept apart by locks alone: %s", error)
        return result

    @api.model
    def _add_exclusions(self):
        cr = self.env.cr
        cr.execute("SELECT FROM pg_extension WHERE extname = 'btree_gist'")
        if not cr.rowcount:
            cr.execute("CREATE EXTENSION btree_gist")
            # sudo: so that it goes with the add-on
            self.env["ir.config_parameter"].sudo().set_param("crm_extended.made_btree_gist", "1")
        cr.execute("SELECT conname FROM pg_constraint WHERE conrelid = 'crmx_coupling'::regclass")
        existing = {name for [name] in cr.fetchall()}
        for name, keys in EXCLUSIONS.items():
            if name not in existing:
                cr.execute(
                    SQL(
                        """ALTER TABLE crmx_coupling ADD CONSTRAINT %s EXCLUDE USING gist
                           (%s, tsrange(date_start, date_end) WITH &&) DEFERRABLE INITIALLY DEFERRED""",
                        SQL.identifier(name),
                        keys,
                    )
                )

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

    @api.model_create_multi
    def create(self, vals_list):
        couplings = super().create(vals_list)
        couplings._check_free()
        return couplings

    def write(self, vals):
        result = super().write(vals)
        if {"tractor_id", "trailer_id", "position", "date_start", "date_end"} & vals.keys():
            self._check_free()
        return result

    @api.private
    def _check_free(self):
        """Look whether trailers and places are free; whoever couples the same ones meanwhile waits.

        :raise ValidationError: when one is not
        """
        self._touch_vehicles()
        self.env["crmx.coupling"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT mine.id, other.id FROM crmx_coupling mine
                  JOIN crmx_coupling other ON other.id <> mine.id
                   AND (other.trailer_id = mine.trailer_id
                        OR (other.tractor_id = mine.tractor_id AND other.position = mine.position))
                   AND tsrange(other.date_start, other.date_end) && tsrange(mine.date_start, mine.date_end)
                 WHERE mine.id = ANY(%s) LIMIT 1
                """,
                self.ids,
            )
        )
        for _mine, other_id in rows:
            # sudo: the names of what is in the way, also of companies that the user does not see
            other = self.sudo().browse(other_id)
            raise ValidationError(
                self.env._(
                    "“%(trailer)s” is behind “%(tractor)s” from %(start)s until %(end)s. End that first.",
                    trailer=other.trailer_id.display_name,
                    tractor=other.tractor_id.display_name,
                    start=format_datetime(self.env, other.date_start),
                    end=format_datetime(self.env, other.date_end) if other.date_end else self.env._("now"),
                )
            )

    @api.private
    def _touch_vehicles(self):
        """Have whoever couples the same vehicles at this moment begin anew, and see these."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE fleet_vehicle SET write_date = write_date
                    WHERE id IN (SELECT id FROM fleet_vehicle WHERE id = ANY(%s) ORDER BY id FOR UPDATE)""",
                (self.tractor_id | self.trailer_id).ids,
            )
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
