"""The host's odometer stays true, whichever of both is written; without a meter nothing changes."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import WorkshopCommon


@tagged("post_install", "-at_install")
class TestWorkshopOdometer(WorkshopCommon):
    def log(self, date, value, vehicle=None):
        vehicle = vehicle or self.truck
        return self.env["fleet.vehicle.odometer"].create(
            {"vehicle_id": vehicle.id, "date": date, "value": value}
        )

    def state(self, vehicle=None):
        """Return the host's odometer and its log, as a new transaction sees them."""
        vehicle = vehicle or self.truck
        self.env.invalidate_all()
        logs = self.env["fleet.vehicle.odometer"].search([("vehicle_id", "=", vehicle.id)])
        return vehicle.odometer, sorted(logs.mapped("value"))

    def test_without_a_meter_as_the_host_has_it(self):
        self.log("2026-09-01", 90000)
        self.log("2026-09-10", 1100)
        self.assertEqual(self.state(), (90000, [1100, 90000]))
        self.assertFalse(self.meter())

    def test_reading_enters_the_log(self):
        reading = self.enter("2026-09-01 08:00:00", 84000)
        self.assertEqual(self.state(), (84000, [84000]))
        self.assertEqual(str(reading.odometer_id.date), "2026-09-01")
        self.enter("2026-09-01 09:00:00", 12, kind="hours")
        self.assertEqual(self.state(), (84000, [84000]))

    def test_log_enters_readings(self):
        self.enter("2026-09-01 08:00:00", 84000)
        entry = self.log("2026-09-10", 85000)
        self.assertEqual(entry.crmx_reading_ids.lifetime, 85000)
        self.assertEqual(entry.crmx_reading_ids.source, "odometer")
        self.truck.odometer = 86000
        self.assertEqual(self.state(), (86000, [84000, 85000, 86000]))
        self.assertEqual(self.meter().lifetime, 86000)

    def test_typing_error_in_the_log_is_refused(self):
        """The host would take 1,100 after 90,000, and show 90,000 for ever."""
        self.enter("2026-09-01 08:00:00", 90000)
        with self.refused(ValidationError, "backwards"):
            self.log("2026-09-10", 1100)

    def test_change_and_deletion_in_the_log(self):
        self.enter("2026-09-01 08:00:00", 84000)
        entry = self.log("2026-09-10", 85000)
        entry.value = 84500
        self.assertEqual(self.state(), (84500, [84000, 84500]))
        voided = self.meter().reading_ids.filtered(lambda reading: reading.state == "void")
        self.assertEqual(voided.mapped("value"), [85000])
        entry.unlink()
        self.assertEqual(self.state(), (84000, [84000]))
        self.assertEqual(self.meter().lifetime, 84000)

    def test_service_log_writes_one_reading(self):
        self.enter("2026-09-01 08:00:00", 84000)
        service = self.env["fleet.vehicle.log.services"].create(
            {
                "vehicle_id": self.truck.id,
                "date": "2026-09-10",
                "odometer": 85000,
                "service_type_id": self.env["fleet.service.type"].search([], limit=1).id,
            }
        )
        self.assertEqual(service.odometer_id.crmx_reading_ids.lifetime, 85000)

    def test_history_is_taken_over(self):
        """The longest part that fits together counts; the typing error is kept and does not."""
        for date, value in (("2026-06-01", 1000), ("2026-07-01", 90000), ("2026-08-01", 1100)):
            self.log(date, value)
        other = self.vehicle("241-D-1002", self.truck_model)
        self.log("2026-06-01", 500, vehicle=other)
        trailer = self.vehicle("T-1", self.vehicle_model("Box", "trailer"))
        (self.truck | other | trailer).with_user(self.user).action_crmx_keep_meters()
        readings = self.meter().reading_ids.sorted("date")
        self.assertEqual(readings.mapped("state"), ["valid", "void", "valid"])
        self.assertEqual(self.state(), (1100, [1000, 1100, 90000]))
        self.assertEqual(self.meter(other).lifetime, 500)
        self.assertFalse(self.meter(trailer))
        self.truck.action_crmx_keep_meters()
        self.assertEqual(len(self.meter()), 1)

    def test_other_unit_converts_the_log(self):
        """The host would only write “km” behind 91,000 miles."""
        truck = self.vehicle("91000", self.truck_model, odometer_unit="miles")
        self.enter("2026-09-01 08:00:00", 91000, vehicle=truck)
        self.assertEqual(self.state(truck), (91000, [91000]))
        truck.odometer_unit = "kilometers"
        odometer, log = self.state(truck)
        self.assertAlmostEqual(odometer, 146450.304, 3)
        self.assertAlmostEqual(log[0], 146450.304, 3)
        self.assertEqual(self.meter(truck).value, 91000)
