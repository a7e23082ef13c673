from collections import defaultdict

from odoo import api, fields, models


class WorkOrderPart(models.Model):
    """A part that goes onto the vehicle, or an old unit that comes off it.

    What was issued, returned and taken off is what the host's transfers of the order say.
    """

    _name = "crmx.work.order.part"
    _description = "Part on a work order"
    _inherit = ["crmx.work.order.line"]
    _rec_name = "product_id"

    direction = fields.Selection(
        [("issue", "Put on"), ("remove", "Taken off")], string="What", required=True, default="issue"
    )
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain="[('type', '=', 'consu')]",
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    quantity = fields.Float(digits="Product Unit", required=True, default=1.0)
    destination = fields.Selection(
        [("stock", "Stock"), ("repair", "Repair pool"), ("scrap", "Scrap")],
        string="Goes to",
        default="scrap",
        help="Where an old unit goes.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial number",
        check_company=True,
        domain="[('product_id', '=', product_id)]",
        help="Of an old unit, where its product has them.",
    )
    unit_value = fields.Monetary(
        string="Worth each",
        help="At which an old unit enters the stock, instead of the price of a new one. The order costs less "
        "by that.",
    )
    available = fields.Float(
        string="On stock",
        compute="_compute_available",
        digits="Product Unit",
        help="Free in the parts store.",
    )
    planned = fields.Float(
        compute="_compute_moved", digits="Product Unit", help="Asked for, and not cancelled."
    )
    issued = fields.Float(string="Moved", compute="_compute_moved", digits="Product Unit")
    returned = fields.Float(compute="_compute_moved", digits="Product Unit")
    missing = fields.Float(
        compute="_compute_moved", digits="Product Unit", help="What has not been asked for yet."
    )

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "Enter how many: more than none.")
    _value_positive = models.Constraint("CHECK (unit_value >= 0)", "An old unit is worth nothing or more.")
    _once = models.UniqueIndex(
        "(order_id, product_id, direction)", "A part is on the order once: change how many are needed."
    )

    @api.depends("product_id", "order_id.warehouse_id")
    def _compute_available(self):
        for warehouse, lines in self.grouped(lambda line: line.order_id.warehouse_id).items():
            # sudo: how many there are, whoever keeps the stock
            store = warehouse.sudo().lot_stock_id
            products = lines.product_id.sudo().with_context(location=store.id)  # sudo: as above
            free = {product.id: product.free_qty for product in products} if warehouse else {}
            for line in lines:
                line.available = free.get(line.product_id.id, 0.0)

    # no dependency on transfers: every move of the stock would look for orders
    @api.depends("quantity", "product_id", "direction")
    def _compute_moved(self):
        moved = self._moved()
        for line in self:
            key = (line.order_id.id, line.product_id.id)
            mine = {kind: moved[(*key, kind)] for kind in ("issue", "return", "remove", "planned")}
            line.returned = mine["return"] if line.direction == "issue" else 0.0
            line.issued = mine[line.direction]
            line.planned = mine["planned"] if line.direction == "issue" else line.issued
            line.missing = max(0.0, line.quantity - line.planned + line.returned)

    @api.private
    def _moved(self):
        """Return what the transfers of the orders moved: ``{(order, product, kind): quantity}``.

        Kinds are `issue`, `return` and `remove`, of what is done, and `planned`, of what was asked for.
        """
        # sudo: how many, whoever keeps the stock
        moves = self.env["stock.move"].sudo()
        moves = moves.search(
            [("picking_id.crmx_work_order_id", "in", self.order_id.ids), ("state", "!=", "cancel")]
        )
        moved = defaultdict(float)
        for move in moves:
            kind = move._crmx_kind()
            done = move.state == "done"
            quantity = move.quantity if done else move.product_uom_qty
            quantity = move.product_uom._compute_quantity(quantity, move.product_id.uom_id)
            key = (move.picking_id.crmx_work_order_id.id, move.product_id.id)
            if done:
                moved[(*key, kind)] += quantity
            if kind == "issue":
                moved[(*key, "planned")] += quantity
        return moved
