from odoo import api, fields, models
from odoo.exceptions import ValidationError


class Interaction(models.Model):
    """What a contact about money may end with."""

    _inherit = "crmx.interaction"

    next_step = fields.Selection(
        selection_add=[("promise", "Promise to pay"), ("dispute", "Dispute")],
        ondelete={"promise": "set null", "dispute": "set null"},
    )
    crmx_promised_amount = fields.Monetary(
        string="How much",
        currency_field="crmx_promised_currency_id",
        copy=False,
        aggregator=None,
        help="Promised of all that is owed. For single invoices, log the promise there.",
    )
    crmx_promised_currency_id = fields.Many2one(
        "res.currency",
        string="Currency of the promise",
        default=lambda self: self.env.company.currency_id,
        copy=False,
    )
    crmx_dispute_reason_id = fields.Many2one("crmx.dispute.reason", string="Why", copy=False)

    @api.constrains("next_step", "partner_id", "next_date", "crmx_promised_amount", "crmx_dispute_reason_id")
    def _check_crmx_next_step(self):
        for interaction in self.filtered(lambda i: i.next_step in ("promise", "dispute")):
            if not interaction.partner_id:
                raise ValidationError(self.env._("Say first with whom the contact was."))
            promised = interaction.next_date and interaction.crmx_promised_amount > 0
            if interaction.next_step == "promise" and not promised:
                raise ValidationError(self.env._("Say how much was promised, and for when."))
            if interaction.next_step == "dispute" and not interaction.crmx_dispute_reason_id:
                raise ValidationError(self.env._("Say why the customer does not pay."))

    @api.model
    def _next_step_makers(self):
        return {
            **super()._next_step_makers(),
            "promise": self._prepare_next_promise,
            "dispute": self._prepare_next_dispute,
        }

    @api.model
    def _prepare_next_promise(self, interaction):
        return "crmx.promise", {
            **self._prepare_next_debt(interaction),
            "date_promised": fields.Datetime.context_timestamp(interaction, interaction.next_date).date(),
            "amount": interaction.crmx_promised_amount,
            "currency_id": interaction.crmx_promised_currency_id.id,
            "note": interaction.next_summary,
        }

    @api.model
    def _prepare_next_dispute(self, interaction):
        debts = self.env["crmx.open.item"]
        if self.env["crmx.dispute.line"].has_access("create"):  # else the owner adds the items
            # sudo: the open amounts of documents that the user reads
            debts = self._linked_invoices(interaction)._crmx_debts().sudo()
        return "crmx.dispute", {
            **self._prepare_next_debt(interaction),
            "reason_id": interaction.crmx_dispute_reason_id.id,
            "description": interaction.description,
            "line_ids": [
                fields.Command.create({"move_line_id": item.id, "amount": item.residual_currency})
                for item in debts
            ],
        }

    @api.model
    def _prepare_next_debt(self, interaction):
        return {
            "partner_id": interaction.partner_id.id,
            "company_id": interaction.company_id.id,
            "user_id": interaction.next_user_id.id or self.env.uid,
        }

    @api.model
    def _linked_invoices(self, interaction):
        """Return the posted customer documents that the contact is about."""
        links = interaction.document_ids.filtered(lambda link: link.res_model == "account.move")
        moves = self.env["account.move"].browse(links.mapped("res_id")).exists()._filtered_access("read")
        return moves.filtered(
            lambda move: (
                move.state == "posted"
                and move.company_id == interaction.company_id
                and move.commercial_partner_id == interaction.partner_id.commercial_partner_id
            )
        )
