from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class Interaction(models.Model):
    """What is to happen after the contact, agreed in the same form."""

    _inherit = "crmx.interaction"

    next_step = fields.Selection(
        [("activity", "Activity"), ("meeting", "Meeting"), ("opportunity", "Opportunity")],
        copy=False,
        help="Created when the interaction is saved.",
    )
    next_summary = fields.Char(string="What", copy=False)
    next_date = fields.Datetime(string="When", copy=False)
    next_user_id = fields.Many2one("res.users", string="Who", default=lambda self: self.env.user, copy=False)
    next_activity_type_id = fields.Many2one(
        "mail.activity.type",
        string="Activity type",
        copy=False,
        domain="[('res_model', 'in', (False, 'crmx.interaction'))]",
    )
    next_res_model = fields.Char(string="Model of the next step", readonly=True, copy=False)
    next_res_id = fields.Many2oneReference(
        string="Next step", model_field="next_res_model", readonly=True, copy=False
    )

    @api.constrains("next_step", "next_date")
    def _check_next_date(self):
        for interaction in self:
            if interaction.next_step in ("activity", "meeting") and not interaction.next_date:
                raise ValidationError(self.env._("Say when the next step is to happen."))

    @api.model_create_multi
    def create(self, vals_list):
        interactions = super().create(vals_list)
        interactions._create_next_steps()
        return interactions

    def write(self, vals):
        result = super().write(vals)
        if vals.get("next_step"):
            self._create_next_steps()
        return result

    def _create_next_steps(self):
        """Create what was agreed, once for each interaction."""
        makers = self._next_step_makers()
        open_steps = self.filtered(lambda i: i.next_step and not i.next_res_id)
        for step, interactions in open_steps.grouped("next_step").items():
            model_name, vals_list = None, []
            for interaction in interactions:
                model_name, vals = makers[step](interaction)
                vals_list.append(vals)
            created = self.env[model_name].create(vals_list)
            for interaction, record in zip(interactions, created, strict=True):
                interaction.write({"next_res_model": model_name, "next_res_id": record.id})

    @api.model
    def _next_step_makers(self):
        """Return {next step: function from an interaction to the model and values of what it makes}."""
        return {
            "activity": self._prepare_next_activity,
            "meeting": self._prepare_next_meeting,
            "opportunity": self._prepare_next_opportunity,
        }

    @api.model
    def _next_summary(self, interaction):
        return interaction.next_summary or interaction.display_name

    @api.model
    def _prepare_next_activity(self, interaction):
        kind = interaction.next_activity_type_id or self.env.ref("mail.mail_activity_data_todo")
        day = fields.Datetime.context_timestamp(interaction, interaction.next_date).date()
        return "mail.activity", {
            "res_model_id": self.env["ir.model"]._get_id(interaction._name),
            "res_id": interaction.id,
            "activity_type_id": kind.id,
            "summary": self._next_summary(interaction),
            "date_deadline": day,
            "user_id": interaction.next_user_id.id or self.env.uid,
        }

    @api.model
    def _prepare_next_meeting(self, interaction):
        user = interaction.next_user_id or self.env.user
        partners = interaction.partner_id | interaction.person_ids | user.partner_id
        return "calendar.event", {
            "name": self._next_summary(interaction),
            "start": interaction.next_date,
            "stop": interaction.next_date + timedelta(hours=1),
            "user_id": user.id,
            "partner_ids": [fields.Command.set(partners.ids)],
            "res_model_id": self.env["ir.model"]._get_id(interaction._name),
            "res_id": interaction.id,
        }

    @api.model
    def _prepare_next_opportunity(self, interaction):
        return "crm.lead", {
            "name": self._next_summary(interaction),
            "type": "opportunity",
            "partner_id": interaction.partner_id.id,
            "user_id": (interaction.next_user_id or self.env.user).id,
            "company_id": interaction.company_id.id,
            "description": interaction.description,
        }

    def action_open_next_step(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.next_res_model,
            "res_id": self.next_res_id,
            "view_mode": "form",
        }
