import base64

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

#: The largest photo that is taken, in bytes.
MAX_PHOTO = 12 * 1024 * 1024
MAX_TITLE, MAX_TEXT = 120, 4000


class DriverPortal(CustomerPortal):
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "crmx_vehicle_count" in counters:
            values["crmx_vehicle_count"] = len(self._crmx_own_vehicles())
        return values

    @http.route("/my/vehicles", type="http", auth="user", website=True)
    def crmx_vehicles(self, reported=None, **_query):
        """The vehicles that somebody drives, with what is wrong with them."""
        vehicles = self._crmx_own_vehicles()
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "crmx_vehicles",
            "vehicles": vehicles,
            "reported": bool(reported),
        }
        return request.render("crm_extended.portal_vehicles", values)

    @http.route(
        "/my/vehicles/<int:vehicle_id>/defect",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def crmx_report_defect(self, vehicle_id, **post):
        """A form of the size of a phone, and what was entered on it."""
        vehicle = self._crmx_own_vehicles().filtered(lambda v: v.id == vehicle_id)
        if not vehicle:
            raise NotFound
        error = ""
        if request.httprequest.method == "POST":
            error = self._crmx_create_defect(vehicle, post)
            if not error:
                return request.redirect("/my/vehicles?reported=1")
        # sudo: labels of a selection
        severities = request.env["crmx.defect"].sudo()._fields["severity"]._description_selection(request.env)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "crmx_vehicles",
            "vehicle": vehicle,
            "severities": severities,
            "post": post,
            "error": error,
        }
        return request.render("crm_extended.portal_defect", values)

    def _crmx_own_vehicles(self):
        """The vehicles that the user drives, of companies that use the workshop."""
        partner = request.env.user.partner_id
        # sudo: drivers have no right on vehicles; those that they drive only
        vehicles = request.env["fleet.vehicle"].sudo()
        found = vehicles.search([("driver_id", "=", partner.id)])
        return found.filtered(lambda v: (v.company_id or request.env.user.company_id).crmx_use_workshop)

    def _crmx_create_defect(self, vehicle, post):
        """:return: what is wrong with what was entered, or nothing"""
        title = " ".join((post.get("title") or "").split())[:MAX_TITLE]
        severity = post.get("severity")
        # sudo: drivers have no right on defects; one of a vehicle that they drive, in their name
        defects = request.env["crmx.defect"].sudo()
        if not title or severity not in defects._fields["severity"].get_values(request.env):
            return request.env._("Say what is wrong, and how bad it is.")
        photo = post.get("photo")
        content = photo.read(MAX_PHOTO + 1) if photo else b""
        if len(content) > MAX_PHOTO:
            return request.env._("The photo is too large.")
        try:
            with request.env.cr.savepoint():
                defects.create(
                    {
                        "title": title,
                        "description": (post.get("description") or "").strip()[:MAX_TEXT],
                        "severity": severity,
                        "vehicle_id": vehicle.id,
                        "company_id": (vehicle.company_id or request.env.user.company_id).id,
                        "partner_id": request.env.user.partner_id.id,
                        "image": base64.b64encode(content) if content else False,
                    }
                )
        except (UserError, ValueError):
            return request.env._("The photo cannot be read. Take another one.")
        return ""
