from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...tools import phone


class Call(models.Model):
    """A telephone call as the provider tells of it. Becomes one interaction when it is over.

    ``events`` is what came in; all else follows from it, so that order and repetition do not matter.
    Rows are written by the webhook alone.
    """

    _name = "crmx.call"
    _description = "Telephone call"
    _order = "date_start DESC, id DESC"
    _rec_name = "number"
    _check_company_auto = True

    provider_id = fields.Many2one("crmx.call.provider", required=True, readonly=True, ondelete="restrict")
    external_id = fields.Char(string="Identifier", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    state = fields.Selection(
        [("ringing", "Ringing"), ("answered", "Answered"), ("ended", "Ended")],
        required=True,
        readonly=True,
        default="ringing",
    )
    direction = fields.Selection([("in", "Incoming"), ("out", "Outgoing")], readonly=True)
    number = fields.Char(
        string="Their Number", readonly=True, help="The number outside, as the provider sent it."
    )
    normalised = fields.Char(readonly=True, index="btree_not_null")
    line = fields.Char(string="Our Line", readonly=True)
    answering_number = fields.Char(string="Answered by", readonly=True)
    cause = fields.Char(string="Cause of the End", readonly=True)
    date_received = fields.Datetime(
        string="First Message", required=True, readonly=True, help="When the server heard of the call."
    )
    date_start = fields.Datetime(string="Start", readonly=True, index=True)
    date_answer = fields.Datetime(string="Answered", readonly=True)
    date_end = fields.Datetime(string="End", readonly=True)
    ring_seconds = fields.Integer(string="Rang (s)", readonly=True, aggregator="avg")
    talk_seconds = fields.Integer(string="Talked (s)", readonly=True, aggregator="sum")
    hold_seconds = fields.Integer(string="On Hold (s)", readonly=True, aggregator="sum")
    clock_difference = fields.Integer(
        string="Clock Difference (s)",
        readonly=True,
        aggregator="max",
        help="How many seconds the provider's clock is ahead of the server's.",
    )
    is_missed = fields.Boolean(string="Missed", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, index="btree_not_null", ondelete="set null")
    ringing_user_ids = fields.Many2many(
        "res.users",
        "crmx_call_ringing_rel",
        "call_id",
        "user_id",
        string="Rang at",
        readonly=True,
        help="Those on whose screens the call has appeared.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="With",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    candidate_ids = fields.Many2many(
        "res.partner",
        string="Known under this Number",
        compute="_compute_candidate_ids",
        help="All who share the number, of those that you may see.",
    )
    interaction_id = fields.Many2one(
        "crmx.interaction", readonly=True, index="btree_not_null", ondelete="set null"
    )
    is_logged = fields.Boolean(
        readonly=True, help="The interaction was created; it is not created again when somebody deletes it."
    )
    events = fields.Json(readonly=True)

    # also how two messages that come at the same time meet on one row
    _external_uniq = models.Constraint("UNIQUE (provider_id, external_id)", "A call is kept once.")

    @api.depends("number", "company_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_candidate_ids(self):
        Number = self.env["crmx.phone.number"]
        for call in self:
            found = Number._find(call.number, company=call.company_id) if call.number else call.partner_id
            call.candidate_ids = found._filtered_access("read")

    @api.depends("number", "partner_id", "direction")
    def _compute_display_name(self):
        for call in self:
            # sudo: the name of the partner, as the call's own list shows it
            call.display_name = call.partner_id.sudo().name or call.number or call.external_id

    # -- actions ----------------------------------------------------------

    def action_open_partner(self):
        self.ensure_one()
        return self._form("res.partner", self.partner_id.id)

    def action_open_interaction(self):
        """Open the interaction; make it when the call is still going on, to take notes."""
        self.ensure_one()
        self._check_own()
        call = self.sudo()  # sudo: checked above; the interaction is the caller's own or one he may read
        call._lock()
        if not call.interaction_id:
            call._log(user=self.env.user)
        call.interaction_id.with_user(self.env.user).check_access("read")
        return self._form("crmx.interaction", call.interaction_id.id)

    def action_link(self):
        """Ask to whom the number belongs."""
        self.ensure_one()
        self._check_own()
        action = self._form("crmx.call.link", False)
        name = self.env._("Link to Partner")
        return {**action, "name": name, "target": "new", "context": {"default_call_id": self.id}}

    def action_create_partner(self):
        """Open a new partner with the number filled in; saving it links the call."""
        self.ensure_one()
        self._check_own()
        context = {
            "default_phone": phone.parse(self.number, self.company_id.country_id.phone_code).e164
            or self.number,
            "default_company_id": False,
            "crmx_link_call_id": self.id,
        }
        return {**self._form("res.partner", False), "context": context}

    @api.private
    def _form(self, model_name, res_id):
        return {
            "type": "ir.actions.act_window",
            "res_model": model_name,
            "res_id": res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @api.private
    def _check_own(self):
        """A call is named by those who had it, by anybody if nobody had, and by administrators.

        :raise AccessError: when the reader may not read it, or it is a colleague's
        """
        self.check_access("read")
        if self.env.user.has_group("crm_extended.group_interactions_manager"):
            return
        for call in self:
            if call.user_id and self.env.user not in call.user_id | call.ringing_user_ids:
                raise AccessError(self.env._("This call was a colleague's."))

    @api.private
    def _link(self, partner, keep_number=False):
        """Say to whom the call was; the interaction follows unless somebody has named it already.

        :raise AccessError: when the caller may not name the call or read the partner
        """
        self._check_own()
        partner.check_access("read")
        if keep_number and self.env["crmx.phone.number"].has_access("create"):
            self._keep_number(partner)
        calls = self.sudo()  # sudo: checked above; calls are written by methods alone
        calls.partner_id = partner
        for interaction in calls.interaction_id.filtered(lambda i: not i.partner_id):
            interaction.write({"partner_id": partner.id, "name": False})

    @api.private
    def _keep_number(self, partner):
        Number = self.env["crmx.phone.number"]
        known = partner.crmx_phone_ids.mapped("normalised")
        for call in self.filtered("number"):
            code = partner._crmx_calling_codes()[partner.id]
            own_code = call.company_id.country_id.phone_code
            number = phone.parse(call.number, own_code).e164 or call.number
            if phone.parse(number, code).key not in known:
                Number.create({"partner_id": partner.id, "number": number})


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if len(partners) == 1 and (call_id := self.env.context.get("crmx_link_call_id")):
            call = self.env["crmx.call"].browse(call_id).exists()
            # not the company that is made on the way, from within the form of the person
            if call.normalised and call.normalised in partners.crmx_phone_ids.mapped("normalised"):
                call._link(partners)
        return partners
