import base64
import binascii

from odoo import Command, fields, models
from odoo.exceptions import UserError

from ...tools import kpi_table
from ...tools.interaction_import_file import (
    FileError,
    check_kind,
    decode,
    guess_delimiter,
    guess_encoding,
    is_xlsx,
    read_csv,
    read_xlsx,
)

#: Where a name is looked for, level by level, and by which fields.
SEARCHED = {
    "user": ("res.users", ("name", "login")),
    "team": ("crm.team", ("name",)),
    "department": ("hr.department", ("complete_name", "name")),
    "company": ("res.company", ("name",)),
}


class PlanImport(models.TransientModel):
    """Targets of a plan from a spreadsheet: all of them, or none when a name is unknown."""

    _name = "crmx.kpi.plan.import"
    _description = "Import of Targets"

    plan_id = fields.Many2one(
        "crmx.kpi.plan", required=True, default=lambda self: self.env.context.get("active_id")
    )
    file = fields.Binary(string="Spreadsheet", required=True, attachment=False)
    filename = fields.Char()

    def action_import(self):
        """Replace the targets of the plan by those of the sheet."""
        self.ensure_one()
        self.plan_id.check_access("write")
        found = self._found(self._rows())
        self.plan_id.line_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "level": level,
                        "amount": row.amount,
                        "sequence": number,
                        **({} if level == "company" else {f"{level}_id": subject.id}),
                    }
                )
                for number, (row, level, subject) in enumerate(found)
            ),
        ]
        self._hang_up(found)
        return {"type": "ir.actions.act_window_close"}

    def _rows(self):
        """The rows of the sheet.

        :raise UserError: with the row and what is wrong with it
        """
        try:
            data = base64.b64decode(self.file)
            check_kind(data)
            if is_xlsx(data):
                table = list(read_xlsx(data))
            else:
                encoding = guess_encoding(data)
                table = list(read_csv(data, encoding, guess_delimiter(decode(data, encoding))))
        except (FileError, binascii.Error, UnicodeError) as error:
            raise UserError(self.env._("The file cannot be read as a spreadsheet: %s", error)) from error
        places = kpi_table.columns(table[0][1]) if table else {}
        if not {"whose", "amount"} <= places.keys():
            raise UserError(
                self.env._(
                    "The first row has to name the columns: “Whose” and “Target”; also “Level”, “Part of”."
                )
            )
        return kpi_table.rows(table[1:], places)

    def _found(self, rows):
        """:return: list of (row, level, record); `UserError` with all that is wrong"""
        problems, found = [], []
        for row in rows:
            level = kpi_table.level(row.level)
            if level is None:
                problems.append(
                    self.env._("row %(row)s: there is no level “%(level)s”", row=row.number, level=row.level)
                )
                continue
            if row.amount is None:
                problems.append(
                    self.env._("row %(row)s: “%(whose)s” has no amount", row=row.number, whose=row.whose)
                )
                continue
            matches = self._matches(row.whose, level)
            if len(matches) == 1:
                found.append((row, *matches[0]))
            elif matches:
                problems.append(
                    self.env._(
                        "row %(row)s: “%(whose)s” can be several; say the level",
                        row=row.number,
                        whose=row.whose,
                    )
                )
            else:
                problems.append(
                    self.env._("row %(row)s: nobody is called “%(whose)s”", row=row.number, whose=row.whose)
                )
        if problems:
            raise UserError(self.env._("Nothing was imported. Please correct:\n%s", "\n".join(problems[:30])))
        if not found:
            raise UserError(self.env._("There is no target in the sheet."))
        return found

    def _matches(self, name, level):
        """:return: list of (level, record) that go by a name"""
        matches = []
        for each in [level] if level else ("user", "team", "department", "company"):
            model_name, names = SEARCHED.get(each) or (self._item_model(), ("display_name",))
            company = self.plan_id.company_id
            model = self.env[model_name]
            domain = fields.Domain.OR(fields.Domain(field, "=ilike", _exactly(name)) for field in names)
            if each == "company":
                domain &= fields.Domain("id", "=", company.id)
            elif each in ("team", "department"):
                domain &= fields.Domain("company_id", "in", (company.id, False))
            elif each == "user":
                domain &= fields.Domain("company_ids", "in", company.ids)
            matches += [(each, record) for record in model.search(domain, limit=2)]
        return matches

    def _item_model(self):
        indicator = self.plan_id.indicator_id
        if not indicator.item_field:
            raise UserError(self.env._("“%s” is told by people only.", indicator.name))
        return indicator._item_model()

    def _hang_up(self, found):
        """Make lines parts of those that the sheet names."""
        lines = self.plan_id.line_ids.sorted("sequence")
        by_name = {line.subject_name.lower(): line for line in lines}
        by_name.update({row.whose.lower(): line for (row, *_rest), line in zip(found, lines, strict=True)})
        for (row, *_rest), line in zip(found, lines, strict=True):
            if not row.part_of:
                continue
            parent = by_name.get(row.part_of.lower())
            if not parent:
                raise UserError(
                    self.env._(
                        "Nothing was imported: row %(row)s is a part of “%(parent)s”, which is not there.",
                        row=row.number,
                        parent=row.part_of,
                    )
                )
            line.parent_id = parent


def _exactly(name):
    """A pattern that matches a name only, whatever signs it has."""
    return name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
