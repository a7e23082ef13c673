from collections import defaultdict

from odoo import api, fields, models

from .dispute import CLOSED

SUMMARY = "crm_extended.group_debt_summary"


class ResPartner(models.Model):
    _inherit = "res.partner"

    crmx_promise_open_count = fields.Integer(
        string="Open Promises", compute="_compute_crmx_promises", groups=SUMMARY
    )
    crmx_promise_kept_count = fields.Integer(
        string="Promises Kept", compute="_compute_crmx_promises", groups=SUMMARY
    )
    crmx_promise_broken_count = fields.Integer(
        string="Promises Broken",
        compute="_compute_crmx_promises",
        groups=SUMMARY,
        help="Broken or only partly kept.",
    )
    crmx_plan_live_count = fields.Integer(
        string="Instalment Plans", compute="_compute_crmx_plans", groups=SUMMARY, help="Under way."
    )
    crmx_plan_defaulted_count = fields.Integer(
        string="Plans Defaulted", compute="_compute_crmx_plans", groups=SUMMARY
    )
    crmx_dispute_open_count = fields.Integer(
        string="Open Disputes", compute="_compute_crmx_disputes", groups=SUMMARY
    )

    @api.depends_context("uid", "company")
    def _compute_crmx_promises(self):
        counts = defaultdict(lambda: defaultdict(int))
        for debtor, state, count in self._crmx_collection_groups("crmx.promise", [], ["state"]):
            counts[debtor][state] += count
        for partner in self:
            states = counts[partner.commercial_partner_id._origin]
            partner.crmx_promise_open_count = states["open"]
            partner.crmx_promise_kept_count = states["kept"]
            partner.crmx_promise_broken_count = states["partly"] + states["broken"]

    @api.depends_context("uid", "company")
    def _compute_crmx_plans(self):
        states = ("state", "in", ("live", "defaulted"))
        groups = self._crmx_collection_groups("crmx.instalment.plan", [states], ["state"])
        counts = {(debtor, state): count for debtor, state, count in groups}
        for partner in self:
            debtor = partner.commercial_partner_id._origin
            partner.crmx_plan_live_count = counts.get((debtor, "live"), 0)
            partner.crmx_plan_defaulted_count = counts.get((debtor, "defaulted"), 0)

    @api.depends_context("uid", "company")
    def _compute_crmx_disputes(self):
        groups = self._crmx_collection_groups("crmx.dispute", [("state", "not in", CLOSED)], [])
        counts = dict(groups)
        for partner in self:
            partner.crmx_dispute_open_count = counts.get(partner.commercial_partner_id._origin, 0)

    def _crmx_collection_groups(self, model_name, domain, groupby):
        return self.env[model_name]._read_group(
            [
                ("commercial_partner_id", "in", self.commercial_partner_id._origin.ids),
                ("company_id", "=", self.env.company.id),
                *domain,
            ],
            ["commercial_partner_id", *groupby],
            ["__count"],
        )

    def action_crmx_open_promises(self):
        """List the promises of the customer, contacts included; new ones are his."""
        return self._crmx_collection_action("crm_extended.crmx_promise_action")

    def action_crmx_open_plans(self):
        """List the instalment plans of the customer, contacts included; new ones are his."""
        return self._crmx_collection_action("crm_extended.crmx_instalment_plan_action")

    def action_crmx_open_disputes(self):
        """List the disputes of the customer, contacts included; new ones are his."""
        return self._crmx_collection_action("crm_extended.crmx_dispute_action")

    def _crmx_collection_action(self, name):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(name)
        return {
            **action,
            "domain": [("commercial_partner_id", "=", self.commercial_partner_id.id)],
            "context": {"default_partner_id": self.id},
        }
