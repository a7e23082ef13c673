import json

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ReceivablesController(http.Controller):
    @http.route("/crmx/aged_report/xlsx", type="http", auth="user", methods=["POST"], readonly=True)
    def aged_report_xlsx(self, data, **_kwargs):
        """Download the aged report; `data` is JSON with the arguments of `get_page` and the `context`.

        The report reads under the user's own rights, in the companies that he has selected.
        """
        arguments = json.loads(data)
        request.update_context(**arguments.pop("context", {}))
        name, content = request.env["crmx.aged.report"].xlsx(**arguments)
        return spreadsheet(name, content)

    @http.route("/crmx/statement/<int:statement_id>/xlsx", type="http", auth="user", readonly=True)
    def statement_xlsx(self, statement_id, **_kwargs):
        """Download a statement as a spreadsheet, under the user's own rights."""
        statement = request.env["crmx.statement"].browse(statement_id).exists()
        if not statement or not statement.has_access("read"):
            raise NotFound
        return spreadsheet(*statement.xlsx())


def spreadsheet(name, content):
    """Return a download of a spreadsheet."""
    return request.make_response(
        content,
        headers=[("Content-Type", XLSX), ("Content-Disposition", content_disposition(name))],
    )
