"""Who may do what with reminders."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import AS_OF
from .dunning_common import DunningCommon


@tagged("post_install", "-at_install")
class TestReceivablesDunningAccess(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = {"company_id": cls.company.id, "company_ids": cls.company.ids}
        cls.bookkeeper, cls.seller, cls.auditor = (
            new_test_user(cls.env, login, groups=groups, **companies)
            for login, groups in (
                ("dunning_books", "account.group_account_user"),
                ("dunning_sales", "sales_team.group_sale_salesman"),
                ("dunning_audit", "account.group_account_readonly"),
            )
        )
        cls.invoice(100, "2026-05-01", "2026-06-01")

    def test_bookkeeper_proposes_reviews_and_sends(self):
        form = Form(self.env["crmx.dunning.run"].with_user(self.bookkeeper))
        form.date = AS_OF
        run = form.save()
        run.action_propose()
        letter = run.letter_ids
        self.assertIn("100.00", letter.preview_body)
        letter.contact_id = self.new_partner("Adler's books", parent_id=self.customer.id)
        letter.level_id = self.second
        letter.action_exclude()
        letter.action_include()
        run.action_confirm()
        self.assertEqual((letter.state, letter.level_number), ("queued", 2))
        with self.assertRaisesRegex(UserError, "not in review"):
            letter.action_exclude()
        run.action_cancel()
        self.assertEqual((letter.state, run.state), ("dropped", "cancelled"))
        self.assertEqual(self.asked(self.run_on()), {("Adler", 1, "USD"): 100})

    def test_bookkeeper_does_not_write_what_the_ledger_says(self):
        run = self.run_on()
        letter = run.letter_ids.with_user(self.bookkeeper)
        for values in ({"state": "sent"}, {"amount_company": 1}, {"body": "other"}, {"message_id_sent": "x"}):
            with self.assertRaises(UserError):
                letter.write(values)
        for values in ({"state": "done"}, {"date": "2026-07-01"}, {"is_dry": True}):
            with self.assertRaises(UserError):
                run.with_user(self.bookkeeper).write(values)
        with self.assertRaises(UserError):
            run.with_user(self.bookkeeper).create({"state": "sending"})
        with self.assertRaises(AccessError):
            letter.line_ids.write({"amount": 1})
        with self.assertRaises(AccessError):
            self.policy.with_user(self.bookkeeper).name = "Other"

    def test_sales_people_read_reminders_only(self):
        letter = self.run_on().letter_ids.with_user(self.seller)
        self.assertIn("100.00", letter.amounts)
        self.assertIn("100.00", letter.preview_body)
        for change in (letter.action_exclude, lambda: letter.write({"level_id": self.second.id})):
            with self.assertRaises(AccessError):
                change()
        with self.assertRaises(AccessError):
            self.env["crmx.dunning.run"].with_user(self.seller).create({})

    def test_auditors_change_nothing(self):
        run = self.run_on().with_user(self.auditor)
        self.assertEqual(run.letter_count, 1)
        for change in (run.action_propose, run.action_confirm, run.letter_ids.action_exclude):
            with self.assertRaises(AccessError):
                change()
        with self.assertRaises(AccessError):
            self.env["crmx.dunning.exception"].with_user(self.auditor).create(
                {"partner_id": self.customer.id, "is_stopped": True}
            )
