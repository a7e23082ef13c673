"""Whether vehicles may drive: one check for everybody who asks, with its reasons."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...tools.driving import Reason, verdict

VERDICTS = [("yes", "May drive"), ("warns", "May drive, with a warning"), ("no", "Must not drive")]


@dataclass(frozen=True)
class Trip:
    """What is asked about: vehicles from a moment to another, with whom and what they pull.

    :param units: the vehicles and what they pull
    :param drivers: ``{vehicle id: partner}``
    :param trailers: ``{vehicle id: vehicles}``
    """

    units: Any
    start: datetime
    end: datetime
    first_day: date
    last_day: date
    drivers: dict = field(default_factory=dict)
    trailers: dict = field(default_factory=dict)


class FleetVehicle(models.Model):
    _inherit = "fleet.vehicle"

    crmx_must_not_drive = fields.Boolean(
        string="Must not be driven",
        compute="_compute_crmx_must_not_drive",
        search="_search_crmx_must_not_drive",
        help="Something about the vehicle itself forbids it today, whoever would drive.",
    )
    crmx_driving_verdict = fields.Selection(
        VERDICTS,
        string="May drive today",
        compute="_compute_crmx_driving_verdict",
        search="_search_crmx_driving_verdict",
        help="With its driver, and with the trailers that are coupled.",
    )
    crmx_driving_reasons = fields.Text(string="Reasons", compute="_compute_crmx_driving_verdict")
    crmx_pulls_ids = fields.Many2many(
        "fleet.vehicle", string="Trailers behind it", compute="_compute_crmx_driving_verdict"
    )

    @api.depends(
        "active", "write_off_date", "crmx_defect_ids.state", "crmx_defect_ids.severity",
        "crmx_maintenance_ids.state", "crmx_work_order_ids.state", "crmx_document_ids.date_to",
    )  # fmt: skip
    def _compute_crmx_must_not_drive(self):
        reasons = self._crmx_driving_check()
        for vehicle in self:
            vehicle.crmx_must_not_drive = verdict(reasons[vehicle.id]) == "no"

    @api.model
    def _search_crmx_must_not_drive(self, operator, value):
        if operator != "in":
            return NotImplemented
        vehicles = self._crmx_of_companies()
        reasons = vehicles._crmx_driving_check()
        return Domain("id", "in", [key for key, found in reasons.items() if verdict(found) == "no"])

    @api.depends("driver_id", "crmx_must_not_drive", "crmx_trailer_coupling_ids.date_end")
    def _compute_crmx_driving_verdict(self):
        trailers = self._crmx_trailers_at(fields.Datetime.now())
        reasons = self._crmx_driving_check(drivers=self._crmx_own_drivers(), trailers=trailers)
        for vehicle in self:
            found = reasons[vehicle.id]
            vehicle.crmx_driving_verdict = verdict(found)
            vehicle.crmx_driving_reasons = "\n".join(reason.text for reason in found)
            vehicle.crmx_pulls_ids = trailers.get(vehicle.id, self.browse())

    @api.model
    def _search_crmx_driving_verdict(self, operator, value):
        if operator != "in":
            return NotImplemented
        vehicles = self._crmx_of_companies()
        reasons = vehicles._crmx_driving_check(
            drivers=vehicles._crmx_own_drivers(), trailers=vehicles._crmx_trailers_at(fields.Datetime.now())
        )
        return Domain("id", "in", [key for key, found in reasons.items() if verdict(found) in value])

    @api.model
    @api.private
    def _crmx_of_companies(self):
        """Return the vehicles of the companies that the user works in."""
        return self.search([("company_id", "in", (*self.env.companies.ids, False))])

    @api.private
    def _crmx_own_drivers(self):
        return {vehicle.id: vehicle.driver_id for vehicle in self if vehicle.driver_id}

    @api.private
    def _crmx_trailers_at(self, moment):
        """Return what each of these pulls at a moment: `{vehicle id: vehicles}`."""
        # sudo: what is behind a vehicle, whoever asks whether it may drive
        couplings = self.env["crmx.coupling"].sudo()
        until = Domain("date_end", "=", False) | Domain("date_end", ">", moment)
        found = couplings.search(
            Domain("tractor_id", "in", self.ids) & Domain("date_start", "<=", moment) & until
        )
        return {
            tractor.id: self.browse(mine.trailer_id.ids)
            for tractor, mine in found.grouped("tractor_id").items()
        }

    # === THE CHECK === #

    @api.private
    def _crmx_driving_check(self, start=None, end=None, drivers=None, trailers=None):
        """Return why each of these may not drive, or what is to be kept in mind.

        In a number of queries that does not grow with the vehicles.

        :param start, end: moments between which it drives; now where nothing is said
        :param drivers: ``{vehicle id: partner}``; nobody is looked at where nothing is said
        :param trailers: ``{vehicle id: vehicles}``, what each pulls
        :return: ``{vehicle id: [Reason]}``, the gravest first
        """
        # sudo: whether it may drive, whoever asks; the reasons name no more than they must
        vehicles = self.sudo()
        start = start or fields.Datetime.now()
        end = max(end or start, start)
        trailers = {key: pulled.sudo() for key, pulled in (trailers or {}).items()}  # sudo: as above
        trip = Trip(
            vehicles.union(*trailers.values()),
            start,
            end,
            fields.Datetime.context_timestamp(self, start).date(),
            fields.Datetime.context_timestamp(self, end).date(),
            {key: driver.sudo() for key, driver in (drivers or {}).items()},  # sudo: as above
            trailers,
        )
        of_unit = {}
        for unit, reason in vehicles._crmx_unit_reasons(trip):
            of_unit.setdefault(unit.id, []).append(reason)
        result = {}
        for vehicle in vehicles:
            pulled = trailers.get(vehicle.id, self.browse())
            result[vehicle.id] = [r for unit in (vehicle, *pulled) for r in of_unit.get(unit.id, ())]
        for vehicle, reason in vehicles._crmx_driver_reasons(trip):
            result[vehicle.id].append(reason)
        return {key: sorted(found, key=lambda reason: reason.severity) for key, found in result.items()}

    @api.private
    def _crmx_unit_reasons(self, trip):
        """Yield pairs of a vehicle or trailer and a reason that lies in it."""
        yield from self._crmx_reasons_of_fleet(trip)
        yield from self._crmx_reasons_of_orders(trip)
        yield from self._crmx_reasons_of_defects(trip)
        yield from self._crmx_reasons_of_maintenance(trip)
        yield from self._crmx_reasons_of_documents(trip)

    @api.private
    def _crmx_reasons_of_fleet(self, trip):
        for unit in trip.units:
            gone = unit.write_off_date and unit.write_off_date <= trip.last_day
            if not unit.active or gone:
                text = self.env._("%s is not in the fleet any more.", unit._crmx_short_name())
                yield unit, Reason("forbids", "fleet", text, unit._name, unit.id)

    @api.private
    def _crmx_reasons_of_orders(self, trip):
        orders = self.env["crmx.work.order"]
        mine = Domain("vehicle_id", "in", trip.units.ids) & Domain("stops_vehicle", "=", True)
        until = Domain("date_end", "=", False) | Domain("date_end", ">", trip.start)
        standing = Domain("state", "in", ("progress", "done")) & Domain("date_start", "<=", trip.end) & until
        planned = (
            Domain("state", "=", "confirmed")
            & Domain("date_planned", "<=", trip.end)
            & Domain("date_planned_end", ">", trip.start)
        )
        for order in orders.search(mine & (standing | planned)):
            unit = order.vehicle_id
            values = {"vehicle": unit._crmx_short_name(), "order": order.display_name}
            if order.state == "confirmed":
                text = self.env._("%(vehicle)s is expected in the workshop: %(order)s", **values)
                yield unit, Reason("warns", "order", text, order._name, order.id)
            else:
                text = self.env._("%(vehicle)s is in the workshop: %(order)s", **values)
                yield unit, Reason("forbids", "order", text, order._name, order.id)

    @api.private
    def _crmx_reasons_of_defects(self, trip):
        open_ones = [("vehicle_id", "in", trip.units.ids), ("state", "in", ("new", "ordered"))]
        for defect in self.env["crmx.defect"].search([*open_ones, ("severity", "!=", "minor")]):
            unit = defect.vehicle_id
            values = {"vehicle": unit._crmx_short_name(), "defect": defect.display_name}
            text = self.env._("%(vehicle)s has a defect: %(defect)s", **values)
            severity = "forbids" if defect.severity == "critical" else "warns"
            yield unit, Reason(severity, "defect", text, defect._name, defect.id)

    @api.private
    def _crmx_reasons_of_maintenance(self, trip):
        rows = self.env["crmx.maintenance"]
        overdue = Domain("state", "=", "overdue") | Domain("date_due", "<=", trip.last_day)
        for row in rows.search(Domain("vehicle_id", "in", trip.units.ids) & overdue):
            unit = row.vehicle_id
            values = {
                "vehicle": unit._crmx_short_name(),
                "plan": row.plan_id.name,
                "date": format_date(self.env, row.date_due) if row.date_due else self.env._("now"),
            }
            if row.state == "overdue":
                text = self.env._("%(vehicle)s: %(plan)s is overdue since %(date)s.", **values)
            else:
                text = self.env._("%(vehicle)s: %(plan)s is due on %(date)s.", **values)
            stops = row.state == "overdue" and row.plan_id.forbids_driving
            yield unit, Reason("forbids" if stops else "warns", "maintenance", text, row._name, row.id)

    @api.private
    def _crmx_short_name(self):
        return self.license_plate or self.name or self.display_name

    @api.private
    def _crmx_driver_reasons(self, trip):
        """Yield pairs of a vehicle and a reason that lies in its driver."""
        yield from self._crmx_reasons_of_papers(trip)

    # === SCREENS === #

    def action_crmx_may_drive(self):
        """Ask whether these may drive, for other days, drivers or trailers."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who May Drive?"),
            "res_model": "crmx.may.drive",
            "view_mode": "form",
            "target": "new",
            "context": {"default_vehicle_ids": self.ids},
        }
