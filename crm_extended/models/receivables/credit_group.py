from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CreditGroup(models.Model):
    """Customers who share a limit, such as the companies of one owner. Groups may be parts of others."""

    _name = "crmx.credit.group"
    _description = "Group of Customers under one Limit"
    _inherit = "crmx.root.company"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one(
        "crmx.credit.group",
        string="Part of",
        domain="[('company_id', '=', company_id), ('id', '!=', id)]",
        index="btree_not_null",
        ondelete="restrict",
    )
    file_ids = fields.One2many("crmx.credit.file", "group_id", string="Customers")
    note = fields.Text(help="Why they belong together.")

    @api.constrains("parent_id", "company_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A group of customers cannot be a part of itself."))
        for group in self:
            if group.parent_id and group.parent_id.company_id != group.company_id:
                raise ValidationError(
                    self.env._(
                        "“%(group)s” and “%(parent)s” are groups of different companies.",
                        group=group.name,
                        parent=group.parent_id.name,
                    )
                )

    @api.constrains("company_id")
    def _check_files(self):
        for group in self:
            if group.file_ids.company_id - group.company_id:
                raise ValidationError(
                    self.env._("“%s” has customers in another company's books.", group.name)
                )

    @api.private
    def _with_ancestors(self):
        """Return {group: it and what it is a part of, from the nearest on}."""
        groups = self
        while missing := groups.parent_id - groups:
            groups |= missing
        result = {}
        for group in self:
            line = step = group
            while step := step.parent_id:
                line |= step
            result[group] = line
        return result

    @api.private
    def _members(self):
        """Return {group: commercial partners in it and in its parts}."""
        below = {group: self.browse(self.search([("id", "child_of", group.id)]).ids) for group in self}
        every = self.union(*below.values())
        files = self.env["crmx.credit.file"].search([("group_id", "in", every.ids)])
        by_group = files.grouped("group_id")
        return {
            group: self.env["res.partner"].union(
                *(by_group[part].partner_id for part in parts if part in by_group)
            )
            for group, parts in below.items()
        }
