from collections import defaultdict
from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..common.plain_fields import PlainMany2one


class Settlement(NamedTuple):
    """What settled an item on one day, in the item's currency.

    :param is_money: a payment, and no credit note or other entry
    """

    day: date
    amount: float
    is_money: bool


class CollectionLine(models.AbstractModel):
    """A part of an open debt that something was agreed on or is contested.

    A model of ours that inherits this names the document in `_collection_parent`; the document has
    `commercial_partner_id`, `company_id` and `date`.
    """

    _name = "crmx.collection.line"
    _description = "Part of an open debt"
    _order = "id"
    _rec_name = "move_line_id"

    #: The many2one to the document.
    _collection_parent = ""

    move_line_id = PlainMany2one(
        "account.move.line",
        string="Open Item",
        index="btree_not_null",
        help="The journal item of the debt. Empty when the ledger has it no more.",
    )
    move_id = PlainMany2one(
        "account.move",
        string="Document",
        related="move_line_id.move_id",
        store=True,
        index="btree_not_null",
    )
    date_maturity = fields.Date(related="move_line_id.date_maturity", related_sudo=True)
    item_currency_id = fields.Many2one(related="move_line_id.currency_id", string="Currency of the debt")
    amount = fields.Monetary(
        currency_field="item_currency_id",
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="In the document's currency.",
    )
    baseline = fields.Monetary(
        string="Open at the Time",
        currency_field="item_currency_id",
        readonly=True,
        help="What was open on the debt at the end of the day it was about.",
    )
    open_amount = fields.Monetary(
        string="Open Now", currency_field="item_currency_id", compute="_compute_open_amount"
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "Say which amount: it must be above zero.")

    @api.depends("move_line_id")
    def _compute_amount(self):
        """All of the debt, unless somebody says otherwise."""
        fresh = self.filtered(lambda line: line.move_line_id and not line.amount)
        residuals = self._open_residuals(fresh.move_line_id)
        for line in fresh:
            line.amount = max(0.0, residuals.get(line.move_line_id._origin.id or line.move_line_id.id, 0.0))

    @api.depends("move_line_id")
    def _compute_open_amount(self):
        residuals = self._open_residuals(self.move_line_id)
        for line in self:
            line.open_amount = residuals.get(line.move_line_id._origin.id or line.move_line_id.id, 0.0)

    @api.model
    @api.private
    def _open_residuals(self, items, as_of=None):
        """Return {journal item id: open amount in the document's currency} of the receivables among them.

        What is settled, or not in the posted ledger, is not in the result.
        """
        if not items:
            return {}
        # sudo: the open amounts of items that a document the user may read is about
        Item = self.env["crmx.open.item"].sudo()
        Item = Item.with_context(
            allowed_company_ids=items.sudo().company_id.ids,  # sudo: as above
            crmx_side="receivable",
            crmx_as_of=as_of and str(as_of),
        )
        query = Item._search([("id", "in", items.ids)])
        columns = (Item._field_to_sql(Item._table, name, query) for name in ("id", "residual_currency"))
        # not through records: they keep the figures of before, of the same day, in one transaction
        return dict(self.env.execute_query(query.select(*columns)))

    @api.private
    def _settlements(self):
        """Return {line id: [Settlement]} of what posted entries settled of the lines' items, in one query."""
        if not self:
            return {}
        self.flush_model(["move_line_id"])
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.move.line"].flush_model(["parent_state", "payment_id", "journal_id"])
        query = SQL(_SETTLED, table=SQL.identifier(self._table), ids=self.ids)
        settled = defaultdict(list)
        for line_id, *parts in self.env.execute_query(query):
            settled[line_id].append(Settlement(*parts))
        return settled

    @api.private
    def _forget_items(self):
        """Let go of items that are being deleted; amounts and what was found out stay."""
        if self:
            self.flush_recordset()
            # past the ORM: without its item, a line would get other amounts and another currency
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET move_line_id = NULL, move_id = NULL WHERE id IN %s",
                    SQL.identifier(self._table),
                    self._ids,
                )
            )
            self.invalidate_recordset(["move_line_id", "move_id"], flush=False)

    @api.private
    def _set_baselines(self):
        """Take down what was open on each debt at the end of its document's day.

        :raise ValidationError: when more is meant than was open, or somebody else's debt
        """
        for day, lines in self.grouped(lambda line: line[self._collection_parent].date).items():
            residuals = self._open_residuals(lines.move_line_id, day)
            for line in lines:
                line.baseline = residuals.get(line.move_line_id.id, 0.0)
        self._check_debts()

    @api.private
    def _check_debts(self):
        # sudo: compares the debt's partner and company with the document's, and shows names only
        for line in self.sudo().filtered("move_line_id"):
            parent, item = line[self._collection_parent], line.move_line_id
            partner = item.partner_id.commercial_partner_id
            if partner != parent.commercial_partner_id or item.company_id != parent.company_id:
                raise ValidationError(
                    self.env._(
                        "“%(item)s” is no debt of %(partner)s to %(company)s.",
                        item=item.display_name,
                        partner=parent.commercial_partner_id.display_name,
                        company=parent.company_id.name,
                    )
                )
            if line.item_currency_id.compare_amounts(line.amount, line.baseline) > 0:
                raise ValidationError(
                    self.env._(
                        "Only %(open)s of “%(item)s” was open on %(date)s: less than %(amount)s.",
                        open=line.item_currency_id.format(line.baseline),
                        item=item.display_name,
                        date=self.env["ir.qweb.field.date"].value_to_html(parent.date, {}),
                        amount=line.item_currency_id.format(line.amount),
                    )
                )


# The kinds of counterparts are those of crmx.open.item: what has neither a payment nor a journal of money
# is a credit note or another entry. Exchange differences have no amount in the document's currency.
_SETTLED = """
    SELECT agreed.id, partial.max_date, SUM(partial.debit_amount_currency)::float, kind.is_money
      FROM %(table)s agreed
      JOIN account_partial_reconcile partial ON partial.debit_move_id = agreed.move_line_id
      JOIN account_move_line counterpart ON counterpart.id = partial.credit_move_id
      JOIN account_journal journal ON journal.id = counterpart.journal_id
     CROSS JOIN LATERAL (
           SELECT counterpart.payment_id IS NOT NULL OR journal.type IN ('bank', 'cash', 'credit') AS is_money
     ) kind
     WHERE agreed.id = ANY(%(ids)s)
       AND counterpart.parent_state = 'posted'
     GROUP BY agreed.id, partial.max_date, kind.is_money
"""
