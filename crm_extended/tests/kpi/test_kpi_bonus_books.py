"""Bonuses from approval to payment: four eyes, entries, what the ledger says of them, lock dates, payroll."""

import base64

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .bonus_common import BonusCommon


@tagged("post_install", "-at_install")
class TestKpiBonusBooks(BonusCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        plan = cls.env["account.analytic.plan"].create({"name": "Departments"})
        cls.analytic = cls.env["account.analytic.account"].create({"name": "Inside", "plan_id": plan.id})
        cls.inside.crmx_bonus_analytic_id = cls.analytic

    def posted(self, **values):
        accruals = self.approved(self.scheme(**values))
        accruals.with_user(self.books).action_post()
        return accruals

    def pay(self, accrual):
        """Pay what the entry says is owed."""
        bank = self.company_data["default_journal_bank"]
        payment = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2026-06-10",
                "journal_id": bank.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "balance": balance,
                            "partner_id": accrual.employee_id.work_contact_id.id,
                        }
                    )
                    for account, balance in (
                        (self.payable, accrual.amount),
                        (bank.default_account_id, -accrual.amount),
                    )
                ],
            }
        )
        payment.action_post()
        items = (accrual.move_id | payment).line_ids.filtered(lambda line: line.account_id == self.payable)
        items.reconcile()
        self.env.cr.precommit.run()
        return items

    # === APPROVING === #

    def test_only_of_closed_periods(self):
        scheme = self.scheme()
        scheme._accrue(self.month)
        bonus = self.of(scheme, self.ann, reader=self.boss)
        with self.assertRaisesRegex(UserError, "is not closed"):
            bonus.action_approve()
        self.close()
        bonus.action_approve()
        self.assertEqual((bonus.state, bonus.approved_by_id), ("approved", self.boss))
        with self.assertRaisesRegex(UserError, "is approved by now"):
            bonus.action_approve()
        entry = self.env["crmx.kpi.log"]
        self.env.cr.precommit.run()
        self.assertTrue(entry.search([("kind", "=", "bonus_approved"), ("res_id", "=", bonus.id)]))

    def test_four_eyes(self):
        scheme = self.scheme().with_user(self.boss)
        self.close()
        scheme._accrue(self.month, by=self.boss)
        bonus = self.of(scheme, self.ann)
        with self.assertRaisesRegex(UserError, "asked for"):
            bonus.with_user(self.boss).action_approve()
        other = self._office("other boss", "crm_extended.group_kpi_manager")
        self.ann.group_ids = [Command.link(self.env.ref("crm_extended.group_kpi_manager").id)]
        with self.assertRaisesRegex(UserError, "is your own"):
            bonus.with_user(self.ann).action_approve()
        bonus.with_user(other).action_approve()
        with self.assertRaisesRegex(UserError, "is your own"):
            bonus.with_user(self.ann).action_back()
        bonus.with_user(other).action_back()
        self.assertEqual((bonus.state, bonus.approved_by_id), ("draft", self.env["res.users"]))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_up_to_an_amount(self):
        group = self.env["res.groups"].create({"name": "Leaders", "user_ids": [Command.set(self.bob.ids)]})
        self.env["crmx.approval.ladder"].create(
            {"company_id": self.company.id, "purpose": "bonus", "group_id": group.id, "amount": 20_000}
        )
        scheme = self.scheme(is_shown_to_leaders=True)
        scheme._accrue(self.month)
        self.close()
        bonus = self.of(scheme, self.ann)
        with self.assertRaises(AccessError):
            bonus.with_user(self.bob).action_approve()
        self.east.user_id = self.bob
        with self.assertRaisesRegex(UserError, "may approve up to"):
            bonus.with_user(self.bob).action_approve()
        scheme.base_amount = 10_000
        scheme._accrue(self.month)
        bonus.with_user(self.bob).action_approve()
        self.assertEqual(bonus.state, "approved")

    # === POSTING === #

    def test_the_entry(self):
        bonus = self.posted()[0]
        entry = bonus.move_id
        self.assertEqual((entry.state, str(entry.date), entry.ref), ("posted", "2026-05-31", bonus.name))
        expense, payable = entry.line_ids.sorted("balance", reverse=True)
        self.assertEqual((expense.account_id, expense.balance), (self.expense, 22_800))
        self.assertEqual(expense.analytic_distribution, {str(self.analytic.id): 100})
        self.assertEqual((payable.account_id, payable.balance), (self.payable, -22_800))
        self.assertFalse(payable.analytic_distribution)
        self.assertEqual(entry.line_ids.partner_id, self.employees[self.ann].work_contact_id)
        self.assertTrue(self.employees[self.ann].work_contact_id)

    def test_not_twice(self):
        bonus = self.posted()[0]
        with self.assertRaisesRegex(UserError, "is posted by now"):
            bonus.with_user(self.books).action_post()
        with self.assertRaisesRegex(UserError, "Reverse that instead"):
            bonus.move_id.button_draft()
        with self.assertRaisesRegex(UserError, "date stays"):
            bonus.with_user(self.books).date = "2026-06-01"

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_accountants_post(self):
        bonus = self.approved(self.scheme())[0]
        for user in (self.ann, self.boss):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                bonus.with_user(user).action_post()

    def test_what_posting_needs(self):
        bonus = self.approved(self.scheme(payable_account_id=False))[0].with_user(self.books)
        with self.assertRaisesRegex(UserError, "Choose the accounts"):
            bonus.action_post()
        bonus.sudo().scheme_id.payable_account_id = self.payable
        bonus.sudo().employee_id.work_contact_id = False
        with self.assertRaisesRegex(UserError, "no work contact"):
            bonus.action_post()

    def test_lock_dates(self):
        bonus = self.approved(self.scheme())[0].with_user(self.books)
        self.company.fiscalyear_lock_date = "2026-05-31"
        with self.assertRaisesRegex(UserError, "books are locked"):
            bonus.action_post()
        bonus.date = "2026-06-05"
        bonus.action_post()
        self.assertEqual(str(bonus.move_id.date), "2026-06-05")
        self.company.fiscalyear_lock_date = "2026-06-30"
        bonus.action_reverse()
        self.assertGreater(bonus.reversal_id.date, fields.Date.to_date("2026-06-30"))

    # === PAID AND REVERSED === #

    def test_paid_when_it_is_reconciled(self):
        bonus = self.posted()[0]
        items = self.pay(bonus)
        self.assertEqual((bonus.state, str(bonus.date_paid)), ("paid", "2026-06-10"))
        items.remove_move_reconcile()
        self.env.cr.precommit.run()
        self.assertEqual((bonus.state, bonus.date_paid), ("posted", False))
        with self.assertRaisesRegex(UserError, "reconciled with a payment"):
            bonus.with_user(self.books).action_paid()

    def test_reversed(self):
        bonus = self.posted()[0].with_user(self.books)
        entry = bonus.move_id
        bonus.action_reverse()
        self.env.cr.precommit.run()
        self.assertEqual((bonus.state, bonus.reversal_id.reversed_entry_id), ("reversed", entry))
        self.assertEqual(sum((entry | bonus.reversal_id).line_ids.mapped("amount_residual")), 0)
        scheme = bonus.sudo().scheme_id
        scheme._accrue(self.month)
        self.assertEqual(
            self.of(scheme, self.ann).mapped("state"), ["reversed"], "it does not come back itself"
        )
        self.of(scheme, self.ann, reader=self.boss).action_again()
        self.assertEqual(self.of(scheme, self.ann).mapped("state"), ["draft", "reversed"])

    def test_reversed_in_the_ledger(self):
        bonus = self.posted()[0]
        bonus.move_id._reverse_moves([{"date": "2026-06-01"}], cancel=True)
        self.env.cr.precommit.run()
        self.assertEqual((bonus.state, bool(bonus.reversal_id)), ("reversed", True))

    # === PAYROLL === #

    def test_a_file_for_the_payroll(self):
        accruals = self.approved(self.scheme(paid_through="payroll", code="B100"))
        with self.assertRaisesRegex(UserError, "through the payroll"):
            accruals.with_user(self.books).action_post()
        wizard = self.env["crmx.bonus.export"].with_user(self.books).create({"accrual_ids": accruals.ids})
        wizard.action_export()
        lines = base64.b64decode(wizard.file).decode().splitlines()
        number = self.employees[self.ann].id
        self.assertEqual(lines[0], "Employee,Number,Code,Amount,Period")
        self.assertIn(f"ann,{number},B100,22800.00,2026-05", lines)
        self.assertEqual(set(accruals.mapped("state")), {"posted"})
        with self.assertRaisesRegex(UserError, "no payroll|No payroll"):
            wizard.action_payslips()
        accruals.with_user(self.books).action_paid()
        self.assertEqual(set(accruals.mapped("state")), {"paid"})

    def test_an_entry_of_its_own_may_be_listed_too(self):
        accruals = self.approved(self.scheme())
        wizard = self.env["crmx.bonus.export"].with_user(self.books).create({"accrual_ids": accruals.ids})
        wizard.action_export()
        self.assertEqual(set(accruals.mapped("state")), {"approved"}, "it is still to be posted")

    # === FOR THE PERSON === #

    def test_what_if(self):
        """Five leads more make the card 1.06, and the bonus 31,800; nothing of it is kept."""
        scheme = self.scheme()
        scheme._accrue(self.month)
        card = self.env["crmx.kpi.card"].search([("user_id", "=", self.ann.id)])
        before = [card.score, card.line_ids.mapped("fact"), self.of(scheme, self.ann).amount]
        simulations = (
            self.env["crmx.bonus.simulation"].with_user(self.ann).with_context(default_card_id=card.id)
        )
        with Form(simulations) as form:
            self.assertEqual((form.score_text, form.bonus, form.bonus_now), ("76.0 %", 22_800, 22_800))
            with form.line_ids.edit(1) as line:
                line.fact = 5
            self.assertEqual((form.score_text, form.bonus, form.difference), ("106.0 %", 31_800, 9_000))
        self.env.invalidate_all()
        self.assertEqual([card.score, card.line_ids.mapped("fact"), self.of(scheme, self.ann).amount], before)
        self.east.user_id = self.bob
        with self.assertRaisesRegex(AccessError, "scorecard of Ann"):
            Form(simulations.with_user(self.bob))

    def test_what_if_of_an_indicator_before_there_is_a_bonus(self):
        scheme = self.scheme(
            base_kind="indicator", base_indicator_id=self.sum.id, base_percent=10, times="none"
        )
        card = self.env["crmx.kpi.card"].search([("user_id", "=", self.ann.id)])
        simulations = (
            self.env["crmx.bonus.simulation"].with_user(self.ann).with_context(default_card_id=card.id)
        )
        form = Form(simulations)
        self.assertEqual(form.bonus, 12)
        with form.line_ids.edit(0) as line:
            line.fact = 500
        self.assertEqual(form.bonus, 50)
        self.assertFalse(self.of(scheme, self.ann))

    def test_the_statement(self):
        bonus = self.approved(self.scheme(ceiling=20_000))[0].with_user(self.ann)
        statement = bonus.statement()
        self.assertEqual([row["worth"] for row in statement["card"]], ["120.0 %", "0.0 %", "80.0 %"])
        self.assertEqual([row[0] for row in statement["rows"]], ["Base", "Times", "Limit"])
        report = self.env["ir.actions.report"].with_user(self.ann)
        html = report._render_qweb_html("crm_extended.crmx_bonus_accrual_report", bonus.ids)[0].decode()
        self.assertIn("20,000.00", html)
        self.assertIn(self.boss.name, html)
        with self.assertRaises(AccessError):
            bonus.with_user(self.bob).statement()
