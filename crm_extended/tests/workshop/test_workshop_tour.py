from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from ..common.browser import BrowserCase
from .common import WorkshopCommon
from .order_common import OrderMixin


@tagged("post_install", "-at_install")
class TestWorkshopTour(OrderMixin, WorkshopCommon, BrowserCase):
    """Defect → order → parts → done, and plan → due → order → load, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_shop()
        cls.receive(cls.pads, 5, 50)
        new_test_user(
            cls.env,
            "crmx_tour_foreman",
            password="crmx_tour_foreman",
            groups="crm_extended.group_workshop_manager,stock.group_stock_user",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )

    def test_from_defect_to_done(self):
        defect = self.env["crmx.defect"].create({"title": "Brakes grind", "vehicle_id": self.truck.id})
        self.start_tour(f"/odoo/defects/{defect.id}", "crmx_workshop_defect", login="crmx_tour_foreman")
        order = defect.work_order_id
        self.assertEqual((defect.state, order.state), ("mended", "done"))
        self.assertEqual(self.costs(order), [100, 0, 0, 100])
        self.assertEqual(self.pads.qty_available, 3)

    def test_from_plan_to_load(self):
        job = self.env["crmx.workshop.job"].create({"name": "Change the oil", "norm_hours": 1.5})
        plan = self.env["crmx.maintenance.plan"].create(
            {
                "name": "Yearly service of ours",
                "company_id": self.company.id,
                "time_interval": 1,
                "time_unit": "years",
                "vehicle_ids": [Command.link(self.truck.id)],
                "job_ids": [Command.link(job.id)],
                "part_ids": [Command.create({"product_id": self.pads.id, "quantity": 1})],
            }
        )
        today = fields.Date.context_today(plan)
        plan.maintenance_ids.last_date = fields.Date.subtract(today, years=1)
        self.assertEqual(plan.maintenance_ids.state, "soon")
        self.start_tour("/odoo/planned-maintenance", "crmx_workshop_plan", login="crmx_tour_foreman")
        order = plan.maintenance_ids.work_order_id
        self.assertEqual((order.state, order.part_ids.planned), ("confirmed", 1))
        self.start_tour("/odoo/workshop-load", "crmx_workshop_load", login="crmx_tour_foreman")
