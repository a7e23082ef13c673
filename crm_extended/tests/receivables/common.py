from odoo import Command, fields
from odoo.tools import SQL

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

AS_OF = "2026-06-30"


class ReceivablesCommon(AccountTestInvoicingCommon):
    """A company whose ledger each test writes by hand, and short words to write and read it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.usd = cls.company.currency_id
        cls.receivable = cls.company_data["default_account_receivable"]
        cls.payable = cls.company_data["default_account_payable"]
        cls.income = cls.company_data["default_account_revenue"]
        cls.bank = cls.company_data["default_journal_bank"]
        cls.misc = cls.company_data["default_journal_misc"]
        cls.customer = cls.new_partner("Adler")
        cls.report = cls.env["crmx.aged.report"]

    @classmethod
    def new_partner(cls, name, **values):
        return cls.env["res.partner"].create({"name": name, "is_company": True, **values})

    @classmethod
    def eur(cls, rates):
        """Make EUR active with {date: EUR for one unit of the company's currency}."""
        currency = cls.env.ref("base.EUR")
        currency.active = True
        cls.env["res.currency.rate"].search([("currency_id", "=", currency.id)]).unlink()
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": currency.id, "name": date, "rate": rate, "company_id": cls.company.id}
                for date, rate in rates.items()
            ]
        )
        return currency

    @classmethod
    def invoice(cls, amount, date, due=None, partner=None, move_type="out_invoice", post=True, **values):
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": (partner or cls.customer).id,
                "invoice_date": date,
                "date": date,
                "invoice_payment_term_id": False,
                "invoice_date_due": due or date,
                "invoice_line_ids": [
                    Command.create({"name": "Goods", "price_unit": amount, "quantity": 1, "tax_ids": False})
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def payment(cls, amount, date, partner=None, post=True, **values):
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or cls.customer).id,
                "amount": amount,
                "date": date,
                "journal_id": cls.bank.id,
                **values,
            }
        )
        payment.action_post()
        if not payment.move_id:  # the host makes none where no outstanding account is set
            payment._generate_journal_entry()
            payment.move_id.action_post()
        return payment

    @classmethod
    def entry(cls, amount, date, partner=None, account=None, **values):
        """Post a miscellaneous entry that debits (or credits) the receivable account."""
        line = {"partner_id": (partner or cls.customer).id, **values}
        move = cls.env["account.move"].create(
            {
                "journal_id": cls.misc.id,
                "date": date,
                "line_ids": [
                    Command.create({"account_id": (account or cls.receivable).id, "balance": amount, **line}),
                    Command.create({"account_id": cls.income.id, "balance": -amount}),
                ],
            }
        )
        move.action_post()
        return move

    @classmethod
    def reconcile(cls, *records):
        """Reconcile the receivable (or payable) items of moves and payments."""
        moves = cls.env["account.move"]
        for record in records:
            moves |= record.move_id if record._name == "account.payment" else record
        lines = moves.line_ids.filtered(
            lambda line: (
                line.account_id.account_type in ("asset_receivable", "liability_payable")
                and not line.reconciled
            )
        )
        lines.reconcile()

    def rows(self, domain=(), group_by="partner", **options):
        """Return {name: row} of the report as of AS_OF, with buckets up to 30, 60 and 90 days."""
        page = self.report.get_page({"as_of": AS_OF, "limits": [30, 60, 90], **options}, domain, group_by)
        self.assertReportTies(page)
        return {row["name"]: row for row in page["rows"]}

    def row(self, partner=None, **options):
        return self.rows(**options)[(partner or self.customer).name]

    def assertReportTies(self, page):
        """The rows add up to the total, and the report to the accounts' balance in plain SQL."""
        options = page["options"]
        check = self.report.get_check(options)
        self.assertEqual(check["difference"], 0, check["text"])
        account_type, sign = {
            "receivable": ("asset_receivable", 1),
            "payable": ("liability_payable", -1),
        }[options["side"]]
        ((balance,),) = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(line.balance), 0)
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                 WHERE account.account_type = %s AND line.parent_state = 'posted'
                   AND line.date <= %s AND line.company_id IN %s
                """,
                account_type,
                fields.Date.to_date(options["as_of"]),
                tuple(self.env.companies.ids),
            )
        )
        if len(self.env.companies) == 1:
            self.assertAlmostEqual(check["report"], sign * balance, 2)
