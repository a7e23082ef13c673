"""What orders cost: each source once, in the ledger, on the vehicle's account and in the host's log."""

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .common import RefusedMixin
from .order_common import OrderMixin


@tagged("post_install", "-at_install")
class TestWorkshopOrderCosts(OrderMixin, RefusedMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        groups = (
            *("crm_extended.group_workshop_manager", "stock.group_stock_manager", "hr.group_hr_user"),
            *(
                "purchase.group_purchase_manager",
                "fleet.fleet_group_manager",
                "analytic.group_analytic_accounting",
            ),
        )
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
        cls.receive(cls.pads, 10, 50)
        cls.outside = [
            Command.create({"partner_id": cls.vendor.id, "product_id": cls.repair.id, "price_unit": 4000})
        ]

    def logged(self):
        """Return the costs in the host's log of services of the truck, and in its report."""
        self.env.flush_all()
        self.env.invalidate_all()
        logs = self.env["fleet.vehicle.log.services"].search(
            [("vehicle_id", "=", self.truck.id), ("state", "!=", "cancelled")]
        )
        report = self.env["fleet.vehicle.cost.report"].search(
            [("vehicle_id", "=", self.truck.id), ("cost_type", "=", "service")]
        )
        return sum(logs.mapped("amount")), sum(report.mapped("cost"))

    def test_5600(self):
        """2 parts at 50, 2.5 hours at 600 and a bill of 4,000, once in each book."""
        order = self.order(parts=[(self.pads, 2)], outside_ids=self.outside)
        order.action_issue()
        self.work(order, 2.5)
        bill = self.bill(order)
        self.assertEqual(self.costs(order), [100, 1500, 4000, 5600])
        self.assertEqual(sorted(self.analytic()), [-4000, -1500, -100])
        order.action_finish()
        self.assertEqual(self.logged(), (5600, 5600))
        self.assertEqual(self.costs(order)[-1], 5600)
        rows = self.env["crmx.work.cost"].search([("order_id", "=", order.id)])
        sources = {row.kind: (row.res_model, row.res_id) for row in rows}
        self.assertEqual(
            sources,
            {
                "parts": ("stock.picking", order.picking_ids.id),
                "labour": ("crmx.work.order.time", order.time_ids.id),
                "outside": ("account.move", bill.id),
            },
        )
        self.assertEqual(rows[0].action_open_source()["res_model"], rows[0].res_model)
        self.assertEqual(bill.invoice_line_ids.vehicle_id, self.truck)
        self.assertEqual(str(bill.invoice_line_ids.vehicle_log_service_ids.date), "2026-10-05")

    def test_returned_at_the_original_cost(self):
        """2 × 50 issued, the price rises to 80, and they come back: nothing is left."""
        order = self.order(parts=[(self.pads, 2)])
        order.action_issue()
        self.receive(self.pads, 12, 100)
        self.assertEqual(self.pads.standard_price, 80)
        issue = order.picking_ids
        wizard = self.env["stock.return.picking"].with_context(active_id=issue.id, active_ids=issue.ids)
        returning = wizard.create({"picking_id": issue.id})
        returning.product_return_moves.quantity = 1
        back = returning._create_return()
        self.assertEqual(back.crmx_work_order_id, order)
        back.move_ids.picked = True
        back._action_done()
        self.assertEqual(self.costs(order), [50, 0, 0, 50])
        line = order.part_ids
        self.assertEqual((line.issued, line.returned), (2, 1))
        self.go_back(order, "cancel")
        self.assertEqual(self.costs(order), [0, 0, 0, 0])
        self.assertEqual(self.analytic(), [-100, 50, 50])
        self.assertEqual(self.pads.qty_available, 22)

    def test_valued_in_real_time(self):
        """The entry names the vehicle, and the part is on its account once."""
        self.category.copy({"name": "Auto", "property_valuation": "real_time"})
        auto = self.part("Auto", 30, categ_id=self.env["product.category"].search([("name", "=", "Auto")]).id)
        self.receive(auto, 5, 30)
        order = self.order(parts=[(auto, 2), (self.pads, 1)])
        order.action_issue()
        moves = order.picking_ids.move_ids
        entry = moves.account_move_id
        self.assertEqual(sum(entry.line_ids.mapped("debit")), 60)
        self.assertEqual(entry.line_ids.vehicle_id, self.truck)
        expense = entry.line_ids.filtered("debit").account_id
        self.assertEqual(expense, self.store.crmx_vehicle_location_id.valuation_account_id)
        self.assertEqual(expense, self.company.expense_account_id)
        self.assertFalse(any(entry.line_ids.mapped("analytic_distribution")))
        self.assertEqual(sorted(self.analytic()), [-60, -50])
        self.go_back(order, "cancel")
        self.assertEqual(sum(self.analytic()), 0)
        balance = self.env["account.move.line"].search(
            [("vehicle_id", "=", self.truck.id), ("account_id", "=", expense.id)]
        )
        self.assertEqual(sum(balance.mapped("balance")), 0)

    def test_net_zero_in_real_time_after_a_price_rise(self):
        """2 × 50 issued, the price rises to 80, the order is cancelled: the ledger has nothing left of it."""
        category = self.category.copy({"name": "Auto", "property_valuation": "real_time"})
        auto = self.part("Auto", 50, categ_id=category.id)
        self.receive(auto, 10, 50)
        order = self.order(parts=[(auto, 2)])
        order.action_issue()
        self.receive(auto, 12, 100)
        self.assertEqual(auto.standard_price, 80)
        self.go_back(order, "cancel")
        lines = order.picking_ids.move_ids.account_move_id.line_ids
        self.assertEqual(sorted(lines.mapped("balance")), [-100, -100, 100, 100])
        for account, mine in lines.grouped("account_id").items():
            with self.subTest(account=account.code):
                self.assertEqual(sum(mine.mapped("balance")), 0)
        self.assertEqual(lines.vehicle_id, self.truck)
        self.assertEqual((self.costs(order)[-1], self.analytic()), (0, [-100, 100]))

    def test_old_units_come_in_at_their_worth(self):
        """A used engine enters the stock at what it is worth, not at the 5,000 of a new one."""
        engine = self.part("Engine", 5000)
        self.receive(engine, 1, 5000)
        used = self.part("Engine, used", 5000)
        order = self.order(parts=[(engine, 1)])
        order.action_issue()
        lines = self.env["crmx.work.order.part"].create(
            [
                {
                    "order_id": order.id,
                    "direction": "remove",
                    "product_id": product.id,
                    "destination": destination,
                    "unit_value": value,
                }
                for product, destination, value in ((used, "repair", 200), (self.pads, "scrap", 0))
            ]
        )
        order.action_remove()
        self.assertEqual(self.costs(order)[0], 4800)
        self.assertEqual(used.standard_price, 200)
        pool = self.store.crmx_repair_location_id
        self.assertEqual(used.with_context(location=pool.id).qty_available, 1)
        lines.invalidate_recordset()
        self.assertEqual(lines.mapped("issued"), [1, 1])
        with self.refused(UserError, "No unit is left"):
            order.action_remove()

    def test_bills_credited_cancelled_and_late(self):
        """The host would keep the full cost after a credit note, and after the bill is taken back."""
        order = self.order(outside_ids=self.outside)
        with self.refused(UserError, "No outside work"):
            self.order().action_purchase()
        bill = self.bill(order)
        order.action_finish()
        self.assertEqual(self.logged(), (4000, 4000))
        with self.refused(UserError, "credited first"):
            self.go_back(order, "cancel")
        bill.button_draft()
        self.assertEqual(self.costs(order)[-1], 0)
        self.assertEqual(self.logged(), (0, 0))
        bill.action_post()  # after the order was closed
        self.assertEqual(self.costs(order)[-1], 4000)
        self.assertEqual(self.logged(), (4000, 4000))
        self.assertIn("after it was closed", order.message_ids[0].body)
        note = bill._reverse_moves([{"invoice_date": fields.Date.to_date("2026-10-09")}])
        note.action_post()
        self.assertEqual(self.costs(order)[-1], 0)
        self.assertEqual(self.logged(), (0, 0))
        self.assertEqual(sum(self.analytic()), 0)

    def test_cancelled_with_nothing_left(self):
        order = self.order(parts=[(self.pads, 2)])
        order.action_issue()
        self.work(order, 2.5)
        order.action_finish()
        self.assertEqual(self.logged(), (1600, 1600))
        self.go_back(order, "cancel", "Entered twice")
        self.assertEqual(order.state, "cancel")
        self.assertEqual(self.costs(order), [0, 0, 0, 0])
        self.assertEqual(sorted(self.analytic()), [-1500, -100, 100, 1500])
        self.assertEqual(self.logged(), (0, 0))
        self.assertIn("Entered twice", order.message_ids[0].body)
        self.assertEqual(sorted(order.time_ids.mapped("hours")), [-2.5, 2.5])

    def test_reopened_and_finished_again(self):
        order = self.order(parts=[(self.pads, 2)])
        order.action_issue()
        order.action_finish()
        self.go_back(order, "reopen", "Forgot the hours")
        self.assertEqual((order.state, order.date_end), ("progress", False))
        self.assertEqual(self.logged(), (0, 100), "the parts are on the vehicle still, as the report says")
        self.work(order, 1)
        order.action_finish()
        self.assertEqual(self.logged(), (700, 700))
        self.assertEqual(len(order.service_log_id), 1)

    def test_foreign_currency_bill(self):
        """The bill's own rate counts, not that of the day on which it was ordered."""
        eur = self.setup_other_currency("EUR", rates=[("2026-01-01", 0.5), ("2026-10-05", 0.4)])
        order = self.order(outside_ids=self.outside)
        order.action_purchase()
        purchase = order.outside_ids.purchase_line_id.order_id
        purchase.currency_id = eur
        purchase.order_line.price_unit = 2000
        purchase.button_confirm()
        purchase.action_create_invoice()
        purchase.invoice_ids.invoice_date = fields.Date.to_date("2026-10-05")
        purchase.invoice_ids.action_post()
        self.assertEqual(self.costs(order)[2], 5000)
        self.assertEqual(self.analytic(), [-5000])
