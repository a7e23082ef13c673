from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from ..common.browser import BrowserCase
from .common import TimelineCase


@tagged("post_install", "-at_install")
class TestTimelineTour(TimelineCase, BrowserCase):
    """A sales person's way through a customer's history, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env,
            login="crmx_tour_seller",
            groups="sales_team.group_sale_salesman,base.group_partner_manager",
        )
        now = fields.Datetime.now()
        visit = cls.env.ref("crm_extended.crmx_interaction_type_visit")
        text = "<p>%s</p><p>The whole text</p>"
        cls.env["crmx.interaction"].create(
            [
                {
                    "name": f"Visit {number}",
                    "type_id": visit.id,
                    "partner_id": cls.customer.id,
                    "user_id": cls.seller.id,
                    "date": now - timedelta(days=50 - number),
                    "description": text % ("We walked through the yard. " * 8) if number == 40 else False,
                }
                for number in range(1, 41)
            ]
        )
        product = cls.env["product.product"].create({"name": "Tyres", "list_price": 500, "taxes_id": False})
        line = Command.create({"product_id": product.id, "price_unit": 500, "tax_ids": [Command.clear()]})
        other = new_test_user(cls.env, login="crmx_tour_other", groups="sales_team.group_sale_salesman")
        cls.env["sale.order"].create(
            [
                {
                    "name": name,
                    "partner_id": cls.customer.id,
                    "user_id": user.id,
                    "order_line": [line],
                }
                for name, user in (("S-OWN", cls.seller), ("S-FOREIGN", other))
            ]
        )

    def test_timeline(self):
        # on the first page of any list of contacts
        self.customer.name = "AA Nordwind Logistics"
        logged = []
        Interaction = self.registry["crmx.interaction"]
        create = Interaction.create

        def create_and_answer(records, vals_list):
            """A colleague writes while the second call is logged, of which the list is not told."""
            created = create(records, vals_list)
            if logged:
                self.customer.with_env(created.env).sudo().message_post(
                    body="From a colleague",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                    author_id=self.env.ref("base.partner_root").id,
                )
            logged.append((created.partner_id, created.user_id, created.type_id))
            return created

        with patch.object(Interaction, "create", create_and_answer):
            self.start_tour("/odoo/contacts", "crmx_timeline", login="crmx_tour_seller")

        call = self.env.ref("crm_extended.crmx_interaction_type_call")
        self.assertEqual(logged, [(self.customer, self.seller, call)] * 2)

    def test_log_from_a_card(self):
        lead = self.env["crm.lead"].create(
            {"name": "Tyres for the yard", "partner_id": self.customer.id, "user_id": self.seller.id}
        )
        before = self.env["crmx.interaction"].search([])
        self.start_tour("/odoo/crm", "crmx_log_from_card", login="crmx_tour_seller")
        logged = self.env["crmx.interaction"].search([]) - before
        self.assertEqual((logged.partner_id, logged.user_id), (self.customer, self.seller))
        self.assertEqual(
            [(link.res_model, link.res_id) for link in logged.document_ids], [("crm.lead", lead.id)]
        )
