"""Meters: neighbours in time, corrections, devices and units as segments, average use."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged, users, warmup
from odoo.tools import mute_logger

from .common import WorkshopCommon


@tagged("post_install", "-at_install")
class TestWorkshopMeters(WorkshopCommon):
    def change(self, meter, **values):
        wizard = (
            self.env["crmx.meter.change"]
            .with_user(self.user)
            .with_context(default_meter_id=meter.id)
            .create({"note": "Order 17", **values})
        )
        wizard.action_apply()

    def correct(self, reading, **values):
        wizard = self.env["crmx.meter.correct"].with_user(self.user)
        wizard.create({"reading_id": reading.id, "reason": "Typing error", **values}).action_apply()

    def test_neighbours_in_time_not_the_maximum(self):
        self.enter("2026-09-01 08:00:00", 84000)
        self.enter("2026-10-31 08:00:00", 90000)
        self.enter("2026-10-01 08:00:00", 87000)  # entered late
        with self.refused(ValidationError, "does not run backwards"):
            self.enter("2026-10-10 08:00:00", 86999)
        with self.refused(ValidationError, "does not run backwards"):
            self.enter("2026-10-10 08:00:00", 90001)
        self.assertEqual(self.meter().lifetime, 90000)
        self.assertEqual(len(self.meter().reading_ids), 3)

    def test_absurd_jump_is_confirmed_or_refused(self):
        self.enter("2026-09-01 08:00:00", 84000)
        with self.refused(ValidationError, "more than the meter may gain"):
            self.enter("2026-09-02 08:00:00", 90000)
        self.enter("2026-09-02 08:00:00", 90000, is_confirmed=True)
        self.enter("2026-09-03 08:00:00", 92500)  # as much as a day allows
        hours = self.enter("2026-09-01 08:00:00", 4390, kind="hours")
        self.assertEqual(hours.meter_id.daily_limit, 24)
        with self.refused(ValidationError, "more than the meter may gain"):
            self.enter("2026-09-02 08:00:00", 4415, kind="hours")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.enter("2026-08-02 08:00:00", -1)

    def test_several_at_once_in_any_order(self):
        values = [("2026-09-03", 300), ("2026-09-01", 100), ("2026-09-02", 200)]
        readings = self.env["crmx.meter.reading"].create(
            [{"vehicle_id": self.truck.id, "date": date, "value": value} for date, value in values]
        )
        self.assertEqual(self.meter().reading_ids, readings.sorted("date", reverse=True))
        with self.refused(ValidationError, "backwards"):
            self.env["crmx.meter.reading"].create(
                [
                    {"vehicle_id": self.truck.id, "date": "2026-09-05", "value": 500},
                    {"vehicle_id": self.truck.id, "date": "2026-09-06", "value": 499},
                ]
            )

    def test_imported_from_a_file(self):
        result = (
            self.env["crmx.meter.reading"]
            .with_user(self.user)
            .with_context(import_file=True)
            .load(
                ["vehicle_id", "kind", "date", "value"],
                [
                    [self.truck.name, "Distance", "2026-09-02 00:00:00", "200"],
                    [self.truck.name, "Distance", "2026-09-01 00:00:00", "100"],
                ],
            )
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self.meter().reading_ids.mapped("value"), [200, 100])
        self.assertEqual(set(self.meter().reading_ids.mapped("source")), {"import"})

    def test_correction_keeps_the_old_value(self):
        wrong = self.enter("2026-09-01 08:00:00", 90000)
        with self.refused(ValidationError, "backwards"):
            self.enter("2026-09-10 08:00:00", 1200)
        with self.refused(UserError, "stays as it was entered"):
            wrong.value = 1100
        with self.refused(UserError, "not deleted"):
            wrong.sudo().unlink()
        self.correct(wrong, value=1100)
        self.assertEqual((wrong.state, wrong.value, wrong.void_reason), ("void", 90000, "Typing error"))
        self.assertEqual((wrong.replaced_by_id.value, wrong.replaced_by_id.state), (1100, "valid"))
        self.assertEqual(wrong.replaced_by_id.date, wrong.date)
        self.enter("2026-09-10 08:00:00", 1200)
        self.assertEqual(self.meter().lifetime, 1200)
        self.assertEqual(self.truck.odometer, 1200)
        self.assertIn("90,000 km", self.meter().message_ids[0].body)
        with self.refused(UserError, "in the meantime"):
            self.correct(wrong, value=1)

    def test_replaced_device(self):
        self.enter("2026-09-01 08:00:00", 119000)
        self.change(self.meter(), date="2026-09-02 08:00:00", end_value=119400)
        self.assertEqual(self.meter().lifetime, 119400)
        reading = self.enter("2026-09-10 08:00:00", 3500)
        self.assertEqual(reading.lifetime, 122900)
        self.assertEqual((self.meter().value, self.meter().lifetime), (3500, 122900))
        self.assertEqual(self.truck.odometer, 122900)
        late = self.enter("2026-09-01 20:00:00", 119300)
        self.assertEqual(late.lifetime, 119300)
        with self.refused(ValidationError, "cannot have shown"):
            self.enter("2026-09-01 21:00:00", 119500)
        with self.refused(UserError, "Only one that came later"):
            self.change(self.meter(), date="2026-09-02 08:00:00", end_value=1)

    def test_replaced_in_the_past(self):
        self.enter("2026-09-01 08:00:00", 119000)
        self.env["crmx.meter"].search([("vehicle_id", "=", self.truck.id)]).daily_limit = 10**6
        after = self.enter("2026-09-20 08:00:00", 120000)
        with self.refused(ValidationError, "cannot have shown"):
            self.change(self.meter(), date="2026-09-10 08:00:00", end_value=119500, start_value=120500)
        self.change(self.meter(), date="2026-09-10 08:00:00", end_value=119500, start_value=118000)
        self.assertEqual(after.lifetime, 121500)
        self.assertEqual(after.odometer_id.value, 121500)

    def test_switched_to_another_unit(self):
        """A device that showed 91,000 miles shows the same distance in kilometres, not 91,000."""
        truck = self.vehicle("91000", self.truck_model, odometer_unit="miles")
        self.enter("2026-09-01 08:00:00", 91000, vehicle=truck)
        meter = self.meter(truck)
        self.assertEqual(meter.unit, "mi")
        self.assertAlmostEqual(meter.lifetime, 146450.304, 3)
        self.change(meter, reason="unit", date="2026-09-02 08:00:00", end_value=91000)
        meter = self.meter(truck)
        self.assertEqual((meter.unit, meter.value), ("km", 146450.3))
        self.enter("2026-09-10 08:00:00", 146950.3, vehicle=truck)
        self.assertAlmostEqual(self.meter(truck).lifetime, 146950.304, 3)

    def test_average_use(self):
        """84,000 on 1 September, 90,000 on 31 October: 100 a day; 4,390 to 4,600 hours: 3.5 a day."""
        self.enter("2026-05-01 08:00:00", 60000)  # beyond the window
        self.enter("2026-09-01 08:00:00", 84000)
        self.enter("2026-10-31 08:00:00", 90000)
        self.enter("2026-09-01 08:00:00", 4390, kind="hours")
        self.enter("2026-10-31 08:00:00", 4600, kind="hours")
        self.assertEqual(self.meter().use_per_day, 100)
        self.assertEqual(self.meter().use_confidence, "medium")
        self.assertEqual(self.meter(kind="hours").use_per_day, 3.5)

    def test_average_use_of_few_readings(self):
        self.enter("2026-01-01 08:00:00", 1000)
        self.assertEqual((self.meter().use_per_day, self.meter().use_confidence), (0, "none"))
        self.enter("2026-10-28 08:00:00", 4000)  # 300 days later
        self.assertEqual((self.meter().use_per_day, self.meter().use_confidence), (10, "medium"))

    def test_who_may(self):
        officer = new_test_user(self.env, "crmx_officer", groups="fleet.fleet_group_user")
        reading = self.enter("2026-09-01 08:00:00", 84000)
        self.assertEqual(reading.with_user(officer).value, 84000)
        with self.assertRaises(AccessError):
            reading.with_user(officer).create({"vehicle_id": self.truck.id, "value": 85000})
        with self.refused(UserError, "stays as it was entered"):
            self.enter("2026-09-02 08:00:00", 84100, state="void")
        with self.refused(UserError, "stays with its vehicle"):
            self.meter().with_user(self.user).vehicle_id = self.vehicle("2", self.truck_model)
        reading.note = "Wet weather"
        self.assertEqual(reading.note, "Wet weather")

    def test_one_meter_of_a_kind(self):
        self.enter("2026-09-01 08:00:00", 84000)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env["crmx.meter"].create({"vehicle_id": self.truck.id, "kind": "distance"})

    def test_vehicle_kinds_survive_in_the_hosts_report(self):
        self.truck.log_services = [
            Command.create({"service_type_id": self.env["fleet.service.type"].search([], limit=1).id})
        ]
        self.env.flush_all()
        rows = self.env["fleet.vehicle.cost.report"].search([("vehicle_id", "=", self.truck.id)])
        self.assertEqual(set(rows.mapped("vehicle_type")), {"truck"})

    @users("__system__")
    @warmup
    def test_queries_do_not_grow_with_the_vehicles(self):
        model = self.truck_model.with_env(self.env)
        Vehicle, Reading = self.env["fleet.vehicle"], self.env["crmx.meter.reading"]
        trucks = Vehicle.create([{"model_id": model.id, "license_plate": f"Q{n}"} for n in range(30)])
        Reading.create(
            [
                {"vehicle_id": truck.id, "date": date, "value": value}
                for truck in trucks
                for date, value in (("2026-09-01", 1000), ("2026-10-31", 7000))
            ]
        )
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            meters = self.env["crmx.meter"].search([("vehicle_id", "in", trucks.ids)])
            self.assertEqual(set(meters.mapped("use_per_day")), {100})
            self.assertEqual(set(meters.mapped("lifetime")), {7000})
            self.assertEqual(set(trucks.mapped("odometer")), {7000})
