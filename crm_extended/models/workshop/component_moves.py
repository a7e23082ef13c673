"""Units are mounted, rotated and dismounted: the host's transfers move them, and value them."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...tools.workshop_units import left


class ComponentFitting(models.Model):
    _inherit = "crmx.component.fitting"

    @api.model
    @api.private
    def _mount(self, vehicle, position, lot, source="stock", **values):
        """Put a unit on a position, out of the store, issued by an order, or there since ever.

        :param values: `date_start`, `order_id`, `value` of a unit that came with the vehicle, `note`
        :return: the new row
        """
        # before it is looked where the unit is: whoever moves it meanwhile is waited for
        self._touch_rows(vehicle, lot)
        self._check_mounting(vehicle, position, lot)
        self._check_order(vehicle, values.get("order_id"))
        company = vehicle.company_id or self.env.company
        product = lot.product_id.with_company(company)
        picking = self.env["stock.picking"]
        if source == "stock":
            picking = self._move_on(vehicle, lot, values.get("order_id"))
            values["value"] = picking.move_ids.value
        elif source == "order":
            issued = self._check_issued(vehicle, lot)
            values |= {
                "order_id": issued.picking_id.crmx_work_order_id.id,
                "value": lot._crmx_issued_at(issued),
            }
        # sudo: rows are made here alone, by who may mount
        return self.sudo().create(
            {
                **self._norms(vehicle, product),
                **values,
                "lot_id": lot.id,
                "vehicle_id": vehicle.id,
                "position_id": position.id,
                "company_id": company.id,
                "source": source,
                "picking_id": picking.id,
                "is_renewed": lot._crmx_is_new_again(),
            }
        )

    @api.model
    @api.private
    def _check_mounting(self, vehicle, position, lot):
        today = fields.Date.context_today(self)
        if not vehicle.active or (vehicle.write_off_date and vehicle.write_off_date <= today):
            raise UserError(
                self.env._(
                    "“%s” is not in the fleet any more: nothing is mounted on it.", vehicle.display_name
                )
            )
        if position.layout_id != vehicle.crmx_layout_id:
            raise UserError(
                self.env._(
                    "“%(vehicle)s” has no position %(position)s. Its model says which it has.",
                    vehicle=vehicle.display_name,
                    position=position.code,
                )
            )
        kind = lot.product_id.crmx_component
        if kind != position.component:
            raise UserError(
                self.env._(
                    "“%(unit)s” does not belong on %(position)s. Its product says what kind of unit it is.",
                    unit=lot.display_name,
                    position=position.code,
                )
            )

    @api.model
    @api.private
    def _check_order(self, vehicle, order_id):
        order = self.env["crmx.work.order"].browse(order_id or ()).exists()
        order.check_access("write")
        if order and (order.vehicle_id != vehicle or order.state != "progress"):
            raise UserError(
                self.env._(
                    "“%(order)s” is no work that “%(vehicle)s” is in the workshop for now.",
                    order=order.display_name,
                    vehicle=vehicle.display_name,
                )
            )

    @api.model
    @api.private
    def _check_issued(self, vehicle, lot):
        """Return the move that issued a unit to an order of the vehicle.

        :raise UserError: when none did, or it came back since
        """
        # sudo: where it is, whoever keeps the stock
        last = lot.sudo()._crmx_last_move()
        order = last.picking_id.crmx_work_order_id
        if order.vehicle_id != vehicle or last.location_dest_id.usage != "production":
            raise UserError(
                self.env._(
                    "“%(unit)s” was not issued to an order of “%(vehicle)s”, or came back.",
                    unit=lot.name,
                    vehicle=vehicle.display_name,
                )
            )
        return last

    @api.model
    @api.private
    def _store(self, vehicle, order_id=None):
        """Return the warehouse whose workshop works on a vehicle."""
        if order_id:
            return self.env["crmx.work.order"].browse(order_id).warehouse_id
        # sudo: the place of the workshop, whoever keeps the stock
        store = self.env["stock.warehouse"].sudo()
        company = vehicle.company_id or self.env.company
        store = store.search(
            [("company_id", "=", company.id), ("crmx_workshop_type_id", "!=", False)], limit=1
        )
        if not store:
            raise UserError(
                self.env._(
                    "“%s” has no parts store. Switch the workshop on in its settings.", company.display_name
                )
            )
        return store

    @api.model
    @api.private
    def _move_on(self, vehicle, lot, order_id=None):
        """Move a unit out of the store onto a vehicle, at its value."""
        store = self._store(vehicle, order_id)
        # sudo: where it is, whoever keeps the stock
        quant = lot.sudo().quant_ids.filtered(
            lambda q: (
                q.quantity > 0 and q.location_id.usage == "internal" and q.company_id == store.company_id
            )
        )[:1]
        if not quant:
            raise UserError(
                self.env._(
                    "“%(unit)s” is not in the store: %(place)s.",
                    unit=lot.name,
                    place=lot.crmx_place or self.env._("it was never received"),
                )
            )
        if quant.reserved_quantity:
            raise UserError(
                self.env._("“%s” is reserved in the store. Release it there first.", lot.display_name)
            )
        return self._transfer(
            store, lot, quant.location_id, store.crmx_vehicle_location_id, vehicle, order_id
        )

    @api.model
    @api.private
    def _transfer(self, store, lot, source, destination, vehicle, order_id, worth=None):
        # sudo: between places of the workshop alone, by who may mount
        pickings = self.env["stock.picking"].sudo().with_context(crmx_fitting=True)
        places = {"location_id": source.id, "location_dest_id": destination.id}
        move = {
            **places,
            "product_id": lot.product_id.id,
            "product_uom": lot.product_id.uom_id.id,
            "product_uom_qty": 1,
            "company_id": store.company_id.id,
        }
        picking = pickings.create(
            {
                **places,
                "picking_type_id": store.crmx_workshop_type_id.id,
                "company_id": store.company_id.id,
                "origin": vehicle.license_plate or vehicle.name,
                "crmx_work_order_id": order_id,
                "crmx_vehicle_id": vehicle.id,
                "move_ids": [Command.create(move)],
            }
        )
        picking.action_confirm()
        moved = picking.move_ids
        moved.quantity = 1
        moved.move_line_ids.lot_id = lot
        if worth is not None and destination._should_be_valued() and lot.product_id.is_storable:
            # sudo: what is left of its value; the host values what comes in with it
            self.env["product.value"].sudo().create(
                {
                    "move_id": moved.id,
                    "value": worth,
                    "company_id": store.company_id.id,
                    "description": self.env._("Unit from %s", vehicle.display_name),
                }
            )
        moved.picked = True
        picking._action_done()
        return picking

    @api.private
    def _dismount(self, destination, date=None, order_id=None, worth=None):
        """Take units off, to `stock`, `repair` or `scrap`, at what is left of their value."""
        self._check_mounted()
        self._check_order(self.vehicle_id, order_id)
        for fitting in self:
            end = date or fields.Datetime.now()
            # sudo: rows are ended here alone, by who may mount
            row = fitting.sudo()
            row.date_end = end
            row.invalidate_recordset()
            rest = 0.0 if destination == "scrap" else row._rest() if worth is None else worth
            store = row._store(row.vehicle_id, order_id)
            place = row._destination(store, destination)
            picking = row._transfer(
                store, row.lot_id, store.crmx_vehicle_location_id, place, row.vehicle_id, order_id, rest
            )
            row.write({"value_end": rest, "end_order_id": order_id, "end_picking_id": picking.id})

    @api.private
    def _rest(self):
        """Return what is left of the value, by its wear."""
        return self.currency_id.round(left(self.value, self.worn_start, self.worn))

    @api.private
    def _check_mounted(self):
        if gone := self.filtered("date_end")[:1]:
            raise UserError(self.env._("“%s” is not there any more. Look at it anew.", gone.display_name))

    @api.model
    @api.private
    def _destination(self, store, kind):
        if kind != "scrap":
            return store.lot_stock_id if kind == "stock" else store.crmx_repair_location_id
        domain = [("usage", "=", "inventory"), ("company_id", "in", (store.company_id.id, False))]
        return store.lot_stock_id.search(domain, order="company_id, id", limit=1)

    @api.private
    def _rotate(self, position, date=None, order_id=None):
        """Put a unit on another position of its vehicle; what is there comes to where it was."""
        self.ensure_one()
        self._check_mounted()
        self._check_order(self.vehicle_id, order_id)
        moment = date or fields.Datetime.now()
        # sudo: rows are ended and begun here alone, by who may mount
        mine = self.sudo()
        mine._check_mounting(mine.vehicle_id, position, mine.lot_id)
        if position == mine.position_id:
            raise UserError(self.env._("“%s” is there already. Choose another position.", mine.lot_id.name))
        other = mine.search(
            [
                ("vehicle_id", "=", mine.vehicle_id.id),
                ("position_id", "=", position.id),
                ("date_end", "=", False),
            ]
        )
        begun = mine._go_on(position, moment, order_id), other._go_on(mine.position_id, moment, order_id)
        (mine | other).write({"date_end": moment, "end_order_id": order_id})
        (mine | other).invalidate_recordset()
        vals_list = []
        for row, vals in zip((mine, other), begun, strict=True):
            if row:
                row.value_end = row._rest()
                vals_list.append({**vals, "value": row.value_end})
        return mine.create(vals_list)

    @api.private
    def _go_on(self, position, moment, order_id):
        if not self:
            return {}
        return {
            "lot_id": self.lot_id.id,
            "vehicle_id": self.vehicle_id.id,
            "position_id": position.id,
            "company_id": self.company_id.id,
            "date_start": moment,
            "order_id": order_id,
            "source": "rotation",
            "norm_distance": self.norm_distance,
            "norm_months": self.norm_months,
            "tread": self.tread,
            "tread_date": self.tread_date,
        }


class StockPicking(models.Model):
    _inherit = "stock.picking"

    # copied: what comes back of it is of the same vehicle
    crmx_vehicle_id = fields.Many2one(
        "fleet.vehicle",
        string="For Vehicle",
        readonly=True,
        copy=True,
        index="btree_not_null",
        ondelete="restrict",
    )


class StockMove(models.Model):
    _inherit = "stock.move"

    @api.private
    def _crmx_vehicle(self):
        """Return the vehicle that a move without a work order is for."""
        # sudo: where the value goes, whoever moves the unit
        picking = self.picking_id.sudo()
        return picking.crmx_vehicle_id if not picking.crmx_work_order_id else picking.crmx_vehicle_id.browse()

    def _get_analytic_distribution(self):
        vehicle = self._crmx_vehicle()
        if vehicle:
            return {str(vehicle._crmx_analytic_accounts().id): 100}
        return super()._get_analytic_distribution()

    def _prepare_analytic_lines(self):
        """Nothing is spent before a unit is on its vehicle."""
        if self.state != "done" and self._crmx_vehicle():
            return False
        return super()._prepare_analytic_lines()

    def _get_account_move_line_vals(self):
        lines = super()._get_account_move_line_vals()
        if vehicle := self._crmx_vehicle():
            for vals in lines:
                vals["vehicle_id"] = vehicle.id
        return lines

    def _action_done(self, cancel_backorder=False):
        """What leaves a vehicle's place by another transfer is dismounted as well."""
        done = super()._action_done(cancel_backorder=cancel_backorder)
        if not self.env.context.get("crmx_fitting"):
            gone = done.filtered(lambda move: move.location_id.usage == "production" and move.lot_ids)
            gone._crmx_end_fittings()
        return done

    @api.private
    def _crmx_end_fittings(self):
        # sudo: where the unit is, whoever moves it
        fittings = self.env["crmx.component.fitting"].sudo()
        open_rows = fittings.search([("lot_id", "in", self.lot_ids.ids), ("date_end", "=", False)])
        for row in open_rows:
            move = self.filtered(lambda move, lot=row.lot_id: lot in move.lot_ids)[:1]
            count = len(move.lot_ids)
            valued = move.location_dest_id._should_be_valued()
            row.write(
                {
                    "date_end": max(fields.Datetime.now(), row.date_start),
                    "value_end": move.value / count if valued else 0.0,
                    "end_order_id": move.picking_id.crmx_work_order_id.id,
                    "end_picking_id": move.picking_id.id,
                }
            )
