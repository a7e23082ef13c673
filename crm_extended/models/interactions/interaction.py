from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class Interaction(models.Model):
    """A contact with a customer, partner or supplier that took place, on whatever channel."""

    _name = "crmx.interaction"
    _description = "Interaction"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date DESC, id DESC"
    _check_company_auto = True

    name = fields.Char(string="Subject", tracking=True)
    type_id = fields.Many2one(
        "crmx.interaction.type",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env["crmx.interaction.type"].search([], limit=1),
    )
    channel = fields.Selection(related="type_id.channel", store=True, precompute=True)
    icon = fields.Char(string="Icon of the type", related="type_id.icon")
    color = fields.Integer(related="type_id.color")
    has_duration = fields.Boolean(related="type_id.has_duration")
    direction = fields.Selection(
        [("in", "Incoming"), ("out", "Outgoing")],
        compute="_compute_direction",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    duration = fields.Float(
        compute="_compute_duration",
        store=True,
        readonly=False,
        precompute=True,
        aggregator="sum",
        help="In hours.",
    )
    date_end = fields.Datetime(string="End", compute="_compute_date_end", store=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="With",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The company or person contacted. Unknown callers can be named later.",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Company of the partner"
    )
    person_ids = fields.Many2many(
        "res.partner",
        "crmx_interaction_person_rel",
        "interaction_id",
        "partner_id",
        string="Persons",
        help="Who else took part on their side.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        index="btree_not_null",
        tracking=True,
    )
    colleague_ids = fields.Many2many(
        "res.users",
        "crmx_interaction_colleague_rel",
        "interaction_id",
        "user_id",
        string="Colleagues",
        help="Who else took part on our side.",
    )
    topic_id = fields.Many2one(
        "crmx.interaction.topic",
        ondelete="restrict",
        domain="['|', ('type_ids', '=', False), ('type_ids', 'in', type_id)]",
    )
    outcome_id = fields.Many2one(
        "crmx.interaction.outcome",
        ondelete="restrict",
        tracking=True,
        domain="['|', ('type_ids', '=', False), ('type_ids', 'in', type_id)]",
    )
    description = fields.Html()
    document_ids = fields.One2many("crmx.interaction.document", "interaction_id", string="Documents")
    parent_id = fields.Many2one(
        "crmx.interaction",
        string="Follows",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="The contact before this one in the same matter.",
    )
    child_ids = fields.One2many("crmx.interaction", "parent_id", string="Followed by")
    matter_id = fields.Many2one(
        "crmx.interaction",
        compute="_compute_matter_id",
        store=True,
        recursive=True,
        index="btree_not_null",
        help="The first contact in the matter.",
    )
    matter_count = fields.Integer(compute="_compute_matter_count", string="Contacts in the matter")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )

    _duration_positive = models.Constraint(
        "CHECK (duration >= 0)", "An interaction cannot take less than no time."
    )

    @api.depends("type_id")
    def _compute_direction(self):
        for interaction in self:
            interaction.direction = interaction.type_id.direction or interaction.direction or "out"

    @api.depends("type_id")
    def _compute_duration(self):
        for interaction in self:
            kind = interaction.type_id
            if not kind.has_duration:
                interaction.duration = 0.0
            elif not interaction.duration:
                interaction.duration = kind.default_duration

    @api.depends("date", "duration")
    def _compute_date_end(self):
        for interaction in self:
            interaction.date_end = interaction.date and interaction.date + relativedelta(
                seconds=round((interaction.duration or 0.0) * 3600)
            )

    @api.depends("parent_id.matter_id")
    def _compute_matter_id(self):
        for interaction in self:
            interaction.matter_id = interaction.parent_id.matter_id or interaction.parent_id

    @api.depends("matter_id", "child_ids")
    def _compute_matter_count(self):
        roots = self.mapped(lambda interaction: interaction.matter_id or interaction)
        counts = dict(self._read_group([("matter_id", "in", roots.ids)], ["matter_id"], ["__count"]))
        for interaction in self:
            interaction.matter_count = counts.get(interaction.matter_id or interaction, 0) + 1

    @api.depends("name", "type_id", "partner_id")
    def _compute_display_name(self):
        for interaction in self:
            parts = [interaction.type_id.name, interaction.partner_id.name]
            interaction.display_name = interaction.name or ": ".join(part for part in parts if part)

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(self.env._("An interaction cannot follow itself."))

    @api.onchange("parent_id")
    def _onchange_parent_id(self):
        """The next contact in a matter is usually with the same people, about the same."""
        previous = self.parent_id
        self.name = self.name or previous.name
        self.partner_id = self.partner_id or previous.partner_id
        self.topic_id = self.topic_id or previous.topic_id

    def action_follow_up(self):
        """Open a new interaction in the same matter."""
        self.ensure_one()
        links = [{"res_model": link.res_model, "res_id": link.res_id} for link in self.document_ids]
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "view_mode": "form",
            "name": self.env._("Next contact"),
            "context": {
                "default_parent_id": self.id,
                "default_name": self.name,
                "default_partner_id": self.partner_id.id,
                "default_person_ids": self.person_ids.ids,
                "default_topic_id": self.topic_id.id,
                "default_document_ids": [fields.Command.create(link) for link in links],
            },
        }

    def action_open_matter(self):
        """All contacts in the matter, oldest first."""
        self.ensure_one()
        root = self.matter_id or self
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "view_mode": "list,form",
            "name": root.display_name,
            "domain": list(Domain("id", "=", root.id) | Domain("matter_id", "=", root.id)),
        }
