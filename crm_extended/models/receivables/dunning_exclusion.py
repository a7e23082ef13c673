from odoo import fields, models

from .dunning_line import REASONS


class DunningExclusion(models.Model):
    """How many items a run leaves out, for each reason."""

    _name = "crmx.dunning.exclusion"
    _description = "Left out of a Dunning Run"
    _auto = False
    _order = "item_count DESC, id"
    _rec_name = "reason"
    _depends = {"crmx.dunning.line": ["run_id", "reason", "partner_id", "amount_company"]}

    run_id = fields.Many2one("crmx.dunning.run", readonly=True)
    currency_id = fields.Many2one(related="run_id.currency_id")
    reason = fields.Selection(REASONS, readonly=True)
    item_count = fields.Integer(string="Items", readonly=True)
    partner_count = fields.Integer(string="Customers", readonly=True)
    amount_company = fields.Monetary(string="Open", readonly=True)

    @property
    def _table_query(self):
        return """
            SELECT MIN(id) AS id, run_id, reason, COUNT(*) AS item_count,
                   COUNT(DISTINCT partner_id) AS partner_count, SUM(amount_company) AS amount_company
              FROM crmx_dunning_line
             WHERE reason IS NOT NULL
             GROUP BY run_id, reason
        """

    def action_open_items(self):
        """List the items that are left out for this reason."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_dunning_line_action")
        return {
            **action,
            "domain": [("run_id", "=", self.run_id.id), ("reason", "=", self.reason)],
            "context": {"crmx_no_followup": self.reason == "no_followup"},
        }
