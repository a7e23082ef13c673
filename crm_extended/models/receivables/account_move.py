from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    crmx_promise_count = fields.Integer(
        string="Promises",
        compute="_compute_crmx_collection_counts",
        groups="crm_extended.group_receivables_user",
    )
    crmx_dispute_count = fields.Integer(
        string="Disputes",
        compute="_compute_crmx_collection_counts",
        groups="crm_extended.group_receivables_user",
    )

    def _compute_crmx_collection_counts(self):
        promises = self._crmx_count("crmx.promise.line", "promise_id")
        disputes = self._crmx_count("crmx.dispute.line", "dispute_id")
        for move in self:
            move.crmx_promise_count = promises.get(move.id, 0)
            move.crmx_dispute_count = disputes.get(move.id, 0)

    def _crmx_count(self, model_name, parent):
        groups = self.env[model_name]._read_group(
            [("move_id", "in", self.ids)], ["move_id"], [f"{parent}:count_distinct"]
        )
        return {move.id: count for move, count in groups}

    def _crmx_debts(self):
        """Return the open items of the documents that increase what the customer owes."""
        # sudo: the ids of open items of documents that the user reads, in their companies
        Item = self.env["crmx.open.item"].sudo().with_context(allowed_company_ids=self.company_id.ids)
        debts = Item.search([("move_id", "in", self.ids), ("residual_currency", ">", 0)])
        return self.env["crmx.open.item"].browse(debts.ids)

    def action_crmx_log_promise(self):
        """Open a new promise about what is open of the documents."""
        return self._crmx_debts().action_crmx_log_promise()

    def action_crmx_open_dispute(self):
        """Open a new dispute about what is open of the documents."""
        return self._crmx_debts().action_crmx_open_dispute()

    def action_crmx_plan_instalments(self):
        """Open a new instalment plan for what is open of the documents."""
        return self._crmx_debts().action_crmx_plan_instalments()

    def action_crmx_open_promises(self):
        """List the promises about the document."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_promise_action")
        return {**action, "domain": [("line_ids.move_id", "in", self.ids)], "context": {"create": False}}

    def action_crmx_open_disputes(self):
        """List the disputes about the document."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_dispute_action")
        return {**action, "domain": [("line_ids.move_id", "in", self.ids)], "context": {"create": False}}

    # === ONLINE PAYMENT === #

    def _has_to_be_paid(self):
        """Not while the customer's payment of a selection with a part of the document is under way."""
        return super()._has_to_be_paid() and not self._crmx_pending()

    def _get_online_payment_error(self):
        """Say so instead of the host's reasons, of which none holds."""
        if self._crmx_pending():
            return self.env._("There is a pending transaction for this invoice.")
        return super()._get_online_payment_error()

    def _crmx_pending(self):
        debts = self.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        return self.env["crmx.portal.debts"].pending(debts).filtered("crmx_item_ids")
