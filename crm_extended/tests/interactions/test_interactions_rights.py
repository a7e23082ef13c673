from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import TEXT, TimelineCase


@tagged("post_install", "-at_install")
class TestTimelineRights(TimelineCase):
    """The history shows what the reader may read at the source, nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = mail_new_test_user(cls.env, "tl_books", groups="account.group_account_invoice")
        cls.employee = mail_new_test_user(cls.env, "tl_plain", groups="base.group_user")
        cls.portal = mail_new_test_user(
            cls.env, "tl_portal", partner_id=cls.contact.id, groups="base.group_portal"
        )
        cls.abroad = cls.env["res.company"].create({"name": "Abroad"})
        cls.foreigner = mail_new_test_user(
            cls.env,
            "tl_abroad",
            groups="sales_team.group_sale_salesman_all_leads,account.group_account_invoice",
            company_id=cls.abroad.id,
            company_ids=[Command.set(cls.abroad.ids)],
        )
        cls.own_order = cls.env["sale.order"].create(
            {"partner_id": cls.customer.id, "user_id": cls.seller.id}
        )
        cls.order = cls.env["sale.order"].create(
            {"partner_id": cls.customer.id, "user_id": cls.env.ref("base.user_admin").id}
        )
        cls.secret = cls.order.message_post(body=TEXT, message_type="comment", subtype_xmlid="mail.mt_note")
        cls.invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.customer.id,
                "invoice_user_id": cls.env.ref("base.user_admin").id,
                "invoice_line_ids": [Command.create({"name": "Oil", "price_unit": 80})],
            }
        )
        cls.invoice.action_post()
        cls.interaction = cls.env["crmx.interaction"].create({"partner_id": cls.customer.id})
        cls.env.cr.flush()

    def seen(self, user, **arguments):
        page = self.Ledger.with_user(user).get_page(partner_id=self.customer.id, **arguments)
        return {(e["model"], e["res_id"]) for e in page["events"]}

    def test_nobody_reads_the_ledger_itself(self):
        for user in (self.seller, self.env.ref("base.user_admin"), self.portal):
            with self.assertRaises(AccessError):
                self.Ledger.with_user(user).search([])
            with self.assertRaises(AccessError):
                self.Ledger.with_user(user).create({"kind": "x"})

    def test_seller_sees_own_documents(self):
        seen = self.seen(self.seller)
        self.assertIn(("sale.order", self.own_order.id), seen)
        self.assertIn(("crmx.interaction", self.interaction.id), seen)
        self.assertNotIn(("sale.order", self.order.id), seen)
        self.assertNotIn(("mail.message", self.secret.id), seen)
        self.assertNotIn(("account.move", self.invoice.id), seen)

    def test_accountant_sees_invoices(self):
        seen = self.seen(self.accountant)
        self.assertIn(("account.move", self.invoice.id), seen)
        self.assertFalse({model for model, _id in seen} & {"crm.lead", "stock.picking"})

    def test_all_and_only_what_the_source_lets_read(self):
        """The same answer as asking each source about each of its records."""
        self.env["crm.lead"].create({"name": "L", "partner_id": self.customer.id})
        self.customer.activity_schedule("mail.mail_activity_data_todo", user_id=self.seller.id)
        self.env.cr.flush()
        rows = self.Ledger.search([("commercial_partner_id", "=", self.customer.id)])
        events = {(row.res_model, row.res_id) for row in rows}
        self.assertGreaterEqual(len({model for model, _id in events}), 6)
        for user in (self.seller, self.accountant, self.employee, self.portal, self.foreigner):
            readable = {
                (model, res_id)
                for model, res_id in events
                if self.env[model].with_user(user).browse(res_id).has_access("read")
            }
            self.assertEqual(self.seen(user, limit=100), readable, user.login)

    def test_employee_without_any_app(self):
        seen = self.seen(self.employee)
        self.assertEqual({model for model, _id in seen} - {"mail.message"}, set())
        self.assertNotIn(("mail.message", self.secret.id), seen)

    def test_portal_user(self):
        self.assertTrue(self.customer.with_user(self.portal).has_access("read"))
        seen = self.seen(self.portal)
        self.assertFalse({m for m, _id in seen} & {"crmx.interaction", "mail.activity", "crm.lead"})
        self.assertNotIn(("mail.message", self.secret.id), seen)
        with self.assertRaises(AccessError):
            self.Ledger.with_user(self.portal).get_page(partner_id=self.other.id)

    def test_other_company(self):
        self.assertEqual(self.seen(self.foreigner), set())
        self.customer.company_id = self.env.company
        with self.assertRaises(AccessError):
            self.seen(self.foreigner)

    def test_document_that_may_not_be_read(self):
        with self.assertRaises(AccessError):
            self.Ledger.with_user(self.seller).get_page(document=("sale.order", self.order.id))

    def test_only_that_something_happened(self):
        self.env.company.crmx_timeline_show_hidden = True
        page = self.Ledger.with_user(self.seller).get_page(partner_id=self.customer.id)
        hidden = [e for e in page["events"] if e["hidden"]]
        self.assertGreaterEqual(len(hidden), 3)  # order, its note, invoice
        for line in hidden:
            told = {key for key, value in line.items() if value}
            self.assertEqual(told, {"id", "label", "icon", "date", "hidden"})
        searched = self.Ledger.with_user(self.seller).get_page(
            partner_id=self.customer.id, filters={"text": "between"}
        )
        self.assertEqual(searched["events"], [], "a search must not tell what is hidden")

    def test_private_meeting_shows_no_title(self):
        meeting = self.env["calendar.event"].create(
            {
                "name": "Job interview",
                "privacy": "private",
                "user_id": self.accountant.id,
                "start": "2026-03-02 09:00:00",
                "stop": "2026-03-02 10:00:00",
                "partner_ids": [Command.set((self.contact + self.accountant.partner_id).ids)],
            }
        )
        self.env.cr.flush()
        page = self.Ledger.with_user(self.seller).get_page(partner_id=self.customer.id)
        titles = [e["title"] for e in page["events"] if e["model"] == "calendar.event"]
        self.assertNotIn(meeting.name, titles)
        found = self.Ledger.with_user(self.seller).get_page(
            partner_id=self.customer.id, filters={"text": "interview"}
        )
        self.assertEqual(found["events"], [])

    def test_helpers_are_not_for_rpc(self):
        from odoo.service.model import get_public_method

        for name in ("get_page", "get_kinds"):
            self.assertTrue(get_public_method(self.Ledger, name))
        for name in ("_refresh", "_append", "_write_pending", "_to_lines", "_merge_partners"):
            with self.assertRaises(AccessError):
                get_public_method(self.Ledger, name)
