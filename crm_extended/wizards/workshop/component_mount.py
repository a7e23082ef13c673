from odoo import api, fields, models
from odoo.exceptions import UserError


class ComponentMount(models.TransientModel):
    """Which unit goes onto a position, and where it comes from."""

    _name = "crmx.component.mount"
    _description = "Mount a unit"

    vehicle_id = fields.Many2one("fleet.vehicle", required=True)
    layout_id = fields.Many2one(related="vehicle_id.crmx_layout_id")
    position_id = fields.Many2one(
        "crmx.component.position", required=True, domain="[('layout_id', '=', layout_id)]"
    )
    component = fields.Selection(related="position_id.component")
    source = fields.Selection(
        [
            ("stock", "From the store"),
            ("order", "Issued to an order of the vehicle"),
            ("vehicle", "Came with the vehicle"),
        ],
        string="It comes",
        required=True,
        default="stock",
    )
    order_id = fields.Many2one(
        "crmx.work.order",
        string="Work order",
        domain="[('vehicle_id', '=', vehicle_id), ('state', '=', 'progress')]",
        help="Then it is a cost of the order.",
    )
    available_ids = fields.Many2many("stock.lot", compute="_compute_available_ids")
    lot_id = fields.Many2one("stock.lot", string="Unit", domain="[('id', 'in', available_ids)]")
    product_id = fields.Many2one(
        "product.product", domain="[('crmx_component', '=', component), ('tracking', '=', 'serial')]"
    )
    serial = fields.Char(string="Serial number")
    value = fields.Float(
        help="What it was worth when it came with the vehicle, for its wear; nothing is entered."
    )
    used_distance = fields.Float(string="Ran before (km)", digits=(16, 1))
    date = fields.Datetime(string="When", required=True, default=fields.Datetime.now)
    reading = fields.Float(
        string="Meter shows", digits=(16, 1), help="Entered as a reading; may be left out."
    )
    tread = fields.Float(string="Tread (mm)", digits=(4, 1), help="If it was measured.")
    note = fields.Char()

    @api.depends("source", "vehicle_id", "component")
    def _compute_available_ids(self):
        for wizard in self:
            wizard.available_ids = wizard._available()

    @api.private
    def _available(self):
        """Return the units that may be chosen."""
        if self.source == "vehicle" or not self.vehicle_id:
            return self.env["stock.lot"]
        company = self.vehicle_id.company_id or self.env.company
        usage = "internal" if self.source == "stock" else "production"
        # sudo: what the store has, whoever keeps it
        quants = self.env["stock.quant"].sudo()
        found = quants.search(
            [
                ("product_id.crmx_component", "=", self.component),
                ("location_id.usage", "=", usage),
                ("company_id", "=", company.id),
                ("lot_id", "!=", False),
                ("quantity", ">", 0),
                ("reserved_quantity", "=", 0),
            ]
        )
        lots = found.lot_id.sudo(False)
        if self.source == "order":
            mine = self.vehicle_id
            lots = lots.filtered(
                lambda lot: (
                    not lot.crmx_is_mounted
                    # sudo: as above
                    and lot.sudo()._crmx_last_move().picking_id.crmx_work_order_id.vehicle_id == mine
                )
            )
        return lots

    def action_apply(self):
        """Mount it."""
        self.vehicle_id.check_access("read")
        lot = self._came_with() if self.source == "vehicle" else self.lot_id
        if not lot:
            raise UserError(self.env._("Which unit is it? Choose it."))
        self._enter_reading()
        values = {"date_start": self.date, "order_id": self.order_id.id, "note": self.note}
        if self.source == "vehicle":
            values["value"] = self.value
        fittings = self.env["crmx.component.fitting"]
        fittings._mount(self.vehicle_id, self.position_id, lot, self.source, **values)
        if self.tread:
            self.env["crmx.component.check"].create(
                {"lot_id": lot.id, "date": self.date, "tread": self.tread}
            )
        return {"type": "ir.actions.act_window_close"}

    @api.private
    def _enter_reading(self):
        if self.reading:
            self.env["crmx.meter.reading"].create(
                {
                    "vehicle_id": self.vehicle_id.id,
                    "kind": "distance",
                    "date": self.date,
                    "value": self.reading,
                    "source": "order" if self.order_id else "manual",
                    "work_order_id": self.order_id.id,
                }
            )

    @api.private
    def _came_with(self):
        """Make the unit that came with the vehicle.

        :raise UserError: when there is one with this number
        """
        if not self.product_id or not self.serial:
            raise UserError(self.env._("Enter its product and its serial number."))
        company = self.vehicle_id.company_id or self.env.company
        # sudo: a unit that is on the vehicle, whoever keeps the stock
        lots = self.env["stock.lot"].sudo()
        same = lots.search(
            [
                ("name", "=", self.serial),
                ("product_id", "=", self.product_id.id),
                ("company_id", "in", (company.id, False)),
            ],
            limit=1,
        )
        if same:
            raise UserError(
                self.env._(
                    "There is a “%(product)s” with the number %(serial)s already: %(place)s.",
                    product=self.product_id.display_name,
                    serial=self.serial,
                    place=same.crmx_place or self.env._("it is nowhere now"),
                )
            )
        lot = lots.create(
            {
                "name": self.serial,
                "product_id": self.product_id.id,
                "company_id": company.id,
                "crmx_used_distance": self.used_distance,
            }
        )
        return lot.sudo(False)
