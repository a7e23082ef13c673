from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.plain_fields import PlainMany2one

#: Why an item is not in a message, in the order in which they are looked at.
REASONS = [
    ("no_partner", "Without a customer"),
    ("no_followup", "Marked “no follow-up”"),
    ("stopped", "Reminders stopped"),
    ("promised", "Promised"),
    ("planned", "In an instalment plan"),
    ("disputed", "Disputed"),
    ("covered", "Covered by credits, payments under way or a promise"),
    ("pending", "In another run, or unknown whether it was sent"),
    ("no_policy", "No policy, or one without levels"),
    ("last_level", "Last level was sent"),
    ("early", "Not late enough for the next level"),
    ("wait", "Waiting after the level before"),
    ("small", "Below the minimum"),
    ("twice", "Sent by another run meanwhile"),
    ("gone", "Settled or taken back meanwhile"),
]


class DunningLine(models.Model):
    """What a run found out about one overdue item: in which message it is, or why in none.

    Written by one query for a whole run. Amounts are in the item's currency. The item may be gone from the
    ledger later; what was found out stays.
    """

    _name = "crmx.dunning.line"
    _description = "Item of a Dunning Run"
    _order = "run_id DESC, date_maturity, id"
    _rec_name = "move_line_id"
    _log_access = False  # the run says when and by whom; two more foreign keys an item cost time

    run_id = fields.Many2one("crmx.dunning.run", required=True, readonly=True, ondelete="cascade", index=True)
    letter_id = fields.Many2one(
        "crmx.dunning.letter", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True, index="btree_not_null")
    move_line_id = PlainMany2one("account.move.line", string="Item", readonly=True, index="btree_not_null")
    move_id = PlainMany2one("account.move", string="Document", readonly=True, index="btree_not_null")
    date_maturity = fields.Date(string="Due Date", readonly=True)
    days_late = fields.Integer(readonly=True, aggregator="max")
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_currency_id = fields.Many2one(related="run_id.currency_id", string="Company currency")
    open_amount = fields.Monetary(string="Open", readonly=True, aggregator=None)
    promised = fields.Monetary(readonly=True, aggregator=None)
    planned = fields.Monetary(string="In Instalments", readonly=True, aggregator=None)
    disputed = fields.Monetary(readonly=True, aggregator=None)
    covered = fields.Monetary(
        readonly=True, aggregator=None, help="By credits, payments under way, or a promise without items."
    )
    amount = fields.Monetary(string="To Pay", readonly=True, aggregator=None, help="What is asked for.")
    amount_company = fields.Monetary(
        string="In Company Currency",
        currency_field="company_currency_id",
        readonly=True,
        help="At the rate at which the item is booked; without a message, what is open.",
    )
    previous_number = fields.Integer(string="Level Before", readonly=True, aggregator=None)
    level_number = fields.Integer(string="Level", readonly=True, aggregator=None)
    reason = fields.Selection(REASONS, string="Not Sent Because", readonly=True, index="btree_not_null")
    is_live = fields.Boolean(
        readonly=True, help="The level counts for the item: its message is to be sent, or was."
    )
    date = fields.Date(string="Reminded on", readonly=True)

    # Two runs may propose the same; only one of them gets it sent.
    _live_uniq = models.UniqueIndex(
        "(move_line_id, level_number) WHERE is_live",
        "Another run is sending some of these reminders right now. Try again.",
    )

    def action_follow_up(self):
        """Take the mark “no follow-up” from the items: for opening balances that were imported as entries."""
        if self.filtered(lambda line: line.reason != "no_followup"):
            raise UserError(self.env._("Select items that are marked “no follow-up”."))
        items = self.move_line_id.exists()
        items.check_access("write")
        items.write({"no_followup": False})
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s items will be followed up. Use “Propose Again” to see them.", count=len(items)
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_open_document(self):
        """Open the journal entry of the item."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }

    @api.model
    @api.private
    def _forget_items(self, item_ids):
        """Let go of items that are being deleted; what was found out about them stays."""
        lines = self.search([("move_line_id", "in", item_ids)])
        lines.write({"move_line_id": False, "move_id": False})
