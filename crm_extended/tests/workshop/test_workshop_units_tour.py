from odoo.tests import tagged

from ..common.browser import BrowserCase
from .units_common import UnitsCommon


@tagged("post_install", "-at_install")
class TestWorkshopUnitsTour(UnitsCommon, BrowserCase):
    """A tyre is mounted, rotated and dismounted on the drawing of axles, in a real browser."""

    def test_on_the_drawing(self):
        lot = self.buy("T-1", 300)
        self.user.group_ids += self.env.ref("crm_extended.group_use_workshop")
        self.start_tour(
            f"/odoo/action-fleet.fleet_vehicle_action/{self.truck.id}", "crmx_axles", login="crmx_mechanic"
        )
        self.env.invalidate_all()
        rows = lot.crmx_fitting_ids.sorted("id")
        self.assertEqual(rows.mapped("position_id.code"), ["1L", "2LO"])
        self.assertEqual(rows.mapped("source"), ["stock", "rotation"])
        self.assertTrue(all(rows.mapped("date_end")))
        self.assertEqual(self.in_store(lot), (1, 300))
