from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import TEXT, TimelineCase


@tagged("post_install", "-at_install")
class TestCardSummary(TimelineCase):
    """The CRM summary of many partners: figures of all, for those whom the caller lets see it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = mail_new_test_user(cls.env, "card_books", groups="account.group_account_readonly")
        cls.customer.user_id = cls.seller
        cls.open_end = cls.env["crmx.interaction.outcome"].create({"name": "Open", "leaves_open": True})
        cls.call = cls.env["crmx.interaction"].create(
            {
                "partner_id": cls.contact.id,
                "user_id": cls.seller.id,
                "date": fields.Datetime.now() - timedelta(days=3),
                "outcome_id": cls.open_end.id,
            }
        )
        cls.offers = cls.env["sale.order"].create(
            [cls.order_vals(cls.contact, amount) for amount in (100, 250)] + [cls.order_vals(cls.other, 70)]
        )
        cls.offers[1].action_quotation_sent()
        cls.env.cr.flush()

    @classmethod
    def order_vals(cls, partner, amount):
        product = cls.env["product.product"].create({"name": "Tyre", "taxes_id": False})
        line = {"product_id": product.id, "price_unit": amount, "tax_ids": [Command.clear()]}
        return {"partner_id": partner.id, "user_id": cls.seller.id, "order_line": [Command.create(line)]}

    def summary(self, partner=None, user=None):
        partner = partner or self.customer
        return partner.with_user(user or self.accountant)._crmx_crm_summary()[partner.id]

    def test_figures_without_rights_on_sales(self):
        for name in ("crm.lead", "crmx.interaction"):
            self.assertFalse(self.env[name].with_user(self.accountant).has_access("read"))
        activity = self.offers[0].activity_schedule(
            "mail.mail_activity_data_call", date_deadline="2030-01-02", user_id=self.seller.id, summary="Ask"
        )
        self.env.cr.flush()
        summary = self.summary()
        self.assertEqual(summary["owner"], {"id": self.seller.id, "name": "Sam Seller"})
        self.assertEqual(summary["last_contact"], self.call.date)
        self.assertEqual([(m["source"], m["count"]) for m in summary["matters"]], [("crmx.interaction", 1)])
        self.assertEqual(summary["matter_count"], 1)
        currency = self.env.company.currency_id
        self.assertEqual(summary["offers"], {"count": 2, "amount": 350.0, "currency_id": currency.id})
        self.assertEqual(summary["next_activity"], {"date": activity.date_deadline, "user": "Sam Seller"})
        self.assertNotIn("Ask", str(summary), "only figures, dates and names of colleagues")

    def test_nothing_known(self):
        partner = self.env["res.partner"].create({"name": "Nobody", "is_company": True})
        summary = self.summary(partner)
        self.assertEqual((summary["owner"], summary["last_contact"], summary["next_activity"]), (None,) * 3)
        self.assertEqual((summary["matters"], summary["offers"]["count"]), ([], 0))

    def test_offers_end(self):
        self.offers[0].action_cancel()
        self.offers[1].action_confirm()
        self.assertEqual(self.summary()["offers"]["count"], 0)

    def test_matters_end(self):
        done = self.env["crmx.interaction.outcome"].create({"name": "Closed"})
        follow = self.env["crmx.interaction"].create(
            {"partner_id": self.contact.id, "parent_id": self.call.id, "outcome_id": done.id}
        )
        self.assertEqual(self.summary()["matter_count"], 0)
        follow.outcome_id = self.open_end
        self.assertEqual(self.summary()["matter_count"], 1, "the chain is one matter")
        follow.outcome_id = done
        follow.activity_schedule("mail.mail_activity_data_call")
        self.assertEqual(self.summary()["matter_count"], 1, "what is planned keeps it open")

    def test_planned_contacts_are_not_the_last(self):
        self.call.date = fields.Datetime.now() + timedelta(days=3)
        self.assertIsNone(self.summary()["last_contact"])
        self.customer.message_post(body=TEXT, subtype_xmlid="mail.mt_note")
        self.assertIsNone(self.summary()["last_contact"])

    def test_selected_companies_only(self):
        abroad = self.env["res.company"].create({"name": "Abroad"})
        self.accountant.company_ids |= abroad
        here = self.customer.with_user(self.accountant)
        there = here.with_context(allowed_company_ids=abroad.ids)
        self.assertEqual(there._crmx_crm_summary()[self.customer.id]["offers"]["count"], 0)
        self.assertEqual(there._crmx_crm_summary()[self.customer.id]["matter_count"], 0)
        self.assertIsNone(there._crmx_crm_summary()[self.customer.id]["last_contact"])
        both = here.with_context(allowed_company_ids=[self.env.company.id, abroad.id])
        self.assertEqual(both._crmx_crm_summary()[self.customer.id]["offers"]["count"], 2)
        self.env.company.crmx_use_interactions = False
        summary = both._crmx_crm_summary()[self.customer.id]
        self.assertEqual((summary["offers"]["count"], summary["owner"]["id"]), (0, self.seller.id))

    def test_partner_that_may_not_be_read(self):
        abroad = self.env["res.company"].create({"name": "Abroad"})
        hidden = self.env["res.partner"].create({"name": "Theirs", "company_id": abroad.id})
        with self.assertRaises(AccessError):
            self.summary(hidden)

    def test_not_for_rpc(self):
        from odoo.service.model import get_public_method

        with self.assertRaises(AccessError):
            get_public_method(self.customer, "_crmx_crm_summary")

    def test_queries_do_not_grow(self):
        many = self.env["res.partner"].create([{"name": f"P{n}", "is_company": True} for n in range(30)])
        self.env["sale.order"].create([self.order_vals(partner, 10) for partner in many])
        self.env["crmx.interaction"].create(
            [{"partner_id": partner.id, "outcome_id": self.open_end.id} for partner in many]
        )
        self.env.cr.flush()

        def queries(partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners.with_user(self.accountant)._crmx_crm_summary()
            return self.env.cr.sql_log_count - before

        queries(many)  # fills what is cached for the process
        self.assertEqual(queries(many[:1]), queries(many))
        self.assertLessEqual(queries(many), 12, "one for each kind of matter, and a few")
