"""Doubtful debts and write-offs: who approves, what is booked, and what comes in after all."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_receivables_allowance import DAY, AllowanceCommon


@tagged("post_install", "-at_install")
class TestReceivablesBadDebt(AllowanceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.doubtful = cls.receivable.copy({"code": "121901", "name": "Doubtful debts"})
        cls.company.write(
            {
                "crmx_doubtful_account_id": cls.doubtful.id,
                "crmx_write_off_account_id": cls.expense.id,
                "crmx_write_off_alone": 50,
            }
        )
        common = {"company_id": cls.company.id, "company_ids": cls.company.ids}
        cls.clerk = new_test_user(cls.env, "crmx_clerk", groups="account.group_account_invoice", **common)
        cls.boss = new_test_user(
            cls.env, "crmx_write_off_boss", groups="crm_extended.group_receivables_manager", **common
        )

    def bad_debt(self, kind="write_off", user=None, **values):
        document = (
            self.env["crmx.bad.debt"]
            .with_user(user or self.clerk)
            .create(
                {
                    "kind": kind,
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "date": DAY,
                    "reason": "Insolvent.",
                    **values,
                }
            )
        )
        document.action_propose()
        return document

    def item(self, move):
        return move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def test_asked_for_and_approved(self):
        invoice = self.invoice(1000, "2026-01-10", "2026-01-31")
        self.invoice(500, "2026-06-20", "2026-07-20")
        document = self.bad_debt()
        self.assertEqual([line.is_chosen for line in document.line_ids], [True, False], "what is overdue")
        document.action_ask()
        self.assertEqual((document.state, document.amount), ("asked", 1000))
        with self.assertRaisesRegex(UserError, "You may approve up to"):
            document.action_approve()
        with self.assertRaisesRegex(UserError, "no draft any more"):
            document.line_ids[0].amount = 1
        mine = document.with_user(self.boss)
        self.assertTrue(mine.may_approve)
        mine.action_approve()
        self.assertEqual((document.state, document.decided_by_id), ("posted", self.boss))
        self.assertEqual(self.item(invoice).amount_residual, 0)
        self.assertEqual(self.on_account(self.expense), 1000)
        self.assertEqual(str(document.move_id.date), DAY)
        with self.assertRaisesRegex(UserError, "Cancel that instead"):
            document.move_id.button_draft()
        self.env.cr.precommit.run()
        log = self.env["crmx.receivables.log"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)], order="id"
        )
        self.assertEqual(log.mapped("kind"), ["write_off_asked", "written_off"])

    def test_the_ladder_and_four_eyes(self):
        self.invoice(1000, "2026-01-10")
        group = self.env.ref("account.group_account_user")
        self.env["crmx.approval.ladder"].create(
            [
                {"company_id": self.company.id, "purpose": "write_off", "group_id": group.id, "amount": 1500},
                {"company_id": self.company.id, "purpose": "release", "group_id": group.id, "amount": 5},
            ]
        )
        common = {"company_id": self.company.id, "company_ids": self.company.ids}
        one, two = (
            new_test_user(self.env, f"crmx_accountant_{n}", groups="account.group_account_user", **common)
            for n in (1, 2)
        )
        document = self.bad_debt(user=one)
        document.action_ask()
        with self.assertRaisesRegex(UserError, "somebody else approves"):
            document.action_approve()
        self.assertFalse(document.with_user(self.boss).may_approve, "the ladder has lines: he is not in them")
        document.with_user(two).action_refuse()
        self.assertEqual(document.state, "draft")
        document.line_ids.amount = 40
        document.action_ask()
        self.assertEqual(
            (document.state, document.decided_by_id), ("posted", one), "a small one needs nobody else"
        )

    def test_nothing_is_smuggled_past_the_ladder(self):
        """A line that says that its debt is worth little is not believed."""
        self.invoice(1000, "2026-01-10")
        document = self.bad_debt()
        values = document.line_ids.copy_data()[0]
        document.line_ids.unlink()
        self.env["crmx.bad.debt.line"].with_user(self.clerk).create({**values, "open_company": 1})
        self.assertEqual(document.amount, 1)
        with self.assertRaisesRegex(UserError, "worth has changed|has changed"):
            document.action_ask()
        for vals in ({"state": "posted"}, {"amount": 1}):
            with self.assertRaisesRegex(UserError, "own buttons"):
                document.write(vals)

    def test_bad_debt_relief(self):
        """Of 1,150 with 15 % of tax, half is written off: 75 of tax are claimed back."""
        self.company.crmx_write_off_tax = "relief"
        tax = self.company_data["default_tax_sale"]
        invoice = self.invoice(
            1000,
            "2026-01-10",
            invoice_line_ids=[
                Command.create({"name": "Goods", "price_unit": 1000, "tax_ids": [Command.set(tax.ids)]})
            ],
        )
        total = invoice.amount_total
        document = self.bad_debt()
        document.line_ids.amount = total / 2
        document.action_ask()
        document.with_user(self.boss).action_approve()
        of_tax = invoice.line_ids.filtered("tax_repartition_line_id")
        self.assertEqual(document.tax, invoice.amount_tax / 2)
        self.assertEqual(self.on_account(self.expense), 500)
        relief = document.move_id.line_ids.filtered(lambda line: line.account_id == of_tax.account_id)
        self.assertEqual(relief.balance, invoice.amount_tax / 2)
        self.assertEqual(relief.tax_tag_ids, document._refund_tags(of_tax))
        document._recover(date(2026, 8, 1), total / 4)
        self.assertEqual(self.on_account(self.expense), 250)
        self.assertEqual(self.on_account(of_tax.account_id), -invoice.amount_tax * 0.75)

    def test_recovered(self):
        invoice = self.invoice(1000, "2026-01-10")
        document = self.bad_debt()
        document.action_ask()
        document.with_user(self.boss).action_approve()
        recovery = self.income.copy({"code": "495000", "name": "Recovered"})
        self.company.crmx_recovery_account_id = recovery
        payment = self.payment(300, "2026-08-01")
        wizard = self.env["crmx.bad.debt.recover"].with_user(self.clerk)
        wizard = wizard.with_context(**document.action_recover()["context"])
        wizard.create({"date": "2026-08-01", "amount": 300}).action_recover()
        self.assertEqual((document.recovered, self.on_account(recovery)), (300, -300))
        self.assertTrue(self.item(payment.move_id).reconciled, "the money has settled it")
        self.assertEqual(self.item(invoice).amount_residual, 0)
        with self.assertRaisesRegex(UserError, "up to .*700.00 can be recovered"):
            document._recover(date(2026, 8, 1), 701)
        with self.assertRaisesRegex(UserError, "was recovered"):
            document.action_cancel()

    def test_moved_to_the_doubtful_ones(self):
        """It is as old as before, and ages, reminders and interest go on."""
        invoice = self.invoice(1000, "2026-01-10", "2026-01-31")
        document = self.bad_debt("doubtful")
        document.action_move()
        moved = document.move_id.line_ids.filtered(lambda line: line.account_id == self.doubtful)
        self.assertEqual((moved.balance, str(moved.date_maturity)), (1000, "2026-01-31"))
        self.assertFalse(moved.no_followup)
        self.assertEqual(self.item(invoice).amount_residual, 0)
        row = self.row()
        self.assertEqual((row["buckets"][-1], row["total"]), (1000, 1000))
        with self.assertRaisesRegex(UserError, "owes nothing"):
            self.bad_debt("doubtful")
        lost = self.bad_debt()
        lost.action_ask()
        lost.with_user(self.boss).action_approve()
        self.assertEqual(moved.amount_residual, 0)
        with self.assertRaisesRegex(UserError, "Something was paid"):
            document.action_cancel()
        lost.action_cancel()
        document.action_cancel()
        self.assertEqual(self.item(invoice).amount_residual, 1000)
        self.assertEqual(self.on_account(self.doubtful), 0)

    def test_interest_goes_on_where_it_was(self):
        policy = self.env["crmx.interest.policy"].create(
            {
                "name": "0.1 % a day",
                "kind": "day",
                "rate": 0.1,
                "fee": 5,
                "fee_currency_id": self.usd.id,
                "date_start": "2026-01-01",
                "company_id": self.company.id,
            }
        )
        self.company.write({"crmx_interest_policy_id": policy.id, "crmx_interest_account_id": self.income.id})
        self.invoice(1000, "2026-05-01", "2026-05-31")
        self.bad_debt("doubtful").action_move()
        notes, _problems = self.env["crmx.interest.note"]._propose(
            self.company, date(2026, 7, 10), self.customer
        )
        self.assertEqual((notes.fee, notes.interest), (5, 40), "30 days before it was moved, 10 after")

    def test_in_another_currency(self):
        eur = self.eur({"2026-01-01": 0.8, "2026-06-01": 0.5})
        invoice = self.invoice(800, "2026-01-10", currency_id=eur.id)
        document = self.bad_debt()
        self.assertEqual(document.amount, 1000, "as booked")
        document.line_ids.amount = 400
        document.action_ask()
        document.with_user(self.boss).action_approve()
        self.assertEqual(
            (self.item(invoice).amount_residual_currency, self.item(invoice).amount_residual), (400, 500)
        )
        self.assertEqual(self.on_account(self.expense), 500)

    def test_paid_between_asking_and_approving(self):
        invoice = self.invoice(1000, "2026-01-10")
        document = self.bad_debt()
        document.action_ask()
        self.reconcile(invoice, self.payment(600, "2026-06-15"))
        with self.assertRaisesRegex(UserError, "Only .*400.00.* is still open"):
            document.with_user(self.boss).action_approve()
        document.action_refuse()
        document.action_propose()
        self.assertEqual(document.amount, 400)

    def test_what_is_missing_is_said(self):
        self.invoice(1000, "2026-01-10")
        document = self.bad_debt(reason=False)
        with self.assertRaisesRegex(UserError, "Say why"):
            document.action_ask()
        document.reason = "Insolvent."
        self.company.sudo().fiscalyear_lock_date = "2026-07-31"
        document.action_ask()
        with self.assertRaisesRegex(UserError, "locked on 06/30/2026"):
            document.with_user(self.boss).action_approve()
        self.company.sudo().fiscalyear_lock_date = False
        self.company.crmx_write_off_account_id = False
        with self.assertRaisesRegex(UserError, "Account of Write-Offs"):
            document.with_user(self.boss).action_approve()
        document.action_cancel()
        doubtful = self.bad_debt("doubtful")
        doubtful.line_ids.is_chosen = False
        with self.assertRaisesRegex(UserError, "Choose debts"):
            doubtful.action_move()

    def test_who_may(self):
        self.invoice(1000, "2026-01-10")
        document = self.bad_debt()
        reader = new_test_user(
            self.env,
            "crmx_bad_debt_reader",
            groups="crm_extended.group_receivables_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        self.assertEqual(document.with_user(reader).amount, 1000)
        for action in ("action_ask", "action_propose", "action_cancel"):
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(document.with_user(reader), action)()
