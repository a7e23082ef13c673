import io

import xlsxwriter

from odoo import api, models


class AgedReport(models.AbstractModel):
    _inherit = "crmx.aged.report"

    @api.model
    def get_print_action(self, options=None, domain=(), group_by="partner", order="name"):
        """Return the action that prints the whole report as PDF."""
        options, _buckets = self._complete(options)
        return self.env.ref("crm_extended.crmx_aged_report_action").report_action(
            None,
            data={
                "report": {
                    "options": options,
                    "domain": list(domain),
                    "group_by": group_by,
                    "order": order,
                }
            },
            config=False,
        )

    @api.model
    @api.private
    def document(self, options=None, domain=(), group_by="partner", order="name"):
        """Return all rows with what a print must say about them: title, parameters, check line."""
        page = self.get_page(options, domain, group_by, order=order)
        options = page["options"]
        return {
            **page,
            "title": self._title(options),
            "check": self.get_check(options),
            "parameters": [
                (self.env._("Company"), ", ".join(self.env.companies.mapped("name"))),
                (self.env._("As of"), self._format_date(options["as_of"])),
                (self.env._("Age by"), self._basis_label(options)),
                (self.env._("Amounts in"), self.env.company.currency_id.name),
                *([(self.env._("Filtered"), self.env._("yes"))] if domain else []),
            ],
        }

    @api.model
    def _title(self, options):
        if options["side"] == "payable":
            return self.env._("Aged Payables")
        return self.env._("Aged Receivables")

    @api.model
    def _basis_label(self, options):
        return self.env._("Due Date") if options["basis"] == "due" else self.env._("Invoice Date")

    @api.model
    @api.private
    def xlsx(self, options=None, domain=(), group_by="partner", order="name"):
        """Return (file name, content) of the whole report as a spreadsheet.

        Under a row with documents in foreign currencies stands a line for each currency, with the amounts
        in that currency.
        """
        document = self.document(options, domain, group_by, order)
        content = io.BytesIO()
        with xlsxwriter.Workbook(content, {"constant_memory": True}) as workbook:
            AgedSheet(self.env, workbook, document).fill()
        name = f"{document['title']} {document['options']['as_of']}.xlsx"
        return name, content.getvalue()


class AgedReportPrint(models.AbstractModel):
    _name = "report.crm_extended.aged_report"
    _description = "Aged Report, Print"

    @api.model
    def _get_report_values(self, docids, data=None):
        report = self.env["crmx.aged.report"]
        document = report.document(**(data or {}).get("report", {}))
        return {
            "document": document,
            "company": self.env.company,
            "currency": self.env.company.currency_id,
            "currencies": self.env["res.currency"].browse,
        }


class AgedSheet:
    """Writes the report to a worksheet, top to bottom, so that memory stays constant."""

    def __init__(self, env, workbook, document):
        self.document = document
        self.columns = document["columns"]
        self.sheet = workbook.add_worksheet(document["title"][:31])
        self.env = env
        self.line = 0
        self.plain = workbook.add_format({})
        self.bold = workbook.add_format({"bold": True})
        self.head = workbook.add_format({"bold": True, "bottom": 1, "align": "right", "text_wrap": True})
        self.indent = workbook.add_format({"indent": 1, "font_color": "#666666"})
        self.workbook = workbook
        self.amounts = {}

    def fill(self):
        self.sheet.set_column(0, 0, 40)
        self.sheet.set_column(1, 1, 9)
        self.sheet.set_column(2, len(self.columns) + 1, 15)
        self.text(self.document["title"], self.bold)
        for label, value in self.document["parameters"]:
            self.text(f"{label}: {value}")
        for notice in self.document["notices"]:
            self.text(notice)
        self.line += 1
        self.header()
        for row in self.document["rows"]:
            self.row(row["name"], row)
        self.row(self.env._("Total"), self.document["total"], bold=True)
        self.line += 1
        self.text(self.document["check"]["text"])

    def text(self, text, style=None):
        self.sheet.write_string(self.line, 0, text, style)
        self.line += 1

    def header(self):
        labels = ["", self.env._("Currency"), *(column["label"] for column in self.columns)]
        for position, label in enumerate(labels):
            self.sheet.write_string(self.line, position, label, self.head)
        self.line += 1
        self.sheet.freeze_panes(self.line, 1)

    def row(self, name, row, bold=False):
        currency = self.env.company.currency_id
        self.cells(name or "", self.bold if bold else self.plain, currency, row, bold)
        for part in row["currencies"]:
            if part["document"]:
                foreign = self.env["res.currency"].browse(part["currency_id"])
                self.cells(foreign.name, self.indent, foreign, part["document"], False)

    def cells(self, name, style, currency, amounts, bold):
        self.sheet.write_string(self.line, 0, name, style)
        self.sheet.write_string(self.line, 1, currency.name, style)
        number = self.number(currency, bold)
        for position, column in enumerate(self.columns, 2):
            self.sheet.write_number(self.line, position, amount_of(amounts, column["key"]), number)
        self.line += 1

    def number(self, currency, bold):
        """Return the number format of a currency, one object a workbook."""
        key = (currency.decimal_places, bold)
        if key not in self.amounts:
            decimals = "." + "0" * currency.decimal_places if currency.decimal_places else ""
            self.amounts[key] = self.workbook.add_format({"num_format": f"#,##0{decimals}", "bold": bold})
        return self.amounts[key]


def amount_of(amounts, key):
    """Return the amount in a row's column."""
    if key.startswith("bucket_"):
        return amounts["buckets"][int(key.removeprefix("bucket_"))]
    return amounts[key]
