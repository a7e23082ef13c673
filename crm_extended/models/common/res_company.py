from odoo import api, fields, models

#: Switch on the company -> group that shows the domain's menus while any company uses it.
FEATURE_GROUPS = {
    "crmx_use_receivables": "crm_extended.group_use_receivables",
    "crmx_use_interactions": "crm_extended.group_use_interactions",
    "crmx_use_processes": "crm_extended.group_use_processes",
    "crmx_use_workshop": "crm_extended.group_use_workshop",
    "crmx_use_kpi": "crm_extended.group_use_kpi",
}


class ResCompany(models.Model):
    _inherit = "res.company"

    crmx_use_receivables = fields.Boolean(
        string="Receivables",
        default=True,
        help="Aged receivables and payables, and the debt summary on partners.",
    )
    crmx_use_interactions = fields.Boolean(
        string="Interactions",
        default=True,
        help="Contacts with customers and suppliers, and the history of each.",
    )
    crmx_use_processes = fields.Boolean(
        string="Processes",
        default=True,
        help="Business processes that admins define, and the steps that people have in them.",
    )
    crmx_use_workshop = fields.Boolean(
        string="Workshop",
        help="Meters, repairs, parts and costs of vehicles.",
    )
    crmx_use_kpi = fields.Boolean(
        string="Indicators",
        default=True,
        help="Figures of people, teams and the company, measured from the documents.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._crmx_sync_feature_groups(FEATURE_GROUPS)
        return companies

    def write(self, vals):
        result = super().write(vals)
        if switched := FEATURE_GROUPS.keys() & vals.keys():
            self._crmx_sync_feature_groups(switched)
        return result

    @api.model
    def _crmx_sync_feature_groups(self, switches):
        """Show a domain's menus to every internal user while at least one company uses the domain."""
        # sudo: who may write a company may not be allowed to write groups; the effect is limited to the
        # groups named in FEATURE_GROUPS, which give access to nothing but menus
        employees = self.env.ref("base.group_user").sudo()
        for switch in switches:
            group = self.env.ref(FEATURE_GROUPS[switch], raise_if_not_found=False)
            if not group:  # during installation, before the groups are loaded
                continue
            # sudo: whether any company uses it, also those that the writer does not work in
            used = bool(self.sudo().search_count([(switch, "=", True)], limit=1))
            if used and group not in employees.implied_ids:
                employees._apply_group(group)
            elif not used and group in employees.implied_ids:
                employees._remove_group(group)
