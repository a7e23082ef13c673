"""What is not done any more: on vehicles that left the fleet, and in periods whose books are closed."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

#: What changes the cost of hours, or the day that they cost something on.
COSTS = {"date_start", "date_stop", "hours", "employee_id", "order_id"}


class WorkOrder(models.Model):
    _inherit = "crmx.work.order"

    @api.private
    def _check_in_fleet(self):
        """:raise UserError: when the vehicle was sold, written off or archived"""
        today = fields.Date.context_today(self)
        for vehicle in self.vehicle_id:
            if not vehicle.active or (vehicle.write_off_date and vehicle.write_off_date <= today):
                raise UserError(
                    self.env._(
                        "“%s” is not in the fleet any more: nothing is done on it.", vehicle.display_name
                    )
                )

    def action_confirm(self):
        self._check_in_fleet()
        return super().action_confirm()

    def action_start(self):
        self._check_in_fleet()
        return super().action_start()


class WorkOrderTime(models.Model):
    _inherit = "crmx.work.order.time"

    @api.model_create_multi
    def create(self, vals_list):
        times = super().create(vals_list)
        times._check_books()
        return times

    def write(self, vals):
        if COSTS & vals.keys():
            self._check_books()
        result = super().write(vals)
        if COSTS & vals.keys():
            self._check_books()
        return result

    def unlink(self):
        self._check_books()
        return super().unlink()

    @api.private
    def _check_books(self):
        """:raise UserError: when hours are of a period whose books are closed"""
        if self.env.su:
            return  # only what the methods of an order do, today
        for company, times in self.grouped("company_id").items():
            locked = max(company.user_fiscalyear_lock_date, company.user_hard_lock_date)
            for time in times:
                if fields.Datetime.context_timestamp(time, time.date_start).date() <= locked:
                    raise UserError(
                        self.env._(
                            "The books are closed until %(date)s: hours on “%(order)s” are entered or "
                            "changed on a later day.",
                            date=format_date(self.env, locked),
                            order=time.order_id.display_name,
                        )
                    )


class FleetVehicle(models.Model):
    _inherit = "fleet.vehicle"

    def write(self, vals):
        """Vehicles do not leave the fleet out of the workshop: somebody works on them."""
        if vals.get("active") is False:
            # sudo: whether there are any, whoever archives vehicles
            orders = self.env["crmx.work.order"].sudo()
            found = orders.search([("vehicle_id", "in", self.ids), ("state", "=", "progress")], limit=1)
            if found:
                raise UserError(
                    self.env._(
                        "“%(vehicle)s” is in the workshop: finish or cancel “%(order)s” first.",
                        vehicle=found.vehicle_id.display_name,
                        order=found.display_name,
                    )
                )
        return super().write(vals)
