from odoo import api, fields, models
from odoo.exceptions import UserError


class InterestPropose(models.TransientModel):
    """For whom, and up to which day, interest is computed."""

    _name = "crmx.interest.propose"
    _description = "Propose Interest"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    date_to = fields.Date(
        string="Interest Until",
        required=True,
        default=lambda self: fields.Date.end_of(
            fields.Date.subtract(fields.Date.context_today(self), months=1), "month"
        ),
        help="Mostly the end of a month. The next calculation goes on from the day after.",
    )
    partner_ids = fields.Many2many("res.partner", string="Customers", help="Empty: all.")
    has_policy = fields.Boolean(compute="_compute_has_policy")

    @api.depends("company_id")
    def _compute_has_policy(self):
        policies = self.env["crmx.interest.policy"]
        for wizard in self:
            own = [("company_id", "in", (False, wizard.company_id.id))]
            wizard.has_policy = bool(wizard.company_id.crmx_interest_policy_id) or bool(
                policies.search_count(
                    [*own, "|", ("partner_ids", "!=", False), ("category_ids", "!=", False)], limit=1
                )
            )

    def action_propose(self):
        """Compute, and show the proposals."""
        if self.date_to > fields.Date.context_today(self):
            raise UserError(self.env._("Interest is computed up to today at most."))
        partners = self.partner_ids.commercial_partner_id if self.partner_ids else None
        notes = self.env["crmx.interest.note"]
        notes, problems = notes._propose(self.company_id, self.date_to, partners)
        if not notes:
            raise UserError("\n".join([self.env._("There is nothing to charge up to that day."), *problems]))
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_interest_note_action")
        action = {**action, "domain": [("id", "in", notes.ids)], "target": "main"}
        if not problems:
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Not everything could be computed"),
                "message": "\n".join(problems),
                "next": action,
            },
        }
