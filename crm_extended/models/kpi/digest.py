from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.kpi_digest import following


class KpiDigest(models.Model):
    """That somebody wants the own figures by e-mail, and how often."""

    _name = "crmx.kpi.digest"
    _description = "Figures by E-Mail"
    _inherit = ["crmx.root.company"]
    _rec_name = "user_id"
    _order = "user_id, id"

    user_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    active = fields.Boolean(default=True)
    frequency = fields.Selection(
        [
            ("daily", "Every working day"),
            ("weekly", "Every Monday"),
            ("monthly", "On the first of the month"),
        ],
        default="weekly",
        required=True,
    )
    next_date = fields.Date(
        string="Next on", compute="_compute_next_date", store=True, precompute=True, required=True
    )
    mail_ids = fields.One2many("crmx.kpi.digest.mail", "digest_id", string="Sent")

    _user_uniq = models.UniqueIndex("(user_id, company_id)", "You have asked for it already.")

    @api.depends("frequency", "company_id")
    def _compute_next_date(self):
        for digest in self:
            today = self.env["crmx.kpi.period"]._today(digest.company_id)
            digest.next_date = following(digest.frequency, today)

    def write(self, vals):
        if not self.env.su and "user_id" in vals:
            raise UserError(self.env._("Everybody asks for the own figures, and for nobody else's."))
        return super().write(vals)

    @api.model
    def action_mine(self):
        """Open the reader's own wish."""
        mine = self.with_context(active_test=False).search(
            [("user_id", "=", self.env.uid), ("company_id", "=", self.env.company.root_id.id)]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Figures by E-Mail"),
            "res_model": self._name,
            "res_id": mine.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _cron_digest(self):
        """Make what is due today, and send what waits."""
        self.env["crmx.kpi.digest.mail"]._make_due()
        self.env["crmx.kpi.digest.mail"]._outgoing_work_off()


class KpiDigestMail(models.Model):
    """The figures of one person as they were mailed on a day; one a day, whatever stops the server."""

    _name = "crmx.kpi.digest.mail"
    _description = "Figures That Were Mailed"
    _inherit = ["crmx.outgoing.message"]
    _order = "date DESC, id DESC"
    _rec_name = "date"
    _outgoing_cron = "crm_extended.ir_cron_kpi_digest"

    digest_id = fields.Many2one(
        "crmx.kpi.digest", required=True, readonly=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one(related="digest_id.user_id", store=True, precompute=True)
    partner_id = fields.Many2one(related="user_id.partner_id")
    company_id = fields.Many2one(related="digest_id.company_id", store=True, precompute=True, index=True)
    frequency = fields.Selection(related="digest_id.frequency")
    date = fields.Date(required=True, readonly=True)

    _once = models.UniqueIndex("(digest_id, date)")

    @api.model
    def _make_due(self):
        """A mail for everybody whose day has come; those are left out who may not see figures any more."""
        companies = self.env["res.company"].search([("crmx_use_kpi", "=", True), ("parent_id", "=", False)])
        for company in companies:
            today = self.env["crmx.kpi.period"]._today(company)
            has_come = [("company_id", "=", company.id), ("next_date", "<=", today)]
            due = self.env["crmx.kpi.digest"].search([*has_come, ("user_id.active", "=", True)])
            due = due.try_lock_for_update(allow_referencing=True).filtered_domain(has_come)
            readers = due.filtered(lambda each: each.user_id.has_group("crm_extended.group_kpi_user"))
            self.create(
                [{"digest_id": digest.id, "date": today, "send_state": "queued"} for digest in readers]
            )
            for digest in due:
                digest.next_date = following(digest.frequency, today)

    @api.private
    def _outgoing_values(self):
        user = self.user_id
        if not user.email:
            raise UserError(self.env._("%s has no e-mail address.", user.name))
        data = self._board()
        subject = self.env._("Your figures of %s", (data["period"] or {}).get("name") or self.date)
        url = f"{self.get_base_url()}/odoo/my-numbers"
        body = self.env["ir.qweb"]._render(
            "crm_extended.kpi_digest", {"data": data, "user": user, "url": url}
        )
        return {
            "subject": subject,
            "body_html": body,
            "body": body,
            "email_from": self.company_id.email_formatted or self.env.user.email_formatted,
            "recipient_ids": [(4, user.partner_id.id)],
        }

    def _board(self):
        """The reader's own board, under the reader's rights; of a monthly one, the month that is over."""
        board = self.env(user=self.user_id.id, su=False)["crmx.kpi.board"].with_context(
            allowed_company_ids=self.company_id.ids, lang=self.user_id.lang, tz=self.user_id.tz
        )
        period_id = None
        if self.frequency == "monthly":
            before = self.env["crmx.kpi.period"].search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("kind", "=", "month"),
                    ("date_to", "<", self.date),
                ],
                order="date_to DESC",
                limit=1,
            )
            period_id = before.id
        return board.get_board("mine", "month", period_id)
