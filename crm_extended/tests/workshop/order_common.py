from odoo import Command, fields


class OrderMixin:
    """Helpers of tests of work orders; the class sets `company`, `truck` and `vendor`."""

    @classmethod
    def set_up_shop(cls):
        cls.company.sudo().crmx_use_workshop = True
        cls.store = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.category = cls.env["product.category"].create(
            {"name": "Parts", "property_cost_method": "average", "property_valuation": "periodic"}
        )
        cls.pads = cls.part("Brake pads", 50)
        cls.repair = cls.env["product.product"].create(
            {"name": "Repair of the gearbox", "type": "service", "purchase_method": "purchase"}
        )
        cls.mechanic = cls.env["hr.employee"].create(
            {"name": "Mona", "hourly_cost": 600, "company_id": cls.company.id}
        )

    @classmethod
    def part(cls, name, cost, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "is_storable": True,
                "categ_id": cls.category.id,
                "standard_price": cost,
                **values,
            }
        )

    @classmethod
    def receive(cls, product, quantity, cost):
        """Buy so many at that cost."""
        move = cls.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "product_uom": product.uom_id.id,
                "location_id": cls.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": cls.store.lot_stock_id.id,
                "company_id": cls.company.id,
                "picking_type_id": cls.store.in_type_id.id,
                "value_manual": quantity * cost,
            }
        )
        move._action_confirm()
        move._action_assign()
        move.picked = True
        move._action_done()
        return move

    @classmethod
    def order(cls, state="progress", parts=(), **values):
        """Make an order with parts, pairs of product and quantity, and bring it into a state."""
        order = cls.env["crmx.work.order"].create(
            {
                "title": "Brakes",
                "vehicle_id": cls.truck.id,
                "company_id": cls.company.id,
                "part_ids": [Command.create({"product_id": p.id, "quantity": q}) for p, q in parts],
                **values,
            }
        )
        if state != "draft":
            order.action_confirm()
        if state == "progress":
            order.action_start()
        return order

    @classmethod
    def work(cls, order, hours, **values):
        return cls.env["crmx.work.order.time"].create(
            {"order_id": order.id, "employee_id": cls.mechanic.id, "hours": hours, **values}
        )

    def costs(self, order):
        """Return parts, labour, outside work and their sum, as a new transaction sees them."""
        self.env.flush_all()
        self.env.invalidate_all()
        return [order.cost_parts, order.cost_labour, order.cost_outside, order.cost_total]

    def analytic(self, vehicle=None):
        """Return the amounts on the vehicle's analytic account, oldest first."""
        account = (vehicle or self.truck).crmx_analytic_account_id
        column = account.root_plan_id._column_name()
        lines = self.env["account.analytic.line"].sudo().search([(column, "=", account.id)], order="id")
        return lines.mapped("amount")

    def go_back(self, order, kind, reason="Wrong vehicle"):
        wizard = self.env["crmx.work.order.reverse"]
        wizard.create({"order_id": order.id, "kind": kind, "reason": reason}).action_apply()

    def bill(self, order, date="2026-10-05"):
        """Confirm the purchases of the order's outside work, and post their bill."""
        order.action_purchase()
        purchase = order.outside_ids.purchase_line_id.order_id
        purchase.button_confirm()
        purchase.action_create_invoice()
        purchase.invoice_ids.invoice_date = fields.Date.to_date(date)
        purchase.invoice_ids.action_post()
        return purchase.invoice_ids
