from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import TimelineCase


@tagged("post_install", "-at_install")
class TestPortalVisits(TimelineCase, HttpCase):
    """Customers open documents on the portal, signed in or by a link."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visitor = new_test_user(
            cls.env, "tl_visitor", groups="base.group_portal", partner_id=cls.contact.id
        )
        product = cls.env["product.product"].create({"name": "Oil", "type": "consu"})
        cls.purchase = cls.env["purchase.order"].create(
            {
                "partner_id": cls.customer.id,
                "order_line": [Command.create({"product_id": product.id, "product_qty": 4})],
            }
        )
        cls.purchase.button_confirm()
        cls.quotation = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "user_id": cls.seller.id,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        cls.quotation.action_quotation_sent()

    def visits(self, document):
        Visit = self.env["crmx.portal.visit"]
        Visit.invalidate_model()
        return Visit.search([("res_model", "=", document._name), ("res_id", "=", document.id)])

    def open(self, document, path, **headers):
        token = document._portal_ensure_token()
        response = self.url_open(f"{path}/{document.id}?access_token={token}", headers=headers)
        self.assertEqual(response.status_code, 200)
        self.assertIn(document.name, response.text)

    def test_by_a_link(self):
        self.open(self.purchase, "/my/purchase")
        visit = self.visits(self.purchase)
        self.assertFalse(visit.partner_id, "nobody signed in")
        self.assertEqual(self.rows(visit), [("portal_visit", self.customer.id, self.customer.id)])
        self.open(self.purchase, "/my/purchase")
        self.assertEqual(self.visits(self.purchase), visit, "one a day")

    def test_signed_in(self):
        self.purchase.message_subscribe(self.contact.ids)
        self.authenticate("tl_visitor", "tl_visitor")
        self.open(self.purchase, "/my/purchase")
        visit = self.visits(self.purchase)
        self.assertEqual(visit.partner_id, self.contact)
        both = [("portal_visit", partner.id, self.customer.id) for partner in self.customer + self.contact]
        self.assertEqual(self.rows(visit), sorted(both))
        page = self.Ledger.get_page(partner_id=self.customer.id, filters={"kinds": ["portal_visit"]})
        [line] = page["events"]
        self.assertEqual(
            (line["author"], line["document"]["name"], line["direction"]),
            (self.contact.display_name, self.purchase.display_name, "in"),
        )

    def test_quotation_once(self):
        """The host notes in its own words that a quotation was opened by its link."""
        self.open(self.quotation, "/my/orders")
        self.assertFalse(self.visits(self.quotation))
        message = self.quotation.message_ids.filtered(
            lambda m: m.subtype_id == self.env.ref("sale.mt_order_viewed")
        )
        self.assertEqual(self.rows(message), [("portal_visit", self.customer.id, self.customer.id)])
        self.assertEqual(self.row(message).direction, "in")
        self.assertNoDrift()

    def test_nobody_looks(self):
        self.open(self.purchase, "/my/purchase", **{"Odoo-Link-Preview": "True"})
        self.assertFalse(self.visits(self.purchase), "a program looked")
        self.authenticate("admin", "admin")
        self.open(self.purchase, "/my/purchase")
        self.assertFalse(self.visits(self.purchase), "one of us looked")
        self.authenticate(None, None)
        self.env["res.company"].search([]).crmx_use_interactions = False
        self.open(self.purchase, "/my/purchase")
        self.assertFalse(self.visits(self.purchase), "no history is kept")

    def test_rights_of_the_document(self):
        self.env["crmx.portal.visit"]._note(self.quotation, self.visitor)
        self.env["crmx.portal.visit"]._note(self.purchase, self.visitor)
        self.env.cr.flush()
        visits = self.visits(self.quotation) + self.visits(self.purchase)
        as_seller = visits.with_user(self.seller)
        self.assertEqual(as_seller._filtered_access("read"), as_seller[0])
        page = self.Ledger.with_user(self.seller).get_page(
            partner_id=self.customer.id, filters={"kinds": ["portal_visit"]}
        )
        self.assertEqual([line["res_id"] for line in page["events"]], as_seller[0].ids)
        with self.assertRaises(AccessError):
            as_seller[1].check_access("read")
        with self.assertRaises(AccessError):
            as_seller.search([])
        with self.assertRaises(AccessError):
            as_seller[0].check_access("write")

    def test_document_deleted(self):
        quotation = self.quotation.copy()
        self.env["crmx.portal.visit"]._note(quotation, self.env.ref("base.public_user"))
        self.env.cr.flush()
        visit = self.visits(quotation)
        quotation.unlink()
        self.assertEqual(self.rows(visit), [])
        self.env["crmx.portal.visit"]._gc_visits()
        self.assertFalse(visit.exists())
