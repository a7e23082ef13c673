from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import email_normalize

from ...tools import interaction_import as kernel
from ...tools import interaction_import_file as reader
from ...tools import phone
from ...tools.interaction_import import CellError
from .interaction_import_words import CELL_WORDS

DIRECTION_WORDS = ", ".join(" ".join(kernel.DIRECTIONS.values()).split())
#: What identifies a partner, the surest first.
IDENTITIES = ("email", "phone", "vat", "reference", "partner")


@dataclass
class Row:
    """A row of the file on its way to an interaction."""

    number: int
    cells: list
    values: dict = field(default_factory=dict)
    errors: list = field(default_factory=list)
    key: str | None = None
    duplicate: str | None = None
    partner_id: int | None = None
    unmatched: str | None = None
    chosen: bool = False  # its partner was named by hand
    existing_id: int | None = None

    @property
    def good(self):
        return not self.errors and not self.duplicate

    @property
    def contact(self):
        """Whom the row names, in words."""
        named = (self.values.get(name) for name in ("partner", "email", "phone", "reference", "vat"))
        return ", ".join(filter(None, named))


class InteractionImport(models.Model):
    _inherit = "crmx.interaction.import"

    def _columns(self):
        """:return: ``{target: position}``"""
        return {column.target: column.position for column in self.column_ids if column.target}

    def _read_rows(self, pairs):
        """What rows of the file say, with what is wrong in them; a constant number of queries.

        :param pairs: number and cells of each row
        :return: list of :class:`Row`
        """
        columns = self._columns()
        width = len(self.column_ids)
        names = {column.target: self._column_name(column) for column in self.column_ids if column.target}
        rows = [Row(number, cells) for number, cells in pairs]
        lookups = self._lookups()
        numbers = {}
        for row in rows:
            if len(row.cells) > width and any(row.cells[width:]):
                row.errors.append(self._explain_cell(CellError("too_many_cells", len(row.cells)), ""))
                continue
            self._read_row(row, columns, names, lookups, numbers)
        return rows

    @api.model
    def _column_name(self, column):
        if column.header:
            return self.env._("Column %(letter)s “%(header)s”", letter=column.letter, header=column.header)
        return self.env._("Column %s", column.letter)

    def _lookups(self):
        """Catalogues by the names that people write, in their language or in English."""

        def by_name(model_name):
            Model = self.env[model_name]
            languages = {self.user_id.lang or "en_US", "en_US"}
            return {
                record.name.strip().casefold(): record.id
                for lang in sorted(languages)
                for record in Model.with_context(lang=lang).search([])
            }

        lookups = {
            "type": by_name("crmx.interaction.type"),
            "topic": by_name("crmx.interaction.topic"),
            "outcome": by_name("crmx.interaction.outcome"),
        }
        lookups["types"] = {t.id: t for t in self.env["crmx.interaction.type"].search([])}
        for interaction_type in lookups["types"].values():
            lookups["type"].setdefault(interaction_type.channel, interaction_type.id)
        return lookups

    def _read_row(self, row, columns, names, lookups, numbers):
        """Fill in ``row.values`` and ``row.errors``."""
        cells = {
            target: row.cells[position] if position < len(row.cells) else ""
            for target, position in columns.items()
        }
        for target, text in cells.items():
            try:
                self._check_text(text)
                row.values[target] = self._read_cell(target, text, cells, lookups)
            except CellError as error:
                row.errors.append(self._explain_cell(error, names[target]))
        self._conclude(row, lookups, numbers)

    @api.model
    def _check_text(self, text):
        if reader.BROKEN not in text:
            return
        reason = {reader.NO_RESULT: "no_result", reader.FAILED: "failed_cell"}.get(text, "broken_text")
        raise CellError(reason, text)

    def _read_cell(self, target, text, cells, lookups):
        text = text.strip()
        if target == "date":
            return self._read_date(text, cells.get("time", ""))
        if target == "duration":
            return kernel.parse_duration(text, self.duration_unit)
        if target == "direction":
            return kernel.parse_direction(text)
        if target in ("phone", "caller", "callee"):
            return kernel.check_number(text)
        if target == "email" and text:
            return self._read_email(text)
        if target in ("type", "topic", "outcome") and text:
            if text.casefold() not in lookups[target]:
                raise CellError(f"unknown_{target}", text)
            return lookups[target][text.casefold()]
        return text

    @api.model
    def _read_email(self, text):
        if not email_normalize(text):
            raise CellError("not_an_email", text)
        return email_normalize(text)

    def _read_date(self, text, clock):
        """A date as naive UTC; clocks of telephone systems may be ahead by a day, no more."""
        if not text:
            raise CellError("missing")
        # a time of day that cannot be read is the fault of its own column
        moment = kernel.parse_date(text, self.date_order or "dmy", ZoneInfo(self.tz), clock)
        if moment > fields.Datetime.now() + timedelta(days=1):
            raise CellError("future", text)
        if moment.year < 1980:
            raise CellError("too_old", text)
        return moment

    def _conclude(self, row, lookups, numbers):
        """What follows from several cells: type, direction, whose number it is, who is meant."""
        values = row.values
        interaction_type = lookups["types"].get(values.get("type")) or self.type_id
        values["type"] = interaction_type
        values["direction"] = values.get("direction") or interaction_type.direction
        other_end = values.get("caller" if values["direction"] == "in" else "callee")
        values["phone"] = values.get("phone") or other_end or ""
        number = values["phone"]
        if number not in numbers:
            numbers[number] = self._normal_number(number)
        values["number"] = numbers[number]
        if not row.errors and not any(values.get(name) for name in IDENTITIES):
            row.errors.append(self._explain_cell(CellError("nobody"), ""))
        if row.good:
            who = values["number"] or next(values[name] for name in IDENTITIES if values.get(name))
            parts = (interaction_type.id, values["date"], values["direction"], who, values.get("subject", ""))
            row.key = kernel.import_key(self.provider or "", values.get("external_id", ""), parts)

    def _normal_number(self, number):
        """A number as it is compared: international where its country is known, else its digits."""
        return phone.parse(number, self.company_id.country_id.phone_code).key

    @api.model
    def _explain_cell(self, error, column):
        """:param error: a CellError
        :param column: the column of the file, as people find it
        """
        values = {"column": column, "value": error.value[:80], "known": DIRECTION_WORDS}
        words = self.env._(CELL_WORDS[error.reason])
        return words % values

    def _lookup_users(self, names):
        """:return: ``{name or login: user id}`` of those who are users"""
        names = [name for name in set(names) if name]
        users = self.env["res.users"].search_fetch(
            ["|", ("login", "in", names), ("name", "in", names)], ["login", "name"]
        )
        return {key: user.id for user in users for key in (user.name, user.login)}
