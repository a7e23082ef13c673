"""What later changes of documents do to bonuses: credit notes, unpaid invoices; computing it again."""

from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import tagged

from .bonus_common import BonusCommon


@tagged("post_install", "-at_install")
class TestKpiBonusCorrections(BonusCommon):
    """Ann invoices 1,000 and 500 in May, and is paid a tenth of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoiced = cls.indicator(
            "own_invoiced",
            res_model="account.move",
            domain="[('state', '=', 'posted'), ('move_type', 'in', ('out_invoice', 'out_refund'))]",
            measure="sum",
            measure_field="amount_untaxed_signed",
            date_field="invoice_date",
            owner_field="invoice_user_id",
            unit="money",
        )
        cls.large, cls.small = (cls.bill(price) for price in (1_000, 500))
        cls.month._measure_all()
        cls.june = cls.env["crmx.kpi.period"].create(
            {"company_id": cls.company.id, "kind": "month", "date_from": "2026-06-01"}
        )
        cls.on("2026-06-15")

    @classmethod
    def bill(cls, price):
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.adler.id,
                "invoice_date": "2026-05-12",
                "invoice_user_id": cls.ann.id,
                "company_id": cls.company.id,
                "invoice_line_ids": [
                    Command.create({"name": "Work", "price_unit": price, "quantity": 1, "tax_ids": False})
                ],
            }
        )
        invoice.action_post()
        return invoice

    @classmethod
    def on(cls, day):
        cls.startClassPatcher(
            patch.object(
                cls.registry["crmx.kpi.period"], "_today", lambda self, company: fields.Date.to_date(day)
            )
        )

    def scheme(self, **values):
        return super().scheme(
            **{
                "base_kind": "indicator", "base_indicator_id": self.invoiced.id, "base_percent": 10,
                "times": "none", "is_clawback": True, **values,
            }
        )  # fmt: skip

    def settle(self, invoice):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": "2026-06-02"})._create_payments()

    def credit(self, amount):
        """Change a document of May after it was closed."""
        self.set_columns(self.large, amount_untaxed_signed=1_000 - amount)
        self.env["crmx.kpi.restatement"]._look_at(self.company)

    def test_a_restated_period(self):
        """400 of May are credited afterwards: 40 are taken back in June, 15 days later."""
        scheme = self.scheme()
        bonus = self.approved(scheme)[0]
        self.assertEqual(bonus.amount, 150)
        scheme._correct()
        self.assertFalse(bonus.correction_ids)
        self.credit(400)
        scheme._correct()
        correction = bonus.correction_ids
        self.assertEqual((correction.amount, correction.period_id), (-40, self.june))
        self.assertEqual((bonus.amount, bonus.state), (150, "approved"), "what was approved stays")
        self.credit(600)
        scheme._correct()
        self.assertEqual(bonus.correction_ids, correction)
        self.assertEqual(correction.amount, -60)
        correction.with_user(self.boss).action_approve()
        correction.with_user(self.books).action_post()
        expense = correction.move_id.line_ids.filtered(lambda line: line.account_id == self.expense)
        self.assertEqual(expense.balance, -60)
        self.credit(0)
        scheme._correct()
        self.assertEqual(bonus.correction_ids, correction, "June has one: the next waits for July")
        self.env["crmx.kpi.period"].create(
            {"company_id": self.company.id, "kind": "month", "date_from": "2026-07-01"}
        )
        with patch.object(
            self.registry["crmx.kpi.period"],
            "_today",
            lambda self, company: fields.Date.to_date("2026-07-02"),
        ):
            scheme._correct()
        self.assertEqual(sorted(bonus.correction_ids.mapped("amount")), [-60, 60])

    def test_no_difference_any_more(self):
        scheme = self.scheme()
        bonus = self.approved(scheme)[0]
        self.credit(400)
        scheme._correct()
        self.credit(0)
        scheme._correct()
        self.assertFalse(bonus.correction_ids)

    def test_no_more_is_taken_back_than_was_given(self):
        scheme = self.scheme()
        bonus = self.approved(scheme)[0]
        self.credit(5_000)
        scheme._correct()
        self.assertEqual(bonus.correction_ids.amount, -150)
        self.assertEqual(scheme.copy({"may_be_negative": True}).may_be_negative, True)

    def test_losses_count_where_that_is_set(self):
        scheme = self.scheme(may_be_negative=True)
        bonus = self.approved(scheme)[0]
        self.credit(5_000)
        scheme._correct()
        self.assertEqual(bonus.correction_ids.amount, -500)

    def test_unpaid(self):
        """500 are unpaid 10 days after May: their 50 go, and come again when they are paid."""
        self.settle(self.large)
        scheme = self.scheme(unpaid_days=20)
        bonus = self.approved(scheme)[0]
        scheme._correct()
        self.assertFalse(bonus.correction_ids, "not late enough")
        scheme.unpaid_days = 10
        scheme._correct()
        self.assertEqual(bonus.correction_ids.amount, -50)
        self.settle(self.small)
        scheme._correct()
        self.assertFalse(bonus.correction_ids)

    def test_unpaid_joint_deals(self):
        self.settle(self.large)
        self.env["crmx.bonus.joint"].create(
            {
                "move_id": self.small.id,
                "date": "2026-01-01",
                "company_id": self.company.id,
                "share_ids": [
                    Command.create({"user_id": user.id, "share": share})
                    for user, share in ((self.ann, 20), (self.bob, 80))
                ],
            }
        )
        scheme = self.scheme(unpaid_days=10)
        ann, bob = self.approved(scheme)
        self.assertEqual((ann.amount, bob.amount), (110, 40))
        scheme._correct()
        self.assertEqual([ann.correction_ids.amount, bob.correction_ids.amount], [-10, -40])

    def test_without_it_nothing_is_corrected(self):
        scheme = self.scheme(is_clawback=False)
        bonus = self.approved(scheme)[0]
        self.credit(400)
        scheme._correct()
        self.assertFalse(bonus.correction_ids)

    def test_computed_again(self):
        """From what was kept, whatever has become of scheme, card and documents."""
        scheme = self.scheme()
        bonus = self.approved(scheme)[0]
        self.credit(400)
        scheme._correct()
        everything = (bonus | bonus.correction_ids).with_user(self.boss)
        scheme.write({"base_percent": 90, "name": "Other"})
        self.assertEqual(everything.action_replay()["params"]["type"], "success")
        self.set_columns(bonus, amount=151)
        said = everything.action_replay()["params"]
        self.assertEqual(said["type"], "danger")
        self.assertIn(bonus.name, said["message"])
        self.assertEqual(bonus.statement()["rows"][0][0], "Base: 10 % of “own_invoiced”, $\xa01,500.00")
