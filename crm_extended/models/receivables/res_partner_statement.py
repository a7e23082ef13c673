from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_crmx_make_statement(self):
        """Open a new statement of the customer, or a run for the customers."""
        customers = self.commercial_partner_id
        single = len(customers) == 1
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Statement of Account"),
            "res_model": "crmx.statement" if single else "crmx.statement.run",
            "views": [(False, "form")],
            "context": {"default_partner_id": customers.id}
            if single
            else {"default_partner_ids": customers.ids},
        }

    def action_crmx_draw_up_acts(self):
        """Draw up the reconciliation acts of last month with the partners, and open them."""
        Act = self.env["crmx.reconciliation.act"]
        acts = Act.create([{"partner_id": partner.id} for partner in self.commercial_partner_id])
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_reconciliation_act_action")
        if len(acts) == 1:
            return {**action, "res_id": acts.id, "views": [(False, "form")]}
        return {**action, "domain": [("id", "in", acts.ids)]}
