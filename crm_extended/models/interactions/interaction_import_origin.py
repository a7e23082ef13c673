from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.mail import email_normalize, parse_contact_from_email


class Interaction(models.Model):
    """Whom a contact names in words, and where it comes from: a file or a mail."""

    _inherit = "crmx.interaction"
    _primary_email = "contact_email"

    contact_name = fields.Char(help="The name as the mail or the file has it.")
    contact_email = fields.Char(help="The address as the mail or the file has it.")
    contact_phone = fields.Char(help="The number as the mail or the file has it.")
    import_id = fields.Many2one(
        "crmx.interaction.import",
        string="Imported by",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        copy=False,
    )
    import_row = fields.Integer(string="Row in the file", readonly=True, copy=False)
    import_key = fields.Char(
        readonly=True,
        copy=False,
        help="The number of the contact at its provider, or a hash of its type, date, contact and"
        " subject: the same contact is imported once.",
    )

    _import_key_uniq = models.UniqueIndex(
        "(company_id, import_key) WHERE import_key IS NOT NULL",
        "This contact has been imported before.",
    )

    @api.depends("contact_name", "contact_email", "contact_phone")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for interaction in self.filtered(lambda i: not i.name and not i.partner_id):
            contact = interaction.contact_name or interaction.contact_email or interaction.contact_phone
            if contact:
                interaction.display_name = ": ".join(filter(None, (interaction.type_id.name, contact)))
        return result

    def action_create_contact(self):
        """Make a partner of the sender, and give him all that waits from the same address or number.

        :raise UserError: when neither name, address nor number is known, or a partner is there already
        """
        self.ensure_one()
        if self.partner_id:
            raise UserError(
                self.env._("%s is already the partner of this interaction.", self.partner_id.name)
            )
        name, email = parse_contact_from_email(self.contact_email or "")
        name = self.contact_name or name or email or self.contact_phone
        if not name:
            raise UserError(
                self.env._("Neither a name, an address nor a number is known. Choose the partner yourself.")
            )
        partner = self.env["res.partner"].create({"name": name, "email": email, "phone": self.contact_phone})
        (self | self._same_contact()).partner_id = partner
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": partner.id,
            "view_mode": "form",
        }

    def action_assign_same(self):
        """After a partner was chosen by hand: give him all that waits from the same address or number."""
        for interaction in self.filtered("partner_id"):
            interaction._same_contact().partner_id = interaction.partner_id

    def _same_contact(self):
        """:return: interactions of the company without a partner, from the same address or number"""
        self.ensure_one()
        same = Domain.FALSE
        if email := email_normalize(self.contact_email):
            same |= Domain("contact_email", "ilike", email)
        if self.contact_phone:
            same |= Domain("contact_phone", "=", self.contact_phone)
        found = self.search(
            same & Domain([("partner_id", "=", False), ("company_id", "=", self.company_id.id)])
        )
        # the pattern also finds longer addresses
        return found._filtered_access("write").filtered(
            lambda i: (
                (email and email_normalize(i.contact_email) == email)
                or (self.contact_phone and i.contact_phone == self.contact_phone)
            )
        )
