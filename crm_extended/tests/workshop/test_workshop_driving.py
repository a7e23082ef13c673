"""Documents of vehicles and drivers: renewed, reminded of once; and who may drive, with the reasons."""

from datetime import date, datetime

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from .common import WorkshopCommon
from .order_common import OrderMixin

TODAY = date(2026, 11, 1)
NOON = datetime(2026, 11, 1, 12)


@tagged("post_install", "-at_install")
class TestWorkshopDriving(OrderMixin, WorkshopCommon, CronMixinCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_shop()
        cls.manager = new_test_user(
            cls.env,
            "crmx_fleet_boss",
            groups="crm_extended.group_workshop_manager",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )
        cls.truck.manager_id = cls.manager
        cls.driver = cls.env["res.partner"].create({"name": "Nora"})
        cls.trailer = cls.vehicle("T-1", cls.vehicle_model("Box", "trailer"))
        cls.env["crmx.vehicle.document.kind"].search([]).active = False
        cls.insurance = cls.kind("Insurance", forbids_driving=True)
        cls.licence = cls.kind("Licence", owner="driver", forbids_driving=True, has_categories=True)

    def setUp(self):
        super().setUp()
        self.patch(fields.Date, "context_today", staticmethod(lambda record, timestamp=None: TODAY))
        self.patch(fields.Datetime, "now", staticmethod(lambda: NOON))

    @classmethod
    def kind(cls, name, **values):
        return cls.env["crmx.vehicle.document.kind"].create({"name": name, "warn_days": 30, **values})

    def paper(self, date_to, kind=None, date_from="2026-01-01", **values):
        kind = kind or self.insurance
        owner = {"partner_id": self.driver.id} if kind.owner == "driver" else {"vehicle_id": self.truck.id}
        return self.env["crmx.vehicle.document"].create(
            {"kind_id": kind.id, "date_from": date_from, "date_to": date_to, **owner, **values}
        )

    def check(self, vehicle=None, start=NOON, end=None, driver=None, trailer=None):
        """Return the verdict's reasons: pairs of severity and text."""
        self.env.flush_all()
        self.env.invalidate_all()
        vehicle = vehicle or self.truck
        found = vehicle._crmx_driving_check(
            start, end, {vehicle.id: driver} if driver else None, {vehicle.id: trailer} if trailer else None
        )
        return [(reason.severity, reason.text) for reason in found[vehicle.id]]

    def must_not(self):
        self.env.flush_all()
        self.env.invalidate_all()
        found = self.env["fleet.vehicle"].search([("crmx_must_not_drive", "=", True)])
        self.assertEqual(self.truck in found, self.truck.crmx_must_not_drive)
        return self.truck.crmx_must_not_drive

    def licence_category(self, name):
        return self.env["crmx.licence.category"].search([("name", "=", name)])

    # === DOCUMENTS === #

    def test_states(self):
        states = {}
        for key, date_from, date_to in (
            ("expired", "2025-01-01", "2026-10-31"),
            ("soon", "2026-01-01", "2026-12-01"),
            ("valid", "2026-01-01", "2026-12-02"),
            ("future", "2026-11-02", "2027-11-01"),
        ):
            states[key] = self.paper(date_to, self.kind(key), date_from)
            self.assertEqual(states[key].state, key)
        self.assertEqual(states["expired"].days_left, -1)
        unlimited = self.paper(False)
        self.assertEqual(unlimited.state, "valid")
        Document = self.env["crmx.vehicle.document"]
        for key, document in {**states, "valid": states["valid"] | unlimited}.items():
            found = Document.search([("state", "=", key), ("vehicle_id", "=", self.truck.id)])
            self.assertEqual(found, document, key)

    def test_a_renewal_follows(self):
        self.insurance.validity_months = 12
        old = self.paper("2026-11-20", user_id=self.manager.id, number="A-1")
        old._remind()
        activity = old.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        action = old.with_user(self.user).action_renew()
        with Form(old.with_user(self.user).browse().with_context(**action["context"])) as form:
            form.number = "A-2"
        new = form.record
        self.assertEqual((new.previous_id, new.user_id, new.vehicle_id), (old, self.manager, self.truck))
        self.assertEqual((str(new.date_from), str(new.date_to)), ("2026-11-21", "2027-11-20"))
        self.env.flush_all()
        self.assertTrue(old.is_replaced)
        self.assertFalse(old.activity_ids, "nobody has to renew it any more")
        self.assertEqual(old.state, "valid", "until its last day")
        new.active = False
        self.assertEqual(old.state, "soon")

    def test_entered_anew_instead_of_renewed(self):
        old = self.paper("2026-10-31")
        new = self.paper("2027-10-31", date_from="2026-11-01")
        self.assertEqual(new.previous_id, old)
        self.assertEqual(old.state, "replaced")

    def test_reminded_once(self):
        soon, later = self.paper("2026-11-20"), self.paper("2027-06-01", self.kind("Test"))
        cron = self.env.ref("crm_extended.ir_cron_vehicle_documents")
        for _time in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(len(soon.activity_ids), 1)
        self.assertEqual(soon.activity_ids.user_id, self.manager)
        self.assertEqual(str(soon.activity_ids.date_deadline), "2026-11-20")
        self.assertFalse(later.activity_ids | later.activity_ids)
        soon.date_to = "2027-11-20"
        self.assertFalse(soon.date_reminded, "another day is asked about anew")

    def test_responsible_person_who_left(self):
        gone = new_test_user(self.env, "crmx_gone", groups="crm_extended.group_workshop_user")
        paper = self.paper("2026-11-20", user_id=gone.id)
        gone.active = False
        paper._remind()
        self.assertEqual(paper.activity_ids.user_id, self.manager)

    def test_whose_it_is(self):
        with self.refused(ValidationError, "is no document for"):
            self.paper(False, vehicle_id=self.trailer.id)
        self.paper(False)
        with self.refused(ValidationError, "already"):
            self.insurance.owner = "trailer"
        with self.refused(ValidationError, "cannot be read"):
            self.insurance.vehicle_domain = "[('x'"
        with self.refused(ValidationError, "is not entered"):
            self.paper("2026-12-01", self.kind("X")).with_user(self.user).date_reminded = TODAY

    def test_papers_of_people_are_their_managers(self):
        mine = self.paper(False, self.licence, user_id=self.user.id)
        medical = self.paper(False, self.kind("Medical", owner="driver"))
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(mine.with_user(self.user).state, "valid")
        with self.assertRaises(AccessError):
            medical.with_user(self.user).read(["number"])
        medical.with_user(self.manager).read(["number"])

    def test_scans_are_read_with_the_document(self):
        scan = self.env["ir.attachment"].create({"name": "scan.pdf", "raw": b"%PDF"})
        paper = self.paper(False, attachment_ids=[Command.set(scan.ids)])
        self.assertEqual((scan.res_model, scan.res_id), ("crmx.vehicle.document", paper.id))
        self.assertEqual(scan.with_user(self.user).name, "scan.pdf")

    # === WHO MAY DRIVE === #

    def test_documents_through_the_last_day(self):
        self.assertEqual(self.check(), [], "nothing is required")
        self.insurance.is_required = True
        self.assertEqual(self.check(), [("forbids", "241-D-1001 has no Insurance.")])
        self.assertTrue(self.must_not())
        self.paper("2026-11-03")
        self.assertEqual([severity for severity, _text in self.check()], ["warns"])
        self.assertFalse(self.must_not())
        trip = {"end": datetime(2026, 11, 5, 12)}
        self.assertEqual(
            self.check(**trip), [("forbids", "241-D-1001: Insurance is not valid on 11/04/2026.")]
        )
        self.paper("2027-11-03", date_from="2026-11-04")
        self.assertEqual(self.check(**trip), [])
        self.insurance.vehicle_domain = "[('vehicle_type', '=', 'bus')]"
        self.assertEqual(self.check(end=datetime(2029, 1, 1)), [], "others need none")

    def test_only_a_warning(self):
        self.insurance.forbids_driving = False
        self.paper("2026-10-31")
        self.assertEqual([severity for severity, _text in self.check()], ["warns"])
        self.assertFalse(self.must_not())

    def test_workshop_defect_plan_and_fleet(self):
        order = self.order("confirmed", date_planned="2026-11-01 11:30:00")
        self.assertEqual(self.check()[0][0], "warns", "it is expected there")
        order.action_start()
        self.assertIn("is in the workshop", self.check()[0][1])
        self.assertTrue(self.must_not())
        order.stops_vehicle = False
        self.assertFalse(self.must_not())
        defect = self.env["crmx.defect"].create(
            {"title": "Mirror", "vehicle_id": self.truck.id, "severity": "major"}
        )
        self.assertEqual([severity for severity, _text in self.check()], ["warns"])
        defect.severity = "critical"
        self.assertEqual([severity for severity, _text in self.check()], ["forbids"])
        defect.action_reject()
        plan = self.env["crmx.maintenance.plan"].create(
            {
                "name": "Service",
                "company_id": self.company.id,
                "time_interval": 1,
                "vehicle_ids": [Command.set(self.truck.ids)],
            }
        )
        plan.maintenance_ids.last_date = "2026-08-01"
        self.assertEqual([severity for severity, _text in self.check()], ["warns"])
        plan.forbids_driving = True
        self.assertEqual(self.check(), [("forbids", "241-D-1001: Service is overdue since 09/01/2026.")])
        plan.active = False
        self.truck.write_off_date = "2026-11-01"
        self.assertEqual(self.check(), [("forbids", "241-D-1001 is not in the fleet any more.")])

    def test_licence_fits_vehicle_and_trailer(self):
        self.assertEqual(self.check(driver=self.driver), [], "no licence is asked for")
        paper = self.paper(False, self.licence, category_ids=self.licence_category("B"))
        needs_c = ("forbids", "Nora needs a licence of category C for 241-D-1001.")
        self.assertEqual(self.check(driver=self.driver), [needs_c])
        self.assertEqual(self.check(), [], "another one may drive it")
        paper.category_ids = self.licence_category("C")
        self.assertEqual(self.check(driver=self.driver), [])
        needs_ce = ("forbids", "Nora needs a licence of category CE for 241-D-1001.")
        self.assertEqual(self.check(driver=self.driver, trailer=self.trailer), [needs_ce])
        paper.category_ids = self.licence_category("CE")
        self.assertEqual(self.check(driver=self.driver, trailer=self.trailer), [])
        self.assertEqual(self.check(driver=self.driver), [], "CE includes C")
        self.truck_model.crmx_licence_ids = self.licence_category("D")
        self.assertIn("category D for", self.check(driver=self.driver)[0][1])
        self.licence.is_required = True
        other = self.env["res.partner"].create({"name": "Otto"})
        self.assertEqual(self.check(driver=other), [("forbids", "Otto has no Licence.")])

    def test_what_it_pulls(self):
        self.kind("Trailer test", owner="trailer", is_required=True, forbids_driving=True)
        self.assertEqual(self.check(), [])
        self.assertEqual(self.check(trailer=self.trailer), [("forbids", "T-1 has no Trailer test.")])
        self.env["crmx.coupling"].create(
            {"tractor_id": self.truck.id, "trailer_id": self.trailer.id, "date_start": "2026-10-01"}
        )
        self.env.invalidate_all()
        self.assertEqual(self.truck.crmx_driving_verdict, "no")
        self.assertIn("T-1 has no Trailer test.", self.truck.crmx_driving_reasons)
        self.assertEqual(self.truck.crmx_pulls_ids, self.trailer)
        self.assertFalse(self.must_not(), "the vehicle itself may")
        found = self.env["fleet.vehicle"].search([("crmx_driving_verdict", "=", "no")])
        self.assertIn(self.truck, found)

    def test_asked_for_another_day(self):
        self.paper("2026-11-03")
        self.paper(False, self.licence, category_ids=self.licence_category("B"))
        wizard = (
            self.env["crmx.may.drive"]
            .with_user(self.user)
            .create({"vehicle_ids": self.truck.ids, "date_start": NOON})
        )
        wizard.action_check()
        self.assertEqual(wizard.line_ids.verdict, "warns")
        wizard.write({"date_end": "2026-11-05 12:00:00", "driver_id": self.driver.id})
        wizard.action_check()
        self.assertEqual(wizard.line_ids.verdict, "no")
        self.assertEqual(len(wizard.line_ids.reasons.splitlines()), 2)
        wizard.vehicle_ids = False
        wizard.action_check()
        self.assertNotIn(self.trailer, wizard.line_ids.vehicle_id)

    def test_queries_do_not_grow_with_the_vehicles(self):
        """The same number for 3 and for 30 vehicles, each with what can be found."""
        self.insurance.is_required = True
        counts = []
        for number in (3, 30):
            trucks = self.env["fleet.vehicle"].create(
                [{"model_id": self.truck_model.id, "license_plate": f"Q{number}-{n}"} for n in range(number)]
            )
            drivers = self.env["res.partner"].create([{"name": f"D{n}"} for n in range(number)])
            self.env["crmx.vehicle.document"].create(
                [
                    {
                        "kind_id": self.licence.id,
                        "partner_id": d.id,
                        "date_from": "2026-01-01",
                        "category_ids": self.licence_category("B").ids,
                    }
                    for d in drivers
                ]
            )
            self.env["crmx.defect"].create(
                [{"title": "X", "severity": "critical", "vehicle_id": truck.id} for truck in trucks]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = trucks._crmx_driving_check(drivers=dict(zip(trucks.ids, drivers, strict=True)))
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual({len(reasons) for reasons in found.values()}, {3})
        few, many = counts
        self.assertLessEqual(many, few)
