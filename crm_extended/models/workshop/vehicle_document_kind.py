from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError

OWNERS = [("vehicle", "Vehicles"), ("trailer", "Trailers"), ("driver", "Drivers")]


class VehicleDocumentKind(models.Model):
    """Papers that vehicles, trailers or drivers have, and what it means when one is missing or has ended."""

    _name = "crmx.vehicle.document.kind"
    _description = "Kind of Vehicle or Driver Document"
    _order = "owner, sequence, id"

    name = fields.Char(string="Document", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: of all companies.")
    owner = fields.Selection(OWNERS, string="Of", required=True, default="vehicle")
    vehicle_domain = fields.Char(
        string="Which ones",
        default="[]",
        required=True,
        help="Vehicles or trailers that have such a document; all of them, when nothing is said.",
    )
    is_required = fields.Boolean(
        string="Must be there", help="A vehicle or driver without one is treated as if it had ended."
    )
    forbids_driving = fields.Boolean(
        string="Forbids driving", help="When it is not valid. Otherwise that is only a warning."
    )
    warn_days = fields.Integer(
        string="Remind (days before)",
        default=30,
        required=True,
        help="The responsible person has an activity then, once.",
    )
    validity_months = fields.Integer(
        string="Valid for (months)", help="Proposed for a renewal. Empty: as long as the one before."
    )
    has_categories = fields.Boolean(
        string="Driving licence", help="It says which categories of vehicles the driver may drive."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        help="For renewals, where neither the document nor the vehicle names somebody.",
    )
    document_count = fields.Integer(compute="_compute_document_count")

    _days_positive = models.Constraint(
        "CHECK (warn_days >= 0 AND coalesce(validity_months, 0) >= 0)", "Days and months are not below zero."
    )
    _categories_of_drivers = models.Constraint(
        "CHECK (owner = 'driver' OR has_categories IS NOT TRUE)", "Only drivers have driving licences."
    )

    def _compute_document_count(self):
        counts = dict(
            self.env["crmx.vehicle.document"]._read_group(
                [("kind_id", "in", self.ids)], ["kind_id"], ["__count"]
            )
        )
        for kind in self:
            kind.document_count = counts.get(kind, 0)

    @api.constrains("vehicle_domain")
    def _check_vehicle_domain(self):
        for kind in self:
            try:
                self.env["fleet.vehicle"].search(kind._domain(), limit=1)
            except (ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "“%(kind)s”: which vehicles is meant cannot be read: %(error)s",
                        kind=kind.name,
                        error=error,
                    )
                ) from None

    def write(self, vals):
        if "owner" in vals and any(
            kind.owner != vals["owner"] and kind.document_count
            for kind in self.with_context(active_test=False)
        ):
            raise ValidationError(
                self.env._("There are documents of this kind already: whose they are stays as it is.")
            )
        return super().write(vals)

    @api.private
    def _domain(self):
        return literal_eval(self.vehicle_domain or "[]")

    @api.private
    def _of(self, vehicles):
        """Return the vehicles that have documents of this kind."""
        owned = vehicles.filtered(lambda v: (v.vehicle_type == "trailer") == (self.owner == "trailer"))
        if self.company_id:
            owned = owned.filtered(lambda v: not v.company_id or v.company_id == self.company_id)
        return owned.filtered_domain(self._domain())

    def action_open_documents(self):
        """List the documents."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_vehicle_document_action"),
            "domain": [("kind_id", "=", self.id)],
            "context": {"default_kind_id": self.id},
        }
