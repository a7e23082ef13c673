from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class WorkOrderOutside(models.Model):
    """Work that another workshop does: ordered as a purchase, and costing what its bills say, net."""

    _name = "crmx.work.order.outside"
    _description = "Outside work on a work order"
    _inherit = ["crmx.work.order.line"]

    partner_id = fields.Many2one(
        "res.partner", string="Vendor", required=True, check_company=True, ondelete="restrict"
    )
    product_id = fields.Many2one(
        "product.product",
        string="Service",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain="[('type', '=', 'service'), ('purchase_ok', '=', True)]",
    )
    name = fields.Char(
        string="Description",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    quantity = fields.Float(digits="Product Unit", required=True, default=1.0)
    price_unit = fields.Monetary(
        string="Estimated price", help="In the company's currency, without taxes: what the purchase asks for."
    )
    purchase_line_id = fields.Many2one(
        "purchase.order.line", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    purchase_id = fields.Many2one(related="purchase_line_id.order_id", string="Purchase", compute_sudo=True)
    billed = fields.Monetary(compute="_compute_billed", help="Net, by posted bills and credit notes.")

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "Enter how many: more than none.")
    _one_line = models.UniqueIndex(
        "(purchase_line_id) WHERE purchase_line_id IS NOT NULL", "The purchase is on another line already."
    )

    @api.depends("product_id")
    def _compute_name(self):
        for line in self:
            line.name = line.product_id.name or line.name

    @api.depends("purchase_line_id")
    def _compute_billed(self):
        costs = self.env["crmx.work.cost"]._read_group(
            [("kind", "=", "outside"), ("outside_id", "in", self.ids)], ["outside_id"], ["amount:sum"]
        )
        billed = dict(costs)
        for line in self:
            line.billed = billed.get(line, 0.0)

    @api.ondelete(at_uninstall=False)
    def _unlink_unordered(self):
        if self.purchase_line_id:
            raise UserError(self.env._("It was ordered: cancel the purchase instead."))

    def write(self, vals):
        if {"partner_id", "product_id", "quantity", "price_unit"} & vals.keys() and self.purchase_line_id:
            raise UserError(self.env._("It was ordered: change the purchase instead."))
        return super().write(vals)


class WorkOrder(models.Model):
    _inherit = "crmx.work.order"

    def action_purchase(self):
        """Ask the vendors for the outside work that is not ordered yet: one quotation each."""
        for order in self:
            order._lock("confirmed", "progress")
            lines = order.outside_ids.filtered(lambda line: not line.purchase_line_id)
            if not lines:
                raise UserError(self.env._("No outside work is left to be ordered."))
            for vendor, mine in lines.grouped("partner_id").items():
                order._make_purchase(vendor, mine)
        return self.action_open_purchases()

    @api.private
    def _make_purchase(self, vendor, lines):
        # sudo: a request for quotation; those who buy send and confirm it
        purchases = self.env["purchase.order"].sudo().with_company(self.company_id)
        purchase = purchases.create(
            {
                "partner_id": vendor.id,
                "company_id": self.company_id.id,
                "currency_id": self.currency_id.id,
                "origin": self.name,
                "order_line": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "name": f"{line.name} · {self.vehicle_id.license_plate or ''} · {self.name}",
                            "product_qty": line.quantity,
                            "price_unit": line.price_unit,
                            "analytic_distribution": self._distribution(),
                        }
                    )
                    for line in lines
                ],
            }
        )
        for line, ordered in zip(lines.sudo(), purchase.order_line, strict=True):  # sudo: as above
            line.purchase_line_id = ordered

    def action_open_purchases(self):
        """List the purchases."""
        # sudo: ids alone; opening them needs the right to
        purchases = self.sudo().outside_ids.purchase_line_id.order_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Purchases"),
            "res_model": "purchase.order",
            "view_mode": "list,form",
            "domain": [("id", "in", purchases.ids)],
            "context": {"create": False},
        }


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    crmx_outside_ids = fields.One2many("crmx.work.order.outside", "purchase_line_id", string="Outside Work")

    def _prepare_account_move_line(self, move=False):
        """Put the vehicle on the bill, so that the host's service log has it."""
        values = super()._prepare_account_move_line(move=move)
        # sudo: which vehicle, whoever makes the bill
        if vehicle := self.sudo().crmx_outside_ids.order_id.vehicle_id:
            values["vehicle_id"] = vehicle.id
        return values
