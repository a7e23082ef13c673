import json

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
        return request.make_response(
            content,
            headers=[
                ("Content-Type", XLSX),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
