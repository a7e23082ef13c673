from odoo import api, fields, models
from odoo.fields import Domain

from .relation import VIEWPOINT


class ResPartner(models.Model):
    _inherit = "res.partner"

    crmx_relation_count = fields.Integer(
        string="Relations",
        compute="_compute_crmx_relation_count",
        groups="crm_extended.group_interactions_user",
    )

    def _compute_crmx_relation_count(self):
        """Of a company those of its contacts too; in two queries, whatever the number of partners."""
        Relation = self.env["crmx.relation"]
        counts, both = {}, {}
        for side in ("left_partner_id", "right_partner_id"):
            path = f"{side}.commercial_partner_id"
            for own, company, ids in Relation._read_group(
                Domain(path, "in", self.commercial_partner_id.ids), [side, path], ["id:array_agg"]
            ):
                for key in {own.id, company.id}:
                    both.setdefault(key, set()).update(ids)
        counts = {key: len(ids) for key, ids in both.items()}
        for partner in self:
            partner.crmx_relation_count = counts.get(partner._origin.id, 0)

    @api.private
    def _crmx_relation_domain(self):
        """Relations of the partner; of a company also those of its contacts."""
        self.ensure_one()
        if self == self.commercial_partner_id:
            sides = ("left_partner_id.commercial_partner_id", "right_partner_id.commercial_partner_id")
        else:
            sides = ("left_partner_id", "right_partner_id")
        return Domain.OR(Domain(side, "=", self.id) for side in sides)

    def action_crmx_open_relations(self):
        """List the relations of the partner, as he sees them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_relation_action")
        return {
            **action,
            "display_name": self.env._("Relations of %(partner)s", partner=self.name or self.display_name),
            "domain": list(self._crmx_relation_domain()),
            "context": {VIEWPOINT: self.id, "default_left_partner_id": self.id},
        }
