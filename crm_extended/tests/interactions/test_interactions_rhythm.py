from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import TEXT
from .common_card import CardCase


@tagged("post_install", "-at_install")
class TestContactRhythm(CardCase):
    """Last contact from the history, next one due by tier or own interval, who is overdue; per company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rhythm = cls.env["crmx.contact.rhythm"]
        cls.customer.crmx_tier_id = cls.tier
        cls.call = cls.env["crmx.interaction"].create({"partner_id": cls.contact.id, "date": cls.ago(15)})
        cls.env.cr.flush()

    def row(self, partner=None, company=None):
        self.env.cr.flush()
        Rhythm = self.Rhythm.with_context(allowed_company_ids=(company or self.company).ids)
        Rhythm.invalidate_model()
        return Rhythm.search([("partner_id", "=", (partner or self.customer).id)])

    def test_overdue(self):
        row = self.row()
        self.assertEqual((row.state, row.days_overdue, row.interval_days), ("overdue", 5, 10))
        self.assertEqual((row.tier_id, row.user_id), (self.tier, self.seller))
        self.assertEqual(row.last_contact, self.call.date)
        self.assertEqual(row.next_contact, self.call.date.date() + timedelta(days=10))
        self.assertEqual(row.action_open_partner()["res_id"], self.customer.id)

    def test_own_interval_outranks_the_tier(self):
        self.customer.crmx_contact_interval = 20
        self.assertEqual((self.row().state, self.row().interval_days), ("soon", 20))
        self.customer.crmx_contact_interval = 60
        self.assertEqual(self.row().state, "ok")
        self.customer.write({"crmx_contact_interval": 0, "crmx_tier_id": False})
        self.assertFalse(self.row())

    def test_what_is_a_contact(self):
        self.customer.message_post(body=TEXT, subtype_xmlid="mail.mt_note")
        self.env["crmx.interaction"].create({"partner_id": self.customer.id, "date": self.ago(-3)})
        self.assertEqual(self.row().last_contact, self.call.date)
        self.env["crmx.interaction"].create({"partner_id": self.customer.id, "date": self.ago(1)})
        self.assertEqual(self.row().state, "ok")

    def test_never_contacted(self):
        self.other.crmx_contact_interval = 3
        row = self.row(self.other)
        self.assertFalse(row.last_contact)
        self.assertEqual(row.next_contact, self.other.create_date.date() + timedelta(days=3))

    def test_works_per_company(self):
        self.assertFalse(self.row(company=self.abroad))
        self.customer.with_company(self.abroad).crmx_contact_interval = 5
        row = self.row(company=self.abroad)
        self.assertEqual((row.company_id, row.interval_days), (self.abroad, 5))
        self.assertFalse(row.last_contact, "the other company's contact is none of this one's")
        rows = self.row(company=self.company + self.abroad)
        self.assertEqual(set(rows.company_id.ids), {self.company.id, self.abroad.id})
        self.assertEqual(len(set(rows.ids)), 2)
        self.abroad.crmx_use_interactions = False
        self.assertFalse(self.row(company=self.abroad))

    def test_on_partners(self):
        partner = self.contact.with_user(self.seller)
        self.assertEqual((partner.crmx_contact_state, partner.crmx_last_contact), ("overdue", self.call.date))
        Partner = self.env["res.partner"].with_user(self.seller)
        ours = [("id", "in", (self.customer + self.contact + self.other).ids)]
        found = Partner.search([*ours, ("crmx_contact_state", "=", "overdue")])
        self.assertEqual(set(found.ids), {self.customer.id, self.contact.id})
        for condition in (("=", False), ("!=", "overdue")):
            found = Partner.search([*ours, ("crmx_contact_state", *condition)])
            self.assertEqual(found.ids, self.other.ids)

    def test_queries_do_not_grow(self):
        many = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(40)])
        many.crmx_tier_id = self.tier
        self.env.cr.flush()
        few = self.queries(lambda: many[:1].mapped("crmx_contact_state"))
        self.assertEqual(self.queries(lambda: many.mapped("crmx_contact_state")), few)
        self.Rhythm.search([("state", "=", "overdue")])
        with self.assertQueryCount(1):
            self.Rhythm.search([("state", "=", "overdue")])

    def test_rights(self):
        self.assertTrue(self.Rhythm.with_user(self.seller).search([("partner_id", "=", self.customer.id)]))
        for user in (self.employee, self.portal):
            with self.assertRaises(AccessError):
                self.Rhythm.with_user(user).search([])
        self.assertFalse(self.Rhythm.with_user(self.foreigner).search([]))
        with self.assertRaises(AccessError):
            self.customer.with_user(self.portal).read(["crmx_tier_id"])
        with self.assertRaises(AccessError):
            self.tier.with_user(self.seller).write({"interval_days": 1})
