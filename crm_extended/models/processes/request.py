from odoo import api, fields, models
from odoo.exceptions import UserError

STATES = [
    ("draft", "Draft"),
    ("running", "Being seen to"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]


class Request(models.Model):
    """Something that somebody asks for, and that has no document of its own."""

    _name = "crmx.request"
    _description = "Request"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id DESC"

    number = fields.Char(readonly=True, copy=False, index="btree_not_null")
    name = fields.Char(string="Subject", required=True, tracking=True)
    kind_id = fields.Many2one("crmx.request.kind", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    requester_id = fields.Many2one(
        "res.users", string="Asked by", required=True, default=lambda self: self.env.user, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        tracking=True,
        domain="[('share', '=', False)]",
    )
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True, index=True
    )
    performer_ids = fields.Many2many(
        "res.users",
        "crmx_request_performer_rel",
        string="Seen to by",
        readonly=True,
        copy=False,
        help="Who has, or had, a step of it, and may therefore see it.",
    )
    description = fields.Html()
    properties = fields.Properties("Answers", definition="kind_id.request_properties", copy=True)
    date_sent = fields.Datetime(string="Sent", readonly=True, copy=False)
    date_done = fields.Datetime(string="Seen to", readonly=True, copy=False)

    _number_uniq = models.UniqueIndex("(number) WHERE number IS NOT NULL")

    @api.depends("kind_id")
    def _compute_user_id(self):
        for request in self:
            request.user_id = request.kind_id.user_id or request.user_id

    @api.depends("number", "name")
    def _compute_display_name(self):
        for request in self:
            request.display_name = " ".join(filter(None, (request.number, request.name)))

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        if any(request.state != "draft" for request in self):
            raise UserError(self.env._("A request that was sent stays on record. Cancel it instead."))

    def action_send(self):
        """Send requests: they get a number, and the process of their kind begins."""
        for request in self.filtered(lambda request: request.state == "draft"):
            # sudo: numbers are given by the system
            number = self.env["ir.sequence"].sudo().next_by_code("crmx.request")
            request.write({"number": number, "state": "running", "date_sent": fields.Datetime.now()})
            request.message_subscribe((request.requester_id | request.user_id).partner_id.ids)
            request._begin_process()
        return True

    @api.private
    def _begin_process(self):
        process = self.kind_id.sudo().process_id  # sudo: who asks need not see how it is seen to
        if process.version_id and process._is_for_company(self.company_id):
            self.env["crmx.process.instance"]._begin(process.version_id, self, self.requester_id, "request")

    def action_done(self):
        """Close requests that no process sees to."""
        self._check_free()
        self.filtered(lambda request: request.state == "running")._close("done")
        return True

    def action_cancel(self):
        """Take requests back; processes on them are cancelled."""
        live = self.filtered(lambda request: request.state in ("draft", "running"))
        live.check_access("write")
        # sudo: runs are ended by the engine; who may change the request may take it back
        self.env["crmx.process.instance"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", live.ids),
                ("state", "in", ("running", "incident")),
            ]
        )._cancel(self.env._("The request has been taken back."))
        live._close("cancelled")
        return True

    @api.private
    def _check_free(self):
        # sudo: whether a process sees to it, whoever may see that
        runs = self.env["crmx.process.instance"].sudo()
        if any(runs._live_on(request) for request in self):
            raise UserError(self.env._("A process sees to the request: finish its steps."))

    @api.private
    def _close(self, state):
        self.write({"state": state, "date_done": fields.Datetime.now()})


class ProcessInstance(models.Model):
    _inherit = "crmx.process.instance"

    @api.private
    def _end(self, vals):
        """A request is seen to when its process is."""
        result = super()._end(vals)
        of_requests = self.filtered(
            lambda instance: instance.res_model == "crmx.request" and not instance.parent_token_id
        )
        requests = self.env["crmx.request"].browse(of_requests.mapped("res_id")).exists()
        requests.filtered(lambda request: request.state == "running")._close(vals["state"])
        return result


class WorkItem(models.Model):
    _inherit = "crmx.work.item"

    @api.private
    def _tell(self):
        """Who gets a step of a request may see the request."""
        for item in self.filtered(lambda item: item.res_model == "crmx.request" and item.state == "open"):
            # sudo: the process decides who sees to the request
            request = self.env["crmx.request"].sudo().browse(item.res_id)
            request.performer_ids |= item._people()
        return super()._tell()
