"""The catalogue of parts: which fits what, under which numbers it goes, and what replaces it."""

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.workshop_parts import LEAST_CODE, part_code


class PartNumber(models.Model):
    """A number under which others know a part: the vehicle's maker, the part's maker, or a competitor."""

    _name = "crmx.part.number"
    _description = "Number of a part"
    _order = "product_tmpl_id, kind, number"
    _rec_name = "number"

    product_tmpl_id = fields.Many2one(
        "product.template", string="Part", required=True, ondelete="cascade", index=True
    )
    number = fields.Char(required=True)
    code = fields.Char(
        compute="_compute_code",
        store=True,
        precompute=True,
        help="The number without blanks, dots and dashes: it is found however it is written.",
    )
    kind = fields.Selection(
        [("oem", "Vehicle maker's"), ("maker", "Part maker's"), ("other", "Cross-reference")],
        required=True,
        default="oem",
    )
    brand = fields.Char(string="Whose")

    _code_uniq = models.UniqueIndex("(product_tmpl_id, code)", "The part has this number already.")
    _code_index = models.Index("(code text_pattern_ops)")
    _code_long = models.Constraint(
        "CHECK (length(code) >= 3)", "A number has at least three letters or digits."
    )

    @api.depends("number")
    def _compute_code(self):
        for number in self:
            number.code = part_code(number.number or "")

    @api.model
    @api.private
    def _parts_of(self, text):
        """Return a query of the parts whose numbers begin so, or None for what is no number."""
        code = part_code(text) if isinstance(text, str) else ""
        if len(code) < LEAST_CODE:
            return None
        # sudo: numbers only lead to parts, which the user sees or not by their own rules
        query = self.sudo()._search([("code", "=like", f"{code}%")])
        return query.subselect("product_tmpl_id")


class PartFit(models.Model):
    """A part that fits a model of vehicles, or a whole kind of them."""

    _name = "crmx.part.fit"
    _description = "Part that fits"
    _order = "model_id, vehicle_type, product_tmpl_id"
    _rec_name = "product_tmpl_id"

    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Part",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('type', '=', 'consu')]",
    )
    model_id = fields.Many2one(
        "fleet.vehicle.model", string="Vehicle model", ondelete="cascade", index="btree_not_null"
    )
    vehicle_type = fields.Selection(
        lambda self: self.env["fleet.vehicle.model"]._fields["vehicle_type"]._description_selection(self.env),
        string="Kind of vehicles",
    )
    quantity = fields.Float(string="Each vehicle takes", digits="Product Unit", default=1.0)
    note = fields.Char(string="Where", help="Such as front axle, or up to chassis number 4711.")
    numbers = fields.Char(compute="_compute_numbers")
    on_hand = fields.Float(related="product_tmpl_id.qty_available", string="On hand")

    _fits_something = models.Constraint(
        "CHECK ((model_id IS NULL) <> (vehicle_type IS NULL))", "A part fits a model, or a kind of vehicles."
    )
    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "A vehicle takes more than none of it.")
    _once = models.UniqueIndex(
        "(product_tmpl_id, COALESCE(model_id, 0), COALESCE(vehicle_type, ''))",
        "The catalogue says so already.",
    )

    @api.depends("product_tmpl_id.crmx_number_ids.number")
    def _compute_numbers(self):
        for fit in self:
            fit.numbers = ", ".join(fit.product_tmpl_id.crmx_number_ids.mapped("number"))


class PartReplacement(models.Model):
    """A part that is taken instead of another."""

    _name = "crmx.part.replacement"
    _description = "Replacement of a part"
    _order = "product_tmpl_id, sequence, id"
    _rec_name = "replacement_id"

    product_tmpl_id = fields.Many2one(
        "product.template", string="Part", required=True, ondelete="cascade", index=True
    )
    replacement_id = fields.Many2one(
        "product.template", string="Is replaced by", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    both_ways = fields.Boolean(string="And the other way round", default=True)
    note = fields.Char()

    _not_itself = models.Constraint("CHECK (product_tmpl_id <> replacement_id)", "No part replaces itself.")
    _once = models.UniqueIndex("(product_tmpl_id, replacement_id)", "The catalogue says so already.")

    @api.model
    @api.private
    def _graph(self, templates):
        """Return what replaces parts, and what replaces that: ``{template id: [template ids]}``.

        As many queries as the longest chain has links.
        """
        graph, looked, new = {}, set(), set(templates.ids)
        while new:
            looked |= new
            rows = self.search(
                Domain("product_tmpl_id", "in", new)
                | Domain("replacement_id", "in", new) & Domain("both_ways", "=", True)
            )
            new = set()
            for row in rows:
                pairs = [(row.product_tmpl_id.id, row.replacement_id.id)]
                pairs += [pairs[0][::-1]] if row.both_ways else []
                for part, other in pairs:
                    if other not in graph.setdefault(part, []):
                        graph[part].append(other)
                    new.add(other)
            new -= looked
        return graph


class ProductTemplate(models.Model):
    _inherit = "product.template"

    crmx_number_ids = fields.One2many(
        "crmx.part.number", "product_tmpl_id", string="Numbers", groups="crm_extended.group_workshop_user"
    )
    crmx_fit_ids = fields.One2many(
        "crmx.part.fit", "product_tmpl_id", string="Fits", groups="crm_extended.group_workshop_user"
    )
    crmx_replacement_ids = fields.One2many(
        "crmx.part.replacement",
        "product_tmpl_id",
        string="Is replaced by",
        groups="crm_extended.group_workshop_user",
    )
    crmx_replaces_ids = fields.One2many(
        "crmx.part.replacement",
        "replacement_id",
        string="Replaces",
        groups="crm_extended.group_workshop_user",
    )


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Find parts by any number as well, after what the host finds."""
        found = super().name_search(name, domain, operator, limit)
        parts = self.env["crmx.part.number"]._parts_of(name) if operator in ("ilike", "=", "like") else None
        if parts is None or (limit and len(found) >= limit):
            return found
        more = self.search_fetch(
            Domain(domain or Domain.TRUE)
            & Domain("product_tmpl_id", "in", parts)
            & Domain("id", "not in", [product_id for product_id, _name in found]),
            ["display_name"],
            limit=limit and limit - len(found),
        )
        # sudo: as the host names what was found
        return found + [(product.id, product.display_name) for product in more.sudo()]


class FleetVehicle(models.Model):
    _inherit = "fleet.vehicle"

    def action_crmx_open_parts(self):
        """List the parts that fit."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_part_fit_action"),
            "domain": [
                "|",
                ("model_id", "in", self.model_id.ids),
                ("vehicle_type", "in", list(set(self.mapped("vehicle_type")))),
            ],
            "context": {"default_model_id": self.model_id[:1].id},
        }
