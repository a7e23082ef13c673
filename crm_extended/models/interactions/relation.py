from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...tools.customer_card import overlap

#: In the context: the partner from whose side relations are read.
VIEWPOINT = "crmx_relation_of"


class Relation(models.Model):
    """What one partner is to another, for a time; kept once and read from both sides."""

    _name = "crmx.relation"
    _description = "Relation between partners"
    _order = "type_id, date_from DESC, id"
    _check_company_auto = True

    left_partner_id = fields.Many2one(
        "res.partner", string="First", required=True, index=True, ondelete="cascade", check_company=True
    )
    type_id = fields.Many2one("crmx.relation.type", required=True, index=True, ondelete="restrict")
    right_partner_id = fields.Many2one(
        "res.partner", string="Second", required=True, index=True, ondelete="cascade", check_company=True
    )
    is_symmetric = fields.Boolean(related="type_id.is_symmetric", store=True, precompute=True)
    date_from = fields.Date(string="Since")
    date_to = fields.Date(string="Until")
    note = fields.Char()
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Only this company sees the relation; empty: all do."
    )
    is_current = fields.Boolean(string="Current", compute="_compute_is_current", search="_search_is_current")
    own_partner_id = fields.Many2one("res.partner", string="Who", compute="_compute_sides")
    wording = fields.Char(string="Is", compute="_compute_sides")
    other_partner_id = fields.Many2one("res.partner", string="To Whom", compute="_compute_sides")

    _directed_uniq = models.UniqueIndex(
        """(type_id, left_partner_id, right_partner_id, COALESCE(company_id, 0),
            COALESCE(date_from, '-infinity'::date)) WHERE is_symmetric IS NOT TRUE""",
        "The same relation begins on the same day already.",
    )
    _symmetric_uniq = models.UniqueIndex(
        """(type_id, LEAST(left_partner_id, right_partner_id), GREATEST(left_partner_id, right_partner_id),
            COALESCE(company_id, 0), COALESCE(date_from, '-infinity'::date)) WHERE is_symmetric""",
        "The same relation begins on the same day already.",
    )
    _period_order = models.Constraint(
        "CHECK (date_from <= date_to)", "A relation cannot end before it begins."
    )

    @api.depends("date_from", "date_to")
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        for relation in self:
            relation.is_current = overlap((relation.date_from, relation.date_to), (today, today))

    @api.model
    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        current = (Domain("date_from", "=", False) | Domain("date_from", "<=", today)) & (
            Domain("date_to", "=", False) | Domain("date_to", ">=", today)
        )
        asked = [current if wanted else ~current for wanted in value]
        return Domain.OR(asked)

    @api.depends("left_partner_id", "right_partner_id", "type_id")
    @api.depends_context(VIEWPOINT)
    def _compute_sides(self):
        """From the side of the partner in the context, or of his contacts; else from the first."""
        viewpoint = self.env.context.get(VIEWPOINT)
        for relation in self:
            left, right = relation.left_partner_id, relation.right_partner_id
            relation.own_partner_id, relation.other_partner_id = left, right
            inverse = relation._is_seen_from_right(viewpoint)
            if inverse:
                relation.own_partner_id, relation.other_partner_id = right, left
            relation.wording = relation.type_id._wording(inverse) if relation.type_id else False

    def _is_seen_from_right(self, viewpoint):
        # sudo: which company a partner of a readable relation belongs to
        left, right = self.sudo().left_partner_id, self.sudo().right_partner_id
        if viewpoint in (left.id, right.id):
            return viewpoint == right.id
        return bool(viewpoint) and (
            left.commercial_partner_id.id != viewpoint and right.commercial_partner_id.id == viewpoint
        )

    @api.depends("left_partner_id", "right_partner_id", "type_id")
    def _compute_display_name(self):
        for relation in self:
            relation.display_name = " ".join(
                part or ""
                for part in (
                    relation.left_partner_id.name,
                    relation.type_id.name,
                    relation.right_partner_id.name,
                )
            )

    @api.constrains("left_partner_id", "right_partner_id", "type_id")
    def _check_partners(self):
        for relation in self:
            left, right, kind = relation.left_partner_id, relation.right_partner_id, relation.type_id
            if left == right:
                raise ValidationError(self.env._("A partner has no relation to himself."))
            for partner, wanted in ((left, kind.left_kind), (right, kind.right_kind)):
                if wanted and partner.is_company != (wanted == "company"):
                    message = (
                        self.env._("“%(relation)s” needs a company where %(partner)s stands.")
                        if wanted == "company"
                        else self.env._("“%(relation)s” needs a person where %(partner)s stands.")
                    )
                    raise ValidationError(message % {"relation": kind.name, "partner": partner.name})

    @api.constrains("left_partner_id", "right_partner_id", "type_id", "company_id", "date_from", "date_to")
    def _check_overlap(self):
        """The same relation may come again, later: not at the same time."""
        twins = self.sudo().search(  # sudo: relations of the same partners and company that nobody hides
            Domain("type_id", "in", self.type_id.ids)
            & Domain("left_partner_id", "in", (self.left_partner_id | self.right_partner_id).ids)
            & Domain("right_partner_id", "in", (self.left_partner_id | self.right_partner_id).ids)
        )
        by_key = twins.grouped(lambda relation: relation._identity())
        for relation in self.sudo():  # sudo: as above
            period = relation.date_from, relation.date_to
            for twin in by_key.get(relation._identity(), relation) - relation:
                if overlap(period, (twin.date_from, twin.date_to)):
                    raise ValidationError(
                        self.env._("This relation is there already: %(relation)s", relation=twin.display_name)
                    )

    @api.private
    def _identity(self):
        """What two entries of one relation have in common, whatever their time."""
        sides = self.left_partner_id.id, self.right_partner_id.id
        if self.type_id.is_symmetric:
            sides = min(sides), max(sides)
        return self.type_id.id, self.company_id.id, sides
