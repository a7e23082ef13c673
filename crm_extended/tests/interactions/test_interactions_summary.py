from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import TimelineCase


@tagged("post_install", "-at_install")
class TestCrmSummaryBesideTheLedger(TimelineCase):
    """Accountants without rights on sales see what sales know, and nothing of their documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = mail_new_test_user(
            cls.env, "tl_accountant", name="Alma Accounts", groups="account.group_account_readonly"
        )
        cls.customer.user_id = cls.seller
        product = cls.env["product.product"].create({"name": "Tyre", "taxes_id": False})
        line = {"product_id": product.id, "price_unit": 250, "tax_ids": [Command.clear()]}
        cls.offer = cls.env["sale.order"].create(
            {
                "partner_id": cls.contact.id,
                "user_id": cls.seller.id,
                "order_line": [Command.create(line)],
            }
        )
        cls.call = cls.env["crmx.interaction"].create({"name": "Secret", "partner_id": cls.contact.id})
        cls.env.cr.flush()

    def test_accountant(self):
        self.assertFalse(self.env["crm.lead"].with_user(self.accountant).has_access("read"))
        self.assertFalse(self.env["crmx.interaction"].with_user(self.accountant).has_access("read"))
        for partner in self.customer + self.contact:
            summary = partner.with_user(self.accountant).crmx_get_crm_summary()
            self.assertEqual(summary["partner"], {"id": self.customer.id, "name": "Nordwind Logistics"})
            self.assertEqual(summary["owner"]["name"], "Sam Seller")
            self.assertEqual(summary["last_contact"], self.call.date)
            self.assertEqual((summary["offers"]["count"], summary["offers"]["amount"]), (1, 250.0))
            self.assertNotIn("Secret", str(summary))
            self.assertNotIn(self.offer.name, str(summary))

    def test_on_the_documents(self):
        for model_name in ("account.move", "account.move.line"):
            arch = self.env[model_name].with_user(self.accountant).get_view(view_type="form")["arch"]
            self.assertIn('name="crmx_crm_summary"', arch, model_name)

    def test_who_does_not_see_it(self):
        plain = mail_new_test_user(self.env, "tl_plain", groups="base.group_user")
        portal = mail_new_test_user(self.env, "tl_portal", groups="base.group_portal")
        for user in (plain, portal):
            self.assertFalse(user._crmx_sees_crm_summary())
            with self.assertRaises(AccessError):
                self.customer.with_user(user).crmx_get_crm_summary()
        self.env["res.company"].search([]).crmx_use_interactions = False
        self.assertFalse(self.accountant._crmx_sees_crm_summary(), "interactions are not used")

    def test_partner_he_may_not_read(self):
        company = self.env["res.company"].create({"name": "Another"})
        hidden = self.env["res.partner"].create({"name": "Hidden", "company_id": company.id})
        with self.assertRaises(AccessError):
            hidden.with_user(self.accountant).crmx_get_crm_summary()
