from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.forgetting import FORGETTING

CHANNELS = [
    ("phone", "Phone"),
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("messenger", "Messenger"),
    ("letter", "Letter"),
]
#: Channel -> field of the host that says that the number or address is on its blacklist.
BLACKLISTS = {"phone": "phone_blacklisted", "sms": "phone_blacklisted", "email": "is_blacklisted"}


class Consent(models.Model):
    """What a person said about being contacted on a channel; each answer is a row, the last one counts.

    Rows are only added: what was agreed when, and where that is known from, can be shown later. They stay
    when the person is forgotten, so that a refusal is still kept to; only its source loses what names him.
    """

    _name = "crmx.consent"
    _description = "Consent to be contacted"
    _order = "date DESC, id DESC"
    _rec_name = "channel"
    _check_company_auto = True
    _crmx_forget = "keep"

    partner_id = fields.Many2one(
        "res.partner", required=True, ondelete="cascade", index=True, check_company=True
    )
    channel = fields.Selection(CHANNELS, required=True, default="email")
    status = fields.Selection(
        [("given", "Given"), ("refused", "Refused"), ("unknown", "Unknown")],
        required=True,
        default="given",
        help="Refused is also what was withdrawn; unknown is what was given and is not valid any more.",
    )
    date = fields.Datetime(string="When", required=True, default=fields.Datetime.now)
    source = fields.Char(required=True, help="How we know: a form, a call, a contract.")
    user_id = fields.Many2one(
        "res.users", string="Recorded By", required=True, default=lambda self: self.env.user
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Consent holds for the company to which it was given.",
    )

    _latest_idx = models.Index("(partner_id, company_id, channel, date DESC, id DESC)")

    @api.constrains("date")
    def _check_date(self):
        now = fields.Datetime.now()
        if any(consent.date > now for consent in self):
            raise UserError(self.env._("Consent is recorded when it has been given, not before."))

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever records it is who is logged in."""
        if not self.env.su:
            vals_list = [{**vals, "user_id": self.env.uid} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("crmx_forget") is FORGETTING:
            return super().write(vals)
        raise UserError(self.env._("A recorded consent is not changed; record the new one."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A recorded consent stays; record the new one."))

    @api.model
    @api.private
    def _current(self, partners):
        """The last answers of partners to the active company, in one query under the reader's rights.

        :return: ``{partner id: {channel: {"status", "date", "source"}}}``
        """
        found = {}
        rows = self.search_fetch(
            [("partner_id", "in", partners.ids), ("company_id", "=", self.env.company.id)],
            ["partner_id", "channel", "status", "date", "source"],
        )
        for row in rows:  # newest first
            channels = found.setdefault(row.partner_id.id, {})
            channels.setdefault(row.channel, {"status": row.status, "date": row.date, "source": row.source})
        return found
