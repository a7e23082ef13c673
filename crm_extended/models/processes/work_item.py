from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

STATES = [
    ("open", "To do"),
    ("done", "Done"),
    ("withdrawn", "Withdrawn"),
]


class WorkItem(models.Model):
    """A step of a run that somebody has to do: what the inbox shows."""

    _name = "crmx.work.item"
    _description = "Process Task"
    _order = "priority DESC, date_deadline, id"

    name = fields.Char(string="Step", required=True, readonly=True)
    token_id = fields.Many2one(
        "crmx.process.token", required=True, readonly=True, ondelete="cascade", index=True
    )
    instance_id = fields.Many2one(
        "crmx.process.instance", required=True, readonly=True, ondelete="cascade", index=True
    )
    process_id = fields.Many2one("crmx.process", required=True, readonly=True, ondelete="restrict")
    node_id = fields.Many2one(
        "crmx.process.node", required=True, readonly=True, ondelete="restrict", index=True
    )
    instructions = fields.Text(related="node_id.instructions")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Document ID", model_field="res_model", required=True, readonly=True
    )
    document = fields.Char(readonly=True)
    state = fields.Selection(STATES, required=True, default="open", readonly=True, group_expand=True)
    priority = fields.Selection([("0", "Normal"), ("1", "Urgent")], default="0", readonly=True, required=True)
    user_id = fields.Many2one("res.users", string="Has it", readonly=True)
    group_id = fields.Many2one("res.groups", readonly=True, index="btree_not_null")
    role_id = fields.Many2one("res.role", readonly=True, index="btree_not_null")
    initiator_id = fields.Many2one(related="instance_id.initiator_id", string="For")
    date_open = fields.Datetime(string="Since", required=True, readonly=True, default=fields.Datetime.now)
    date_taken = fields.Datetime(string="Taken", readonly=True)
    date_deadline = fields.Datetime(string="Until", readonly=True)
    date_done = fields.Datetime(string="Done on", readonly=True)
    done_by_id = fields.Many2one("res.users", string="Done by", readonly=True, index="btree_not_null")
    outcome = fields.Char(readonly=True)
    comment = fields.Text(readonly=True)
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late", string="Late")
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine")
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null", index="btree_not_null")

    _user_idx = models.Index("(user_id, date_deadline) WHERE state = 'open'")
    _group_idx = models.Index("(group_id) WHERE state = 'open' AND user_id IS NULL")
    _role_idx = models.Index("(role_id) WHERE state = 'open' AND user_id IS NULL")
    _document_idx = models.Index("(res_model, res_id)")

    @api.depends("name", "document")
    def _compute_display_name(self):
        for item in self:
            item.display_name = f"{item.name}: {item.document}"

    @api.depends("date_deadline", "date_done", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for item in self:
            end = item.date_done or now
            item.is_late = bool(item.date_deadline and item.date_deadline < end)

    def _search_is_late(self, operator, value):
        if operator not in ("in", "="):
            return NotImplemented
        return [("state", "=", "open"), ("date_deadline", "<", fields.Datetime.now())]

    @api.depends_context("uid")
    @api.depends("state", "user_id", "group_id", "role_id")
    def _compute_is_mine(self):
        user = self.env.user
        for item in self:
            item.is_mine = item.state == "open" and item._is_for(user)

    def _search_is_mine(self, operator, value):
        if operator not in ("in", "="):
            return NotImplemented
        return self._mine_domain(self.env.user)

    @api.private
    def _is_for(self, user):
        """Whether somebody may do the step: it is his, or anybody's of a group or role of his."""
        if self.user_id:
            return self.user_id == user
        # sudo: who has the role, asked for one user
        return self.group_id in user.all_group_ids or user in self.role_id.sudo().user_ids

    # === MAKING === #

    @api.model
    @api.private
    def _make(self, token, performers):
        """Give the step of a token to its performers."""
        instance, node = token.instance_id, token.node_id
        shared = {
            "name": node.name,
            "token_id": token.id,
            "instance_id": instance.id,
            "process_id": instance.process_id.id,
            "node_id": node.id,
            "company_id": instance.company_id.id,
            "res_model": instance.res_model,
            "res_id": instance.res_id,
            "document": instance.name,
            "group_id": performers.group.id,
            "role_id": performers.role.id,
        }
        people = performers.users or [self.env["res.users"]]
        items = self.create(
            [
                {
                    **shared,
                    "user_id": user.id,
                    "date_deadline": token._after(node.deadline_hours, user)
                    if node.deadline_hours
                    else False,
                }
                for user in people
            ]
        )
        instance._log("entered", {"for": items._names()}, node)
        items._tell()
        return items

    @api.private
    def _names(self):
        return [item.user_id.login or item.group_id.full_name or item.role_id.name for item in self]

    @api.private
    def _tell(self):
        """Let the inboxes of those concerned count anew, and project activities."""
        for item in self:
            if item.user_id:
                item.user_id._bus_send("crmx.work.item/changed", {})
        self._project()

    @api.private
    def _withdraw(self):
        """Nothing is left to do in the steps."""
        self.write({"state": "withdrawn", "date_done": fields.Datetime.now()})
        self._tell()

    # === TAKING AND GIVING === #

    def action_take(self):
        """Take steps of one's group: nobody else needs to look at them any more."""
        for item in self._locked():
            if not item._is_for(self.env.user):
                raise UserError(self.env._("“%s” is not yours to take.", item.name))
            item._give(self.env.user, "taken")
        return True

    def action_give(self, user, reason=None):
        """Hand steps over to somebody else.

        :param user: id
        """
        user = self.env["res.users"].browse(user)
        is_manager = self.env.user.has_group("crm_extended.group_processes_manager")
        for item in self._locked():
            if not is_manager and not item._is_for(self.env.user):
                raise UserError(self.env._("“%s” is not yours to give away.", item.name))
            if user in item.token_id._forbidden() or user.share or not user.active:
                raise UserError(self.env._("%(user)s may not do “%(step)s”.", user=user.name, step=item.name))
            item._give(user, "given", reason)
        return True

    @api.private
    def _locked(self):
        """Return the steps, to be changed by the engine, after waiting for whoever does so now.

        :raises UserError: one is not open any more; says who was faster
        """
        self.check_access("read")
        items = self.sudo()  # sudo: steps are changed by the engine only; the callers check whose they are
        items.instance_id._lock()
        for item in items:
            if item.state == "done":
                raise UserError(
                    self.env._(
                        "“%(step)s” has been done by %(user)s already.",
                        step=item.name,
                        user=item.done_by_id.name,
                    )
                )
            if item.state != "open":
                raise UserError(self.env._("“%s” is not to be done any more.", item.name))
        return items

    @api.private
    def _give(self, user, kind, reason=None):
        self.ensure_one()
        before = self.user_id
        self.write({"user_id": user.id, "date_taken": fields.Datetime.now()})
        self.instance_id._log(kind, {"to": user.login, "from": before.login, "reason": reason}, self.node_id)
        if before:
            before._bus_send("crmx.work.item/changed", {})
        self._tell()

    @api.private
    def _escalate(self, level):
        """Do what a level of escalation says; nothing when the step is done."""
        if self.state != "open":
            return
        token = self.token_id
        manager = token._manager_of(self.user_id or self.instance_id.initiator_id)
        to = level.user_id or manager or self.process_id.owner_id
        if level.action == "priority":
            self.priority = "1"
        elif level.action == "reassign":
            if to in token._forbidden():
                to = token._fallback()
            self._give(to, "given", self.env._("Late"))
        else:
            told = self._people() if level.action == "remind" else to
            # sudo: the process tells them, whoever was the last to do something
            self.process_id.sudo().message_notify(
                partner_ids=told.partner_id.ids,
                subject=self.env._("Late: %s", self.display_name),
                body=self.env._(
                    "“%(step)s” was to be done by %(date)s.",
                    step=self.display_name,
                    date=fields.Datetime.to_string(self.date_deadline),
                ),
            )
        self.instance_id._log("escalated", {"action": level.action, "hours": level.hours}, self.node_id)

    @api.private
    def _people(self):
        return self.user_id or self.group_id.all_user_ids | self.role_id.user_ids

    @api.model
    @api.private
    def _mine_domain(self, user):
        """Domain of the open steps that somebody has, or may take."""
        # sudo: the roles of one user; looked up first, so that both ways have an index
        roles = self.env["res.role"].sudo().search([("user_ids", "in", user.ids)])
        unassigned = Domain("user_id", "=", False) & (
            Domain("group_id", "in", user.all_group_ids.ids) | Domain("role_id", "in", roles.ids)
        )
        return Domain("state", "=", "open") & (Domain("user_id", "=", user.id) | unassigned)

    def action_open_document(self):
        """Open the document that the step is about."""
        return self.instance_id.action_open_document()
