from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize
from odoo.tools.mail import email_split_tuples


class ResCompany(models.Model):
    """An address of the company: mail to it becomes an interaction."""

    _inherit = "res.company"

    crmx_interaction_alias_name = fields.Char(
        string="Address for interactions",
        help="Mail to this address becomes an interaction, with its sender as partner.",
    )
    # kept while the company does not use interactions, so that the address comes back with them
    crmx_interaction_alias_id = fields.Many2one("mail.alias", readonly=True, ondelete="set null", copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies.filtered("crmx_interaction_alias_name")._crmx_sync_interaction_alias()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"crmx_interaction_alias_name", "crmx_use_interactions", "alias_domain_id"}:
            self._crmx_sync_interaction_alias()
        return result

    def unlink(self):
        # sudo: the address goes with the company
        aliases = self.sudo().crmx_interaction_alias_id
        result = super().unlink()
        aliases.unlink()
        return result

    def _crmx_sync_interaction_alias(self):
        """Give the host's mail gateway the address; none while interactions are switched off.

        :raise ValidationError: when the address is taken, or is no address
        """
        for company in self:
            name = company.crmx_use_interactions and company.crmx_interaction_alias_name or False
            alias = company.crmx_interaction_alias_id.sudo()  # sudo: whoever may set the name sets its alias
            if name and "@" in name:
                raise ValidationError(
                    self.env._("Write only what stands before the @ of the address for interactions.")
                )
            values = {"alias_name": name, "alias_domain_id": company.alias_domain_id.id}
            if alias:
                alias.write(values)
            elif name:
                values |= company._crmx_prepare_interaction_alias()
                # sudo: as above
                company.crmx_interaction_alias_id = self.env["mail.alias"].sudo().create(values)

    def _crmx_prepare_interaction_alias(self):
        models_ = self.env["ir.model"]
        return {
            "alias_model_id": models_._get_id("crmx.interaction"),
            "alias_parent_model_id": models_._get_id("res.company"),
            "alias_parent_thread_id": self.id,
            "alias_contact": "everyone",
            "alias_defaults": repr({"company_id": self.id}),
        }


class Interaction(models.Model):
    _inherit = "crmx.interaction"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A mail to the company's address: from a customer, or a colleague who passes on a copy.

        The message itself stays in the chatter with its attachments; answers follow there.
        """
        # whoever the gateway runs as has not spoken with anybody
        interactions = self.with_context(default_user_id=False, mail_create_nosubscribe=True)
        author = self.env["res.partner"].browse(msg_dict.get("author_id") or ())
        colleague = author.user_ids.filtered(lambda user: user._is_internal())[:1]
        values = {
            "name": msg_dict.get("subject") or self.env._("No subject"),
            "type_id": self._mail_type().id,
            "direction": "out" if colleague else "in",
            "date": self._mail_date(msg_dict),
            "partner_id": author.id if not colleague else self._mail_recipient(msg_dict).id,
            "user_id": colleague.id,
        }
        if not colleague:
            names = email_split_tuples(msg_dict.get("email_from") or "")
            values["contact_name"] = names[0][0] if names else False
        return super(Interaction, interactions).message_new(msg_dict, values | (custom_values or {}))

    @api.model
    def _mail_type(self):
        """The type of interactions by mail, or any, should somebody have removed it."""
        Types = self.env["crmx.interaction.type"].with_context(active_test=False)
        return Types.search([("channel", "=", "email")], order="active DESC, sequence", limit=1) or (
            Types.search([], limit=1)
        )

    @api.model
    def _mail_date(self, msg_dict):
        """When the mail was sent; never later than now, whatever the sender's clock says."""
        now = fields.Datetime.now()
        sent = fields.Datetime.to_datetime(msg_dict.get("date"))
        return min(sent, now) if sent else now

    @api.model
    def _mail_recipient(self, msg_dict):
        """The first known recipient of a colleague's mail who is no colleague himself."""
        addresses = f"{msg_dict.get('to_filtered') or ''},{msg_dict.get('cc_filtered') or ''}"
        emails = [email_normalize(email) for _name, email in email_split_tuples(addresses)]
        partners = self.env["res.partner"].search(
            [("email_normalized", "in", [e for e in emails if e]), ("partner_share", "=", True)]
        )
        return partners.sorted(lambda partner: emails.index(partner.email_normalized))[:1]

    def _notify_get_reply_to(self, default=None, author_id=False):
        """Answers go to the company's address for interactions, where it has one."""
        companies = self.company_id.sudo()  # sudo: the address of the interaction's own company
        aliases = companies._notify_get_reply_to(default=default, author_id=author_id)
        reached = companies.filtered("crmx_interaction_alias_id.alias_full_name")
        with_alias = self.filtered(lambda interaction: interaction.company_id in reached)
        result = {interaction.id: aliases.get(interaction.company_id.id) for interaction in with_alias}
        rest = self - with_alias
        if rest or not self:
            result.update(super(Interaction, rest)._notify_get_reply_to(default=default, author_id=author_id))
        return result
