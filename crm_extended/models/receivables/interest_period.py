from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError


class InterestPeriod(models.Model):
    """A calculation of interest that was made by schedule, once for terms, company and period.

    Whatever becomes of its proposals, the schedule does not make them again: a row here says so.
    """

    _name = "crmx.interest.period"
    _description = "Scheduled Calculation of Interest"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_to DESC, id DESC"
    _mail_post_access = "read"

    policy_id = fields.Many2one(
        "crmx.interest.policy", string="Terms", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    date_to = fields.Date(string="Interest Until", required=True, readonly=True)
    proposed_count = fields.Integer(string="Proposals made", readonly=True)
    problems = fields.Text(string="Left Out", readonly=True, help="What could not be computed, and why.")
    note_ids = fields.Many2many("crmx.interest.note", compute="_compute_note_ids", string="Notes")

    _once = models.UniqueIndex(
        "(policy_id, company_id, date_to)", "Interest of these terms was computed for that period already."
    )

    @api.depends("policy_id", "company_id", "date_to")
    def _compute_note_ids(self):
        notes = self.env["crmx.interest.note"].search(
            [
                ("policy_id", "in", self.policy_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("date_to", "in", self.mapped("date_to")),
            ]
        )
        by_period = notes.grouped(lambda note: (note.policy_id, note.company_id, note.date_to))
        for period in self:
            key = (period.policy_id, period.company_id, period.date_to)
            period.note_ids = by_period.get(key, notes.browse())

    @api.depends("policy_id", "date_to")
    def _compute_display_name(self):
        for period in self:
            day = self.env["ir.qweb.field.date"].value_to_html(period.date_to, {})
            period.display_name = self.env._(
                "%(terms)s, until %(date)s", terms=period.policy_id.name, date=day
            )

    # === BY SCHEDULE === #

    @api.model
    def _cron_propose(self):
        """Propose the interest of each period that has ended, once, for all terms with a schedule."""
        due = self._due(fields.Date.context_today(self))
        for done, (policy, company, until) in enumerate(due, start=1):
            self._propose(policy, company, until)
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(due) - done):
                return

    @api.model
    @api.private
    def _due(self, today: date):
        """Return [(terms, company, last day)] of what is to be computed now.

        Of several periods that nobody computed, the last one: it begins where the last note ended.
        """
        policies = self.env["crmx.interest.policy"].search([("schedule", "!=", "manual")])
        companies = self.env["res.company"].search([("crmx_use_receivables", "=", True)], order="id")
        done = {
            (period.policy_id, period.company_id): period.date_to
            for period in self.search([("policy_id", "in", policies.ids)], order="date_to")
        }
        due = []
        for policy in policies:
            until = policy._last_period(today)
            own = policy.company_id & companies if policy.company_id else companies
            open_ones = own.filtered(lambda one, p=policy, u=until: done.get((p, one), date.min) < u)
            if until >= policy.date_start:
                due += [(policy, company, until) for company in open_ones]
        return due

    @api.model
    @api.private
    def _propose(self, policy, company, until):
        """Make the proposals of one period, unless another transaction proposes for the company now.

        The next run of the schedule makes up for what is left out here.
        """
        if not self.env["crmx.interest.note"]._try_claim(company):
            return
        if not self._is_done(policy, company, until):
            period = self.create({"policy_id": policy.id, "company_id": company.id, "date_to": until})
            period._fill()

    @api.model
    def _is_done(self, policy, company, until):
        mine = [("policy_id", "=", policy.id), ("company_id", "=", company.id), ("date_to", ">=", until)]
        return bool(self.search_count(mine, limit=1))

    @api.private
    def _fill(self):
        """Compute, and tell who sees to the proposals."""
        self.ensure_one()
        user = self.policy_id.user_id
        Note = self.env["crmx.interest.note"].with_company(self.company_id)
        if user:
            Note = Note.with_context(default_user_id=user.id)
        try:
            with self.env.cr.savepoint():
                notes, problems = Note._propose(self.company_id, self.date_to, policy=self.policy_id)
        except UserError as error:  # such as a currency without a rate
            notes, problems = Note.browse(), [str(error)]
        self.write({"proposed_count": len(notes), "problems": "\n".join(problems) or False})
        self.invalidate_recordset(["note_ids"])
        self.activity_unlink(["mail.mail_activity_data_todo"])
        if user and (notes or problems):
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Proposals of interest to look at and post: %s", len(notes)),
                user_id=user.id,
            )

    # === BUTTONS === #

    def action_propose(self):
        """Compute anew what is still a proposal, such as after a missing rate was entered."""
        self.ensure_one()
        self.env["crmx.interest.note"].check_access("create")
        # sudo: what was found is written down for who may make proposals
        self.sudo()._fill()

    def action_open_notes(self):
        """Open the notes of the period."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_interest_note_action")
        return {**action, "domain": [("id", "in", self.note_ids.ids)], "context": {}}
