from datetime import datetime

from odoo.tests import tagged

from .common import TEXT, TimelineCase


@tagged("post_install", "-at_install")
class TestTimelineVehicles(TimelineCase):
    """Vehicles and their documents, for the driver and for those who serve and insure them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Volta"})
        model = cls.env["fleet.vehicle.model"].create({"name": "V1", "brand_id": brand.id})
        cls.vehicle = cls.env["fleet.vehicle"].create(
            {"model_id": model.id, "license_plate": "AB 12", "driver_id": cls.contact.id}
        )
        cls.driver = [("vehicle_given", cls.contact.id, cls.customer.id)]

    def service(self, **values):
        return self.env["fleet.vehicle.log.services"].create(
            {
                "vehicle_id": self.vehicle.id,
                "vendor_id": self.other.id,
                "service_type_id": self.env["fleet.service.type"].search([], limit=1).id,
                "date": "2026-01-15",
                **values,
            }
        )

    def document(self, record):
        row = self.row(record)
        return row.doc_model, row.doc_res_id

    def test_handed_over_and_returned(self):
        log = self.vehicle.log_drivers
        self.assertEqual(self.rows(log), self.driver)
        self.assertEqual(self.document(log), ("fleet.vehicle", self.vehicle.id))
        log.date_end = "2026-03-04"
        self.assertEqual(self.kinds(log), ["vehicle_given", "vehicle_returned"])
        self.assertEqual(self.row(log, "vehicle_returned").date, datetime(2026, 3, 4, 12))
        log.driver_id = self.other
        self.assertEqual({row[1] for row in self.rows(log)}, {self.other.id})
        log.unlink()
        self.assertEqual(self.rows(log), [])

    def test_service(self):
        service = self.service(purchaser_id=False)
        self.assertEqual(self.rows(service), [("vehicle_service", self.other.id, self.other.id)])
        self.assertEqual(self.document(service), ("fleet.vehicle", self.vehicle.id))
        service.purchaser_id = self.contact
        self.assertEqual({row[1] for row in self.rows(service)}, {self.other.id, self.contact.id})
        second = self.vehicle.copy({"license_plate": "CD 34"})
        service.write({"vehicle_id": second.id, "purchaser_id": False})
        self.assertEqual(self.document(service), ("fleet.vehicle", second.id))
        service.state = "cancelled"
        self.assertEqual(self.rows(service), [])
        service.state = "done"
        self.assertEqual(self.kinds(service), ["vehicle_service"])
        service.unlink()
        self.assertEqual(self.rows(service), [])

    def test_contract(self):
        contract = self.env["fleet.vehicle.log.contract"].create(
            {
                "vehicle_id": self.vehicle.id,
                "insurer_id": self.other.id,
                "start_date": "2026-01-01",
                "expiration_date": "2026-12-31",
                "cost_generated": 1200,
            }
        )
        self.assertEqual(self.rows(contract), [("vehicle_contract", self.other.id, self.other.id)])
        contract.action_close()
        self.assertEqual(self.kinds(contract), ["vehicle_contract", "vehicle_contract_end"])
        self.assertEqual(self.row(contract, "vehicle_contract_end").date, datetime(2026, 12, 31, 12))
        contract.insurer_id = self.customer
        self.assertEqual({row[1] for row in self.rows(contract)}, {self.customer.id})
        contract.active = False
        self.assertEqual(self.rows(contract), [])

    def test_messages_on_the_vehicle(self):
        message = self.vehicle.message_post(
            body=TEXT, message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        activity = self.vehicle.activity_schedule("mail.mail_activity_data_todo")
        self.assertEqual(self.rows(message), [("comment", self.contact.id, self.customer.id)])
        self.assertEqual(self.rows(activity), [("planned", self.contact.id, self.customer.id)])
        self.vehicle.driver_id = self.other
        self.assertEqual(self.rows(message), [("comment", self.other.id, self.other.id)])
        self.assertNoDrift()

    def test_history_on_the_vehicle(self):
        service = self.service()
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        document = ("fleet.vehicle", self.vehicle.id)
        scope = self.Ledger.get_scope(document=document)
        self.assertEqual((scope["partner"]["id"], scope["partner"]["is_whole"]), (self.customer.id, True))
        whole = self.Ledger.get_page(document=document)["events"]
        self.assertIn(("sale.order", order.id), [(e["model"], e["res_id"]) for e in whole])
        alone = self.Ledger.get_page(document=document, filters={"document_only": True})["events"]
        self.assertEqual(
            {(e["model"], e["res_id"]) for e in alone},
            {(service._name, service.id), (self.vehicle.log_drivers._name, self.vehicle.log_drivers.id)},
        )
        line = next(e for e in alone if e["kind"] == "vehicle_given")
        self.assertEqual(line["document"]["name"], self.vehicle.display_name)

    def test_our_own_driver_stands_for_himself(self):
        """His history is not that of our own company, whose contact he is."""
        ours = self.env.company.partner_id
        driver = self.env["res.partner"].create({"name": "Driver", "parent_id": ours.id})
        self.env["crmx.interaction"].create({"name": "Ours", "partner_id": ours.id})
        talk = self.env["crmx.interaction"].create({"name": "His", "partner_id": driver.id})
        self.vehicle.driver_id = driver
        document = ("fleet.vehicle", self.vehicle.id)
        scope = self.Ledger.get_scope(document=document)
        self.assertEqual((scope["partner"]["id"], scope["partner"]["is_whole"]), (driver.id, False))
        page = self.Ledger.get_page(document=document, filters={"groups": ["contact"]})
        self.assertEqual([event["res_id"] for event in page["events"]], talk.ids)

    def test_vehicle_deleted(self):
        service, log = self.service(), self.vehicle.log_drivers
        self.env.cr.flush()
        log.unlink()
        service.unlink()
        self.vehicle.unlink()
        self.assertEqual(self.rows(service) + self.rows(log), [])
        self.assertNoDrift()
