from odoo import api, models

from .dispute import CLOSED
from .instalment_judge import FOLLOWED

PENDING_KEY = "crmx.collection.settled"


class AccountPartialReconcile(models.Model):
    """When debts are settled, or a settlement is taken back, what is agreed about them is looked at soon."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        self._crmx_note_settled(vals["debit_move_id"] for vals in vals_list if vals.get("debit_move_id"))
        return partials

    def unlink(self):
        self._crmx_note_settled(self.debit_move_id.ids)
        return super().unlink()

    @api.model
    def _crmx_note_settled(self, item_ids):
        """Remember debts until the transaction commits, so that reconciling costs no query of ours."""
        precommit = self.env.cr.precommit
        pending = precommit.data.get(PENDING_KEY)
        if pending is None:
            pending = precommit.data[PENDING_KEY] = set()
            # sudo: only lets the scheduled actions run that look at promises, plans and disputes
            precommit.add(self.browse().sudo()._crmx_look_again)
        pending.update(item_ids)

    @api.private
    def _crmx_look_again(self):
        """Let the scheduled actions look now at what is about the settled debts."""
        settled = (
            self.env["account.move.line"].browse(self.env.cr.precommit.data.pop(PENDING_KEY, ())).exists()
        )
        self.env["crmx.collection.case"]._mark_stale(
            settled.partner_id.commercial_partner_id, settled.company_id
        )
        items = [("line_ids.move_line_id", "in", settled.ids)]
        promises = self.env["crmx.promise"].search([*items, ("state", "!=", "withdrawn")])
        if promises:
            promises.date_checked = False
            self.env.ref("crm_extended.ir_cron_promise_judge")._trigger()
        plans = self.env["crmx.instalment.plan"].search([*items, ("state", "in", FOLLOWED)])
        if plans:
            plans.date_checked = False
            self.env.ref("crm_extended.ir_cron_instalment_plan_judge")._trigger()
        if self.env["crmx.dispute"].search_count([*items, ("state", "not in", CLOSED)], limit=1):
            self.env.ref("crm_extended.ir_cron_dispute_clear")._trigger()
