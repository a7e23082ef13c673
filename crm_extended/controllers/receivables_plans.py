from odoo import http
from odoo.exceptions import ValidationError
from odoo.http import request

from odoo.addons.account_payment.controllers.portal import PortalAccount

from ..models.receivables.instalment_plan import REPORT
from .receivables_signed import SignedPortal

MODEL = "crmx.instalment.plan"


class PlansPortal(SignedPortal, PortalAccount):
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
            "may_pay": plan.state == "live" and not self._crmx_stranger(),
            "under_way": plan._payment_under_way(),
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

    @http.route("/my/plans/<int:plan_id>/pay", type="http", auth="public", website=True)
    def crmx_plan_pay(self, plan_id, access_token=None, until=None, **_post):
        """Pay the next instalment, or all up to the given one."""
        plan = self._crmx_shown(MODEL, plan_id, access_token)
        payable = plan._payable(_number(until)) if not self._crmx_stranger() else {}
        if not payable or plan._payment_under_way():
            return request.redirect(plan.get_portal_url())
        last = payable["instalments"][-1:]
        invoices_data = {
            "partner": plan.partner_id,
            "company": plan.company_id,
            "total_amount": payable["amount"],
            "amount_residual": payable["amount"],
            "currency": plan.currency_id,
            "payment_reference": plan.name,
            "landing_route": plan.get_portal_url(),
            "transaction_route": f"/my/plans/{plan.id}/transaction/{last.id}",
        }
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "crmx_plans",
            "plan": plan,
            "payable": payable,
            "amount": payable["amount"],
            "reference": plan.name,
            **self._get_common_page_view_values(invoices_data=invoices_data, access_token=access_token),
        }
        return request.render("crm_extended.portal_plan_pay", values)

    @http.route(
        "/my/plans/<int:plan_id>/transaction/<int:until>", type="jsonrpc", auth="public", website=True
    )
    def crmx_plan_transaction(self, plan_id, until, access_token=None, amount=None, **kwargs):
        """Begin the payment of what is left of the instalments up to the given one."""
        plan = self._crmx_shown(MODEL, plan_id, access_token)
        if problem := self._crmx_stranger():
            raise ValidationError(problem)
        payable = plan._payable(until)
        if not payable or plan._payment_under_way():
            raise ValidationError(request.env._("Something was paid meanwhile. Load the page again."))
        if plan.currency_id.compare_amounts(float(amount or 0), payable["amount"]):
            raise ValidationError(request.env._("The amount has changed meanwhile. Load the page again."))
        kwargs.pop("payment_reference", None)
        self._validate_transaction_kwargs(kwargs)
        transaction = self._create_transaction(
            **kwargs,
            amount=payable["amount"],
            currency_id=plan.currency_id.id,
            partner_id=self._crmx_answering(plan).id,
            reference_prefix=plan.name,
            custom_create_values=plan._transaction_values(payable),
        )
        return transaction._get_processing_values()


def _number(text):
    return int(text) if text and text.isdecimal() and len(text) < 10 else None
