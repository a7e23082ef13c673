"""Work orders for damage that an insurer may pay."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .insurance_case import RUNNING


class InsuranceCase(models.Model):
    _inherit = "crmx.insurance.case"

    order_ids = fields.One2many("crmx.work.order", "insurance_case_id", string="Work orders")
    order_count = fields.Integer(compute="_compute_cost")
    cost = fields.Monetary(string="Cost of the repair", compute="_compute_cost")

    @api.depends("order_ids.cost_total", "order_ids.state")
    def _compute_cost(self):
        for case in self:
            case.order_count = len(case.order_ids)
            case.cost = sum(case.order_ids.mapped("cost_total"))

    def action_order(self):
        """Make a work order for the damage."""
        self.ensure_one()
        self._lock(*RUNNING)
        order = self.env["crmx.work.order"].create(
            {
                "title": self.title,
                "vehicle_id": self.vehicle_id.id,
                "company_id": self.company_id.id,
                "origin": "accident",
                "partner_id": self.driver_id.id,
                "description": self.description,
                "insurance_case_id": self.id,
            }
        )
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_work_order_action"),
            "views": [(False, "form")],
            "res_id": order.id,
        }

    def action_open_orders(self):
        """List the work orders."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_work_order_action"),
            "domain": [("insurance_case_id", "in", self.ids)],
            "context": {
                "default_insurance_case_id": self[:1].id,
                "default_vehicle_id": self.vehicle_id[:1].id,
            },
        }

    def action_take_costs(self):
        """Claim what the work orders cost, or are estimated at as long as they are not done."""
        for case in self:
            case._lock("draft", "reported")
            orders = case.order_ids.filtered(lambda order: order.state != "cancel")
            if not orders:
                raise UserError(self.env._("“%s” has no work order yet.", case.display_name))
            case.amount = sum(
                order.cost_total if order.state == "done" else max(order.cost_total, order.estimate)
                for order in orders
            )


class WorkOrder(models.Model):
    _inherit = "crmx.work.order"

    insurance_case_id = fields.Many2one(
        "crmx.insurance.case",
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        domain="[('vehicle_id', '=', vehicle_id)]",
    )

    @api.onchange("insurance_case_id")
    def _onchange_insurance_case_id(self):
        if self.insurance_case_id:
            self.origin = "accident"

    @api.constrains("insurance_case_id", "vehicle_id")
    def _check_insurance_case(self):
        for order in self:
            if order.insurance_case_id and order.insurance_case_id.vehicle_id != order.vehicle_id:
                raise ValidationError(
                    self.env._(
                        "“%(case)s” is of another vehicle than “%(order)s”.",
                        case=order.insurance_case_id.display_name,
                        order=order.display_name,
                    )
                )

    def action_insurance_case(self):
        """Open the insurance case, made when there is none."""
        self.ensure_one()
        self.check_access("write")
        if not self.insurance_case_id:
            self.insurance_case_id = self.env["crmx.insurance.case"].create(
                {
                    "title": self.title,
                    "vehicle_id": self.vehicle_id.id,
                    "company_id": self.company_id.id,
                    "date": min(self.date_start or self.date_planned, fields.Datetime.now()),
                    "driver_id": self.partner_id.id,
                    "description": self.description,
                }
            )
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_insurance_case_action"),
            "views": [(False, "form")],
            "res_id": self.insurance_case_id.id,
        }
