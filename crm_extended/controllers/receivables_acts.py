from odoo import fields, http
from odoo.http import request

from ..models.receivables.reconciliation_act import REPORT
from .receivables_signed import SignedPortal

MODEL = "crmx.reconciliation.act"
#: Rows for what we do not have.
ADDED = range(1, 4)


class ActsPortal(SignedPortal):
    """Reconciliation acts on the other party's page."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "crmx_act_count" in counters:
            values["crmx_act_count"] = len(self._crmx_own(MODEL))
        return values

    @http.route("/my/acts", type="http", auth="user", website=True, readonly=True)
    def crmx_acts(self, **_post):
        """The acts that the user's company was sent."""
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "crmx_acts",
            "acts": self._crmx_own(MODEL),
        }
        return request.render("crm_extended.portal_acts", values)

    @http.route("/my/acts/<int:act_id>", type="http", auth="public", website=True)
    def crmx_act(self, act_id, access_token=None, **_post):
        """One act, to be read, signed or contradicted."""
        act = self._crmx_shown(MODEL, act_id, access_token)
        if not request.env.user._is_internal():
            act._set_seen()
        return self._crmx_act_page(act, access_token)

    def _crmx_act_page(self, act, access_token, error=""):
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "crmx_acts",
            "document": act.document(request.env.lang),
            "act": act,
            "token": access_token,
            "error": error,
            "added": ADDED,
            "may_answer": act.state in ("sent", "seen", "differs") and not request.env.user._is_internal(),
        }
        return request.render("crm_extended.portal_act", values)

    @http.route("/my/acts/<int:act_id>/sign", type="jsonrpc", auth="public", website=True)
    def crmx_act_sign(self, act_id, access_token=None, name=None, signature=None):
        """Sign the act that the page shows."""
        token = access_token or request.httprequest.args.get("access_token")
        return self._crmx_sign(self._crmx_shown(MODEL, act_id, token), name, signature)

    @http.route("/my/acts/<int:act_id>/differs", type="http", auth="public", website=True, methods=["POST"])
    def crmx_act_differs(self, act_id, access_token=None, digest=None, note=None, **post):
        """Say which figures are others in the own books."""
        act = self._crmx_shown(MODEL, act_id, access_token)
        try:
            differences, added = self._crmx_differences(act, post)
        except ValueError:
            problem = request.env._("Write amounts as numbers, such as 1250.50, and dates from the calendar.")
            return self._crmx_act_page(act, access_token, problem)
        problem = self._crmx_stranger() or act._answer_differs(
            digest, differences, added, note, self._crmx_answering(act)
        )
        if problem:
            return self._crmx_act_page(act, access_token, problem)
        return request.redirect(act.get_portal_url())

    @http.route("/my/acts/<int:act_id>/pdf", type="http", auth="public", website=True)
    def crmx_act_pdf(self, act_id, access_token=None, **_post):
        """The act as PDF; once signed, the file that was signed."""
        return self._crmx_pdf(self._crmx_shown(MODEL, act_id, access_token), REPORT)

    # === WHAT WAS FILLED IN === #

    def _crmx_differences(self, act, post):
        """Return what was filled in.

        :raise ValueError: something that is no number or date
        """
        differences = {}
        for line in act.line_ids.filtered(lambda line: line.kind != "theirs"):
            text = (post.get(f"amount_{line.id}") or "").strip()
            remark = (post.get(f"note_{line.id}") or "").strip()[:500]
            amount = line.amount
            if text:
                amount = line.currency_id.round(_number(text)) * (-1 if line.amount < 0 else 1)
            if line.currency_id.compare_amounts(amount, line.amount) or remark:
                differences[line.id] = (amount, remark)
        currencies = act.line_ids.currency_id or act.company_id.currency_id
        added = []
        for number in ADDED:
            text = (post.get(f"add_amount_{number}") or "").strip()
            if text:
                sign = -1 if post.get(f"add_side_{number}") == "credit" else 1
                currency = currencies.filtered(lambda c, n=number: str(c.id) == post.get(f"add_currency_{n}"))
                added.append(
                    {
                        "date": fields.Date.to_date(post.get(f"add_date_{number}")) or act.date_to,
                        "name": (post.get(f"add_name_{number}") or "").strip()[:200],
                        "amount": sign * _number(text),
                        "currency_id": (currency or currencies)[:1].id,
                    }
                )
        return differences, added


def _number(text):
    """Return the number in a text with a decimal point or comma.

    :raise ValueError: there is none, or none that can be booked
    """
    number = float(text.replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace(",", "."))
    if not abs(number) < 1e15:
        raise ValueError(text)
    return number
