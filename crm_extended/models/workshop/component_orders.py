"""Units and work orders: what an order mounted goes back with it, unless it has gone on since."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class WorkOrder(models.Model):
    _inherit = "crmx.work.order"

    fitting_ids = fields.One2many("crmx.component.fitting", "order_id", string="Units mounted")
    ended_fitting_ids = fields.One2many("crmx.component.fitting", "end_order_id", string="Units dismounted")
    unmounted_count = fields.Integer(
        compute="_compute_unmounted_count", help="Units that were issued and are on no position yet."
    )

    # units are issued by transfers that orders do not know of
    @api.depends("state")
    def _compute_unmounted_count(self):
        for order in self:
            order.unmounted_count = len(order._unmounted())

    @api.private
    def _unmounted(self):
        """Return the units that the order issued, that are on the vehicle and on no position."""
        # sudo: what was issued, whoever keeps the stock
        done = self.sudo().picking_ids.filtered(lambda picking: picking.state == "done")
        lots = done.move_ids.lot_ids.filtered("product_id.crmx_component")
        return lots.filtered(
            lambda lot: (
                not lot.crmx_is_mounted
                and lot._crmx_last_move().picking_id.crmx_work_order_id == self
                and lot._crmx_last_move().location_dest_id.usage == "production"
            )
        )

    def action_mount(self):
        """Ask where a unit that was issued goes."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mount a Unit"),
            "res_model": "crmx.component.mount",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_vehicle_id": self.vehicle_id.id,
                "default_source": "order",
                "default_order_id": self.id,
                "default_lot_id": self._unmounted()[:1].id,
            },
        }

    @api.private
    def _return_parts(self):
        """Refuse what cannot be returned any more: a unit that went on to somewhere else."""
        # sudo: where the units are, whoever keeps the stock
        done = self.sudo().picking_ids.filtered(lambda picking: picking.state == "done")
        for move in done.move_ids.filtered(lambda move: move.lot_ids and move._crmx_left() > 0):
            for lot in move.lot_ids:
                last = lot._crmx_last_move()
                if last.picking_id not in done:
                    raise UserError(
                        self.env._(
                            "“%(unit)s” was moved by %(order)s, and has gone on since by %(transfer)s: take "
                            "that back first.",
                            unit=lot.name,
                            order=self.name,
                            transfer=last.reference or last.picking_id.name,
                        )
                    )
        return super()._return_parts()


class WorkOrderPart(models.Model):
    _inherit = "crmx.work.order.part"

    @api.onchange("lot_id")
    def _onchange_lot_id(self):
        """Propose what its wear left of its value."""
        fitting = self.lot_id.crmx_fitting_id
        if self.direction == "remove" and fitting:
            self.unit_value = fitting._rest()
