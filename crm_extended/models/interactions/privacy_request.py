from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

#: Days in which a request has to be answered.
DAYS = 30


class PrivacyRequest(models.Model):
    """A person asks what is held about him, or to be forgotten."""

    _name = "crmx.privacy.request"
    _description = "Privacy request"
    _order = "state DESC, date_due, id"
    _rec_name = "subject"

    kind = fields.Selection(
        [("export", "Give the Data"), ("forget", "Forget")], required=True, default="export"
    )
    partner_id = fields.Many2one("res.partner", string="Person", index="btree_not_null", ondelete="set null")
    subject = fields.Char(
        compute="_compute_subject", store=True, readonly=False, help="Masked when the person was forgotten."
    )
    origin = fields.Selection(
        [("staff", "Entered by Us"), ("portal", "Portal"), ("account", "Portal Account Deleted")],
        default="staff",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [("open", "Open"), ("done", "Done"), ("refused", "Refused")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    date_received = fields.Date(default=fields.Date.context_today, required=True)
    date_due = fields.Date(string="Due", compute="_compute_date_due", store=True, readonly=False)
    user_id = fields.Many2one("res.users", string="Handled by", readonly=True, ondelete="set null")
    date_done = fields.Datetime(string="Handled on", readonly=True)
    is_released = fields.Boolean(
        string="Available in the Portal",
        readonly=True,
        help="The person can download the file in the portal.",
    )
    file = fields.Binary(attachment=True, readonly=True)
    file_name = fields.Char(readonly=True)
    log = fields.Text(readonly=True, help="What was found and done, in numbers.")
    note = fields.Text(help="Why it was refused, or whatever has to be remembered. Without personal data.")

    @api.depends("partner_id")
    def _compute_subject(self):
        for request in self:
            if request.state == "open" or not request.subject:
                request.subject = request.partner_id.display_name or request.subject

    @api.depends("date_received")
    def _compute_date_due(self):
        for request in self:
            received = request.date_received or fields.Date.context_today(request)
            request.date_due = received + relativedelta(days=DAYS)

    # -- actions ------------------------------------------------------------

    def action_refuse(self):
        """Close without doing anything; the note says why."""
        self._check_open()
        if not all(request.note for request in self):
            raise UserError(self.env._("Say in the note why the request is refused."))
        self._close("refused")

    def action_export(self):
        """Collect what is held about the person in one file."""
        for request in self:
            request._check_open()
            request._check_companies()
            request._export()
        self._close("done")

    def action_forget(self):
        """Remove what is held about the person, except what the law wants kept. Cannot be undone."""
        for request in self:
            request._check_open()
            request._check_companies()
            request._forget()
        self._close("done")

    def action_release(self):
        """Let the person download the file in the portal."""
        for request in self:
            if request.state != "done" or not request.file:
                raise UserError(self.env._("There is no file to give yet."))
        self.is_released = True

    def action_lookup(self):
        """The host's lookup of records of all other models, where it is installed."""
        self.ensure_one()
        if not hasattr(self.partner_id, "action_privacy_lookup"):
            raise UserError(self.env._("The add-on “Privacy” is not installed."))
        return self.partner_id.action_privacy_lookup()

    @api.private
    def _check_open(self):
        self.check_access("write")
        for request in self:
            if request.state != "open":
                raise UserError(self.env._("This request was handled already."))
            if not request.partner_id:
                raise UserError(self.env._("The person of this request is no longer there."))
            request.partner_id.check_access("write")

    @api.private
    def _check_companies(self):
        """Data of other companies is not given or deleted by somebody who may not see it."""
        found = self.env["crmx.privacy.holdings"]._find(self.partner_id)
        companies = self.env["res.company"]
        for linked, named in found.values():
            if "company_id" in linked._fields:
                companies |= (linked | named).company_id
        if foreign := companies - self.env.user.company_ids:
            raise UserError(
                self.env._(
                    "There is data about this person in companies that you may not enter: %(companies)s."
                    " Somebody who may has to handle the request.",
                    # sudo: names of companies, to say whom to ask
                    companies=", ".join(foreign.sudo().mapped("name")),
                )
            )

    @api.private
    def _close(self, state):
        self.write({"state": state, "user_id": self.env.uid, "date_done": fields.Datetime.now()})


class ResUsers(models.Model):
    _inherit = "res.users"

    def _deactivate_portal_user(self, **post):
        """Whoever deletes his account asks to be forgotten: somebody has to look at what may go."""
        partners = self.partner_id
        result = super()._deactivate_portal_user(**post)
        if self.env["res.company"]._crmx_any_uses_interactions():
            # sudo: a portal user has no rights on requests; his own partner only
            self.env["crmx.privacy.request"].sudo().create(
                [{"kind": "forget", "partner_id": partner.id, "origin": "account"} for partner in partners]
            )
        return result
