from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.plain_fields import PlainMany2one


class InterestLine(models.Model):
    """A period in which a debt bore interest at one rate, or the fee for it.

    While `is_claim`, nothing else charges the same debt for any day of the period, nor a second fee: the
    database itself sees to it, whoever proposes at the same time.
    """

    _name = "crmx.interest.line"
    _description = "Period of an Interest Note"
    _order = "note_id, date_due, document, move_line_id, kind DESC, date_from, id"
    _rec_name = "document"

    note_id = fields.Many2one("crmx.interest.note", required=True, ondelete="cascade", index=True)
    currency_id = fields.Many2one(related="note_id.currency_id")
    move_line_id = PlainMany2one(
        "account.move.line",
        string="Debt",
        readonly=True,
        index="btree_not_null",
        help="The journal item. Empty when the ledger has it no more.",
    )
    document = fields.Char(required=True, readonly=True, help="The number of the debt's document.")
    date_due = fields.Date(string="Due", readonly=True)
    debt = fields.Monetary(string="Debt at first", readonly=True, aggregator=None)
    kind = fields.Selection(
        [("interest", "Interest"), ("fee", "Fee")], required=True, readonly=True, default="interest"
    )
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="Until", required=True, readonly=True)
    days = fields.Integer(compute="_compute_days", store=True)
    principal = fields.Monetary(string="Owed", readonly=True, aggregator=None, help="What bore interest.")
    percent = fields.Float(string="Rate (%)", digits=(16, 4), readonly=True, aggregator=None)
    amount = fields.Monetary(readonly=True)
    is_waived = fields.Boolean(string="Waived", readonly=True)
    is_claim = fields.Boolean(default=True, readonly=True)

    _period_once = models.Constraint(
        "EXCLUDE USING gist (int4range(move_line_id, move_line_id, '[]') WITH &&,"
        " daterange(date_from, date_to, '[]') WITH &&)"
        " WHERE (is_claim AND kind = 'interest' AND move_line_id IS NOT NULL)",
        "Another note has just charged the same debt for the same days. Propose anew.",
    )
    _fee_once = models.UniqueIndex(
        "(move_line_id) WHERE is_claim AND kind = 'fee' AND move_line_id IS NOT NULL",
        "Another note has just charged the fee of the same debt. Propose anew.",
    )
    _dates = models.Constraint("CHECK (date_from <= date_to)", "A period ends after it begins.")

    @api.depends("date_from", "date_to")
    def _compute_days(self):
        for line in self:
            line.days = (line.date_to - line.date_from).days + 1 if line.date_from and line.date_to else 0

    def write(self, vals):
        if not self.env.su:
            raise UserError(self.env._("The calculation follows from the ledger and the terms."))
        return super().write(vals)
