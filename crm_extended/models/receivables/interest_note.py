from odoo import api, fields, models

from ..common.plain_fields import PlainMany2one

#: Set by what happens to the note alone.
HAPPENED = {"move_id", "reversal_id", "reason"}


class InterestNote(models.Model):
    """What a customer is charged for having paid, or still paying, late: in one currency, up to a day.

    Proposed by the calculation and posted as a debit note of the host. What a note has charged, or waived,
    no other one charges again; a cancelled one lets go of it.
    """

    _name = "crmx.interest.note"
    _description = "Interest Note"
    _inherit = ["crmx.document", "mail.thread", "mail.activity.mixin"]
    _order = "date_to DESC, id DESC"
    _check_company_auto = True
    _rec_names_search = ["name", "partner_id"]
    _happened = HAPPENED

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one("res.users", string="Responsible", default=lambda self: self.env.user)
    policy_id = fields.Many2one(
        "crmx.interest.policy", string="Terms", required=True, ondelete="restrict", readonly=True, index=True
    )
    date = fields.Date(
        required=True, default=fields.Date.context_today, tracking=True, help="Of the debit note."
    )
    date_to = fields.Date(
        string="Interest Until", required=True, readonly=True, default=fields.Date.context_today
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, readonly=True, default=lambda self: self.env.company.currency_id
    )
    line_ids = fields.One2many("crmx.interest.line", "note_id", string="Calculation", copy=False)
    interest = fields.Monetary(compute="_compute_amounts", store=True)
    fee = fields.Monetary(string="Fees", compute="_compute_amounts", store=True)
    amount = fields.Monetary(string="Total", compute="_compute_amounts", store=True)
    item_count = fields.Integer(string="Debts", compute="_compute_amounts", store=True, aggregator=None)
    state = fields.Selection(
        [
            ("draft", "Proposal"),
            ("queued", "Being posted"),
            ("posted", "Posted"),
            ("waived", "Waived"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    error = fields.Text(string="Why it is not posted", readonly=True, copy=False)
    reason = fields.Text(readonly=True, copy=False, help="Why it was waived or cancelled.")
    move_id = PlainMany2one(
        "account.move", string="Debit Note", readonly=True, copy=False, index="btree_not_null"
    )
    reversal_id = PlainMany2one("account.move", readonly=True, copy=False, index="btree_not_null")
    payment_state = fields.Selection(related="move_id.payment_state", string="Payment")

    @api.depends("line_ids.amount", "line_ids.kind", "line_ids.is_waived")
    def _compute_amounts(self):
        for note in self:
            lines = note.line_ids.filtered(lambda line: not line.is_waived)
            fees = lines.filtered(lambda line: line.kind == "fee")
            note.fee = sum(fees.mapped("amount"))
            note.interest = sum((lines - fees).mapped("amount"))
            note.amount = note.fee + note.interest
            note.item_count = len(set(note.line_ids.mapped("document")))

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for note in self:
            parts = [note.name or self.env._("New interest note"), note.partner_id.name]
            note.display_name = " ".join(part for part in parts if part)

    # === ACTIONS === #

    def action_print(self):
        """Print the calculation."""
        return self.env.ref("crm_extended.crmx_interest_note_action_report").report_action(self, config=False)

    def action_waive(self):
        """Ask why the customer is let off."""
        return self._decide_action(self.env._("Waive"), "waive")

    def action_cancel(self):
        """Ask why the note is wrong."""
        return self._decide_action(self.env._("Cancel"), "cancel")

    @api.private
    def _decide_action(self, name, decision):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "crmx.interest.decide",
            "view_mode": "form",
            "target": "new",
            "context": {"default_note_ids": self.ids, "default_decision": decision},
        }

    def action_open_entries(self):
        """Open the debit note, with what reversed it."""
        self.ensure_one()
        moves = self.move_id | self.reversal_id
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Debit Note"),
            "res_model": "account.move",
        }
        if len(moves) == 1:
            return {**action, "view_mode": "form", "res_id": moves.id}
        return {**action, "view_mode": "list,form", "domain": [("id", "in", moves.ids)]}

    @api.private
    def document(self):
        """Return what the calculation says: for each debt its lines and their sum."""
        self.ensure_one()
        debts = self.line_ids.grouped(lambda line: (line.document, line.date_due))
        return [
            {
                "document": document,
                "due": due,
                "debt": lines[0].debt,
                "lines": lines,
                "total": sum(lines.filtered(lambda line: not line.is_waived).mapped("amount")),
            }
            for (document, due), lines in debts.items()
        ]
