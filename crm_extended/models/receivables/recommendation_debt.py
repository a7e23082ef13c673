from odoo import models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class SignalDebtOverdue(models.AbstractModel):
    """What the debt summary shows, for those who see it."""

    _name = "crmx.recommendation.signal.debt.overdue"
    _inherit = "crmx.recommendation.signal"
    _description = "Signal: the customer owes overdue money"

    _signal_code = "debt_overdue"
    _signal_label = _lt("Customer owes overdue money")
    _signal_figures = ("amount", "total")
    _signal_parameters = ("amount",)

    def _evaluate(self, rule, partners):
        if not self.env.user.has_group("crm_extended.group_debt_summary"):
            return {}
        if not self.env.company.crmx_use_receivables:
            return {}
        return {
            partner.id: {
                "amount": self._amount(partner.crmx_receivable_overdue),
                "total": self._amount(partner.crmx_receivable_total),
                "weight": partner.crmx_receivable_overdue,
            }
            for partner in partners
            if partner.crmx_receivable_overdue > max(rule.amount, 0)
        }
