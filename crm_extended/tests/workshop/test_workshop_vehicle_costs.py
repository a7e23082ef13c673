"""What vehicles cost: each cost once, with its document; per kilometre at every level; repair or replace."""

import json
from datetime import date

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from .common import RefusedMixin
from .order_common import OrderMixin

TODAY = date(2026, 11, 15)


@tagged("post_install", "-at_install")
class TestWorkshopVehicleCosts(OrderMixin, RefusedMixin, AccountTestInvoicingCommon, CronMixinCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        groups = (
            *("crm_extended.group_workshop_manager", "stock.group_stock_manager", "hr.group_hr_user"),
            *("purchase.group_purchase_manager", "fleet.fleet_group_manager"),
            "analytic.group_analytic_accounting",
        )
        cls.env.user.group_ids += cls.env["res.groups"].union(*(cls.env.ref(group) for group in groups))
        cls.brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Halvorsen"})
        cls.truck, cls.other = cls.vehicle("1001"), cls.vehicle("1002")
        cls.set_up_shop()
        cls.vendor = cls.partner_a
        cls.receive(cls.pads, 10, 50)
        cls.washing = cls.env["fleet.service.type"].create({"name": "Washing", "category": "service"})
        cls.insurance = cls.env["crmx.vehicle.document.kind"].create({"name": "Insurance"})
        cls.expense = cls.company_data["default_account_expense"]

    @classmethod
    def vehicle(cls, plate, kind="truck"):
        model = cls.env["fleet.vehicle.model"].create(
            {"name": f"Model of {plate}", "brand_id": cls.brand.id, "vehicle_type": kind}
        )
        return cls.env["fleet.vehicle"].create(
            {"license_plate": plate, "model_id": model.id, "company_id": cls.company.id}
        )

    def setUp(self):
        super().setUp()
        self.patch(fields.Date, "context_today", staticmethod(lambda record, timestamp=None: TODAY))

    def service(self, amount, day="2026-10-05", **values):
        return self.env["fleet.vehicle.log.services"].create(
            {
                "vehicle_id": self.truck.id,
                "service_type_id": self.washing.id,
                "amount": amount,
                "date": day,
                "company_id": self.company.id,
                **values,
            }
        )

    def contract(self, cost, frequency="monthly", start="2026-09-10", **values):
        return self.env["fleet.vehicle.log.contract"].create(
            {
                "vehicle_id": self.truck.id,
                "cost_generated": cost,
                "cost_frequency": frequency,
                "start_date": start,
                "date": start,
                "expiration_date": "2027-09-09",
                "company_id": self.company.id,
                **values,
            }
        )

    def vendor_bill(self, *lines, post=True, day="2026-10-05"):
        """Make a bill with lines: pairs of price and vehicle, or dictionaries."""
        commands = []
        for line in lines:
            if isinstance(line, tuple):
                price, vehicle = line
                line = {"price_unit": price, "vehicle_id": vehicle.id}
            commands.append(
                Command.create({"name": "Repair", "account_id": self.expense.id, "tax_ids": False, **line})
            )
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.vendor.id,
                "invoice_date": day,
                "date": day,
                "company_id": self.company.id,
                "invoice_line_ids": commands,
            }
        )
        if post:
            bill.action_post()
        return bill

    def spent(self, vehicle=None):
        """Return what a vehicle cost by kind; it is the same in the host's report, and on its account."""
        vehicle = vehicle or self.truck
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["crmx.vehicle.cost"].search([("vehicle_id", "=", vehicle.id)])
        by_kind = {}
        for row in rows:
            by_kind[row.kind] = by_kind.get(row.kind, 0.0) + row.amount
        report = self.env["fleet.vehicle.cost.report"].search([("vehicle_id", "=", vehicle.id)])
        self.assertAlmostEqual(sum(report.mapped("cost")), sum(by_kind.values()))
        if vehicle.crmx_analytic_account_id:
            self.assertAlmostEqual(-sum(self.analytic(vehicle)), sum(by_kind.values()))
        return {kind: amount for kind, amount in by_kind.items() if amount}

    # === ONCE EACH === #

    def test_each_cost_once_with_its_document(self):
        outside = {"partner_id": self.vendor.id, "product_id": self.repair.id, "price_unit": 4000}
        order = self.order(parts=[(self.pads, 2)], outside_ids=[Command.create(outside)])
        order.action_issue()
        self.work(order, 2.5)
        order_bill = self.bill(order)
        order.action_finish()
        bill = self.vendor_bill((700, self.truck))
        log, contract = self.service(25), self.contract(115)
        paper = self.env["crmx.vehicle.document"].create(
            {
                "kind_id": self.insurance.id,
                "vehicle_id": self.truck.id,
                "date_from": "2026-10-01",
                "date_to": "2027-09-30",
                "cost": 900,
            }
        )
        expected = {"parts": 100, "labour": 1500, "outside": 4000, "bill": 700, "service": 25}
        self.assertEqual(self.spent(), {**expected, "contract": 345, "document": 900})
        rows = self.env["crmx.vehicle.cost"].search([("vehicle_id", "=", self.truck.id)])
        sources = {(row.kind, row.res_model, row.res_id) for row in rows}
        self.assertEqual(
            sources,
            {
                ("parts", "stock.picking", order.picking_ids.id),
                ("labour", "crmx.work.order.time", order.time_ids.id),
                ("outside", "account.move", order_bill.id),
                ("bill", "account.move", bill.id),
                ("service", "fleet.vehicle.log.services", log.id),
                ("contract", "fleet.vehicle.log.contract", contract.id),
                ("document", "crmx.vehicle.document", paper.id),
            },
        )
        self.assertEqual(rows[0].action_open_source()["res_model"], rows[0].res_model)
        self.assertEqual(set(rows.filtered("order_id").mapped("kind")), {"parts", "labour", "outside"})
        by_nature = dict(
            self.env["crmx.vehicle.cost"]._read_group(
                [("vehicle_id", "=", self.truck.id)], ["nature"], ["amount:sum"]
            )
        )
        self.assertEqual(by_nature, {"fixed": 1245, "variable": 6325})
        # the host's log has what was entered, the order and the bills: all that is no contract or document
        logs = self.env["fleet.vehicle.log.services"].search([("vehicle_id", "=", self.truck.id)])
        self.assertEqual(sum(logs.filtered(lambda log: log.state != "cancelled").mapped("amount")), 6325)

    def test_service_entered_by_hand(self):
        log = self.service(25)
        self.assertEqual(self.spent(), {"service": 25})
        log.amount = 30
        self.assertEqual(self.spent(), {"service": 30})
        log.vehicle_id = self.other
        self.assertEqual((self.spent(), self.spent(self.other)), ({}, {"service": 30}))
        line = self.env["account.analytic.line"].search(
            [("auto_account_id", "=", self.other.crmx_analytic_account_id.id)]
        )
        self.assertEqual(str(line.date), "2026-10-05", "the document's day")
        accountant = new_test_user(self.env, "crmx_acc", groups="account.group_account_manager")
        with self.refused(UserError, "Change it there"):
            line.with_user(accountant).unlink()
        log.state = "cancelled"
        self.assertEqual(self.spent(self.other), {})
        log.state = "done"
        log.unlink()
        self.assertEqual(self.spent(self.other), {})

    def test_bills_credited_and_cancelled(self):
        bill = self.vendor_bill((700, self.truck), (300, self.other))
        self.assertEqual((self.spent(), self.spent(self.other)), ({"bill": 700}, {"bill": 300}))
        bill.button_draft()
        self.assertEqual(self.spent(), {})
        bill.action_post()
        self.assertEqual(self.spent(), {"bill": 700})
        note = bill._reverse_moves([{"invoice_date": "2026-10-09", "date": "2026-10-09"}])
        note.action_post()
        self.assertEqual((self.spent(), self.spent(self.other)), ({}, {}))
        rows = self.env["crmx.vehicle.cost"].search([("vehicle_id", "=", self.truck.id)])
        self.assertEqual(sorted(map(str, rows.mapped("date"))), ["2026-10-05", "2026-10-09"])

    def test_discount_on_a_bill(self):
        """The host would log a negative line as nothing."""
        bill = self.vendor_bill((700, self.truck), (-100, self.truck))
        self.assertEqual(self.spent(), {"bill": 600})
        self.assertEqual(sorted(bill.line_ids.vehicle_log_service_ids.mapped("amount")), [-100, 700])

    def test_what_somebody_distributed_stays(self):
        plan = self.env["account.analytic.plan"].create({"name": "Sites"})
        site = self.env["account.analytic.account"].create({"name": "Quay", "plan_id": plan.id})
        mine = self.truck._crmx_analytic_accounts()
        both = {"price_unit": 700, "vehicle_id": self.truck.id, "analytic_distribution": {str(site.id): 100}}
        shared = {
            "price_unit": 100,
            "vehicle_id": self.truck.id,
            "analytic_distribution": {
                str(mine.id): 40,
                str(self.other._crmx_analytic_accounts().id): 60,
            },
        }
        bill = self.vendor_bill(both, shared)
        self.assertEqual(bill.invoice_line_ids[0].analytic_distribution, {f"{site.id},{mine.id}": 100})
        self.assertEqual((self.spent(), self.spent(self.other)), ({"bill": 740}, {"bill": 60}))

    def test_parts_on_stock_cost_when_they_are_issued(self):
        """Bought with the vehicle on the bill, and issued to it: once."""
        bill = self.vendor_bill({"product_id": self.pads.id, "price_unit": 50, "vehicle_id": self.truck.id})
        self.assertEqual(self.spent(), {})
        self.assertEqual(bill.line_ids.vehicle_log_service_ids.state, "cancelled")
        order = self.order(parts=[(self.pads, 1)])
        order.action_issue()
        self.assertEqual(self.spent(), {"parts": 50})
        bill.button_draft()
        bill.action_post()
        self.assertEqual(self.spent(), {"parts": 50})

    def test_contracts_month_by_month(self):
        contract = self.contract(115)
        self.contract(10)  # the host's report would multiply the two
        self.assertEqual(self.spent(), {"contract": 375})
        contract.crmx_by_bills = True
        self.assertEqual(self.spent(), {"contract": 30})
        contract.crmx_by_bills = False
        contract.action_close()
        self.patch(
            fields.Date, "context_today", staticmethod(lambda record, timestamp=None: date(2027, 1, 15))
        )
        self.run_cron()
        self.assertEqual(self.spent(), {"contract": 345 + 50}, "what is cancelled costs nothing more")

    def test_document_by_a_bill(self):
        bill = self.vendor_bill((880, self.env["fleet.vehicle"]))
        values = {"kind_id": self.insurance.id, "vehicle_id": self.truck.id, "date_from": "2026-10-01"}
        paper = self.env["crmx.vehicle.document"].create({**values, "date_to": "2027-09-30", "cost": 900})
        self.assertEqual(self.spent(), {"document": 900})
        paper.bill_line_id = bill.invoice_line_ids
        self.assertEqual(self.spent(), {"bill": 880})
        self.assertEqual((paper.cost, paper.is_billed), (880, True))
        self.assertEqual(bill.invoice_line_ids.vehicle_id, self.truck)
        mechanic = new_test_user(
            self.env,
            "crmx_mech",
            groups="crm_extended.group_workshop_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        self.env.invalidate_all()
        with Form(paper.with_user(mechanic)) as form:
            form.number = "A-1"
        self.assertEqual(self.spent(), {"bill": 880})

    def run_cron(self):
        cron = self.env.ref("crm_extended.ir_cron_vehicle_charges")
        self.env.flush_all()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_history_is_counted_once(self):
        """What was entered before the workshop was switched on."""
        self.company.crmx_use_workshop = False
        self.service(25)
        self.contract(115)
        self.vendor_bill((700, self.truck))
        self.env["fleet.vehicle.log.services"].search([("account_move_line_id", "!=", False)])
        self.company.crmx_use_workshop = True
        self.assertFalse(self.env["crmx.vehicle.cost"].search([("vehicle_id", "=", self.truck.id)]))
        for _time in range(2):
            self.run_cron()
            self.assertEqual(self.spent(), {"service": 25, "contract": 345, "bill": 700})

    # === PER KILOMETRE === #

    def read(self, vehicle, *readings):
        self.env["crmx.meter.reading"].create(
            [{"vehicle_id": vehicle.id, "date": day, "value": value} for day, value in readings]
        )

    def months(self, groupby, *measures, vehicles=None):
        self.env.flush_all()
        domain = [("vehicle_id", "in", (vehicles or self.truck | self.other).ids)]
        return self.env["crmx.vehicle.month"]._read_group(domain, groupby, measures)

    def test_per_km_at_every_level(self):
        """0.10 and 1.00 a kilometre are 0.19 together, not 0.55."""
        self.read(self.truck, ("2026-10-01", 1000), ("2026-11-01", 10000))
        self.read(self.other, ("2026-10-01", 1000), ("2026-11-01", 2000))
        self.service(900)
        self.vendor_bill((1000, self.other))
        measures = ("amount:sum", "distance:sum", "cost_per_km:avg", "service_per_km:avg")
        by_vehicle = self.months(["vehicle_id"], *measures)
        self.assertEqual(by_vehicle[0], (self.truck, 900, 9000, 0.1, 0.1))
        self.assertEqual(by_vehicle[1], (self.other, 1000, 1000, 1.0, 0.0))
        self.assertEqual(self.months([], *measures), [(1900, 10000, 0.19, 0.09)])
        by_model = dict(self.months(["model_id"], "cost_per_km:avg"))
        self.assertEqual(by_model[self.other.model_id], 1.0)
        [row] = self.env["crmx.vehicle.month"].search([("vehicle_id", "=", self.truck.id)])
        self.assertEqual((row.cost_per_km, str(row.month)), (0.1, "2026-10-01"))
        self.assertEqual(row.action_open_costs()["domain"][0], ("vehicle_id", "=", self.truck.id))

    def test_distance_between_readings_and_of_trailers(self):
        """Readings on 1 September and 31 October: 30 and 30 days at 100 km a day, and what a trailer ran."""
        self.read(self.truck, ("2026-09-01", 84000), ("2026-10-31", 90000))
        trailer = self.vehicle("T-1", "trailer")
        self.env["crmx.coupling"].create(
            {
                "tractor_id": self.truck.id,
                "trailer_id": trailer.id,
                "date_start": "2026-09-21",
                "date_end": "2026-10-11",
            }
        )
        found = self.months(["vehicle_id", "month:month"], "distance:sum", vehicles=self.truck | trailer)
        self.assertEqual([round(distance, 3) for *_keys, distance in found], [3000, 3000, 1000, 1000])
        towed = trailer._crmx_towed_distance()[trailer.id]
        self.assertAlmostEqual(towed, 2000, 3)

    def test_repair_or_replace(self):
        """Twelve times the report's month: 95,000 fixed, 368,986.15 variable, 10,000 planned, 8,000 run."""
        self.read(self.truck, ("2024-11-01", 0), ("2025-11-01", 192000), ("2026-11-01", 288000))
        self.truck.write(
            {
                "acquisition_date": "2024-11-15",
                "car_value": 6000000,
                "residual_value": 1200000,
                "net_car_value": 4000000,
                "crmx_life_months": 60,
                "crmx_planned_distance": 10000,
            }
        )
        self.contract(15000, start="2025-11-01", expiration_date="2026-10-31")
        self.vendor_bill((368986.15 * 12, self.truck), day="2026-03-02")
        self.service(1000000, day="2025-03-02")
        order = self.order("confirmed")
        order.action_start()
        order.write({"date_start": "2026-03-01 00:00:00", "date_end": "2026-03-03 12:00:00"})
        self.env.flush_all()
        row = self.env["crmx.vehicle.replacement"].search([("vehicle_id", "=", self.truck.id)])
        self.assertAlmostEqual(row.distance_last, 96000, 3)
        self.assertAlmostEqual(row.distance_before, 192000, 3)
        self.assertEqual(row.fixed_last, 180000)
        self.assertAlmostEqual(row.fixed_rate, 9.5, 6)
        self.assertAlmostEqual(row.variable_rate, 46.123, 3)
        self.assertAlmostEqual(row.standard, 55.623, 3)
        self.assertAlmostEqual(row.actual, 57.998, 3)
        self.assertAlmostEqual(row.under_absorbed, 19000 * 12, 2)
        self.assertEqual(round(row.age, 2), 2.0)
        self.assertAlmostEqual(row.per_km_before, 1000000 / 192000, 3)
        self.assertEqual((row.downtime_last, row.downtime_before), (2.5, 0))
        self.assertEqual(row.advice, "replace")
        self.assertAlmostEqual(row.repair_share, 100 * 368986.15 * 12 / 4000000, 2)
        self.assertGreater(row.trend, 300)

    def test_what_another_company_bears_is_not_added_in_its_currency(self):
        self.service(25)
        self.env.flush_all()
        line = self.env["crmx.vehicle.cost"].search([("vehicle_id", "=", self.truck.id)])
        sister = self.env["res.company"].create(
            {"name": "Sister", "currency_id": self.env.ref("base.JPY").id}
        )
        self.env["account.analytic.line"].browse(line.id).copy({"company_id": sister.id, "amount": -9000})
        self.env.flush_all()
        self.env.invalidate_all()
        month = self.env["crmx.vehicle.month"].search(
            [("vehicle_id", "=", self.truck.id), ("amount", "!=", 0)]
        )
        self.assertEqual((month.amount, month.currency_id), (25, self.company.currency_id))

    def test_the_dashboard_can_be_read(self):
        """What its charts ask for is there, and costs are in them."""
        self.service(25)
        self.env.flush_all()
        self.env.invalidate_all()
        dashboard = self.env.ref("crm_extended.spreadsheet_dashboard_vehicle_costs")
        figures = json.loads(dashboard.spreadsheet_data)["sheets"][0]["figures"]
        self.assertEqual(len(figures), 5)
        for figure in figures:
            meta = figure["data"]["metaData"]
            model = self.env[meta["resModel"]]
            with self.subTest(figure["id"]):
                aggregator = model.fields_get([meta["measure"]])[meta["measure"]]["aggregator"]
                rows = model.formatted_read_group([], meta["groupBy"], [f"{meta['measure']}:{aggregator}"])
                self.assertTrue(rows)

    def test_queries_do_not_grow(self):
        vehicles = self.env["fleet.vehicle"].create(
            [
                {"model_id": self.truck.model_id.id, "license_plate": f"Q{n}", "company_id": self.company.id}
                for n in range(20)
            ]
        )
        for vehicle in vehicles:
            self.read(vehicle, ("2026-09-01", 84000), ("2026-10-31", 90000))
            self.service(25, vehicle_id=vehicle.id)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            rows = self.env["crmx.vehicle.month"]._read_group(
                [("vehicle_id", "in", vehicles.ids)], ["vehicle_id"], ["cost_per_km:avg"]
            )
        self.assertEqual({round(rate, 6) for _vehicle, rate in rows}, {round(25 / 6000, 6)})
        with self.assertQueryCount(8):
            self.env["crmx.vehicle.replacement"].search([("vehicle_id", "in", vehicles.ids)]).mapped("trend")
