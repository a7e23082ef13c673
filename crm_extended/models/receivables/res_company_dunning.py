from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    crmx_dunning_policy_id = fields.Many2one(
        "crmx.dunning.policy",
        string="Dunning Policy",
        domain="[('company_id', 'in', (False, id))]",
        help="Of customers and documents that have no other. Empty: the first policy without tags.",
    )
    crmx_dunning_schedule = fields.Selection(
        [
            ("manual", "Propose by hand"),
            ("propose", "Propose by schedule"),
            ("send", "Propose and send by schedule"),
        ],
        string="Reminders",
        default="manual",
        required=True,
    )
    crmx_dunning_interval = fields.Integer(string="Days between Runs", default=7)
    crmx_dunning_next = fields.Date(string="Next Run", default=fields.Date.context_today)
    crmx_dunning_user_id = fields.Many2one(
        "res.users", string="Responsible for Reminders", help="Signs what goes out by schedule."
    )

    _crmx_dunning_days = models.Constraint(
        "CHECK (crmx_dunning_interval BETWEEN 1 AND 365)", "Runs are 1 to 365 days apart."
    )

    @api.private
    def _crmx_dunning_policy(self):
        """Return the policy of customers and documents that have no other; it may be none."""
        self.ensure_one()
        # sudo: the company's own setting, for those who may run reminders
        chosen = self.sudo().crmx_dunning_policy_id.filtered("active")
        return chosen or self.env["crmx.dunning.policy"].search(
            [("company_id", "in", (False, self.id)), ("category_ids", "=", False)], limit=1
        )

    @api.private
    def _crmx_dun(self, today):
        """One scheduled run of the company, and the day of the next one."""
        self.ensure_one()
        runs = self.env["crmx.dunning.run"].with_company(self)
        values = {"company_id": self.id, "date": today, "is_automatic": True}
        if self.crmx_dunning_user_id:
            values["user_id"] = self.crmx_dunning_user_id.id
        run = runs.create(values)
        run._propose()
        if self.crmx_dunning_schedule == "send" and run.letter_ids:
            run.action_confirm()
        step = relativedelta(days=self.crmx_dunning_interval)
        # days on which nothing ran are not made up for
        self.crmx_dunning_next = max((self.crmx_dunning_next or today) + step, today + relativedelta(days=1))
