from odoo import api, fields, models
from odoo.exceptions import UserError


class ComponentDismount(models.TransientModel):
    """What happens to a unit on a vehicle: it is measured, rotated or dismounted."""

    _name = "crmx.component.dismount"
    _description = "Check, rotate or dismount a unit"

    fitting_id = fields.Many2one("crmx.component.fitting", required=True, readonly=True)
    vehicle_id = fields.Many2one(related="fitting_id.vehicle_id")
    layout_id = fields.Many2one(related="vehicle_id.crmx_layout_id")
    component = fields.Selection(related="fitting_id.component")
    lot_id = fields.Many2one(related="fitting_id.lot_id")
    current_id = fields.Many2one(related="fitting_id.position_id", string="On")
    date_start = fields.Datetime(related="fitting_id.date_start", string="Since")
    distance = fields.Float(related="fitting_id.distance")
    worn = fields.Float(related="fitting_id.worn")
    value_left = fields.Monetary(related="fitting_id.value_left")
    cost_per_km = fields.Float(related="fitting_id.cost_per_km")
    currency_id = fields.Many2one(related="fitting_id.currency_id")
    action = fields.Selection(
        [("check", "Measure it"), ("rotate", "Rotate it"), ("dismount", "Dismount it")],
        string="What is done",
        required=True,
        default="rotate",
    )
    position_id = fields.Many2one(
        "crmx.component.position",
        string="To position",
        domain="[('layout_id', '=', layout_id), ('component', '=', component), ('id', '!=', current_id)]",
        help="What is there comes to where this one was.",
    )
    destination = fields.Selection(
        [("stock", "Stock"), ("repair", "Repair pool"), ("scrap", "Scrap")],
        string="Goes to",
        default="repair",
        required=True,
    )
    worth = fields.Monetary(
        compute="_compute_worth",
        store=True,
        readonly=False,
        precompute=True,
        help="At which it enters the stock: what its wear left of it. The vehicle is relieved of that.",
    )
    order_id = fields.Many2one(
        "crmx.work.order",
        string="Work order",
        domain="[('vehicle_id', '=', vehicle_id), ('state', '=', 'progress')]",
    )
    date = fields.Datetime(string="When", required=True, default=fields.Datetime.now)
    reading = fields.Float(
        string="Meter shows", digits=(16, 1), help="Entered as a reading; may be left out."
    )
    tread = fields.Float(string="Tread (mm)", digits=(4, 1), help="If it was measured.")
    pressure = fields.Float(string="Pressure (bar)", digits=(4, 1))

    @api.depends("fitting_id", "action")
    def _compute_worth(self):
        for wizard in self:
            wizard.worth = wizard.fitting_id._rest() if wizard.fitting_id else 0.0

    @api.constrains("worth")
    def _check_worth(self):
        for wizard in self:
            if wizard.currency_id.compare_amounts(wizard.worth, 0) < 0:
                raise UserError(self.env._("A unit is worth nothing or more."))

    def action_apply(self):
        """Do it."""
        fitting = self.fitting_id
        fitting.vehicle_id.check_access("read")
        worth = self._given_worth()
        self._enter_reading()
        if self.tread:
            self.env["crmx.component.check"].create(
                {
                    "lot_id": fitting.lot_id.id,
                    "date": self.date,
                    "tread": self.tread,
                    "pressure": self.pressure,
                }
            )
        elif self.action == "check":
            raise UserError(self.env._("How much tread was measured? Enter the millimetres."))
        if self.action == "rotate":
            if not self.position_id:
                raise UserError(self.env._("Where does it go? Choose the position."))
            fitting._rotate(self.position_id, self.date, self.order_id.id)
        elif self.action == "dismount":
            fitting._dismount(self.destination, self.date, self.order_id.id, worth)
        return {"type": "ir.actions.act_window_close"}

    @api.private
    def _given_worth(self):
        """Return the worth that the user said; None where it is as its wear left it."""
        as_worn = self.fitting_id._rest()
        same = self.currency_id.compare_amounts(as_worn, self.worth) == 0
        return None if same else self.worth

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
