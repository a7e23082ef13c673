"""Transfers of parts to vehicles: whose they are, what they cost the vehicle, and the entry's vehicle."""

from odoo import api, fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    # copied: what the host makes of a transfer, such as a return or the rest of it, is for the same order
    crmx_work_order_id = fields.Many2one(
        "crmx.work.order",
        string="Work Order",
        readonly=True,
        copy=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )


class StockMove(models.Model):
    _inherit = "stock.move"

    @api.private
    def _crmx_kind(self):
        """Return what a move of a work order is: `issue`, `return`, `remove`, or `put_back` of a unit."""
        self.ensure_one()
        back = bool(self.origin_returned_move_id)
        if self.location_id.usage == "production":
            return "return" if back else "remove"
        return "put_back" if back else "issue"

    @api.private
    def _crmx_left(self):
        """Return what has not been returned yet, in the unit of the move."""
        self.ensure_one()
        back = self.returned_move_ids.filtered(lambda move: move.state == "done")
        return self.quantity - sum(
            m.product_uom._compute_quantity(m.quantity, self.product_uom) for m in back
        )

    def _get_analytic_distribution(self):
        # sudo: where the value goes, whoever moves the part
        order = self.picking_id.sudo().crmx_work_order_id
        return order._distribution() if order else super()._get_analytic_distribution()

    def _prepare_analytic_lines(self):
        """Nothing is spent before a part is issued: the host would enter an estimate, and leave it."""
        if self.state != "done" and self.picking_id.sudo().crmx_work_order_id:  # sudo: as above
            return False
        return super()._prepare_analytic_lines()

    def _get_account_move_line_vals(self):
        """Name the vehicle on each of the lines: one entry may hold many moves."""
        lines = super()._get_account_move_line_vals()
        if vehicle := self.picking_id.sudo().crmx_work_order_id.vehicle_id:  # sudo: as above
            for vals in lines:
                vals["vehicle_id"] = vehicle.id
        return lines

    def _action_done(self, cancel_backorder=False):
        """Keep the host's log of services true when parts come back to a finished order."""
        done = super()._action_done(cancel_backorder=cancel_backorder)
        orders = done.picking_id.sudo().crmx_work_order_id  # sudo: as above
        for order in orders.filtered(lambda order: order.state == "done"):
            order._write_service_log()
        return done
