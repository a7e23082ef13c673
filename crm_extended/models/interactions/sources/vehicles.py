"""What happens with vehicles: for the workshop, the insurer or the lessor, and for the driver."""

from odoo import models
from odoo.tools.translate import LazyTranslate

from ...common.event_source import Event

_lt = LazyTranslate(__name__)


class EventSourceVehicleAssignation(models.AbstractModel):
    _name = "crmx.event.source.fleet.vehicle.assignation.log"
    _inherit = "crmx.event.source"
    _description = "History source: vehicles handed over"

    _source_model = "fleet.vehicle.assignation.log"
    _source_events = (
        Event("vehicle_given", _lt("Vehicle handed over"), "fa-key", "service", "date_start"),
        Event("vehicle_returned", _lt("Vehicle returned"), "fa-reply", "service", "date_end"),
    )
    _source_partners = ("driver_id",)
    _source_parent = "vehicle_id"
    _source_routes = {"fleet.vehicle": ("driver_id",)}
    _source_user = ""
    _source_state = ""
    _source_title = "vehicle_id"


class EventSourceVehicleContract(models.AbstractModel):
    """Insurance, leasing and other contracts, for the other party."""

    _name = "crmx.event.source.fleet.vehicle.log.contract"
    _inherit = "crmx.event.source"
    _description = "History source: vehicle contracts"

    _source_model = "fleet.vehicle.log.contract"
    _source_events = (
        Event(
            "vehicle_contract",
            _lt("Vehicle contract"),
            "fa-id-card-o",
            "service",
            "start_date",
            domain=[("active", "=", True)],
        ),
        Event(
            "vehicle_contract_end",
            _lt("Vehicle contract ended"),
            "fa-calendar-times-o",
            "service",
            "expiration_date",
            domain=[("active", "=", True), ("state", "in", ("expired", "closed"))],
        ),
    )
    _source_partners = ("insurer_id",)
    _source_parent = "vehicle_id"
    _source_amount = ("cost_generated", "currency_id")


class EventSourceVehicleService(models.AbstractModel):
    """Work on vehicles, for the workshop that did it and for the driver."""

    _name = "crmx.event.source.fleet.vehicle.log.services"
    _inherit = "crmx.event.source"
    _description = "History source: vehicle services"

    _source_model = "fleet.vehicle.log.services"
    _source_events = (
        Event(
            "vehicle_service",
            _lt("Vehicle service"),
            "fa-wrench",
            "service",
            "date",
            domain=[("active", "=", True), ("state", "!=", "cancelled")],
        ),
    )
    _source_partners = ("vendor_id", "purchaser_id")
    _source_parent = "vehicle_id"
    _source_user = "manager_id"
    _source_amount = ("amount", "currency_id")
    _source_snippet = "description"
