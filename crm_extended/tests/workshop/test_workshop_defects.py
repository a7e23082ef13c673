"""Defects and inspections: reported, judged, forbidding, mended by their order; the driver's page."""

import base64
import io

from PIL import Image

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .common import WorkshopCommon
from .order_common import OrderMixin


def photo():
    """Return a small picture, as a telephone would take it."""
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(content, "JPEG")
    return content.getvalue()


@tagged("post_install", "-at_install")
class TestWorkshopDefects(OrderMixin, WorkshopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_shop()
        cls.checklist = cls.env["crmx.inspection.template"].create(
            {
                "name": "Before the trip",
                "vehicle_type": "truck",
                "sequence": -1,
                "line_ids": [
                    Command.create({"name": "Lights", "severity": "critical"}),
                    Command.create(
                        {
                            "name": "Tread",
                            "answer": "value",
                            "has_low": True,
                            "low": 1.6,
                            "uom": "mm",
                            "severity": "major",
                        }
                    ),
                    Command.create({"name": "Mirrors"}),
                ],
            }
        )

    def defect(self, title="Brakes squeal", severity="minor", vehicle=None, user=None):
        defects = self.env["crmx.defect"].with_user(user or self.user)
        return defects.create(
            {"title": title, "severity": severity, "vehicle_id": (vehicle or self.truck).id}
        )

    def standing(self):
        self.env.invalidate_all()
        found = self.env["fleet.vehicle"].search([("crmx_must_not_drive", "=", True)])
        self.assertEqual(self.truck in found, self.truck.crmx_must_not_drive)
        return self.truck.crmx_open_defect_count, self.truck.crmx_must_not_drive

    def test_mended_by_its_order(self):
        small, grave = self.defect(), self.defect("No brakes", "critical")
        self.assertEqual(self.standing(), (2, True))
        action = (small | grave).action_order()
        order = self.env["crmx.work.order"].browse(action["res_id"])
        self.assertEqual((order.origin, order.priority, order.defect_ids), ("defect", "1", small | grave))
        self.assertEqual(sorted(order.job_ids.mapped("name")), ["Brakes squeal", "No brakes"])
        self.assertEqual(grave.state, "ordered")
        with self.refused(UserError, "dealt with already"):
            grave.action_order()
        order.action_confirm()
        order.action_start()
        self.assertEqual(self.standing(), (2, True), "it is not mended yet")
        order.action_finish()
        self.assertEqual((grave.state, bool(grave.date_closed)), ("mended", True))
        self.assertEqual(self.standing(), (0, False))
        self.go_back(order, "reopen")
        self.assertEqual(grave.state, "ordered")
        self.assertEqual(self.standing(), (2, True))
        self.go_back(order, "cancel")
        self.assertEqual((grave.state, grave.work_order_id.id), ("new", False))

    def test_one_order_for_each_vehicle(self):
        other = self.vehicle("241-D-1002", self.truck_model)
        action = (self.defect() | self.defect(vehicle=other)).action_order()
        orders = self.env["crmx.work.order"].search(action["domain"])
        self.assertEqual(orders.vehicle_id, self.truck | other)

    def test_rejected_and_again(self):
        defect = self.defect(severity="critical")
        defect.action_reject()
        self.assertEqual(self.standing(), (0, False))
        with self.refused(UserError, "Only a new defect"):
            defect.action_reject()
        defect.action_again()
        self.assertEqual(self.standing(), (1, True))
        with self.refused(UserError, "only its own buttons"):
            defect.state = "mended"

    def test_manager_is_told_what_forbids_driving(self):
        manager = new_test_user(self.env, "crmx_fleet_manager", groups="fleet.fleet_group_manager")
        self.truck.manager_id = manager
        self.assertFalse(self.defect().activity_ids)
        self.assertEqual(self.defect(severity="critical").activity_ids.user_id, manager)

    def inspection(self, **values):
        inspections = self.env["crmx.inspection"].with_user(self.user)
        return inspections.create({"vehicle_id": self.truck.id, **values})

    def test_failed_points_make_defects(self):
        inspection = self.inspection(distance=84000)
        self.assertEqual(inspection.template_id, self.checklist)
        lights, tread, mirrors = inspection.line_ids
        self.assertEqual(tread.limits, "≥ 1.6 mm")
        with self.refused(UserError, "Not looked at yet: Lights, Tread, Mirrors"):
            inspection.action_finish()
        lights.verdict = "fail"
        lights.note = "Left one"
        lights.image = base64.b64encode(photo())
        tread.write({"is_measured": True, "value": 1.4})
        mirrors.verdict = "none"
        inspection.action_finish()
        self.assertEqual((inspection.state, inspection.defect_count), ("failed", 2))
        found = self.env["crmx.defect"].search([("inspection_line_id.inspection_id", "=", inspection.id)])
        by_title = {defect.title: defect for defect in found}
        self.assertEqual((by_title["Lights"].severity, by_title["Tread"].severity), ("critical", "major"))
        self.assertTrue(by_title["Lights"].image)
        self.assertEqual(by_title["Tread"].description, "1.4 mm (≥ 1.6 mm)")
        self.assertEqual(self.meter().lifetime, 84000)
        with self.refused(UserError, "by now"):
            inspection.action_finish()
        with self.refused(UserError, "stays as it is"):
            lights.verdict = "pass"

    def test_passed(self):
        inspection = self.inspection()
        lights, tread, mirrors = inspection.line_ids
        (lights | mirrors).verdict = "pass"
        tread.write({"is_measured": True, "value": 1.6})
        inspection.action_finish()
        self.assertEqual((inspection.state, inspection.defect_count), ("passed", 0))

    def test_checklist_of_the_kind(self):
        general = self.env["crmx.inspection.template"].create(
            {"name": "All", "sequence": -2, "line_ids": [Command.create({"name": "Looks"})]}
        )
        trailer = self.vehicle("T-1", self.vehicle_model("Box", "trailer"))
        self.assertEqual(self.inspection(vehicle_id=trailer.id).template_id, general)
        self.assertEqual(self.inspection().template_id, self.checklist, "its own comes first")

    def test_who_may(self):
        officer = new_test_user(self.env, "crmx_officer_3", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.defect(user=officer)


@tagged("post_install", "-at_install")
class TestWorkshopDriver(OrderMixin, WorkshopCommon, HttpCase):
    """A driver reports from his telephone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.crmx_use_workshop = True
        cls.driver = new_test_user(cls.env, "crmx_driver", groups="base.group_portal")
        cls.truck.driver_id = cls.driver.partner_id
        cls.other = cls.vehicle("241-D-1002", cls.truck_model)

    def report(self, vehicle, **values):
        self.authenticate("crmx_driver", "crmx_driver")
        url = f"/my/vehicles/{vehicle.id}/defect"
        page = self.url_open(url)
        if page.status_code != 200:
            return page
        files = {"photo": ("photo.jpg", values.pop("photo"), "image/jpeg")} if "photo" in values else None
        data = {"csrf_token": Request.csrf_token(self), "severity": "critical", "title": "Smoke", **values}
        return self.url_open(url, data=data, files=files)

    def defects(self):
        return self.env["crmx.defect"].search([("vehicle_id", "in", (self.truck | self.other).ids)])

    def test_report(self):
        response = self.report(self.truck, description="From the left wheel", photo=photo())
        self.assertIn("has your report", response.text)
        self.assertIn("Must not be driven", response.text)
        defect = self.defects()
        self.assertEqual(
            (defect.title, defect.severity, defect.partner_id, defect.state),
            ("Smoke", "critical", self.driver.partner_id, "new"),
        )
        self.assertTrue(defect.image)

    def test_what_is_refused(self):
        self.assertEqual(self.report(self.other).status_code, 404, "somebody else drives it")
        self.assertIn("Say what is wrong", self.report(self.truck, title=" ").text)
        self.assertIn("Say what is wrong", self.report(self.truck, severity="worst").text)
        self.assertIn("cannot be read", self.report(self.truck, photo=b"no picture").text)
        self.company.crmx_use_workshop = False
        self.assertEqual(self.report(self.truck).status_code, 404, "the workshop is switched off")
        self.assertFalse(self.defects())
