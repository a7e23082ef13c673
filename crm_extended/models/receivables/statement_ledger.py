from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.statement import running_balances

#: What a statement is about: sides of the open items, and the sign that makes debts to us positive.
SIDES = {
    "receivable": {"receivable": 1},
    "payable": {"payable": -1},
    "both": {"receivable": 1, "payable": -1},
}
ACCOUNT_TYPES = {"receivable": "asset_receivable", "payable": "liability_payable"}
KINDS = [("outstanding", "Open items"), ("activity", "Activity of a period")]
SIDE_LABELS = [("receivable", "As a customer"), ("payable", "As a vendor"), ("both", "Both")]


class StatementLedger(models.AbstractModel):
    """What is said to customers about their account, read from the ledger for many of them at once.

    All amounts are in the currency of the documents, each currency on its own; positive is what the customer
    owes us. The closing balance of each currency is the sum of what is open on that day: a payment in one
    currency for an invoice in another, or of somebody else's invoice, is a line of its own in both.
    """

    _name = "crmx.statement.ledger"
    _description = "Statements of account"

    @api.model
    @api.private
    def statements(self, partners, company, options):
        """Return the statements of commercial partners with all their contacts, in three queries.

        The company speaks for its branches: their entries are on its statements.

        :param options: dictionary of `kind` ("outstanding" or "activity"), `side`, `date_to` and, of an
            activity, `date_from` (dates)
        :return: {partner id: list of sections, one a currency}; without those who have nothing to show.
            A section is a dictionary of `currency` (record), `opening`, `lines`, `closing`, `overdue`,
            `unallocated` (credits not matched, negative), `buckets`
        :raise UserError: when the period ends before it begins
        """
        if options["kind"] == "activity" and options["date_from"] > options["date_to"]:
            raise UserError(self.env._("The period ends before it begins."))
        self.with_company(company).env["crmx.open.item"].check_access("read")
        # sudo: the account with the company, of which its branches are a part, for those who may read it
        ledger = self.sudo().with_context(allowed_company_ids=list(company._crmx_branch_ids()))
        partners = partners.commercial_partner_id
        items = ledger._open_items(partners, options)
        if options["kind"] == "outstanding":
            rows, openings = items, {}
        else:
            rows, openings = ledger._movements(partners, options)
        statements = defaultdict(dict)
        for (partner_id, currency_id), lines in _grouped(rows, openings).items():
            opening = openings.get((partner_id, currency_id), 0.0)
            section = ledger._section(currency_id, opening, lines)
            if section["lines"] or section["opening"]:
                statements[partner_id][currency_id] = section
        ledger._add_ageing(statements, items)
        main = company.currency_id
        return {
            partner_id: sorted(sections.values(), key=lambda s: (s["currency"] != main, s["currency"].name))
            for partner_id, sections in statements.items()
        }

    @api.model
    def _section(self, currency_id, opening, lines):
        currency = self.env["res.currency"].browse(currency_id)
        opening = currency.round(opening) + 0.0
        balances = running_balances(opening, (line["amount"] for line in lines), currency.decimal_places)
        for line, balance in zip(lines, balances, strict=True):
            line["balance"] = balance
        return {
            "currency": currency,
            "opening": opening,
            "lines": lines,
            "debit": currency.round(sum(line["amount"] for line in lines if line["amount"] > 0)),
            "credit": currency.round(-sum(line["amount"] for line in lines if line["amount"] < 0)),
            "closing": balances[-1] if balances else opening,
        }

    @api.model
    def _add_ageing(self, statements, items):
        """Put under each section what is open by age, on its last day."""
        scheme = self.env["crmx.aging.scheme"]
        buckets = scheme.buckets(None)
        labels = scheme._bucket_labels(buckets)
        for sections in statements.values():
            for section in sections.values():
                section.update(labels=labels, buckets=[0.0] * len(labels), unallocated=0.0)
        for item in items:
            section = statements.get(item["partner_id"], {}).get(item["currency_id"])
            if not section:
                continue
            if item["amount"] > 0:
                section["buckets"][buckets.index(item["age"])] += item["amount"]
            else:
                section["unallocated"] += item["amount"]
        for sections in statements.values():
            for section in sections.values():
                section["buckets"] = [section["currency"].round(amount) for amount in section["buckets"]]
                section["overdue"] = section["currency"].round(sum(section["buckets"][1:]))

    # === READING === #

    @api.model
    def _open_items(self, partners, options):
        """Return what is open on the last day, oldest due date first."""
        rows = []
        for side, sign in SIDES[options["side"]].items():
            Item = self.env["crmx.open.item"].with_context(
                crmx_side=side, crmx_as_of=str(options["date_to"]), crmx_basis="due"
            )
            # by the contacts' ids, which the query can use to find the items
            query = Item._search([("partner_id", "in", self._family(partners))])
            names = ("id", "commercial_partner_id", "currency_id", "age", "residual_currency", "move_id")
            columns = [Item._field_to_sql(Item._table, name, query) for name in names]
            rows += self.env.execute_query_dict(SQL(_ITEMS, items=query.select(*columns), sign=sign))
        rows.sort(key=lambda row: (row["date_maturity"] or row["date"], row["date"], row["line_id"]))
        return rows

    @api.model
    def _movements(self, partners, options):
        """Return (lines of the period, {(partner id, currency id): opening balance})."""
        self.env.flush_all()
        account_types = [ACCOUNT_TYPES[side] for side in SIDES[options["side"]]]
        # sudo: ids of the company's own accounts, of whose items those of the customer are read
        Account = self.env["account.account"].sudo().with_context(active_test=False)
        accounts = Account.search(
            [*Account._check_company_domain(self.env.company), ("account_type", "in", account_types)]
        )
        rows = self.env.execute_query_dict(
            SQL(
                _MOVEMENTS,
                accounts=tuple(accounts.ids) or (0,),
                companies=tuple(self.env.companies.ids),
                family=tuple(self._family(partners)) or (0,),
                date_from=options["date_from"],
                date_to=options["date_to"],
                name=self._entry_name(),
            )
        )
        openings = {(r["partner_id"], r["currency_id"]): r["amount"] for r in rows if not r["line_id"]}
        return [row for row in rows if row["line_id"]], openings

    @api.model
    def _family(self, partners):
        # sudo: contacts of the customers, archived ones too, whose items belong to the statement
        everybody = self.env["res.partner"].sudo().with_context(active_test=False)
        return list(everybody._search([("commercial_partner_id", "in", partners.ids)]))

    @api.model
    def _entry_name(self):
        """What a line that is no document is called."""
        return self.env._("Settled with another account or currency")

    @api.model
    @api.private
    def period(self, date_to=None):
        """Return the month before a day (first, last)."""
        first = fields.Date.start_of(date_to or fields.Date.context_today(self), "month")
        last = fields.Date.subtract(first, days=1)
        return fields.Date.start_of(last, "month"), last


