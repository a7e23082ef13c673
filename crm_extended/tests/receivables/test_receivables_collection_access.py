from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_receivables_access import ReceivablesUsersCommon


@tagged("post_install", "-at_install")
class TestReceivablesCollectionAccess(ReceivablesUsersCommon):
    """Who may log, see, change and end promises and disputes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls.env["account.move.line"].search(
            [("partner_id", "=", cls.customer.id), ("balance", "=", 100)], limit=1
        )
        cls.promise = cls.env["crmx.promise"].create({**cls.promised(), "user_id": False})
        cls.dispute = cls.env["crmx.dispute"].create({**cls.disputed(), "user_id": cls.env.user.id})

    @classmethod
    def promised(cls):
        line = Command.create({"move_line_id": cls.item.id, "amount": 40})
        return {"partner_id": cls.customer.id, "date_promised": "2099-12-31", "line_ids": [line]}

    @classmethod
    def disputed(cls):
        return {
            "partner_id": cls.customer.id,
            "reason_id": cls.env.ref("crm_extended.crmx_dispute_reason_price").id,
            "line_ids": [Command.create({"move_line_id": cls.item.id, "amount": 10})],
        }

    def as_user(self, name, record):
        return record.with_user(self.users[name]).with_company(self.users[name].company_id)

    def test_receivables_users_do_all(self):
        for name in set(self.READERS) - {"auditor"}:
            with self.subTest(user=name):
                promise = self.as_user(name, self.env["crmx.promise"]).create(self.promised())
                promise.action_judge()
                self.assertEqual(promise.line_ids.open_amount, 100)
                promise.action_withdraw()
                dispute = self.as_user(name, self.env["crmx.dispute"]).create(self.disputed())
                dispute.state = "progress"
                dispute.line_ids.amount = 12
                wizard = dispute.env["crmx.dispute.resolve"].create(
                    {"dispute_ids": dispute.ids, "resolution": "rejected", "note": "No."}
                )
                wizard.action_resolve()
                self.assertEqual((promise.state, dispute.state), ("withdrawn", "resolved"))

    def test_auditors_read_and_change_nothing(self):
        self.assertEqual(self.as_user("auditor", self.promise).line_ids.open_amount, 100)
        self.assertEqual(self.as_user("auditor", self.dispute).line_ids.amount, 10)
        for record, vals, change in (
            (self.promise, self.promised(), {"note": "Not mine to say."}),
            (self.dispute, self.disputed(), {"state": "progress"}),
        ):
            record = self.as_user("auditor", record)
            with self.assertRaises(AccessError):
                record.create(vals)
            with self.assertRaises(AccessError):
                record.write(change)

    def test_sales_people_log_and_see_without_items(self):
        promises = self.as_user("seller", self.env["crmx.promise"])
        promise = promises.create(
            {"partner_id": self.customer.id, "amount": 30, "date_promised": "2099-12-31"}
        )
        promise.note = "At the fair."
        self.assertIn(self.promise.id, promises.search([]).ids)
        self.assertEqual(self.as_user("seller", self.promise).amount, 40)
        with self.assertRaises(AccessError):
            self.as_user("seller", self.promise).line_ids.mapped("amount")
        with self.assertRaises(AccessError):
            promises.create(self.promised())
        promise.action_withdraw()
        self.assertEqual(promise.state, "withdrawn")
        partner = self.as_user("seller", self.customer)
        self.assertEqual((partner.crmx_promise_open_count, partner.crmx_dispute_open_count), (1, 1))

    def test_sales_people_open_the_forms(self):
        for record in (self.promise, self.dispute):
            with self.subTest(model=record._name):
                form = Form(self.as_user("seller", record))
                self.assertNotIn("line_ids", form._view["fields"])
                self.assertEqual(form.line_count, 1)
        with Form(self.as_user("seller", self.env["crmx.promise"])) as form:
            form.partner_id = self.customer
            form.amount = 20
            form.date_promised = "2099-12-31"
        self.assertEqual(form.record.amount, 20)

    def test_sales_people_change_their_own_only(self):
        for record in (self.promise, self.dispute):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                self.as_user("seller", record).user_id = self.users["seller"]
        with self.assertRaises(AccessError):
            self.as_user("seller", self.promise).action_withdraw()
        with self.assertRaises(AccessError):
            self.as_user("seller", self.dispute)._close("resolved", "credit", "x")

    def test_nobody_says_himself_what_became_of_it(self):
        for name in (*self.READERS, "seller"):
            with self.subTest(user=name), self.assertRaises(UserError):
                self.as_user(name, self.promise).write({"state": "kept"})
            with self.subTest(user=name), self.assertRaises(UserError):
                self.as_user(name, self.env["crmx.promise"]).create(
                    {"partner_id": self.customer.id, "amount": 1, "date_promised": "2099-12-31", "level": 9}
                )

    def test_others_see_nothing(self):
        for name in ("employee", "portal"):
            for model in ("crmx.promise", "crmx.dispute", "crmx.receivables.log", "crmx.promise.line"):
                with self.subTest(user=name, model=model), self.assertRaises(AccessError):
                    self.as_user(name, self.env[model]).search([])

    def test_companies_are_apart(self):
        self.env.cr.flush()
        for model in ("crmx.promise", "crmx.dispute", "crmx.receivables.log", "crmx.dispute.line"):
            with self.subTest(model=model):
                self.assertTrue(self.as_user("auditor", self.env[model]).search([]))
                self.assertFalse(self.as_user("stranger", self.env[model]).search([]))

    def test_a_debt_of_another_company_cannot_be_promised(self):
        with self.assertRaises(UserError):
            self.as_user("stranger", self.env["crmx.promise"]).create(
                {**self.promised(), "company_id": self.other_company.id}
            )
