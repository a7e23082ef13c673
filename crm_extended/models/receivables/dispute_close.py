"""How disputes end."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .dispute import CLOSED


class Dispute(models.Model):
    _inherit = "crmx.dispute"

    # === CLOSING === #

    @api.private
    def _close(self, state, resolution=False, note=False):
        """End disputes; their items can be dunned again."""
        self.check_access("write")
        # sudo: how disputes end, that the user may change
        self.sudo().write(
            {
                "state": state,
                "resolution": resolution,
                "resolution_note": note,
                "date_closed": fields.Date.context_today(self),
            }
        )
        self._log("dispute_closed")

    def action_resolve(self):
        """Ask how the disputes end."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Resolve"),
            "res_model": "crmx.dispute.resolve",
            "view_mode": "form",
            "target": "new",
            "context": {"default_dispute_ids": [fields.Command.set(self.ids)]},
        }

    def action_reopen(self):
        """Take up closed disputes again."""
        closed = self.filtered(lambda dispute: dispute.state in CLOSED)
        closed.check_access("write")
        # sudo: only the state, of disputes that the user may change
        closed.sudo().write(
            {"state": "progress", "resolution": False, "resolution_note": False, "date_closed": False}
        )
        closed.line_ids._check_not_twice()
        closed._log("dispute_reopened")

    @api.model
    def _cron_clear(self):
        """Close the disputes of which nothing is open any more."""
        disputes = self.search([("state", "not in", CLOSED), ("line_ids", "!=", False)])
        disputes.try_lock_for_update()._clear()

    @api.private
    def _clear(self):
        residuals = self.env["crmx.dispute.line"]._open_residuals(self.line_ids.move_line_id)
        cleared = self.filtered(
            lambda dispute: not any(residuals.get(line.move_line_id.id) for line in dispute.line_ids)
        )
        cleared._close("cleared")
        return cleared

    @api.model
    @api.private
    def _any_open(self, as_of):
        """Return whether any of the selected companies' disputes was open on a day."""
        disputes = self.sudo()  # sudo: whether there is one at all
        found = disputes.search_count(
            [
                ("company_id", "in", self.env.companies.ids),
                ("date", "<=", as_of),
                "|",
                ("date_closed", "=", False),
                ("date_closed", ">", as_of),
            ],
            limit=1,
        )
        return bool(found)

    # === CREDIT NOTE === #

    def action_credit_note(self):
        """Open the host's wizard on the contested invoices; what it makes is linked to the dispute."""
        self.ensure_one()
        moves = self.line_ids.move_line_id.move_id.filtered(
            lambda move: move.is_invoice(include_receipts=True)
        )
        if not moves:
            raise UserError(self.env._("None of the items is an invoice, so there is nothing to credit."))
        action = self.env["ir.actions.act_window"]._for_xml_id("account.action_view_account_move_reversal")
        action["context"] = {
            "active_model": "account.move",
            "active_ids": moves.ids,
            "default_reason": self.name,
            "crmx_dispute_id": self.id,
        }
        return action

    def action_open_credit_notes(self):
        """List the credit notes made for the dispute."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit Notes"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", self.credit_note_ids.ids)],
        }
