from odoo import api, fields, models


class ReceivablesLog(models.Model):
    """The register of what was agreed and decided about debts: promises, disputes, reminders."""

    _name = "crmx.receivables.log"
    _inherit = "crmx.append.only"
    _description = "Receivables Register"

    event = fields.Selection(
        [
            ("promise_made", "Promise made"),
            ("promise_judged", "Promise judged"),
            ("promise_withdrawn", "Promise withdrawn"),
            ("plan_offered", "Instalment plan offered"),
            ("plan_started", "Instalment plan agreed"),
            ("plan_signed", "Instalment plan signed"),
            ("plan_judged", "Instalment plan judged"),
            ("plan_resumed", "Instalment plan goes on"),
            ("plan_cancelled", "Instalment plan cancelled"),
            ("dispute_opened", "Dispute opened"),
            ("dispute_changed", "Dispute changed"),
            ("dispute_closed", "Dispute closed"),
            ("dispute_reopened", "Dispute reopened"),
            ("statement_sent", "Statement sent"),
            ("act_sent", "Reconciliation act sent"),
            ("act_seen", "Reconciliation act seen"),
            ("act_signed", "Reconciliation act signed"),
            ("act_differs", "Reconciliation act differs"),
            ("act_cancelled", "Reconciliation act cancelled"),
            ("dunning_confirmed", "Reminders released"),
            ("dunning_cancelled", "Reminders cancelled"),
            ("reminder_sent", "Reminder sent"),
            ("reminder_failed", "Reminder failed"),
            ("reminder_bounced", "Reminder came back"),
            ("reminder_unknown", "Reminder: unknown whether sent"),
            ("reminder_settled", "Reminder: decided whether sent"),
            ("limit_set", "Credit limit set"),
            ("limit_changed", "Credit limit changed"),
            ("limit_deleted", "Credit limit deleted"),
            ("customer_approved", "Customer approved"),
            ("customer_unapproved", "Approval withdrawn"),
            ("customer_blocked", "Customer blocked"),
            ("customer_unblocked", "Customer unblocked"),
            ("hold_set", "Held"),
            ("hold_released", "Released"),
            ("hold_refused", "Release refused"),
            ("hold_over", "Hold over"),
            ("settlement_posted", "Mutual settlement posted"),
            ("settlement_cancelled", "Mutual settlement cancelled"),
            ("interest_posted", "Interest charged"),
            ("interest_waived", "Interest waived"),
            ("interest_cancelled", "Interest note cancelled"),
            ("allowance_posted", "Allowance posted"),
            ("allowance_cancelled", "Allowance cancelled"),
            ("debt_doubtful", "Debt moved to doubtful ones"),
            ("write_off_asked", "Write-off asked for"),
            ("write_off_refused", "Write-off not approved"),
            ("written_off", "Written off"),
            ("bad_debt_cancelled", "Write-off cancelled"),
            ("debt_recovered", "Written-off debt recovered"),
        ],
        compute="_compute_event",
        search="_search_event",
        help="What happened.",
    )

    _chain_uniq = models.UniqueIndex("(company_id, number)")
    _document_idx = models.Index("(res_model, res_id)")

    @api.depends("kind")
    def _compute_event(self):
        known = dict(self._fields["event"].selection)
        for entry in self:
            entry.event = entry.kind if entry.kind in known else False

    def _search_event(self, operator, value):
        return [("kind", operator, value)]

    def action_open_document(self):
        """Open the document that the entry is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
