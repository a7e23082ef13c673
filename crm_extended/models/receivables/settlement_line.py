from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.statement import net_amounts
from ..common.plain_fields import PlainMany2one


class SettlementLine(models.Model):
    """An item of one side, and what of it is netted."""

    _name = "crmx.settlement.line"
    _description = "Item of a mutual settlement"
    _order = "settlement_id, currency_id, side DESC, sequence, id"

    settlement_id = fields.Many2one("crmx.settlement", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer()
    side = fields.Selection(
        [("receivable", "They owe us"), ("payable", "We owe them")],
        required=True,
        default="receivable",
        readonly=True,
    )
    move_line_id = PlainMany2one(
        "account.move.line",
        string="Open Item",
        readonly=True,
        index="btree_not_null",
        help="Empty when the ledger has it no more.",
    )
    partner_id = fields.Many2one("res.partner", readonly=True, ondelete="restrict")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    date_maturity = fields.Date(string="Due", readonly=True)
    open_amount = fields.Monetary(string="Open", readonly=True, help="When it was proposed.")
    is_chosen = fields.Boolean(string="Take", default=True)
    amount = fields.Monetary(string="Netted", help="What is taken off both sides.")

    _amount_bounds = models.Constraint(
        "CHECK (amount >= 0 AND amount <= open_amount)",
        "What is netted of an item is between nothing and what is open.",
    )

    def write(self, vals):
        if not self.env.su:
            if self.settlement_id.filtered(lambda settlement: settlement.state != "draft"):
                raise UserError(self.env._("It is no proposal any more."))
            if vals.keys() - {"is_chosen", "amount"}:
                raise UserError(self.env._("Choose items and amounts; the rest is what the ledger says."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        if self.settlement_id.filtered("move_id"):
            raise UserError(self.env._("It is no proposal any more."))

    @api.private
    def _spread(self):
        """Net the chosen items of each currency, oldest first, as far as both sides go."""
        (self - self.filtered("is_chosen")).amount = 0
        for currency, lines in self.filtered("is_chosen").grouped("currency_id").items():
            debts = lines.filtered(lambda line: line.side == "receivable")
            claims = lines.filtered(lambda line: line.side == "payable")
            parts = net_amounts(
                debts.mapped("open_amount"), claims.mapped("open_amount"), currency.decimal_places
            )
            for side, amounts in zip((debts, claims), parts, strict=True):
                for line, amount in zip(side, amounts, strict=True):
                    line.amount = amount

    @api.private
    def _check_open(self):
        """Lock the items.

        :raise UserError: when less is open than is to be netted, or an item is somebody else's
        """
        self.move_line_id.lock_for_update()
        for line in self:
            item = line.move_line_id
            mine = item.partner_id.commercial_partner_id in line.settlement_id.parties()
            sign = 1 if line.side == "receivable" else -1
            now = sign * item.amount_residual_currency if mine and item.parent_state == "posted" else 0.0
            if line.currency_id.compare_amounts(line.amount, now) > 0:
                raise UserError(
                    self.env._(
                        "Only %(open)s of “%(item)s” is still open: propose anew.",
                        open=line.currency_id.format(max(now, 0.0)),
                        item=item.display_name,
                    )
                )
