"""How long parts, jobs and outside work are warranted."""

from odoo import api, fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    crmx_warranty_months = fields.Integer(
        string="Warranty (months)", help="From when it is put onto a vehicle. 0: not limited by time."
    )
    crmx_warranty_distance = fields.Integer(
        string="Warranty (km)", help="From then on, whichever ends first. 0: not limited by distance."
    )

    _crmx_warranty_not_negative = models.Constraint(
        "CHECK (coalesce(crmx_warranty_months, 0) >= 0 AND coalesce(crmx_warranty_distance, 0) >= 0)",
        "A warranty lasts no less than nothing.",
    )


class WorkshopJob(models.Model):
    _inherit = "crmx.workshop.job"

    warranty_months = fields.Integer(string="Warranty (months)", help="On the work, by whoever did it.")
    warranty_distance = fields.Integer(string="Warranty (km)")

    _warranty_not_negative = models.Constraint(
        "CHECK (coalesce(warranty_months, 0) >= 0 AND coalesce(warranty_distance, 0) >= 0)",
        "A warranty lasts no less than nothing.",
    )


class WorkOrderOutside(models.Model):
    _inherit = "crmx.work.order.outside"

    warranty_months = fields.Integer(
        string="Warranty (months)",
        compute="_compute_warranty",
        store=True,
        readonly=False,
        precompute=True,
        help="That the vendor gives, as agreed with him.",
    )
    warranty_distance = fields.Integer(
        string="Warranty (km)", compute="_compute_warranty", store=True, readonly=False, precompute=True
    )

    _warranty_not_negative = models.Constraint(
        "CHECK (coalesce(warranty_months, 0) >= 0 AND coalesce(warranty_distance, 0) >= 0)",
        "A warranty lasts no less than nothing.",
    )

    @api.depends("product_id")
    def _compute_warranty(self):
        for line in self:
            line.warranty_months = line.product_id.crmx_warranty_months
            line.warranty_distance = line.product_id.crmx_warranty_distance
