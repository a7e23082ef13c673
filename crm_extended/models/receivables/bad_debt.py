from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..common.plain_fields import PlainMany2many, PlainMany2one

#: Set by what happens to the document alone.
HAPPENED = {
    "move_id", "reversal_id", "recovery_ids", "recovered", "amount", "tax", "asked_by_id",
    "decided_by_id",
}  # fmt: skip


class BadDebt(models.Model):
    """Debts of a customer that are moved to the account of doubtful ones, or written off.

    Moving needs an accountant. A write-off is asked for, and posted when somebody approves it who may for
    that amount. What comes in after all is recovered.
    """

    _name = "crmx.bad.debt"
    _description = "Doubtful or Lost Debt"
    _inherit = ["crmx.document", "mail.thread", "mail.activity.mixin"]
    _order = "date DESC, id DESC"
    _check_company_auto = True
    _rec_names_search = ["name", "partner_id"]
    _happened = HAPPENED

    kind = fields.Selection(
        [("doubtful", "Move to doubtful debts"), ("write_off", "Write off")],
        string="What",
        required=True,
        default="write_off",
        tracking=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain=[("parent_id", "=", False)],
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, default=fields.Date.context_today, tracking=True, help="Of the entry.")
    reason = fields.Text(help="Why it will not, or may not, come in: such as insolvency or limitation.")
    line_ids = fields.One2many("crmx.bad.debt.line", "bad_debt_id", string="Debts", copy=False)
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        tracking=True,
        help="In the company's currency, as the ledger has it.",
    )
    tax = fields.Monetary(string="Tax claimed back", readonly=True, copy=False)
    recovered = fields.Monetary(readonly=True, copy=False, help="What came in after all.")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("asked", "To Approve"),
            ("posted", "Posted"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    asked_by_id = fields.Many2one("res.users", string="Asked by", readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", string="Approved by", readonly=True, copy=False)
    move_id = PlainMany2one("account.move", string="Entry", readonly=True, copy=False, index="btree_not_null")
    reversal_id = PlainMany2one("account.move", readonly=True, copy=False, index="btree_not_null")
    recovery_ids = PlainMany2many(
        "account.move",
        "crmx_bad_debt_recovery_rel",
        "bad_debt_id",
        "move_id",
        string="Recoveries",
        readonly=True,
        copy=False,
    )
    may_approve = fields.Boolean(compute="_compute_may_approve")

    @api.depends("line_ids.amount_company", "line_ids.is_chosen")
    def _compute_amount(self):
        for document in self:
            chosen = document.line_ids.filtered("is_chosen")
            document.amount = sum(chosen.mapped("amount_company"))

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for document in self:
            parts = [document.name or self.env._("New"), document.partner_id.name]
            document.display_name = " ".join(part for part in parts if part)

    @api.depends_context("uid")
    @api.depends("state", "amount", "asked_by_id")
    def _compute_may_approve(self):
        most = self.env["crmx.approval.ladder"]._most_of(self.env.user, "write_off")
        for document in self:
            document.may_approve = document.state == "asked" and not document._objection(most)

    def write(self, vals):
        fixed = {"kind", "partner_id", "company_id", "date", "line_ids", "reason"} & vals.keys()
        if fixed and not self.env.su and self.filtered(lambda document: document.state != "draft"):
            raise UserError(self.env._("It is no draft any more: take it back first."))
        return super().write(vals)

    # === PROPOSING === #

    def action_propose(self):
        """List what the customer owes on that day; everything overdue is chosen."""
        for document in self:
            document._lock("draft")
            rows = document._open_debts()
            if not rows:
                raise UserError(self.env._("%s owes nothing on that day.", document.partner_id.display_name))
            document.line_ids = [Command.clear(), *(Command.create(row) for row in rows)]

    @api.private
    def _open_debts(self):
        Item = self.env["crmx.open.item"].with_context(
            allowed_company_ids=self.company_id.ids, crmx_side="receivable", crmx_as_of=str(self.date)
        )
        Item.invalidate_model()  # records keep the figures of before, in one transaction
        doubtful = self.company_id.crmx_doubtful_account_id
        items = Item.search(
            [
                ("commercial_partner_id", "=", self.partner_id.commercial_partner_id.id),
                ("residual_currency", ">", 0),
                *([("account_id", "!=", doubtful.id)] if self.kind == "doubtful" and doubtful else []),
            ],
            order="date_maturity, date, id",
        )
        return [
            {
                "move_line_id": item.move_line_id.id,
                "document": item.move_id.name,
                "currency_id": item.currency_id.id,
                "date_due": item.date_maturity or item.date,
                "open_amount": item.residual_currency,
                "open_company": item.residual,
                "amount": item.residual_currency,
                "is_chosen": item.age > 0,
            }
            for item in items
        ]

    # === ACTIONS === #

    def action_open_entries(self):
        """List the entry, what reversed it, and what was recovered."""
        self.ensure_one()
        entries = self.move_id | self.reversal_id | self.recovery_ids
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", entries.ids)],
        }

    def action_recover(self):
        """Ask how much came in."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Recovered"),
            "res_model": "crmx.bad.debt.recover",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_bad_debt_id": self.id,
                "default_amount": self.amount - self.recovered,
            },
        }
