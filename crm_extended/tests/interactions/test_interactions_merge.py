from odoo import Command, fields
from odoo.tests import tagged

from .common import TEXT, TimelineCase

#: Sources of add-ons that are not needed: black-box tests install them.
OPTIONAL = ("survey.", "mailing.", "im_livechat.", "repair.", "project.")


@tagged("post_install", "-at_install")
class TestTimelineMergeOfAllSources(TimelineCase):
    """One record of each source follows when its partner is merged into another."""

    def records(self):
        """:return: ``{model: record of the customer}``"""
        customer = self.customer.id
        made = [*self.documents(customer), *self.logistics(customer), *self.vehicles(customer)]
        order = next(record for record in made if record._name == "sale.order")
        order.activity_schedule("mail.mail_activity_data_todo")
        self.env["crmx.portal.visit"]._note(order, self.env.ref("base.public_user"))
        made += [
            order.message_post(body=TEXT, message_type="comment", subtype_xmlid="mail.mt_comment"),
            order.activity_ids,
            self.env["crmx.portal.visit"].search([("res_id", "=", order.id)]),
        ]
        return {record._name: record for record in made}

    def documents(self, customer):
        day = fields.Date.today()
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": customer,
                "invoice_date": day,
                "invoice_line_ids": [Command.create({"name": "Oil", "price_unit": 100})],
            }
        )
        invoice.action_post()
        payment = self.env["account.payment"].create({"partner_id": customer, "amount": 100})
        payment.action_post()
        return [
            invoice,
            payment,
            self.env["sale.order"].create({"partner_id": customer}),
            self.env["purchase.order"].create({"partner_id": customer}),
            self.env["crm.lead"].create({"name": "Trucks", "partner_id": customer}),
            self.env["crmx.interaction"].create({"partner_id": customer}),
            self.env["calendar.event"].create(
                {
                    "name": "Yard",
                    "start": fields.Datetime.now(),
                    "stop": fields.Datetime.now(),
                    "partner_ids": [Command.set([customer])],
                }
            ),
            self.env["rating.rating"].create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": self.contact.id,
                    "partner_id": customer,
                    "rating": 5,
                    "consumed": True,
                }
            ),
        ]

    def logistics(self, customer):
        warehouse = self.env["stock.warehouse"].search([], limit=1)
        product = self.env["product.product"].create({"name": "Filter", "is_storable": True})
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.in_type_id.id,
                "partner_id": customer,
                "move_ids": [Command.create({"product_id": product.id, "product_uom_qty": 1})],
            }
        )
        picking.action_confirm()
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.button_validate()
        return [picking]

    def vehicles(self, customer):
        brand = self.env["fleet.vehicle.model.brand"].create({"name": "Volta"})
        model = self.env["fleet.vehicle.model"].create({"name": "V1", "brand_id": brand.id})
        vehicle = self.env["fleet.vehicle"].create({"model_id": model.id, "driver_id": customer})
        kind = self.env["fleet.service.type"].search([], limit=1).id
        return [
            vehicle.log_drivers,
            self.env["fleet.vehicle.log.services"].create(
                {"vehicle_id": vehicle.id, "vendor_id": customer, "service_type_id": kind}
            ),
            self.env["fleet.vehicle.log.contract"].create(
                {"vehicle_id": vehicle.id, "insurer_id": customer, "start_date": fields.Date.today()}
            ),
        ]

    def test_merge(self):
        records = self.records()
        needed = {
            source._source_model
            for source in self.env["crmx.event.source"]._sources()
            if not source._source_model.startswith((*OPTIONAL, "crmx."))
        }
        self.assertLessEqual(needed, records.keys(), "each source has its record here")
        kinds = {name: self.kinds(record) for name, record in records.items()}
        self.assertTrue(all(kinds.values()), kinds)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.customer + self.other).ids, self.other, extra_checks=False)
        self.env.invalidate_all()
        for name, record in records.items():
            with self.subTest(name):
                rows = self.rows(record)
                self.assertEqual([kind for kind, _partner, _company in rows], kinds[name])
                # who is named elsewhere beside the merged one stays
                self.assertIn(self.other.id, {partner for _kind, partner, _company in rows})
                self.assertEqual({company for _kind, _partner, company in rows}, {self.other.id})
        self.assertNoDrift()
