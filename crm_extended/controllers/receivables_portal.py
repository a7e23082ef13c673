from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.exceptions import UserError, ValidationError
from odoo.http import content_disposition, request

from odoo.addons.account_payment.controllers.portal import PortalAccount

from ..models.receivables.statement import REPORT as STATEMENT
from .receivables import spreadsheet


class DebtsPortal(PortalAccount):
    """What a customer owes, and the way to pay it."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "crmx_debt_count" in counters:
            values["crmx_debt_count"] = sum(len(group["items"]) for group in self._crmx_groups())
        return values

    @http.route("/my/debts", type="http", auth="user", website=True)
    def crmx_debts(self, **_post):
        """What the user's company owes us, item by item."""
        groups = self._crmx_groups()
        items = request.env["crmx.open.item"].sudo().union(*(group["items"] for group in groups))  # sudo: own
        first, last = request.env["crmx.statement.ledger"].period()
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "crmx_debts",
            "groups": groups,
            "under_way": request.env["crmx.portal.debts"].under_way(items),
            "date_from": first,
            "date_to": last,
        }
        return request.render("crm_extended.portal_debts", values)

    @http.route("/my/debts/pay", type="http", auth="user", website=True)
    def crmx_debts_pay(self, currency=None, **_post):
        """Pay the chosen items: one payment for each company and currency, one after the other."""
        chosen = _numbers(request.httprequest.args.getlist("item"))
        groups = self._crmx_groups(chosen) if chosen else []
        payable = [group for group in groups if group["total"] > 0]
        if not payable:
            return request.redirect("/my/debts")
        group = next((g for g in payable if _key(g) == currency), payable[0])
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "crmx_debts",
            "groups": payable,
            "group": group,
            "key": _key,
            "chosen": chosen,
            "amount": group["total"],
            **self._crmx_payment_values(group),
        }
        return request.render("crm_extended.portal_debts_pay", values)

    def _crmx_payment_values(self, group):
        reference = request.env["crmx.portal.debts"].reference(group)
        chosen = "-".join(str(item.id) for item in group["items"])
        return {
            "reference": reference,
            **self._get_common_page_view_values(
                invoices_data={
                    "partner": request.env.user.partner_id,
                    "company": group["company"],
                    "total_amount": group["total"],
                    "amount_residual": group["total"],
                    "currency": group["currency"],
                    "payment_reference": reference,
                    "landing_route": "/my/debts",
                    "transaction_route": f"/my/debts/transaction/{chosen}",
                }
            ),
        }

    @http.route("/my/debts/transaction/<string:chosen>", type="jsonrpc", auth="user", website=True)
    def crmx_debts_transaction(self, chosen, amount=None, payment_reference=None, **kwargs):
        """Begin the payment of items of one company and currency.

        What is paid is what is open on them now, whatever amount the page has.
        """
        numbers = _numbers(chosen.split("-"))
        groups = self._crmx_groups(numbers)
        if len(groups) != 1 or len(groups[0]["items"]) != len(numbers):
            raise ValidationError(request.env._("Something was paid meanwhile. Load the page again."))
        [group] = groups
        if group["total"] <= 0 or group["currency"].compare_amounts(float(amount or 0), group["total"]):
            raise ValidationError(request.env._("The amount has changed meanwhile. Load the page again."))
        self._validate_transaction_kwargs(kwargs)
        debts = request.env["crmx.portal.debts"]
        transaction = self._create_transaction(
            **kwargs,
            amount=group["total"],
            currency_id=group["currency"].id,
            partner_id=request.env.user.partner_id.id,
            reference_prefix=debts.reference(group),
            custom_create_values=debts.transaction_values(group),
        )
        return transaction._get_processing_values()

    @http.route("/my/debts/statement", type="http", auth="user", website=True)
    def crmx_debts_statement(self, kind="outstanding", company=None, date_from=None, date_to=None, **post):
        """Download an own statement of account, as PDF or spreadsheet."""
        companies = {group["company"].id: group["company"] for group in self._crmx_groups()}
        company = next((companies.get(id_) for id_ in _numbers([company or ""])), None) or request.env.company
        # sudo: a switch of a company that the user may not read
        if kind not in ("outstanding", "activity") or not company.sudo().crmx_use_receivables:
            raise NotFound
        today = fields.Date.context_today(request.env.user)
        try:
            values = {
                "partner_id": request.env.user.partner_id.commercial_partner_id.id,
                "company_id": company.id,
                "kind": kind,
                "side": "receivable",
                "date_from": fields.Date.to_date(date_from) or today.replace(month=1, day=1),
                "date_to": fields.Date.to_date(date_to) or today,
            }
        except ValueError:
            raise NotFound from None
        # sudo: a portal user has no rights on the ledger; his own account only
        statement = request.env["crmx.statement"].sudo().new(values)
        try:
            if post.get("format") == "xlsx":
                return spreadsheet(*statement.xlsx(request.env.lang))
            # sudo: as above
            report = request.env["ir.actions.report"].sudo()
            content, _type = report._render_qweb_pdf(STATEMENT, data={"statement": values})
        except UserError as error:
            return request.redirect_query("/my/debts", {"error": str(error)})
        name = f"{statement.document(request.env.lang)['title']} {values['date_to']}.pdf"
        return request.make_response(
            content,
            [("Content-Type", "application/pdf"), ("Content-Disposition", content_disposition(name))],
        )

    def _crmx_groups(self, item_ids=None):
        return request.env["crmx.portal.debts"].groups(request.env.user.partner_id, item_ids)


def _numbers(texts):
    return [int(text) for text in texts if text.isdecimal() and len(text) < 10]


def _key(group):
    """Return what stands for a group in an address."""
    return f"{group['company'].id}-{group['currency'].id}-{group['account'].id}"
