"""Documents of vehicles, trailers and drivers in the check whether a vehicle may drive."""

from odoo import api, models
from odoo.tools import format_date

from ...tools.driving import Reason, first_gap


class FleetVehicle(models.Model):
    _inherit = "fleet.vehicle"

    @api.private
    def _crmx_reasons_of_documents(self, trip):
        """Yield what lies in the documents of vehicles and trailers."""
        kinds = self.env["crmx.vehicle.document.kind"].search([("owner", "!=", "driver")])
        papers = self.env["crmx.vehicle.document"].search([("vehicle_id", "in", trip.units.ids)])
        by_owner = papers.grouped(lambda paper: (paper.kind_id, paper.vehicle_id))
        for kind in kinds:
            for unit in kind._of(trip.units):
                mine = by_owner.get((kind, unit), papers.browse())
                if reason := kind._reason(mine, unit._crmx_short_name(), unit, trip):
                    yield unit, reason

    @api.private
    def _crmx_reasons_of_papers(self, trip):
        """Yield what lies in the documents of drivers: they are valid, and the licence fits the vehicle."""
        partners = self.env["res.partner"].union(*trip.drivers.values())
        if not partners:
            return
        kinds = self.env["crmx.vehicle.document.kind"].search([("owner", "=", "driver")])
        papers = self.env["crmx.vehicle.document"].search([("partner_id", "in", partners.ids)])
        by_owner = papers.grouped(lambda paper: (paper.kind_id, paper.partner_id))
        needed = self.env["crmx.licence.category"]._needed(self, trip.trailers)
        held = self._crmx_held_categories(papers, trip)
        for vehicle in self.filtered(lambda v: v.id in trip.drivers):
            driver = trip.drivers[vehicle.id]
            for kind in kinds:
                if kind.company_id and vehicle.company_id and kind.company_id != vehicle.company_id:
                    continue
                mine = by_owner.get((kind, driver), papers.browse())
                if reason := kind._reason(mine, driver.name, driver, trip):
                    yield vehicle, reason
            wanted = needed[vehicle.id]
            if driver.id in held and wanted and not wanted & held[driver.id]:
                yield vehicle, self._crmx_licence_reason(vehicle, driver, wanted)

    @api.private
    def _crmx_held_categories(self, papers, trip):
        """Return the categories of those who have a licence, by what is valid: `{partner id: categories}`."""
        found = {}
        for paper in papers.filtered("has_categories"):
            covers = not first_gap([(paper.date_from, paper.date_to or None)], trip.first_day, trip.first_day)
            held = found.get(paper.partner_id.id, self.env["crmx.licence.category"])
            found[paper.partner_id.id] = held | paper.category_ids if covers else held
        return self.env["crmx.licence.category"]._with_included(found)

    @api.private
    def _crmx_licence_reason(self, vehicle, driver, wanted):
        text = self.env._(
            "%(driver)s needs a licence of category %(categories)s for %(vehicle)s.",
            driver=driver.name,
            categories=", ".join(wanted.mapped("name")),
            vehicle=vehicle._crmx_short_name(),
        )
        return Reason("forbids", "licence", text, driver._name, driver.id)


class VehicleDocumentKind(models.Model):
    _inherit = "crmx.vehicle.document.kind"

    @api.private
    def _reason(self, papers, owner, record, trip):
        """Return what the documents of this kind that somebody has mean for a trip, or None.

        :param owner: whose they are, for people
        :param record: the vehicle or the partner
        """
        if not papers and not self.is_required:
            return None
        values = {"owner": owner, "document": self.name}
        severity = "forbids" if self.forbids_driving else "warns"
        if not papers:
            text = self.env._("%(owner)s has no %(document)s.", **values)
            return Reason(severity, "document", text, record._name, record.id)
        gap = first_gap(
            papers.mapped(lambda p: (p.date_from, p.date_to or None)), trip.first_day, trip.last_day
        )
        last = papers[-1]
        if gap:
            values["date"] = format_date(self.env, gap)
            text = self.env._("%(owner)s: %(document)s is not valid on %(date)s.", **values)
            return Reason(severity, "document", text, last._name, last.id)
        open_ended = papers.filtered(lambda paper: not paper.date_to)
        last = max(papers, key=lambda paper: paper.date_to or paper.date_from)
        if open_ended or last.date_warn > trip.last_day:
            return None
        values["date"] = format_date(self.env, last.date_to)
        text = self.env._("%(owner)s: %(document)s ends on %(date)s.", **values)
        return Reason("warns", "document", text, last._name, last.id)
