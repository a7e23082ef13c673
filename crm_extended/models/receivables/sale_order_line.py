from odoo import api, models

#: What an order is worth depends on them.
WORTH = {"discount", "price_unit", "product_id", "product_uom_id", "product_uom_qty", "tax_ids"}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        orders = self.env["sale.order"].browse(
            {vals["order_id"] for vals in vals_list if vals.get("order_id")}
        )
        confirmed = orders.filtered(lambda order: order.state == "sale")
        if not confirmed:
            return super().create(vals_list)
        with confirmed._crmx_watch_worth():
            return super().create(vals_list)

    def write(self, vals):
        confirmed = self.filtered(lambda line: line.state == "sale").order_id if WORTH & vals.keys() else None
        if not confirmed:
            return super().write(vals)
        with confirmed._crmx_watch_worth():
            return super().write(vals)
