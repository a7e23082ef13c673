"""Kinds of vehicles beside the host's cars and bikes."""

from odoo import fields, models

#: What the host lacks. When the add-on goes, such vehicles are cars again, as they had to be before.
KINDS = [
    ("truck", "Truck"),
    ("bus", "Bus"),
    ("van", "Van"),
    ("trailer", "Trailer"),
    ("special", "Special machine"),
]


class FleetVehicleModel(models.Model):
    _inherit = "fleet.vehicle.model"

    vehicle_type = fields.Selection(selection_add=KINDS, ondelete={kind: "set default" for kind, _ in KINDS})
