from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

PAGE = 20


class RequestPortal(CustomerPortal):
    """Requests of people who work with the portal only."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "crmx_request_count" in counters:
            requests = request.env["crmx.request"]
            values["crmx_request_count"] = requests._portal_own().search_count(requests._portal_domain())
        return values

    @http.route(["/my/requests", "/my/requests/page/<int:page>"], type="http", auth="user", website=True)
    def crmx_requests(self, page=1, **_query):
        """What the user asked for, and what can be asked for."""
        requests = request.env["crmx.request"]._portal_own()
        domain = requests._portal_domain()
        pages = pager("/my/requests", requests.search_count(domain), page, PAGE)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "crmx_requests",
            "requests": requests.search(domain, limit=PAGE, offset=pages["offset"]),
            "kinds": request.env["crmx.request.kind"]._portal_open(),
            "pager": pages,
        }
        return request.render("crm_extended.portal_requests", values)

    @http.route("/my/requests/<int:request_id>", type="http", auth="user", website=True)
    def crmx_request(self, request_id, **_query):
        """Where a request is, and what was written about it."""
        requests = request.env["crmx.request"]
        asked = requests._portal_own().search(requests._portal_domain() & Domain("id", "=", request_id))
        if not asked:
            raise NotFound
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "crmx_requests",
            "asked": asked,
            "standing": asked._portal_standing(),
        }
        return request.render("crm_extended.portal_request", values)

    @http.route(
        "/my/requests/new/<int:kind_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def crmx_new_request(self, kind_id, **post):
        """The form of a kind with its questions, and what was entered on it."""
        kind = request.env["crmx.request.kind"]._portal_open().filtered(lambda kind: kind.id == kind_id)
        if not kind:
            raise NotFound
        error = ""
        if request.httprequest.method == "POST":
            try:
                with request.env.cr.savepoint():
                    asked = kind._portal_ask(post, request.httprequest.files.getlist("files"))
                return request.redirect(f"/my/requests/{asked.id}")
            except (UserError, ValidationError) as problem:
                error = problem.args[0]
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "crmx_requests",
            "kind": kind,
            "questions": kind._portal_questions(),
            "post": post,
            "error": error,
        }
        return request.render("crm_extended.portal_new_request", values)
