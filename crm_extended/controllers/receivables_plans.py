from odoo import http
from odoo.http import request

from ..models.receivables.instalment_plan import REPORT
from .receivables_signed import SignedPortal

MODEL = "crmx.instalment.plan"


class PlansPortal(SignedPortal):
    """Instalment plans on the customer's page."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "crmx_plan_count" in counters:
            values["crmx_plan_count"] = len(self._crmx_own(MODEL))
        return values

    @http.route("/my/plans", type="http", auth="user", website=True, readonly=True)
    def crmx_plans(self, **_post):
        """The plans that the user's company was offered."""
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "crmx_plans",
            "plans": self._crmx_own(MODEL),
        }
        return request.render("crm_extended.portal_plans", values)

    @http.route("/my/plans/<int:plan_id>", type="http", auth="public", website=True)
    def crmx_plan(self, plan_id, access_token=None, **_post):
        """One plan: to be read and signed, then what came of it."""
        plan = self._crmx_shown(MODEL, plan_id, access_token)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "crmx_plans",
            "plan": plan,
            "may_sign": plan.state == "offered" and not self._crmx_stranger(),
        }
        return request.render("crm_extended.portal_plan", values)

    @http.route("/my/plans/<int:plan_id>/sign", type="jsonrpc", auth="public", website=True)
    def crmx_plan_sign(self, plan_id, access_token=None, name=None, signature=None):
        """Sign the plan that the page shows."""
        token = access_token or request.httprequest.args.get("access_token")
        return self._crmx_sign(self._crmx_shown(MODEL, plan_id, token), name, signature)

    @http.route("/my/plans/<int:plan_id>/pdf", type="http", auth="public", website=True)
    def crmx_plan_pdf(self, plan_id, access_token=None, **_post):
        """The agreement as PDF; once signed, the file that was signed."""
        return self._crmx_pdf(self._crmx_shown(MODEL, plan_id, access_token), REPORT)
