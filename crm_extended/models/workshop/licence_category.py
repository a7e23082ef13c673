from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.driving import closure
from .vehicle_kind import KINDS as VEHICLE_KINDS


class LicenceCategory(models.Model):
    """What somebody may drive, as his licence says: each category is for kinds of vehicles."""

    _name = "crmx.licence.category"
    _description = "Category of Driving Licences"
    _order = "sequence, name"

    name = fields.Char(string="Category", required=True, help="Such as C or CE.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Char(translate=True)
    need_ids = fields.One2many("crmx.licence.need", "category_id", string="Needed for", copy=True)
    includes_ids = fields.Many2many(
        "crmx.licence.category",
        "crmx_licence_category_includes_rel",
        "category_id",
        "included_id",
        string="Includes also",
        help="Who has this one, has these as well.",
    )

    _name_uniq = models.UniqueIndex("(name)", "There is such a category already.")

    @api.constrains("includes_ids")
    def _check_includes(self):
        if self._has_cycle("includes_ids"):
            raise ValidationError(self.env._("A category does not include one that includes it."))

    @api.model
    @api.private
    def _needed(self, vehicles, trailers):
        """Return the categories of which one is needed for each vehicle: `{vehicle id: categories}`.

        :param trailers: ``{vehicle id: vehicles}``, what each pulls
        """
        needs = self.env["crmx.licence.need"].search([("category_id.active", "=", True)])
        by_kind = needs.grouped(lambda need: (need.vehicle_type, need.with_trailer))
        result = {}
        for vehicle in vehicles:
            model, pulls = vehicle.model_id, bool(trailers.get(vehicle.id))
            own = model.crmx_trailer_licence_ids if pulls else model.crmx_licence_ids
            usual = by_kind.get((model.vehicle_type, pulls), needs.browse())
            result[vehicle.id] = own or usual.category_id
        return result

    @api.model
    @api.private
    def _with_included(self, held):
        """Return the categories that people have, and all that these include: `{key: categories}`."""
        includes = {category.id: category.includes_ids.ids for category in self.search([])}
        return {key: self.browse(sorted(closure(mine.ids, includes))) for key, mine in held.items()}


class LicenceNeed(models.Model):
    """A kind of vehicle that a category is for, alone or with a trailer; models may say otherwise."""

    _name = "crmx.licence.need"
    _description = "Vehicles that a licence is for"
    _order = "category_id, id"
    _rec_name = "category_id"

    category_id = fields.Many2one("crmx.licence.category", required=True, ondelete="cascade", index=True)
    vehicle_type = fields.Selection(
        [("car", "Car"), ("bike", "Bike"), *VEHICLE_KINDS], string="Kind of vehicle", required=True
    )
    with_trailer = fields.Boolean(help="What it needs with a trailer, instead of without one.")

    _once = models.UniqueIndex("(category_id, vehicle_type, with_trailer)", "The category has this already.")


class FleetVehicleModel(models.Model):
    _inherit = "fleet.vehicle.model"

    crmx_licence_ids = fields.Many2many(
        "crmx.licence.category",
        "crmx_licence_category_model_rel",
        string="Licence",
        help="Who drives it needs one of these. Empty: those that are needed for its kind of vehicle.",
    )
    crmx_trailer_licence_ids = fields.Many2many(
        "crmx.licence.category",
        "crmx_licence_category_model_trailer_rel",
        string="Licence with a trailer",
        help="The same, while it pulls one.",
    )
