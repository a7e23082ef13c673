from odoo.tests import new_test_user, tagged

from ..common.browser import BrowserCase
from .common_card import CardCase


@tagged("post_install", "-at_install")
class TestCustomerCardTour(CardCase, BrowserCase):
    """A sales person's way over a customer's card, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env,
            login="crmx_card_seller",
            groups="sales_team.group_sale_salesman,base.group_partner_manager",
        )
        # on the first page of any list of contacts
        cls.customer.write({"name": "AA Nordwind Logistics", "crmx_tier_id": cls.tier.id})
        chief = cls.env["crmx.relation.type"].create({"name": "Chief of", "role": "Chief"})
        rival = cls.env["crmx.relation.type"].create({"name": "Rival of", "is_symmetric": True})
        cls.env["crmx.relation"].create(
            [
                {
                    "left_partner_id": cls.contact.id,
                    "type_id": chief.id,
                    "right_partner_id": cls.customer.id,
                },
                {
                    "left_partner_id": cls.other.id,
                    "type_id": rival.id,
                    "right_partner_id": cls.customer.id,
                },
            ]
        )
        cls.env["crmx.interaction"].create({"partner_id": cls.contact.id, "date": cls.ago(15)})
        cls.order(name="S-OWN")
        cls.order(name="S-FOREIGN", user=cls.manager)
        for name, sequence in (("Ring up", 1), ("Write", 2)):
            cls.rule(
                "always",
                name=name,
                sequence=sequence,
                reason="Because of the tour",
                domain=f"[('id', '=', {cls.customer.id})]",
            )

    def test_card(self):
        self.start_tour("/odoo/contacts", "crmx_customer_card", login="crmx_card_seller")
        answers = self.env["crmx.recommendation"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(
            sorted((a.rule_id.name, a.outcome, a.dismiss_reason_id.name or "") for a in answers),
            [("Ring up", "accepted", ""), ("Write", "dismissed", "Already done")],
        )
        self.assertEqual(self.customer.crmx_contact_interval, 45)
