"""What the catalogue says of the parts of a work order: whether they fit, and what replaces them."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.workshop_parts import replacements


class WorkOrderPart(models.Model):
    _inherit = "crmx.work.order.part"

    fit = fields.Selection(
        [("yes", "Fits"), ("no", "For other vehicles"), ("unknown", "Not in the catalogue")],
        string="Catalogue",
        compute="_compute_fit",
    )
    replacement_id = fields.Many2one(
        "product.product",
        string="Or",
        compute="_compute_replacement_id",
        help="What replaces it and is on stock, where the store has too few.",
    )

    @api.depends("product_id", "order_id.vehicle_id")
    def _compute_fit(self):
        templates = self.product_id.product_tmpl_id
        rows = self.env["crmx.part.fit"].search_fetch(
            [("product_tmpl_id", "in", templates.ids)], ["product_tmpl_id", "model_id", "vehicle_type"]
        )
        found = rows.grouped("product_tmpl_id")
        for line in self:
            mine = found.get(line.product_id.product_tmpl_id, rows.browse())
            vehicle = line.order_id.vehicle_id
            fits = mine.filtered(
                lambda row, v=vehicle: row.model_id == v.model_id or row.vehicle_type == v.vehicle_type
            )
            line.fit = "yes" if fits else "no" if mine else "unknown"

    # no dependency on the stock: it is looked at when the order is
    @api.depends("product_id", "quantity", "direction", "order_id.warehouse_id")
    def _compute_replacement_id(self):
        self.replacement_id = False
        reserved = self._reserved()
        short = self.filtered(
            lambda line: (
                line.direction == "issue"
                and line.product_id
                and line.available + reserved[line.order_id.id, line.product_id.id]
                < line.quantity - line.issued + line.returned
            )
        )
        graph = self.env["crmx.part.replacement"]._graph(short.product_id.product_tmpl_id)
        if not graph:
            return
        chains = {line: replacements(graph, line.product_id.product_tmpl_id.id) for line in short}
        templates = {template_id for chain in chains.values() for template_id in chain}
        for warehouse, lines in short.grouped(lambda line: line.order_id.warehouse_id).items():
            # sudo: how many there are, whoever keeps the stock
            store = warehouse.sudo().lot_stock_id
            products = self.env["product.product"].with_context(location=store.id)
            products = products.search([("product_tmpl_id", "in", list(templates))])
            free = {}
            for product in products.sudo():  # sudo: as above
                if product.free_qty > 0:
                    free.setdefault(product.product_tmpl_id.id, product.id)
            for line in lines:
                line.replacement_id = next((free[part] for part in chains[line] if part in free), False)

    @api.private
    def _reserved(self):
        """Return what the store keeps for the orders: ``{(order id, product id): quantity}``."""
        # sudo: how many, whoever keeps the stock
        moves = self.env["stock.move"].sudo()
        moves = moves.search(
            [
                ("picking_id.crmx_work_order_id", "in", self.order_id.ids),
                ("state", "in", ("partially_available", "assigned")),
                ("location_id.usage", "=", "internal"),
            ]
        )
        reserved = defaultdict(float)
        for move in moves:
            key = move.picking_id.crmx_work_order_id.id, move.product_id.id
            reserved[key] += move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)
        return reserved

    def action_take_replacement(self):
        """Have the replacement on the order instead, as far as nothing was issued."""
        for line in self:
            line.order_id._lock("draft", "confirmed", "progress")
            line.invalidate_recordset()
            if not line.replacement_id:
                raise UserError(
                    self.env._("The store has nothing that replaces “%s”.", line.product_id.display_name)
                )
            if line.issued:
                raise UserError(
                    self.env._(
                        "“%s” was issued in part. Add the replacement as a part of its own.",
                        line.product_id.display_name,
                    )
                )
            line._release_asked()
            line.product_id = line.replacement_id

    @api.private
    def _release_asked(self):
        """Ask the store no more for what is replaced."""
        moves = self.order_id._open_pickings().move_ids
        moves.filtered(lambda move: move.product_id == self.product_id)._action_cancel()

    def action_minimum_stock(self):
        """Show the host's reordering rules of the part, in the order's store."""
        self.ensure_one()
        action = self.product_id.action_view_orderpoints()
        context = {**action["context"], "default_warehouse_id": self.order_id.warehouse_id.id}
        return {**action, "context": context}


class WorkOrder(models.Model):
    _inherit = "crmx.work.order"

    def action_open_catalogue(self):
        """List the parts that fit the vehicle."""
        self.ensure_one()
        return self.vehicle_id.action_crmx_open_parts()
