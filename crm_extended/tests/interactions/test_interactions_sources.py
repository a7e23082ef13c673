from datetime import datetime

from odoo import Command
from odoo.tests import tagged

from .common import TEXT, TimelineCase


@tagged("post_install", "-at_install")
class TestTimelineSources(TimelineCase):
    """Each source: created, changed, cancelled, deleted."""

    def lead(self, **values):
        return self.env["crm.lead"].create({"name": "Two trucks", "type": "opportunity", **values})

    def order(self, **values):
        product = self.env["product.product"].create({"name": "Oil", "type": "consu"})
        return self.env["sale.order"].create(
            {
                "partner_id": self.contact.id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 2})],
                **values,
            }
        )

    def test_lead_won_reopened_lost(self):
        lead = self.lead(partner_id=self.customer.id)
        self.assertEqual(self.kinds(lead), ["lead"])
        lead.action_set_won()
        self.assertEqual(self.kinds(lead), ["lead", "won"])
        lead.stage_id = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        self.assertEqual(self.kinds(lead), ["lead"])
        lead.action_set_lost()
        self.assertEqual(self.kinds(lead), ["lead", "lost"])
        lead.unlink()
        self.assertEqual(self.rows(lead), [])

    def test_lead_gains_a_customer(self):
        lead = self.lead()
        message = lead.message_post(body=TEXT, message_type="comment", subtype_xmlid="mail.mt_comment")
        activity = lead.activity_schedule("mail.mail_activity_data_todo")
        self.assertEqual(self.rows(lead) + self.rows(message) + self.rows(activity), [])
        lead.partner_id = self.contact
        for record, kind in ((lead, "lead"), (message, "comment"), (activity, "planned")):
            self.assertEqual(self.rows(record), [(kind, self.contact.id, self.customer.id)])
        lead.partner_id = self.other
        for record, kind in ((lead, "lead"), (message, "comment"), (activity, "planned")):
            self.assertEqual(self.rows(record), [(kind, self.other.id, self.other.id)])

    def test_sale_order(self):
        order = self.order()
        self.assertEqual(self.kinds(order), ["quotation"])
        order.action_confirm()
        self.assertEqual(self.kinds(order), ["order", "quotation"])
        self.assertEqual(self.row(order, "order").date, order.date_order)
        order._action_cancel()
        self.assertEqual(self.kinds(order), ["quotation"])
        order.unlink()
        self.assertEqual(self.rows(order), [])

    def test_imported_quotation_keeps_its_date(self):
        order = self.order(date_order=datetime(2024, 5, 6, 7, 8))
        self.assertEqual(self.row(order).date, datetime(2024, 5, 6, 7, 8))

    def test_invoice(self):
        def move(move_type):
            return self.env["account.move"].create(
                {
                    "move_type": move_type,
                    "partner_id": self.contact.id,
                    "invoice_date": "2026-02-03",
                    "invoice_line_ids": [Command.create({"name": "Oil", "price_unit": 100})],
                }
            )

        kinds = {
            "out_invoice": "invoice",
            "out_refund": "credit_note",
            "in_invoice": "bill",
            "in_refund": "vendor_credit",
        }
        for move_type, kind in kinds.items():
            with self.subTest(move_type):
                invoice = move(move_type)
                self.assertEqual(self.rows(invoice), [])
                invoice.action_post()
                self.assertEqual(self.rows(invoice), [(kind, self.contact.id, self.customer.id)])
                self.assertEqual(self.row(invoice).date, datetime(2026, 2, 3, 12))
                invoice.button_draft()
                self.assertEqual(self.rows(invoice), [])
                invoice.button_cancel()
                self.assertEqual(self.rows(invoice), [])
                invoice.unlink()
                self.assertEqual(self.rows(invoice), [])

    def test_payment(self):
        for payment_type, kind in (("inbound", "payment_in"), ("outbound", "payment_out")):
            payment = self.env["account.payment"].create(
                {
                    "payment_type": payment_type,
                    "partner_type": "customer",
                    "partner_id": self.customer.id,
                    "amount": 120,
                }
            )
            self.assertEqual(self.rows(payment), [])
            payment.action_post()
            self.assertEqual(self.kinds(payment), [kind])
            payment.action_cancel()
            self.assertEqual(self.rows(payment), [])

    def test_delivery_and_receipt(self):
        warehouse = self.env["stock.warehouse"].search([], limit=1)
        product = self.env["product.product"].create({"name": "Filter", "is_storable": True})
        for picking_type, kind in ((warehouse.out_type_id, "delivery"), (warehouse.in_type_id, "receipt")):
            picking = self.env["stock.picking"].create(
                {
                    "picking_type_id": picking_type.id,
                    "partner_id": self.contact.id,
                    "move_ids": [Command.create({"product_id": product.id, "product_uom_qty": 1})],
                }
            )
            picking.action_confirm()
            self.assertEqual(self.rows(picking), [])
            picking.move_ids.quantity = 1
            picking.move_ids.picked = True
            picking.button_validate()
            self.assertEqual(picking.state, "done")
            self.assertEqual(self.rows(picking), [(kind, self.contact.id, self.customer.id)])
            self.assertEqual(self.row(picking).date, picking.date_done)

    def test_purchase(self):
        product = self.env["product.product"].create({"name": "Tyre", "type": "consu"})
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.other.id,
                "order_line": [Command.create({"product_id": product.id, "product_qty": 4})],
            }
        )
        self.assertEqual(self.kinds(order), ["rfq"])
        order.button_confirm()
        self.assertEqual(self.kinds(order), ["purchase", "rfq"])
        order.button_cancel()
        self.assertEqual(self.kinds(order), ["rfq"])
        order.unlink()
        self.assertEqual(self.rows(order), [])

    def test_rating(self):
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
                "partner_id": self.contact.id,
            }
        )
        self.assertEqual(self.rows(rating), [])
        rating.write({"rating": 5, "consumed": True})
        self.assertEqual(self.rows(rating), [("rating", self.contact.id, self.customer.id)])
        rating.reset()
        self.assertEqual(self.rows(rating), [])

    def test_interaction(self):
        call = self.env.ref("crm_extended.crmx_interaction_type_call")
        interaction = self.env["crmx.interaction"].create(
            {
                "type_id": call.id,
                "partner_id": self.customer.id,
                "person_ids": [Command.set(self.other.ids)],
                "date": datetime(2026, 4, 5, 6),
            }
        )
        self.assertEqual(
            self.rows(interaction),
            sorted([("call", self.customer.id, self.customer.id), ("call", self.other.id, self.other.id)]),
        )
        interaction.write(
            {
                "type_id": self.env.ref("crm_extended.crmx_interaction_type_visit").id,
                "person_ids": [Command.clear()],
            }
        )
        self.assertEqual(self.rows(interaction), [("visit", self.customer.id, self.customer.id)])
        order = self.order()
        interaction.document_ids = [Command.create({"res_model": "sale.order", "res_id": order.id})]
        self.env.cr.flush()
        row = self.row(interaction)
        self.assertEqual((row.doc_model, row.doc_res_id), ("sale.order", order.id))
        interaction.document_ids.unlink()
        self.env.cr.flush()
        row.invalidate_recordset()
        self.assertEqual((row.doc_model, row.doc_res_id), ("crmx.interaction", interaction.id))
        interaction.unlink()
        self.assertEqual(self.rows(interaction), [])

    def test_rolled_back_savepoint_leaves_nothing(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            order = self.order()
            raise ZeroDivisionError
        self.assertEqual(self.rows(order), [])

    def test_sources_are_declared_consistently(self):
        """Whoever declares a source with a wrong field learns it here, not in a customer's night."""
        Source = self.env["crmx.event.source"]
        for source in Source._sources():
            self.assertTrue(source._kinds(), source._name)
            query = source._projection(self.scope(ids=[0]))
            if query is not None:
                self.assertEqual(self.env.execute_query(query), [], source._name)
        for kind, values in Source._all_kinds().items():
            self.assertTrue(values["label"] and values["icon"] and values["group"], kind)

    def test_everything_as_a_rebuild_would_make_it(self):
        lead = self.lead()
        lead.message_post(body=TEXT, message_type="comment", subtype_xmlid="mail.mt_comment")
        lead.partner_id = self.contact
        lead.action_set_won()
        order = self.order()
        order.action_confirm()
        order.partner_id = self.other
        self.contact.parent_id = False
        self.assertNoDrift()

    def test_deleted_along_with_another_record(self):
        """What the database deletes by itself passes no method of its own model."""
        cascades = self.Ledger._cascades(self.env["crmx.event.source"]._sources())
        self.assertIn(("rating.rating", "message_id"), cascades["mail.message"])
        message = self.customer.message_post(body=TEXT, message_type="comment")
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
                "partner_id": self.contact.id,
                "message_id": message.id,
                "rating": 5,
                "consumed": True,
            }
        )
        self.assertEqual(self.kinds(rating), ["rating"])
        message.unlink()
        self.assertFalse(rating.exists())
        self.assertEqual(self.rows(rating), [])
