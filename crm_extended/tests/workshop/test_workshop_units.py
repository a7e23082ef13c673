"""Units on vehicles: mounted once, worn by what they ran, valued one by one."""

from datetime import timedelta

from psycopg2.errors import ExclusionViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged, users
from odoo.tools import SQL, mute_logger

from .units_common import UnitsCommon


@tagged("post_install", "-at_install")
class TestWorkshopUnits(UnitsCommon):
    # === WEAR === #

    def test_wear_by_the_norm(self):
        """36,000 over 90,250 km is 0.3989 a km: after 12,500 km, 4,986.15 are worn and 31,013.85 are left."""
        self.enter("2026-09-01", 100000)
        self.enter("2026-09-21", 112500, is_confirmed=True)
        tyre = self.mount(self.buy("T-1", 36000), "1L")
        self.assertAlmostEqual(tyre.norm_distance, 90250, 4)
        self.assertEqual((tyre.value, tyre.distance), (36000, 12500))
        self.assertAlmostEqual(tyre.value_left, 31013.85, 2)
        self.assertAlmostEqual(tyre.cost, 4986.15, 2)
        self.assertAlmostEqual(tyre.cost_per_km, 0.3989, 4)
        self.assertAlmostEqual(100 * tyre.worn, 13.85, 2)
        self.assertEqual((tyre.distance_start, tyre.distance_end), (100000, 112500))
        self.assertEqual(tyre.condition, "good")

    def test_battery_by_age_or_distance(self):
        """12,000 over 36 months: 3,333.33 after ten of them, or more when it ran more."""
        self.enter("2026-01-01", 1000)
        now = fields.Datetime.now()
        start = now - timedelta(days=10 * 365.25 / 12)
        battery = self.mount(self.buy("B-1", 12000, self.battery, date="2025-01-01"), "B1", date=start)
        self.assertAlmostEqual(battery.cost, 3333.33, 0)
        self.enter("2026-11-30", 100000, is_confirmed=True)
        self.env.invalidate_all()
        self.assertGreater(battery.worn, 0.45)

    def test_nothing_accrues_while_it_is_off(self):
        """Neither in the store nor on the spare wheel's place."""
        for day, value in (
            ("2026-09-01", 0),
            ("2026-09-11", 1000),
            ("2026-09-21", 2000),
            ("2026-10-01", 3000),
        ):
            self.enter(day, value)
        lot = self.buy("T-1", 36000)
        self.take_off(self.mount(lot, "1L"), date="2026-09-11")
        spare = self.mount(lot, "S1", date="2026-09-11")
        self.assertEqual(spare.distance, 0)
        self.take_off(spare, date="2026-09-21")
        again = self.mount(lot, "1R", date="2026-09-21")
        self.assertEqual((lot.crmx_distance, again.distance), (2000, 1000))
        self.assertAlmostEqual(again.worn, 2000 / 90250, 6)
        self.assertAlmostEqual(lot.crmx_worn, again.worn, 6)

    def test_trailer_runs_behind_trucks(self):
        model = self.vehicle_model("Box 13.6", "trailer")
        axles = self.env["crmx.axle.layout"].create({"name": "Three", "pattern": "2+2+2", "batteries": 0})
        model.write({"crmx_layout_id": axles.id, "crmx_tread_category": "O4"})
        trailer, other = self.vehicle("T-1", model), self.vehicle("241-D-1002", self.truck_model)
        self.enter("2026-09-01", 84000)
        self.enter("2026-09-21", 86000)
        self.enter("2026-09-01", 10000, vehicle=other)
        self.enter("2026-10-01", 13000, vehicle=other)
        couple = self.env["crmx.coupling"].create
        common = {"trailer_id": trailer.id}
        couple({**common, "tractor_id": self.truck.id, "date_start": "2026-09-06", "date_end": "2026-09-16"})
        couple({**common, "tractor_id": other.id, "date_start": "2026-09-16", "date_end": "2026-09-21"})
        tyre = self.mount(self.buy("T-1", 800), "2R", date="2026-09-11", vehicle=trailer)
        self.assertAlmostEqual(tyre.distance, 500 + 500, 1)
        self.take_off(tyre, date="2026-09-18")
        self.assertAlmostEqual(tyre.distance, 500 + 200, 1)

    def test_renewed(self):
        """Retreaded: its life begins anew, what it ran in all is kept."""
        self.enter("2026-09-01", 0)
        self.enter("2026-09-11", 20000, is_confirmed=True)
        self.enter("2026-11-01", 30000)
        lot = self.buy("T-1", 36000)
        tyre = self.mount(lot, "1L")
        with self.refused(UserError, "T-1.* is on a vehicle"):
            lot.with_user(self.user).action_crmx_renew()
        self.take_off(tyre, "repair", date="2026-09-11")
        lot.with_user(self.user).action_crmx_renew()
        self.assertEqual(lot.crmx_worn, 0)
        again = self.mount(lot, "1L", date=fields.Datetime.now())
        self.assertEqual((again.worn_start, again.is_renewed), (0, True))
        self.assertAlmostEqual(lot.crmx_distance, 20000, 0)
        self.assertAlmostEqual(tyre.worn, 20000 / 90250, 4)

    def test_came_with_the_vehicle(self):
        self.enter("2026-09-01", 0)
        self.enter("2026-09-11", 9025)
        tyre = self.mount(
            False,
            "1L",
            source="vehicle",
            product_id=self.tyre.id,
            serial="OLD-1",
            value=1000,
            used_distance=50000,
        )
        self.assertAlmostEqual(tyre.worn_start, 0.5)
        self.assertAlmostEqual(tyre.worn, 0.6)
        self.assertAlmostEqual(tyre.value_left, 800)
        with self.refused(UserError, "OLD-1 already: 241-D-1001 1L"):
            self.mount(False, "1R", source="vehicle", product_id=self.tyre.id, serial="OLD-1")
        self.take_off(tyre)
        self.assertEqual(self.in_store(tyre.lot_id), (1, 800))

    # === VALUE === #

    def test_each_at_its_own_value(self):
        """Receipts at 100 and 140: mounting charges the vehicle with its own, and returning relieves it."""
        first, second = self.buy("T-1", 100), self.buy("T-2", 140)
        tyre = self.mount(second, "1L")
        self.assertEqual(tyre.value, 140)
        self.assertEqual(self.analytic(), [-140])
        self.assertEqual(self.in_store(first), (1, 100))
        self.assertEqual(self.in_store(second), (0, 0))
        self.take_off(tyre)
        self.assertEqual(self.analytic(), [-140, 140])
        self.assertEqual(self.in_store(second), (1, 140))
        scrap = self.env["stock.scrap"].create(
            {"product_id": self.tyre.id, "lot_id": second.id, "scrap_qty": 1, "company_id": self.company.id}
        )
        scrap.action_validate()
        self.assertEqual(scrap.move_ids.value, 140)

    def test_worn_it_returns_at_what_is_left(self):
        self.enter("2026-09-01", 100000)
        self.enter("2026-09-21", 112500, is_confirmed=True)
        tyre = self.mount(self.buy("T-1", 36000), "1L")
        self.take_off(tyre, "repair")
        self.assertEqual(self.in_store(tyre.lot_id), (1, 31013.85))
        self.assertEqual(tyre.value_end, 31013.85)
        self.assertAlmostEqual(sum(self.analytic()), -4986.15, 2)
        self.assertEqual(tyre.lot_id.crmx_place, self.store.crmx_repair_location_id.display_name)
        again = self.mount(tyre.lot_id, "1R", date="2026-10-02")
        self.assertAlmostEqual(again.value, 31013.85, 2)
        self.assertAlmostEqual(again.value_left, 31013.85, 2)

    def test_scrapped_it_stays_a_cost(self):
        tyre = self.mount(self.buy("T-1", 140), "1L")
        self.take_off(tyre, "scrap")
        self.assertEqual((tyre.value_end, tyre.cost), (0, 140))
        self.assertEqual(sum(self.analytic()), -140)
        self.assertEqual(self.in_store(tyre.lot_id), (0, 0))

    def test_in_real_time(self):
        """The entry names the vehicle, and the value goes to the account of the place."""
        accounts = self.env["account.account"]
        stock, expense = (
            accounts.create({"name": name, "code": code, "account_type": kind})
            for name, code, kind in (
                ("Tyres in stock", "CRMXTY", "asset_current"),
                ("Tyres used", "CRMXTE", "expense"),
            )
        )
        self.category.write(
            {"property_valuation": "real_time", "property_stock_valuation_account_id": stock.id}
        )
        self.store.crmx_vehicle_location_id.valuation_account_id = expense
        tyre = self.mount(self.buy("T-1", 140), "1L")
        lines = tyre.picking_id.move_ids.account_move_id.line_ids
        self.assertEqual({line.account_id: line.balance for line in lines}, {stock: -140, expense: 140})
        self.assertEqual(lines.vehicle_id, self.truck)
        self.take_off(tyre)
        back = tyre.end_picking_id.move_ids.account_move_id.line_ids
        self.assertEqual({line.account_id: line.balance for line in back}, {stock: 140, expense: -140})
        self.assertEqual(sum(self.analytic()), 0)

    # === ONE PLACE AT A TIME === #

    def test_mounted_once(self):
        lot = self.buy("T-1", 100)
        self.mount(lot, "1L")
        with self.refused(UserError, "T-1.* is not in the store: 241-D-1001 1L"):
            self.mount(lot, "1R")
        with self.refused(ValidationError, "T-1.* is on 1L of .*1001.* Dismount it first"):
            self.mount(self.buy("T-2", 100), "1L")
        other = self.vehicle("241-D-1002", self.truck_model)
        with self.refused(ValidationError, "T-1.* is on 1L of .*1001"):
            self.env["crmx.component.fitting"].create(self.row(lot, "1L", other))

    def row(self, lot, code, vehicle, start="2026-09-05"):
        return {
            "lot_id": lot.id,
            "vehicle_id": vehicle.id,
            "position_id": self.place(code).id,
            "company_id": self.company.id,
            "date_start": start,
        }

    def test_database_excludes_two_places(self):
        lot, other = self.buy("T-1", 100), self.vehicle("241-D-1002", self.truck_model)
        self.mount(lot, "1L")
        with self.assertRaises(ExclusionViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute(
                """INSERT INTO crmx_component_fitting
                        (lot_id, vehicle_id, position_id, company_id, source, date_start)
                   VALUES (%s, %s, %s, %s, 'stock', '2026-09-05')""",
                (lot.id, other.id, self.place("1R").id, self.company.id),
            )
            self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as the commit does

    def test_without_the_databases_help(self):
        for name in self.env["crmx.component.fitting"]._exclusions:
            self.env.cr.execute(
                SQL("ALTER TABLE crmx_component_fitting DROP CONSTRAINT IF EXISTS %s", SQL.identifier(name))
            )
        self.test_mounted_once()

    def test_never_received(self):
        lot = self.env["stock.lot"].create(
            {"name": "T-9", "product_id": self.tyre.id, "company_id": self.company.id}
        )
        with self.refused(UserError, "T-9.* is not in the store: it was never received"):
            self.mount(lot, "1L")

    def test_not_before_it_was_bought(self):
        lot = self.buy("T-1", 100, date="2026-09-10")
        with self.refused(UserError, "T-1.* came into the store on .*2026"):
            self.mount(lot, "1L", date="2026-09-01")
        with self.refused(UserError, "when it happens, not ahead"):
            self.mount(lot, "1L", date=fields.Datetime.now() + timedelta(days=1))

    def test_same_serial_number(self):
        self.buy("T-1", 100)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.buy("T-1", 100)
        with self.refused(UserError, "T-1 already"):
            self.mount(False, "1L", source="vehicle", product_id=self.tyre.id, serial="T-1")

    def test_reserved_for_others(self):
        lot = self.buy("T-1", 100)
        self.order("confirmed", [(self.tyre, 1)])
        with self.refused(UserError, "T-1.* is reserved"):
            self.mount(lot, "1L")

    def test_where_it_does_not_belong(self):
        battery, tyre = self.buy("B-1", 100, self.battery), self.buy("T-1", 100)
        with self.refused(UserError, "does not belong on 1L"):
            self.mount(battery, "1L")
        self.truck.active = False
        with self.refused(UserError, "not in the fleet any more"):
            self.mount(tyre, "1L")
        other = self.env["crmx.axle.layout"].create({"name": "Other", "pattern": "2+2"})
        with self.refused(UserError, "has no position 1L"):
            self.env["crmx.component.mount"].create(
                {
                    "vehicle_id": self.vehicle("X", self.truck_model).id,
                    "position_id": self.place("1L", other).id,
                    "lot_id": tyre.id,
                }
            ).action_apply()

    def test_only_serial_numbers(self):
        with self.refused(UserError, "tracked by unique serial number"):
            self.part("Loose tyre", 10, crmx_component="tyre")

    # === ROTATION === #

    def test_all_within_one_second(self):
        """Times are whole seconds; a period of no length neither wears nor locks."""
        now = "2026-09-01 10:00:00"
        lot = self.buy("T-1", 300)
        self.take_off(self.rotate(self.mount(lot, "1L", now), "2LO", now), date=now)
        self.assertEqual(lot.crmx_fitting_ids.mapped("distance"), [0, 0])
        self.assertEqual(self.in_store(lot), (1, 300))
        self.assertTrue(self.mount(lot, "1L", now))

    def test_rotation_swaps(self):
        self.enter("2026-09-01", 0)
        self.enter("2026-10-01", 9025, is_confirmed=True)
        front, rear = self.mount(self.buy("T-1", 1000), "1L"), self.mount(self.buy("T-2", 2000), "2LO")
        moved = self.rotate(front, "2LO")
        self.assertEqual((moved.lot_id.name, self.mounted("1L").lot_id.name), ("T-1", "T-2"))
        self.assertAlmostEqual(moved.value, 900)
        self.assertAlmostEqual(moved.worn_start, 0.1)
        self.assertAlmostEqual(rear.cost, 200)
        self.assertEqual(sum(self.analytic()), -3000)  # a rotation moves no stock
        with self.refused(UserError, "not there any more"):
            self.rotate(front, "1R")
        empty = self.rotate(moved, "1R", date="2026-10-02")
        self.assertFalse(self.mounted("2LO"))
        self.assertEqual(empty.lot_id.name, "T-1")
        with self.refused(UserError, "is there already"):
            empty._rotate(self.place("1R"))

    # === ORDERS === #

    def test_part_of_an_order_is_mounted(self):
        lot = self.buy("T-1", 300)
        order = self.order("progress", [(self.tyre, 1)])
        order.action_issue()
        self.assertEqual(order.unmounted_count, 1)
        context = order.with_user(self.user).action_mount()["context"]
        self.assertEqual(context["default_lot_id"], lot.id)
        tyre = self.mount(lot, "1L", source="order", date=fields.Datetime.now())
        self.assertEqual((tyre.order_id, tyre.value, tyre.source), (order, 300, "order"))
        self.assertEqual((order.unmounted_count, order.fitting_ids), (0, tyre))
        self.assertEqual(self.analytic(), [-300])  # once: when it was issued

    def test_mounted_from_the_store_for_an_order(self):
        order = self.order("progress")
        tyre = self.mount(self.buy("T-1", 300), "1L", order_id=order.id)
        self.assertEqual(self.costs(order)[0], 300)
        self.take_off(tyre, order_id=order.id)
        self.assertEqual(self.costs(order)[0], 0)
        self.assertEqual((order.ended_fitting_ids, tyre.end_order_id), (tyre, order))

    def test_issued_to_somebody_else(self):
        other = self.vehicle("241-D-1002", self.truck_model)
        lot = self.buy("T-1", 300)
        self.order("progress", [(self.tyre, 1)]).action_issue()
        with self.refused(UserError, "was not issued to an order of .*1002"):
            self.mount(lot, "1L", vehicle=other, source="order")

    def test_taken_off_by_an_order(self):
        """The order's own list of old units ends it as well."""
        tyre = self.mount(self.buy("T-1", 300), "1L")
        order = self.order(
            "progress",
            part_ids=[
                (
                    0,
                    0,
                    {
                        "product_id": self.tyre.id,
                        "lot_id": tyre.lot_id.id,
                        "direction": "remove",
                        "destination": "stock",
                        "unit_value": 120,
                    },
                )
            ],
        )
        order.action_remove()
        self.env.invalidate_all()
        self.assertTrue(tyre.date_end)
        self.assertEqual((tyre.value_end, tyre.end_order_id), (120, order))
        self.assertFalse(self.mounted("1L"))

    def test_cancelled_order_takes_its_units_back(self):
        order = self.order("progress")
        tyre = self.mount(self.buy("T-1", 300), "1L", order_id=order.id)
        self.go_back(order, "cancel")
        self.env.invalidate_all()
        self.assertTrue(tyre.date_end)
        self.assertEqual(self.in_store(tyre.lot_id), (1, 300))
        self.assertEqual(sum(self.analytic()), 0)

    def test_what_went_on_is_not_returned(self):
        order = self.order("progress")
        tyre = self.mount(self.buy("T-1", 300), "1L", order_id=order.id)
        self.take_off(tyre)
        with self.refused(UserError, "T-1.* has gone on since"):
            self.go_back(order, "cancel")

    def test_order_of_another_vehicle(self):
        other = self.order("progress", vehicle_id=self.vehicle("241-D-1002", self.truck_model).id)
        with self.refused(UserError, "is no work that .*1001"):
            self.mount(self.buy("T-1", 300), "1L", order_id=other.id)

    # === TREAD === #

    def test_tread(self):
        """(16 − 11) / (16 − 1) of the tread is gone; below the limit, the vehicle must not be driven."""
        tyre = self.mount(self.buy("T-1", 300), "1L", tread=11)
        check = self.env["crmx.component.check"].search([("lot_id", "=", tyre.lot_id.id)])
        self.assertAlmostEqual(100 * check.tread_worn, 33.3, 1)
        self.assertEqual((check.fitting_id, check.limit, tyre.tread), (tyre, 1.0, 11))
        for tread, condition in ((1.5, "soon"), (0.9, "illegal"), (0.8, "illegal")):
            self.check_tread(tyre, tread)
            self.assertEqual(tyre.condition, condition)
        defect = self.truck.crmx_defect_ids
        self.assertEqual((len(defect), defect.severity), (1, "critical"))
        self.assertIn("T-1 on 1L", defect.title)
        self.assertTrue(self.truck.crmx_must_not_drive)

    def check_tread(self, fitting, tread, **values):
        self.env["crmx.component.check"].with_user(self.user).create(
            {"lot_id": fitting.lot_id.id, "tread": tread, **values}
        )
        self.env.invalidate_all()

    def test_impossible_tread(self):
        tyre = self.mount(self.buy("T-1", 300), "1L")
        with self.refused(ValidationError, "cannot have 17"):
            self.check_tread(tyre, 17)
        with self.refused(ValidationError, "measured first"):
            self.check_tread(tyre, 10, date=fields.Datetime.now() + timedelta(days=1))
        with self.refused(UserError, "How much tread"):
            self.take_off(tyre, action="check")

    def test_limits_by_category(self):
        for category, limit in (("L", 0.8), ("N3", 1), ("O4", 1), ("M1", 1.6), ("O2", 1.6), ("M3", 2)):
            self.truck_model.crmx_tread_category = category
            self.assertEqual(self.truck_model.crmx_tread_limit, limit)

    # === LAYOUTS === #

    def test_positions_follow_the_layout(self):
        self.assertEqual(
            self.layout.position_ids.mapped("code"), ["1L", "1R", "2LO", "2LI", "2RI", "2RO", "S1", "B1"]
        )
        self.layout.pattern = "2+2"
        self.assertEqual(self.layout.position_ids.mapped("code"), ["1L", "1R", "2L", "2R", "S1", "B1"])
        self.layout.pattern = "2+4"
        self.assertEqual(len(self.layout.position_ids), 8)
        with self.refused(ValidationError, "says no axles"):
            self.layout.pattern = "2+3"
        self.mount(self.buy("T-1", 300), "2LO")
        with self.refused(ValidationError, "T-1.* is on 2LO"):
            self.layout.pattern = "2+2"
        with self.refused(ValidationError, "T-1.* is on 2LO"):
            self.truck_model.crmx_layout_id = False
        with self.refused(ValidationError, "T-1.* is on 2LO"):
            self.truck.model_id = self.vehicle_model("Other", "truck")

    def test_drawing(self):
        self.mount(self.buy("T-1", 300), "1L", tread=12)
        drawing = self.truck.with_user(self.user).crmx_axles
        self.assertEqual(
            [[place["code"] for place in axle] for axle in drawing["axles"]][1][:2], ["2LO", "2LI"]
        )
        first = drawing["axles"][0][0]
        self.assertEqual(
            [first[key] for key in ("unit", "tread", "worn", "condition")], ["T-1", "12.0", "0%", "good"]
        )
        self.assertEqual(drawing["axles"][0][1]["condition"], "empty")
        self.assertEqual([place["code"] for place in drawing["others"]], ["S1", "B1"])
        action = self.truck.with_user(self.user).action_crmx_open_position(self.place("1L").id)
        self.assertEqual(action["res_model"], "crmx.component.dismount")
        action = self.truck.with_user(self.user).action_crmx_open_position(self.place("1R").id)
        self.assertEqual(action["res_model"], "crmx.component.mount")

    # === RIGHTS === #

    def test_only_by_dialogs(self):
        tyre = self.mount(self.buy("T-1", 300), "1L")
        with self.assertRaises(AccessError):
            tyre.with_user(self.user).date_end = fields.Datetime.now()
        admin = new_test_user(
            self.env,
            "crmx_foreman",
            groups="crm_extended.group_workshop_manager",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        tyre.with_user(admin).date_start = "2026-09-02"
        with self.refused(UserError, "Only the dates of a unit"):
            tyre.with_user(admin).value = 1
        outsider = new_test_user(self.env, "crmx_outsider", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.env["crmx.component.mount"].with_user(outsider).create(
                {"vehicle_id": self.truck.id, "position_id": self.place("1R").id}
            )
        fleet = new_test_user(self.env, "crmx_fleet_only", groups="fleet.fleet_group_user")
        self.assertNotIn("crmx_axles", self.truck.with_user(fleet).fields_get())
        keeper = new_test_user(self.env, "crmx_keeper", groups="stock.group_stock_user")
        self.assertNotIn("crmx_fitting_ids", tyre.lot_id.with_user(keeper).fields_get())

    # === MANY === #

    @users("crmx_mechanic")
    def test_figures_of_many_in_constant_queries(self):
        def figures(count):
            self.env.invalidate_all()
            rows = self.env["crmx.component.fitting"].search(
                [("vehicle_id", "=", self.truck.id)], limit=count
            )
            self.assertEqual(len(rows), count)
            start = self.env.cr.sql_log_count
            rows.mapped("cost"), rows.mapped("condition")
            return self.env.cr.sql_log_count - start

        for number, place in enumerate(self.layout.position_ids[:6]):
            lot = self.buy(f"T-{number}", 100)
            self.mount(lot, place.code)
        figures(2)
        self.assertEqual(figures(2), figures(6))

    # === PRINTS === #

    def test_statements(self):
        self.enter("2026-09-01", 100000)
        self.enter("2026-09-21", 112500, is_confirmed=True)
        first, other = self.mount(self.buy("T-1", 36000), "1L"), self.mount(self.buy("T-2", 500), "1R")
        self.take_off(other, "scrap")
        self.check_tread(first, 11)
        reports = self.env["ir.actions.report"].with_user(self.user)
        page = reports._render_qweb_html("crm_extended.vehicle_units", self.truck.ids)[0].decode()
        for text in ("2+4", "T-1", "T-2", "4,986.15", "31,013.85", "0.3989", "Mounted before"):
            self.assertIn(text, page)
        page = reports._render_qweb_html("crm_extended.unit_history", first.lot_id.ids)[0].decode()
        for text in ("T-1", "12,500", "13.9%", "33.3%", "4,986.15"):
            self.assertIn(text, page)