def _grouped(rows, openings):
    groups = defaultdict(list)
    for key in openings:
        groups[key] = []
    for row in rows:
        if row["amount"]:
            groups[row["partner_id"], row["currency_id"]].append(row)
    return groups


_DETAILS = """
           COALESCE(NULLIF(move.ref, ''), NULLIF(move.payment_reference, ''), NULLIF(line.name, '')) AS ref,
           CASE WHEN contact.parent_id IS NOT NULL THEN contact.name END AS contact,
           contact.id AS contact_id,
           move.id AS move_id
"""

_ITEMS = f"""
    SELECT item.id AS line_id,
           item.commercial_partner_id AS partner_id,
           item.currency_id,
           item.age,
           item.residual_currency * %(sign)s AS amount,
           line.amount_currency AS original,
           line.date,
           line.date_maturity,
           FALSE AS transfer,
           move.name AS name,
           {_DETAILS}
      FROM (%(items)s) item(id, commercial_partner_id, currency_id, age, residual_currency, move_id)
      JOIN account_move_line line ON line.id = item.id
      JOIN account_move move ON move.id = line.move_id
      LEFT JOIN res_partner contact ON contact.id = COALESCE(move.partner_id, line.partner_id)
     WHERE item.residual_currency <> 0
"""

# `transfer` are settlements between currencies or partners: in each of both, what the other one settled. All
# others cancel out within the account of one customer in one currency.
_MOVEMENTS = f"""
    WITH own AS MATERIALIZED (
        SELECT line.id, line.date, line.currency_id, line.amount_currency,
               contact.commercial_partner_id AS partner_id
          FROM account_move_line line
          JOIN res_partner contact ON contact.id = line.partner_id
         WHERE line.partner_id IN %(family)s
           AND line.account_id IN %(accounts)s
           AND line.company_id IN %(companies)s
           AND line.parent_state = 'posted'
           AND line.date <= %(date_to)s
    ),
    settlement AS (
        SELECT own.id, own.partner_id, own.currency_id, partial.max_date AS date,
               partial.credit_move_id AS other_id, -partial.debit_amount_currency AS amount
          FROM own
          JOIN account_partial_reconcile partial ON partial.debit_move_id = own.id
     UNION ALL
        SELECT own.id, own.partner_id, own.currency_id, partial.max_date,
               partial.debit_move_id, partial.credit_amount_currency
          FROM own
          JOIN account_partial_reconcile partial ON partial.credit_move_id = own.id
    ),
    movement AS MATERIALIZED (
        SELECT id, partner_id, currency_id, date, amount_currency AS amount, FALSE AS transfer
          FROM own
         WHERE amount_currency <> 0
     UNION ALL
        SELECT settlement.id, settlement.partner_id, settlement.currency_id, settlement.date,
               SUM(settlement.amount), TRUE
          FROM settlement
          JOIN account_move_line other ON other.id = settlement.other_id
          LEFT JOIN res_partner contact ON contact.id = other.partner_id
         WHERE settlement.date <= %(date_to)s
           AND settlement.amount <> 0
           AND other.parent_state = 'posted'
           AND (other.currency_id <> settlement.currency_id
                OR contact.commercial_partner_id IS DISTINCT FROM settlement.partner_id)
         GROUP BY settlement.id, settlement.partner_id, settlement.currency_id, settlement.date
    )
    SELECT movement.id AS line_id,
           movement.partner_id,
           movement.currency_id,
           movement.amount,
           movement.date,
           line.date_maturity,
           movement.transfer,
           CASE WHEN movement.transfer THEN %(name)s || ': ' ELSE '' END || move.name AS name,
           {_DETAILS}
      FROM movement
      JOIN account_move_line line ON line.id = movement.id
      JOIN account_move move ON move.id = line.move_id
      LEFT JOIN res_partner contact ON contact.id = COALESCE(move.partner_id, line.partner_id)
     WHERE movement.date >= %(date_from)s
 UNION ALL
    SELECT NULL, partner_id, currency_id, SUM(amount), NULL, NULL, FALSE, NULL, NULL, NULL, NULL, NULL
      FROM movement
     WHERE date < %(date_from)s
     GROUP BY partner_id, currency_id
    ORDER BY 5, 1, 7
"""
