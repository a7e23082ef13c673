"""Accidents: what happened, the work orders for it, and what the insurer pays."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .common import RefusedMixin
from .order_common import OrderMixin


@tagged("post_install", "-at_install")
class TestWorkshopInsurance(OrderMixin, RefusedMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        groups = ("crm_extended.group_workshop_manager", "stock.group_stock_manager", "hr.group_hr_user")
        groups += ("fleet.fleet_group_manager", "analytic.group_analytic_accounting")
        cls.env.user.group_ids += cls.env["res.groups"].union(*(cls.env.ref(group) for group in groups))
        brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Halvorsen"})
        model = cls.env["fleet.vehicle.model"].create(
            {"name": "T480", "brand_id": brand.id, "vehicle_type": "truck"}
        )
        cls.driver = cls.env["res.partner"].create({"name": "Dora"})
        cls.truck = cls.env["fleet.vehicle"].create(
            {
                "license_plate": "1001",
                "model_id": model.id,
                "company_id": cls.company.id,
                "driver_id": cls.driver.id,
            }
        )
        cls.set_up_shop()
        cls.receive(cls.pads, 100, 50)
        cls.insurer = cls.partner_a

    def case(self, state="draft", **values):
        case = self.env["crmx.insurance.case"].create(
            {
                "title": "Mirror torn off",
                "vehicle_id": self.truck.id,
                "insurer_id": self.insurer.id,
                "deductible": 300,
                **values,
            }
        )
        if state != "draft":
            case.action_report()
        if state == "agreed":
            case.amount = values.get("amount", 1000)
            case.action_agree()
        return case

    def reason(self, action, reason):
        self.env[action["res_model"]].with_context(**action["context"]).create(
            {"reason": reason}
        ).action_apply()

    def test_order_costs_are_claimed(self):
        """An order over 1,000, less 300 that we bear: 700 are agreed, paid and closed; 300 are left to us."""
        case = self.case()
        self.assertEqual((case.driver_id, case.company_id), (self.driver, self.company))
        self.assertTrue(case.name.startswith("IC/"))
        with self.refused(UserError, "no work order yet"):
            case.action_take_costs()
        order = self.env["crmx.work.order"].browse(case.action_order()["res_id"])
        self.assertEqual((order.origin, order.insurance_case_id), ("accident", case))
        order.part_ids = [Command.create({"product_id": self.pads.id, "quantity": 20})]
        case.action_take_costs()
        self.assertEqual((case.amount, case.cost), (1000, 0), "as estimated")
        order.action_confirm()
        order.action_start()
        order.action_issue()
        order.action_finish()
        self.env.flush_all()
        self.env.invalidate_all()
        case.action_report()
        case.action_take_costs()
        self.assertEqual((case.amount, case.cost), (1000, 1000))
        case.action_agree()
        self.assertEqual((case.amount_agreed, case.amount_open), (700, 700))
        case.action_invoice()
        invoice = case.invoice_id
        self.assertEqual((invoice.move_type, invoice.amount_total), ("out_invoice", 700))
        invoice.action_post()
        self.assertEqual(case.amount_paid, 0)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        self.env.invalidate_all()
        self.assertEqual((case.amount_paid, case.amount_open, case.amount_own), (700, 0, 300))
        self.assertEqual(self.analytic(), [-1000, 700], "the vehicle has cost what is left to us")
        self.assertFalse(case.action_close())
        self.assertEqual((case.state, case.date_closed), ("closed", fields.Date.context_today(case)))

    def test_payment_without_an_invoice(self):
        case = self.case("agreed")
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.insurer.id,
                "amount": 500,
                "payment_type": "inbound",
                "partner_type": "customer",
            }
        )
        payment.action_post()
        case.payment_id = payment.id
        self.assertEqual((case.amount_paid, case.amount_open), (500, 200))
        self.reason(case.action_close(), "They deduct wear")
        self.assertEqual((case.state, case.note_unpaid), ("closed", "They deduct wear"))
        case.action_again()
        self.assertEqual((case.state, case.note_unpaid), ("agreed", False))
        with self.refused(UserError, "was paid for"):
            case._refuse("x")
        theirs = payment.copy({"partner_id": self.partner_b.id})
        with self.refused(UserError, "takes an invoice to its insurer"):
            case.payment_id = theirs.id
        payment.action_draft()
        payment.unlink()
        self.env.invalidate_all()
        self.assertFalse(case.payment_id)

    def test_invoice_deleted(self):
        case = self.case("agreed")
        case.action_invoice()
        case.invoice_id.unlink()
        self.env.invalidate_all()
        self.assertFalse(case.invoice_id)
        case.action_invoice()
        self.assertTrue(case.invoice_id)

    def test_refused(self):
        case = self.case("reported")
        self.reason(case.action_refuse(), "Drunk")
        self.assertEqual(case.state, "refused")
        self.assertIn("Drunk", case.message_ids[0].body)
        case.action_again()
        self.assertEqual(case.state, "reported")
        self.reason(case.action_cancel(), "Entered twice")
        self.assertEqual(case.state, "cancelled")

    def test_bad_input(self):
        with self.refused(ValidationError, "has not happened yet"):
            self.case(date=fields.Datetime.now() + timedelta(days=2))
        case = self.case(insurer_id=False)
        with self.refused(UserError, "Who is to pay"):
            case.action_report()
        case.insurer_id = self.insurer
        case.action_report()
        with self.refused(UserError, "How much does the insurer pay"):
            case.action_agree()
        with self.refused(UserError, "stays: vehicle and time"):
            case.date = fields.Datetime.now() - timedelta(days=5)
        other = self.truck.copy({"license_plate": "1002"})
        order = self.order("draft", vehicle_id=other.id)
        with self.refused(ValidationError, "of another vehicle"):
            order.insurance_case_id = case

    def test_policy_of_the_vehicle(self):
        """Insurer and number come from the vehicle's document, which has to hold on that day."""
        today = fields.Date.today()
        policy = self.env["crmx.vehicle.document"].create(
            {
                "kind_id": self.env.ref("crm_extended.crmx_vehicle_document_kind_insurance").id,
                "vehicle_id": self.truck.id,
                "number": "KA-2041",
                "issuer_id": self.insurer.id,
                "date_from": today - timedelta(days=30),
                "date_to": today + timedelta(days=335),
            }
        )
        case = self.case(insurer_id=False)
        case.policy_id = policy
        self.assertEqual((case.insurer_id, case.policy), (self.insurer, "KA-2041"))
        with self.refused(ValidationError, "does not hold on the day"):
            case.date = fields.Datetime.now() - timedelta(days=60)

    def test_from_the_order(self):
        order = self.order("draft", origin="accident", description="Parked")
        order.action_insurance_case()
        case = order.insurance_case_id
        self.assertEqual((case.title, case.description, case.vehicle_id), ("Brakes", "Parked", self.truck))
        order.action_insurance_case()
        self.assertEqual(case.order_ids, order)

    def test_photos(self):
        photo = self.env["ir.attachment"].create({"name": "mirror.png", "raw": b"x"})
        case = self.case(photo_ids=[Command.set(photo.ids)])
        self.assertEqual(case.photo_ids, photo)
        photo.unlink()
        case.invalidate_recordset()
        self.assertFalse(case.photo_ids)
