from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    crmx_dunning_count = fields.Integer(
        string="Reminders Sent",
        compute="_compute_crmx_dunning_count",
        groups="crm_extended.group_debt_summary",
    )

    @api.depends_context("uid", "company")
    def _compute_crmx_dunning_count(self):
        groups = self.env["crmx.dunning.letter"]._read_group(
            [
                ("partner_id", "in", self.commercial_partner_id._origin.ids),
                ("company_id", "=", self.env.company.id),
                ("state", "in", ("sent", "unknown")),
            ],
            ["partner_id"],
            ["__count"],
        )
        counts = dict(groups)
        for partner in self:
            partner.crmx_dunning_count = counts.get(partner.commercial_partner_id._origin, 0)

    def action_crmx_open_dunning(self):
        """List the reminders of the customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_dunning_letter_action")
        return {**action, "domain": [("partner_id", "=", self.commercial_partner_id.id)], "context": {}}

    def action_crmx_dunning_exception(self):
        """Open what is different for the customer's reminders, or begin it."""
        self.ensure_one()
        return self.env["crmx.dunning.exception"]._open_of(
            partner_id=self.commercial_partner_id, company_id=self.env.company
        )
