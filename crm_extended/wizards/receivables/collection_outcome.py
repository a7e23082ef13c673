from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.worklist import next_workday

#: Days within which customers usually promise to pay.
PROMISE_DAYS = 7


class CollectionOutcome(models.TransientModel):
    """What a call of the worklist ended with, filled in as it usually is: save, and it is done."""

    _name = "crmx.collection.outcome"
    _description = "Outcome of a Call about Debts"

    case_id = fields.Many2one("crmx.collection.case", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(related="case_id.partner_id")
    company_id = fields.Many2one(related="case_id.company_id")
    owed = fields.Char(related="case_id.amounts", string="To Ask for")
    kind = fields.Selection(
        [
            ("promise", "Promise"),
            ("dispute", "Dispute"),
            ("back", "Call back"),
            ("number", "Wrong number"),
        ],
        required=True,
        default="promise",
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False)
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, readonly=False, required=True
    )
    date = fields.Date(string="When", compute="_compute_date", store=True, readonly=False)
    reason_id = fields.Many2one(
        "crmx.dispute.reason",
        string="Why",
        default=lambda self: self.env["crmx.dispute.reason"].search(
            self.env["crmx.dispute.reason"]._check_company_domain(self.env.company), limit=1
        ),
    )
    move_ids = fields.Many2many(
        "account.move",
        string="Documents",
        domain=[("state", "=", "posted"), ("move_type", "in", ("out_invoice", "out_receipt"))],
        help="What is contested; none when it is not clear yet.",
    )
    phone = fields.Char(string="Right Number", help="If somebody told it.")
    note = fields.Text(string="What Was Said")

    @api.depends("case_id")
    def _compute_currency_id(self):
        for outcome in self:
            asked = outcome.case_id.by_currency or {}
            most = max(asked, key=asked.get, default=None)
            outcome.currency_id = int(most) if most else outcome.case_id.currency_id.id

    @api.depends("case_id", "currency_id")
    def _compute_amount(self):
        for outcome in self:
            asked = outcome.case_id.by_currency or {}
            outcome.amount = asked.get(str(outcome.currency_id.id), 0.0)

    @api.depends("kind")
    def _compute_date(self):
        today = fields.Date.context_today(self)
        for outcome in self:
            outcome.date = (
                today + relativedelta(days=PROMISE_DAYS) if outcome.kind == "promise" else next_workday(today)
            )

    def action_save(self):
        """Take the outcome down."""
        self.ensure_one()
        self._check_filled_in()
        said = {"note": self.note}
        if self.kind in ("promise", "back"):
            said["date"] = self.date
        if self.kind == "promise":
            said |= {"amount": self.amount, "currency_id": self.currency_id.id}
        elif self.kind == "dispute":
            said |= {"reason_id": self.reason_id.id, "moves": self.move_ids}
        elif self.kind == "number":
            said["phone"] = (self.phone or "").strip()
        self.case_id._take_down(self.kind, said)
        return {"type": "ir.actions.act_window_close"}

    def _check_filled_in(self):
        today = fields.Date.context_today(self)
        if self.kind == "promise" and self.amount <= 0:
            raise UserError(self.env._("Say how much was promised: more than nothing."))
        if self.kind in ("promise", "back") and (not self.date or self.date < today):
            raise UserError(self.env._("Say for when: today or later."))
        if self.kind == "dispute" and not self.reason_id:
            raise UserError(self.env._("Say why the customer does not pay."))
