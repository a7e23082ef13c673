import io

import xlsxwriter

from odoo import api, models


class StatementPrint(models.AbstractModel):
    _name = "report.crm_extended.statement"
    _description = "Statement of Account, Print"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return the statements to print: stored ones, or one made of the values in `data`."""
        statements = self.env["crmx.statement"]
        values = (data or {}).get("statement")
        return {
            "doc_model": statements._name,
            "docs": statements.new(values) if values else statements.browse(docids),
        }


class Statement(models.Model):
    _inherit = "crmx.statement"

    @api.private
    def xlsx(self, lang=None):
        """Return (file name, content) of the statement as a spreadsheet."""
        document = self.document(lang)
        content = io.BytesIO()
        with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
            for section in document["sections"]:
                StatementSheet(document, workbook, section).fill()
            if not document["sections"]:
                workbook.add_worksheet().write_string(0, 0, document["title"])
        return f"{document['title']} {self.date_to}.xlsx", content.getvalue()


class StatementSheet:
    """Writes one currency of a statement to a worksheet."""

    def __init__(self, document, workbook, section):
        self.env = document["statement"].env
        self.document, self.section = document, section
        self.sheet = workbook.add_worksheet(section["currency"].name)
        decimals = section["currency"].decimal_places
        number = "#,##0" + ("." + "0" * decimals if decimals else "")
        self.plain = workbook.add_format({})
        self.bold = workbook.add_format({"bold": True})
        self.head = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.date = workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.amount = workbook.add_format({"num_format": number})
        self.total = workbook.add_format({"num_format": number, "bold": True, "top": 1})
        self.line = 0

    def fill(self):
        statement = self.document["statement"]
        self.sheet.set_column(0, 0, 12)
        self.sheet.set_column(1, 3, 28)
        self.sheet.set_column(4, 4, 12)
        self.sheet.set_column(5, 7, 15)
        period = [statement.date_from] if statement.kind == "activity" else []
        title = " – ".join([self.document["title"], *map(str, [*period, statement.date_to])])
        self.row([title], self.bold)
        self.row([self.document["company"].display_name])
        self.row([self.document["partner"].display_name])
        self.line += 1
        self.row(self.labels(), self.head)
        self.sheet.freeze_panes(self.line, 0)
        if statement.kind == "activity":
            self.row([None, self.env._("Opening balance"), *[None] * 5, self.section["opening"]], self.total)
        for line in self.section["lines"]:
            self.row(self.cells(line))
        self.row(
            [None, self.env._("Closing balance"), *[None] * 3]
            + [self.section["debit"], self.section["credit"], self.section["closing"]],
            self.total,
        )
        self.line += 1
        for label, amount in zip(self.section["labels"], self.section["buckets"], strict=True):
            self.row([None, label, *[None] * 5, amount])
        self.row([None, self.env._("Credits not matched"), *[None] * 5, self.section["unallocated"]])

    def labels(self):
        return [
            self.env._("Date"),
            self.env._("Document"),
            self.env._("Reference"),
            self.env._("Contact"),
            self.env._("Due"),
            self.env._("Debit"),
            self.env._("Credit"),
            self.env._("Balance"),
        ]

    def cells(self, line):
        return [
            line["date"], line["name"], line["ref"], line["contact"], line["date_maturity"],
            max(line["amount"], 0) or None, max(-line["amount"], 0) or None, line["balance"],
        ]  # fmt: skip

    def row(self, values, style=None):
        for column, value in enumerate(values):
            if isinstance(value, str):
                self.sheet.write_string(self.line, column, value, style or self.plain)
            elif isinstance(value, (int, float)):
                self.sheet.write_number(self.line, column, value, style or self.amount)
            elif value is not None and value is not False:
                self.sheet.write_datetime(self.line, column, value, self.date)
        self.line += 1
