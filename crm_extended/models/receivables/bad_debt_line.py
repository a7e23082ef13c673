from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.plain_fields import PlainMany2one


class BadDebtLine(models.Model):
    """A debt, and what of it is moved or written off."""

    _name = "crmx.bad.debt.line"
    _description = "Debt that is doubtful or lost"
    _order = "bad_debt_id, date_due, id"
    _rec_name = "document"

    bad_debt_id = fields.Many2one("crmx.bad.debt", required=True, ondelete="cascade", index=True)
    move_line_id = PlainMany2one(
        "account.move.line",
        string="Open Item",
        readonly=True,
        index="btree_not_null",
        help="Empty when the ledger has it no more.",
    )
    document = fields.Char(required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    company_currency_id = fields.Many2one(related="bad_debt_id.currency_id", string="Company Currency")
    date_due = fields.Date(string="Due", readonly=True)
    open_amount = fields.Monetary(string="Open", readonly=True, help="When it was proposed.")
    open_company = fields.Monetary(
        string="Open, in the Company's Currency", currency_field="company_currency_id", readonly=True
    )
    is_chosen = fields.Boolean(string="Take", default=True)
    amount = fields.Monetary()
    amount_company = fields.Monetary(
        string="In the Company's Currency",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
        help="The part of what the ledger has open, at the rate at which it was booked.",
    )

    _amount_bounds = models.Constraint(
        "CHECK (amount >= 0 AND amount <= open_amount)", "What is taken is between nothing and what is open."
    )

    @api.depends("amount", "open_amount", "open_company")
    def _compute_amount_company(self):
        for line in self:
            share = line.amount / line.open_amount if line.open_amount else 0.0
            amount = line.open_company * share
            line.amount_company = (
                line.company_currency_id.round(amount) if line.company_currency_id else amount
            )

    def write(self, vals):
        if not self.env.su:
            if self.bad_debt_id.filtered(lambda document: document.state != "draft"):
                raise UserError(self.env._("It is no draft any more: take it back first."))
            if vals.keys() - {"is_chosen", "amount"}:
                raise UserError(self.env._("Choose debts and amounts; the rest is what the ledger says."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        if self.bad_debt_id.filtered(lambda document: document.state != "draft"):
            raise UserError(self.env._("It is no draft any more: take it back first."))

    @api.private
    def _check_open(self):
        """Lock the items.

        :raise UserError: when less is open than is to be taken, it is worth something else by now, or an
            item is somebody else's
        """
        self.move_line_id.lock_for_update()
        self.move_line_id.invalidate_recordset(["amount_residual", "amount_residual_currency"])
        for line in self:
            item = line.move_line_id
            is_mine = (
                item.partner_id.commercial_partner_id == line.bad_debt_id.partner_id.commercial_partner_id
                and item.parent_state == "posted"
            )
            now = item.amount_residual_currency if is_mine else 0.0
            if line.currency_id.compare_amounts(line.amount, now) > 0:
                raise UserError(
                    self.env._(
                        "Only %(open)s of “%(item)s” is still open: propose anew.",
                        open=line.currency_id.format(max(now, 0.0)),
                        item=line.document,
                    )
                )
            worth = item.amount_residual * line.amount / now if now else 0.0
            if abs(worth - line.amount_company) > 2 * line.company_currency_id.rounding:
                raise UserError(self.env._("What “%s” is worth has changed: propose anew.", line.document))
