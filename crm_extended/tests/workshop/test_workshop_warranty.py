"""What is under warranty still, claims to vendors, and credit notes that lower the vehicle's cost."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .common import RefusedMixin
from .order_common import OrderMixin


@tagged("post_install", "-at_install")
class TestWorkshopWarranty(OrderMixin, RefusedMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        groups = ("crm_extended.group_workshop_manager", "stock.group_stock_manager", "hr.group_hr_user")
        groups += ("purchase.group_purchase_manager", "fleet.fleet_group_manager")
        groups += ("analytic.group_analytic_accounting",)
        cls.env.user.group_ids += cls.env["res.groups"].union(*(cls.env.ref(group) for group in groups))
        brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Halvorsen"})
        model = cls.env["fleet.vehicle.model"].create(
            {"name": "T480", "brand_id": brand.id, "vehicle_type": "truck"}
        )
        cls.truck = cls.env["fleet.vehicle"].create(
            {"license_plate": "1001", "model_id": model.id, "company_id": cls.company.id}
        )
        cls.set_up_shop()
        cls.vendor = cls.partner_a
        cls.vendor.email = "parts@vendor.example.com"
        cls.pads.write(
            {
                "crmx_warranty_months": 24,
                "crmx_warranty_distance": 60000,
                "seller_ids": [Command.create({"partner_id": cls.vendor.id})],
            }
        )
        cls.receive(cls.pads, 10, 50)
        cls.enter(-100, 120000)
        cls.first = cls.order(parts=[(cls.pads, 2)])
        cls.first.action_issue()
        cls.first.picking_ids.move_ids.date = cls.ago(100)
        cls.first.action_finish()
        cls.first.sudo().date_done = cls.ago(100)

    @classmethod
    def ago(cls, days):
        return fields.Datetime.now() - timedelta(days=days)

    @classmethod
    def enter(cls, day, value):
        cls.env["crmx.meter.reading"].create(
            {"vehicle_id": cls.truck.id, "date": cls.ago(-day), "value": value, "is_confirmed": True}
        )

    def again(self, quantity=1, **values):
        return self.order("draft", parts=[(self.pads, quantity)], **values)

    def claimed(self):
        order = self.again()
        claim = self.env["crmx.warranty.claim"].browse(order.action_claim()["res_id"])
        claim.action_mark_sent()
        claim.action_accept()
        return claim

    def test_under_warranty(self):
        """24 months or 60,000 km from 120,000 on: covered at 150,000, and no more at 181,000."""
        self.enter(-10, 150000)
        order = self.again()
        self.assertIn("Under warranty", order.warranty_notice)
        self.assertIn(self.first.name, order.warranty_notice)
        self.assertIn("180,000 km", order.warranty_notice)
        self.enter(-1, 181000)
        self.env.invalidate_all()
        self.assertFalse(order.warranty_notice)

    def test_not_under_warranty(self):
        self.pads.crmx_warranty_months = 3
        self.assertFalse(self.again().warranty_notice, "100 days are more than three months")
        self.pads.write({"crmx_warranty_months": 24})
        self.assertTrue(self.again().warranty_notice)
        other = self.truck.copy({"license_plate": "1002"})
        self.assertFalse(self.again(vehicle_id=other.id).warranty_notice)
        self.go_back(self.first, "cancel")
        self.assertFalse(self.again().warranty_notice, "the pads came back")

    def test_jobs_and_outside_work(self):
        job = self.env["crmx.workshop.job"].create({"name": "Weld", "warranty_months": 6})
        lines = {
            "job_ids": [Command.create({"job_id": job.id})],
            "outside_ids": [
                Command.create(
                    {"partner_id": self.vendor.id, "product_id": self.repair.id, "warranty_months": 12}
                )
            ],
        }
        earlier = self.order(**lines)
        self.work(earlier, 2, job_id=earlier.job_ids.id)
        earlier.action_finish()
        order = self.order("draft", **lines)
        found = {row["kind"]: row for row in order._under_warranty()}
        self.assertEqual(found.keys(), {"job", "outside"})
        self.assertEqual((found["job"]["amount"], found["job"]["order"]), (1200, earlier))
        self.assertEqual(found["outside"]["vendor"], self.vendor)
        claims = self.env["crmx.warranty.claim"].search(order.action_claim()["domain"])
        self.assertEqual(sorted(claims.mapped("partner_id.id") + [0]), sorted([0, self.vendor.id]))
        nobodys = claims.filtered(lambda claim: not claim.partner_id)
        with self.refused(UserError, "Who supplied it"):
            nobodys.action_mark_sent()
        self.assertFalse(order.warranty_notice, "it is claimed")

    def test_claim_proposed(self):
        self.enter(-10, 150000)
        order = self.again(2, description="Worn through")
        claim = self.env["crmx.warranty.claim"].browse(order.action_claim()["res_id"])
        self.assertEqual((claim.partner_id, claim.vehicle_id), (self.vendor, self.truck))
        line = claim.line_ids
        self.assertEqual((line.kind, line.quantity, line.amount), ("part", 2, 100))
        self.assertEqual((line.earlier_order_id, line.distance_done), (self.first, 120000))
        self.assertEqual(line.until_distance, 180000)
        self.assertEqual((claim.amount, claim.state, order.claim_count), (100, "draft", 1))
        self.assertTrue(claim.name.startswith("WC/"))

    def test_states_and_words(self):
        empty = self.env["crmx.warranty.claim"].create(
            {"work_order_id": self.first.id, "partner_id": self.vendor.id}
        )
        with self.refused(UserError, "Nothing is claimed"):
            empty.action_mark_sent()
        empty.unlink()
        claim = self.claimed()
        self.assertEqual((claim.state, claim.amount_accepted), ("accepted", 50))
        with self.refused(UserError, "stays as it was sent"):
            claim.line_ids.with_user(self.mechanic_user()).amount = 90
        with self.refused(UserError, "stays as it was sent"):
            claim.description = "Something else"
        with self.refused(UserError, "Look at it anew"):
            claim.action_accept()
        with self.refused(UserError, "stays on record"):
            claim.unlink()
        with self.refused(UserError, "only its own buttons set"):
            claim.with_user(self.mechanic_user()).state = "credited"

    def mechanic_user(self):
        users = self.env["res.users"]
        return users.search([("login", "=", "crmx_claims")]) or users.create(
            {
                "name": "Clerk",
                "login": "crmx_claims",
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [Command.link(self.env.ref("crm_extended.group_workshop_user").id)],
            }
        )

    def reason(self, action, reason):
        self.env[action["res_model"]].with_context(**action["context"]).create(
            {"reason": reason}
        ).action_apply()

    def test_refused_and_asked_again(self):
        order = self.again()
        claim = self.env["crmx.warranty.claim"].browse(order.action_claim()["res_id"])
        claim.action_mark_sent()
        self.reason(claim.action_refuse(), "Worn by overload")
        self.assertEqual((claim.state, claim.amount_accepted), ("refused", 0))
        self.assertIn("overload", claim.message_ids[0].body)
        claim.action_again()
        claim.line_ids.amount_accepted = 20
        claim.action_accept()
        self.assertEqual((claim.state, claim.amount_accepted), ("accepted", 20))
        self.reason(claim.action_cancel(), "Sorted out")
        self.assertEqual(claim.state, "cancelled")

    def post(self, claim):
        claim.action_credit()
        refund = claim.refund_id
        refund.invoice_date = fields.Date.today()
        refund.action_post()
        self.env.invalidate_all()
        return refund

    def test_credit_note_lowers_the_vehicles_cost(self):
        """2 pads at 50 issued, one claimed back: the vehicle has cost 50, and the claim recovered 50."""
        self.assertEqual(self.analytic(), [-100])
        claim = self.claimed()
        refund = self.post(claim)
        self.assertEqual((refund.move_type, refund.partner_id), ("in_refund", self.vendor))
        line = refund.invoice_line_ids
        self.assertEqual((line.vehicle_id, line.price_subtotal), (self.truck, 50))
        self.assertEqual(line.account_id, self.store.crmx_vehicle_location_id.valuation_account_id)
        self.assertEqual((claim.state, claim.amount_recovered), ("credited", 50))
        self.assertEqual(claim.work_order_id.cost_recovered, 50)
        self.assertEqual(self.analytic(), [-100, 50])
        log = line.vehicle_log_service_ids
        self.assertEqual(log.amount, -50)
        with self.refused(UserError, "credited by now"):
            claim.action_cancel()

    def test_credit_note_taken_back_and_deleted(self):
        claim = self.claimed()
        refund = self.post(claim)
        refund.button_draft()
        self.env.invalidate_all()
        self.assertEqual((claim.state, claim.amount_recovered), ("accepted", 0))
        with self.refused(UserError, "has a credit note"):
            claim._cancel("x")
        refund.unlink()
        self.env.invalidate_all()
        self.assertFalse(claim.refund_id)
        self.post(claim)
        self.assertEqual(claim.state, "credited")

    def test_a_credit_note_that_the_vendor_sent(self):
        """It is linked instead of made; somebody else's is refused."""
        claim = self.claimed()
        theirs = self.init_invoice("in_refund", partner=self.vendor, amounts=[50], taxes=[], post=True)
        other = self.init_invoice("in_refund", partner=self.partner_b, amounts=[50], taxes=[], post=True)
        for wrong in (other, self.init_invoice("in_invoice", partner=self.vendor, amounts=[50], post=True)):
            with self.refused(UserError, "credit note of its vendor"):
                claim.refund_id = wrong.id
        claim.refund_id = theirs.id
        self.assertEqual((claim.state, claim.amount_recovered), ("credited", 50))

    def test_written_to_the_vendor(self):
        order = self.again()
        claim = self.env["crmx.warranty.claim"].browse(order.action_claim()["res_id"])
        action = claim.action_send()
        composer = Form(self.env[action["res_model"]].with_context(**action["context"])).save()
        self.assertIn(claim.name, composer.subject)
        self.assertIn(self.vendor, composer.partner_ids)
        self.assertTrue(composer.attachment_ids, "the claim as PDF")
        composer.action_send_mail()
        self.assertEqual((claim.state, claim.date_sent), ("sent", fields.Date.context_today(claim)))

    def test_print(self):
        self.enter(-10, 150000)
        claim = self.claimed()
        html = self.env["ir.actions.report"]._render_qweb_html("crm_extended.warranty_claim", claim.ids)[0]
        for text in (claim.name, "Brake pads", "180,000", self.first.name, self.vendor.name):
            self.assertIn(text, html.decode())
