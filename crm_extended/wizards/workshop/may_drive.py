from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...models.workshop.may_drive import VERDICTS
from ...tools.driving import verdict


class MayDrive(models.TransientModel):
    """Which vehicles may drive from a moment to another, with a driver and a trailer."""

    _name = "crmx.may.drive"
    _description = "Who may drive"

    vehicle_ids = fields.Many2many(
        "fleet.vehicle", string="Vehicles", help="Empty: all that have an engine.", required=False
    )
    date_start = fields.Datetime(string="From", required=True, default=fields.Datetime.now)
    date_end = fields.Datetime(string="Until", help="Empty: only that moment.")
    driver_id = fields.Many2one("res.partner", help="Empty: each with its own driver.")
    trailer_id = fields.Many2one(
        "fleet.vehicle",
        domain="[('vehicle_type', '=', 'trailer')]",
        help="Empty: what is coupled at the beginning.",
    )
    line_ids = fields.One2many("crmx.may.drive.line", "wizard_id", readonly=True)

    @api.onchange("date_start")
    def _onchange_date_start(self):
        if self.date_end and self.date_start and self.date_end < self.date_start:
            self.date_end = self.date_start

    def action_check(self):
        """List the vehicles with the reasons."""
        self.ensure_one()
        if self.date_end and self.date_end < self.date_start:
            raise UserError(self.env._("Until is before From."))
        vehicles = self.vehicle_ids or self.vehicle_ids.search([("vehicle_type", "!=", "trailer")])
        drivers = vehicles._crmx_own_drivers()
        if self.driver_id:
            drivers = dict.fromkeys(vehicles.ids, self.driver_id)
        trailers = vehicles._crmx_trailers_at(self.date_start)
        if self.trailer_id:
            trailers = dict.fromkeys(vehicles.ids, self.trailer_id)
        found = vehicles._crmx_driving_check(self.date_start, self.date_end, drivers, trailers)
        self.line_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "vehicle_id": vehicle.id,
                        "driver_id": drivers.get(vehicle.id, self.driver_id).id,
                        "verdict": verdict(found[vehicle.id]),
                        "reasons": "\n".join(reason.text for reason in found[vehicle.id]),
                    }
                )
                for vehicle in vehicles
            ),
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who May Drive?"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class MayDriveLine(models.TransientModel):
    _name = "crmx.may.drive.line"
    _description = "Whether a vehicle may drive"
    _order = "verdict, id"

    wizard_id = fields.Many2one("crmx.may.drive", required=True, ondelete="cascade")
    vehicle_id = fields.Many2one("fleet.vehicle", required=True, ondelete="cascade")
    driver_id = fields.Many2one("res.partner")
    verdict = fields.Selection(VERDICTS, required=True, string="May drive")
    reasons = fields.Text()
