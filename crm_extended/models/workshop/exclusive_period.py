"""Periods that may not overlap, such as of a trailer behind vehicles, or of a tyre on positions."""

import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class ExclusivePeriod(models.AbstractModel):
    """From when until when something is somewhere; the end itself belongs to the next.

    The database sees to it when it commits, where it may install `btree_gist`; everywhere, what is in one
    place at a time only is locked while it is looked whether it is free.
    """

    _name = "crmx.exclusive.period"
    _description = "Period that excludes others"

    #: Name of the exclusion constraint -> the fields that together are taken once at a time.
    _exclusions: dict[str, tuple[str, ...]] = {}
    #: Fields that name what is locked meanwhile.
    _locked: tuple[str, ...] = ()

    date_start = fields.Datetime(string="From", required=True, default=fields.Datetime.now)
    date_end = fields.Datetime(string="Until")

    # times are whole seconds: mounted and rotated within one leaves an empty period, which locks nothing
    _dates_rise = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)", "A period cannot end before it began."
    )

    def init(self):
        """Let the database exclude overlaps, where it may."""
        result = super().init()
        if not self._exclusions:
            return result
        try:
            with self.env.cr.savepoint():
                self._add_exclusions()
        except psycopg2.Error as error:
            _logger.info("%s: overlaps are kept apart by locks alone: %s", self._description, error)
        return result

    @api.model
    def _add_exclusions(self):
        cr = self.env.cr
        cr.execute("SELECT FROM pg_extension WHERE extname = 'btree_gist'")
        if not cr.rowcount:
            cr.execute("CREATE EXTENSION btree_gist")
            # sudo: so that it goes with the add-on
            self.env["ir.config_parameter"].sudo().set_param("crm_extended.made_btree_gist", "1")
        cr.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass", [self._table])
        existing = {name for [name] in cr.fetchall()}
        for name, keys in self._exclusions.items():
            if name not in existing:
                cr.execute(
                    SQL(
                        """ALTER TABLE %s ADD CONSTRAINT %s EXCLUDE USING gist
                           (%s, tsrange(date_start, date_end) WITH &&) DEFERRABLE INITIALLY DEFERRED""",
                        SQL.identifier(self._table),
                        SQL.identifier(name),
                        SQL(", ").join(SQL("%s WITH =", SQL.identifier(key)) for key in keys),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        periods = super().create(vals_list)
        periods._check_free()
        return periods

    def write(self, vals):
        result = super().write(vals)
        keys = {key for keys in self._exclusions.values() for key in keys}
        if (keys | {"date_start", "date_end"}) & vals.keys():
            self._check_free()
        return result

    @api.private
    def _check_free(self):
        """Look whether what they name is free; whoever takes the same meanwhile waits.

        :raise ValidationError: when it is not
        """
        self._touch_locked()
        self.flush_model()
        same = SQL(" OR ").join(
            SQL(
                "(%s)",
                SQL(" AND ").join(
                    SQL("other.%s = mine.%s", SQL.identifier(key), SQL.identifier(key)) for key in keys
                ),
            )
            for keys in self._exclusions.values()
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT other.id FROM %s mine JOIN %s other ON other.id <> mine.id AND (%s)
                   AND tsrange(other.date_start, other.date_end) && tsrange(mine.date_start, mine.date_end)
                 WHERE mine.id = ANY(%s) LIMIT 1
                """,
                SQL.identifier(self._table),
                SQL.identifier(self._table),
                same,
                self.ids,
            )
        )
        for [other_id] in rows:
            # sudo: the names of what is in the way, also of companies that the user does not see
            raise ValidationError(self.sudo().browse(other_id)._in_the_way())

    @api.private
    def _in_the_way(self):
        """Say what stands where another period was to be entered."""
        raise NotImplementedError

    @api.private
    def _touch_locked(self):
        """Have whoever takes the same things at this moment begin anew, and see these."""
        self._touch_rows(*(self[name] for name in self._locked))

    @api.model
    @api.private
    def _touch_rows(self, *recordsets):
        self.env.flush_all()
        ids = {}
        for records in recordsets:
            ids[records._table] = ids.get(records._table, set()) | set(records.ids)
        for table in sorted(ids):
            self.env.cr.execute(
                SQL(
                    """UPDATE %s SET write_date = write_date
                        WHERE id IN (SELECT id FROM %s WHERE id = ANY(%s) ORDER BY id FOR UPDATE)""",
                    SQL.identifier(table),
                    SQL.identifier(table),
                    sorted(ids[table]),
                )
            )
