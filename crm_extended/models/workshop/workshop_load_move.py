"""Orders are moved to another day, bay or mechanic by dragging them."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .work_order import OPEN


class WorkshopLoad(models.AbstractModel):
    _inherit = "crmx.workshop.load"

    @api.model
    def move_order(self, order_id, kind, source, target):
        """Move an order within the week.

        :param kind: `bay` or `mechanic`
        :param source, target: the row's id (False: nobody yet) and the day: `{"id": 3, "date": "2026-09-07"}`
        """
        order = self.env["crmx.work.order"].browse(order_id)
        order._lock(*OPEN)
        days = (fields.Date.to_date(target["date"]) - fields.Date.to_date(source["date"])).days
        if days:
            order._move_by(timedelta(days=days))
        if source["id"] != target["id"]:
            if kind == "bay":
                order.bay_id = target["id"]
            else:
                order._hand_over(source["id"], target["id"])


class WorkOrder(models.Model):
    _inherit = "crmx.work.order"

    @api.private
    def _move_by(self, delta):
        """Plan it so much later or earlier, its parts with it."""
        if self.state == "progress":
            raise UserError(
                self.env._(
                    "“%s” is in the workshop: when it is done can be changed on it.", self.display_name
                )
            )
        start, end = self.date_planned + delta, self.date_planned_end and self.date_planned_end + delta
        self.write({"date_planned": start, "date_planned_end": end})
        self._open_pickings().scheduled_date = max(start, fields.Datetime.now())

    @api.private
    def _hand_over(self, before, after):
        """Give the jobs of one mechanic, or those of nobody, to another, or to nobody."""
        jobs = self.job_ids.filtered(
            lambda job: before in job.employee_ids.ids if before else not job.employee_ids
        )
        employees = self.env["hr.employee"]
        for job in jobs:
            job.employee_ids = job.employee_ids - employees.browse(before) | employees.browse(after or ())
