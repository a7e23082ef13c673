"""Parts of a work order: the host's transfers reserve, issue, return and value them."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class WorkOrder(models.Model):
    _inherit = "crmx.work.order"

    def action_reserve(self):
        """Ask the store for what is missing, and reserve what it has."""
        for order in self:
            order._lock("confirmed", "progress")
            order._plan_parts()

    def action_issue(self):
        """Issue what is reserved, now; what the store has not got yet stays asked for."""
        for order in self:
            order._lock("confirmed", "progress")
            order._plan_parts()
            pickings = order._open_pickings().with_env(self.env)
            reserved = pickings.move_ids.filtered(lambda move: move.quantity > 0)
            if not reserved:
                raise UserError(self.env._("The store has none of the parts that are still to be issued."))
            reserved.picked = True
            reserved.picking_id._action_done()

    def action_remove(self):
        """Take the old units off the vehicle, to where they go."""
        for order in self:
            order._lock("progress")
            order.part_ids.invalidate_recordset(["missing"])
            lines = order.part_ids.filtered(lambda line: line.direction == "remove" and line.missing > 0)
            if not lines:
                raise UserError(self.env._("No unit is left to be taken off."))
            for destination, units in lines.grouped("destination").items():
                order._take_off(units, order._destination(destination))

    def action_open_pickings(self):
        """List the transfers."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Parts of %s", self.name),
            "res_model": "stock.picking",
            "view_mode": "list,form",
            "domain": [("crmx_work_order_id", "=", self.id)],
            "context": {"create": False},
        }

    @api.private
    def _open_pickings(self):
        # sudo: transfers of an order that the user may write, as was checked
        return self.sudo().picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))

    @api.private
    def _plan_parts(self):
        """Make a transfer of what is missing, and reserve."""
        self.part_ids.invalidate_recordset(["missing"])
        missing = self.part_ids.filtered(lambda line: line.direction == "issue" and line.missing > 0)
        if missing:
            self._check_store()
            store = self.warehouse_id
            moves = [line._move_vals(line.missing) for line in missing]
            self._make_picking(store.lot_stock_id, store.crmx_vehicle_location_id, moves)
        waiting = self._open_pickings().filtered(lambda picking: picking.state != "assigned")
        if waiting.move_ids:
            waiting.action_assign()

    @api.private
    def _check_store(self):
        if not self.warehouse_id.crmx_workshop_type_id:
            raise UserError(
                self.env._(
                    "Choose the parts store. Warehouses have one as soon as the workshop is switched on."
                )
            )

    @api.private
    def _make_picking(self, source, destination, moves):
        # sudo: between places of the workshop alone, for an order that the user may write
        pickings = self.env["stock.picking"].sudo()
        places = {"location_id": source.id, "location_dest_id": destination.id}
        picking = pickings.create(
            {
                **places,
                "picking_type_id": self.warehouse_id.crmx_workshop_type_id.id,
                "company_id": self.company_id.id,
                "origin": self.name,
                "crmx_work_order_id": self.id,
                "scheduled_date": max(self.date_planned, fields.Datetime.now()),
                "move_ids": [Command.create({**vals, **places}) for vals in moves],
            }
        )
        picking.action_confirm()
        return picking

    @api.private
    def _release_parts(self):
        """Cancel what was asked for and not issued."""
        if left := self._open_pickings():
            left.action_cancel()
            self.message_post(body=self.env._("Not issued any more: %s", ", ".join(left.mapped("name"))))

    # === OLD UNITS === #

    @api.private
    def _destination(self, kind):
        """Return the place that old units go to."""
        self._check_store()
        store = self.warehouse_id.sudo()  # sudo: a place of the workshop
        if kind == "scrap":
            domain = [("usage", "=", "inventory"), ("company_id", "in", (self.company_id.id, False))]
            return store.lot_stock_id.search(domain, order="company_id, id", limit=1)
        return store.lot_stock_id if kind == "stock" else store.crmx_repair_location_id

    @api.private
    def _take_off(self, lines, destination):
        """Move old units at what they are worth: a used engine is no new one."""
        moves = [line._move_vals(line.missing) for line in lines]
        picking = self._make_picking(self.warehouse_id.crmx_vehicle_location_id, destination, moves)
        for line in lines:
            move = picking.move_ids.filtered(lambda m, product=line.product_id: m.product_id == product)
            if line.product_id.tracking != "none" and not line.lot_id:
                raise UserError(
                    self.env._("Which “%s” comes off? Enter its serial number.", move.product_id.name)
                )
            move.quantity = line.missing
            move.move_line_ids.lot_id = line.lot_id
            if destination._should_be_valued() and move.product_id.is_storable:
                # sudo: the worth that the order says; the host values what comes in with it
                self.env["product.value"].sudo().create(
                    {
                        "move_id": move.id,
                        "value": line.unit_value * line.missing,
                        "company_id": self.company_id.id,
                        "description": self.env._("Old unit, order %s", self.name),
                    }
                )
        picking.move_ids.picked = True
        picking._action_done()

    # === RETURNS === #

    @api.private
    def _return_parts(self):
        """Return everything that was moved, at what it was issued at."""
        # sudo: transfers of an order that the user may write, as was checked
        done = self.sudo().picking_ids.filtered(lambda p: p.state == "done" and not p.return_id)
        for picking in done:
            wizard = self.env["stock.return.picking"].sudo()  # sudo: as above
            if not picking._can_return() or not any(m._crmx_left() > 0 for m in picking.move_ids):
                continue
            wizard = wizard.with_context(active_id=picking.id, active_ids=picking.ids).create(
                {"picking_id": picking.id}
            )
            for line in wizard.product_return_moves:
                line.quantity = line.move_id._crmx_left()
            back = wizard._create_return()
            back.move_ids.picked = True
            back._action_done()


class WorkOrderPart(models.Model):
    _inherit = "crmx.work.order.part"

    @api.private
    def _move_vals(self, quantity):
        order = self.order_id
        return {
            "product_id": self.product_id.id,
            "product_uom": self.uom_id.id,
            "product_uom_qty": quantity,
            "company_id": order.company_id.id,
            "date": max(order.date_planned, fields.Datetime.now()),
            "origin": order.name,
        }
