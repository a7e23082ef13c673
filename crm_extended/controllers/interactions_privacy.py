import base64

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..models.interactions.privacy_request import DAYS


class PersonalDataPortal(CustomerPortal):
    @http.route("/my/personal_data", type="http", auth="user", website=True)
    def crmx_personal_data(self, **_post):
        """What somebody has asked about his own data, and the buttons to ask."""
        requests = self._crmx_own_requests()
        # sudo: labels of a selection
        kinds = request.env["crmx.privacy.request"].sudo()._fields["kind"]._description_selection(request.env)
        values = {
            **self._prepare_portal_layout_values(),
            "requests": requests,
            "kinds": kinds,
            "open_kinds": requests.filtered(lambda asked: asked.state == "open").mapped("kind"),
            "days": DAYS,
        }
        return request.render("crm_extended.portal_personal_data", values)

    @http.route("/my/personal_data/request", type="http", auth="user", website=True, methods=["POST"])
    def crmx_personal_data_request(self, kind="export", **_post):
        """Ask for one's data or to be forgotten; one open request of a kind is enough."""
        if kind in ("export", "forget"):
            still_open = self._crmx_own_requests().filtered(lambda r: r.state == "open" and r.kind == kind)
            if not still_open:
                # sudo: a portal user has no rights on requests; his own partner only
                request.env["crmx.privacy.request"].sudo().create(
                    {"kind": kind, "partner_id": request.env.user.partner_id.id, "origin": "portal"}
                )
        return request.redirect("/my/personal_data")

    @http.route("/my/personal_data/<int:request_id>", type="http", auth="user", website=True)
    def crmx_personal_data_file(self, request_id, **_post):
        """The file of an own request, once it was released."""
        asked = self._crmx_own_requests().filtered(lambda r: r.id == request_id and r.is_released and r.file)
        if not asked:
            raise NotFound
        content = base64.b64decode(asked.with_context(bin_size=False).file)
        return request.make_response(
            content,
            [
                ("Content-Type", "application/zip"),
                ("Content-Length", len(content)),
                ("Content-Disposition", http.content_disposition(asked.file_name)),
            ],
        )

    def _crmx_own_requests(self):
        # sudo: a portal user has no rights on requests; those of his own partner only
        Request = request.env["crmx.privacy.request"].sudo()
        return Request.search([("partner_id", "=", request.env.user.partner_id.id)])
