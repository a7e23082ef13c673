from contextlib import contextmanager
from datetime import datetime, timedelta

from odoo.tests import TransactionCase, new_test_user


class RefusedMixin:
    @contextmanager
    def refused(self, error, words):
        """Expect an error with these words, and that nothing is left of what was tried."""
        with self.assertRaisesRegex(error, words), self.env.cr.savepoint():
            yield
        self.env.invalidate_all()


class WorkshopCommon(RefusedMixin, TransactionCase):
    """A company with a truck, a trailer and somebody who works on them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Halvorsen"})
        cls.truck_model = cls.vehicle_model("T480", "truck")
        cls.truck = cls.vehicle("241-D-1001", cls.truck_model)
        cls.user = new_test_user(
            cls.env,
            "crmx_mechanic",
            groups="crm_extended.group_workshop_user",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )

    @classmethod
    def vehicle_model(cls, name, kind):
        return cls.env["fleet.vehicle.model"].create(
            {"name": name, "brand_id": cls.brand.id, "vehicle_type": kind}
        )

    @classmethod
    def vehicle(cls, plate, model, **values):
        return cls.env["fleet.vehicle"].create(
            {"license_plate": plate, "model_id": model.id, "company_id": cls.company.id, **values}
        )

    def enter(self, date, value, vehicle=None, kind="distance", **values):
        """Enter a reading, as the mechanic."""
        return (
            self.env["crmx.meter.reading"]
            .with_user(self.user)
            .create(
                {
                    "vehicle_id": (vehicle or self.truck).id,
                    "kind": kind,
                    "date": date,
                    "value": value,
                    **values,
                }
            )
        )

    def meter(self, vehicle=None, kind="distance"):
        vehicle = vehicle or self.truck
        vehicle.invalidate_recordset()
        return vehicle.crmx_meter_ids.filtered(lambda meter: meter.kind == kind)

    def days(self, first, count):
        """Yield so many days from the first."""
        start = datetime.fromisoformat(first)
        return [start + timedelta(days=number) for number in range(count)]
