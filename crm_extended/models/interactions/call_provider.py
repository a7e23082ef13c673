import logging
import secrets

import psycopg2.errors
import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...tools import call_protocol, phone

_logger = logging.getLogger(__name__)
MANAGER = "crm_extended.group_interactions_manager"


class CallProvider(models.Model):
    """A telephone exchange or service that tells of calls and starts them."""

    _name = "crmx.call.provider"
    _description = "Telephone provider"
    _order = "sequence, id"

    name = fields.Char(required=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    token = fields.Char(
        required=True,
        copy=False,
        readonly=True,
        default=lambda self: secrets.token_hex(16),
        groups=MANAGER,
        help="Part of the address that nobody can guess.",
    )
    webhook_url = fields.Char(
        string="Address for Events",
        compute="_compute_webhook_url",
        groups=MANAGER,
        help="Enter this address at the provider.",
    )
    secret = fields.Char(copy=False, groups=MANAGER, help="The key with which the provider signs.")
    signature_scheme = fields.Selection(
        [
            ("none", "Not signed"),
            ("body", "The whole message"),
            ("url_params", "Address and sorted fields"),
            ("fields", "Some fields"),
        ],
        string="Signed",
        required=True,
        default="body",
        help="What the provider signs. Where nothing is signed, whoever knows the address is believed.",
    )
    signature_algorithm = fields.Selection(
        [("sha1", "HMAC-SHA1"), ("sha256", "HMAC-SHA256")],
        string="Algorithm",
        required=True,
        default="sha256",
    )
    signature_encoding = fields.Selection(
        [("hex", "Hexadecimal"), ("base64", "Base64"), ("base64_hex", "Base64 of hexadecimal")],
        string="Encoding",
        required=True,
        default="hex",
    )
    signature_header = fields.Char(default="X-Signature")
    signature_fields = fields.Text(
        string="Signed Fields",
        help="Lines of the form “event=NOTIFY_START: caller_id called_did”; * for others.",
    )
    echo_parameter = fields.Char(
        help="Some providers check the address by asking it to repeat the value of this parameter."
    )
    tz = fields.Selection(
        selection=lambda self: [(name, name) for name in pytz.common_timezones],
        string="Time Zone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="Of times that the provider sends without a time zone.",
    )
    rule_ids = fields.One2many("crmx.call.rule", "provider_id", string="Translation", copy=True)
    rejected_count = fields.Integer(string="Rejected Messages", readonly=True, copy=False)
    rejected_last = fields.Datetime(string="Last Rejected", readonly=True, copy=False)
    rejected_reason = fields.Selection(
        [
            ("signature", "Wrong signature"),
            ("bad_payload", "Not readable"),
            ("no_event", "Unknown event"),
            ("no_call", "No call identifier"),
            ("no_direction", "Unknown direction"),
        ],
        string="Last Reason",
        readonly=True,
        copy=False,
    )

    _token_uniq = models.Constraint("UNIQUE (token)", "Two providers have the same address.")
    _code_uniq = models.Constraint("UNIQUE (company_id, code)", "Two providers have the same code.")

    @api.depends("token")
    def _compute_webhook_url(self):
        for provider in self:
            provider.webhook_url = provider._url(provider.get_base_url()) if provider.token else False

    @api.constrains("active", "signature_scheme", "secret")
    def _check_secret(self):
        for provider in self.filtered("active"):
            # sudo: whether there is a secret, not which
            if provider.signature_scheme != "none" and not provider.sudo().secret:
                raise ValidationError(
                    self.env._(
                        "%(provider)s needs the secret with which it signs, or must be told not to.",
                        provider=provider.name,
                    )
                )

    @api.constrains("rule_ids", "active")
    def _check_rules(self):
        for provider in self.filtered("active"):
            missing = {"event", "callId"} - set(provider.rule_ids.mapped("target"))
            if missing:
                raise ValidationError(
                    self.env._(
                        "%(provider)s has no translation for: %(names)s.",
                        provider=provider.name,
                        names=", ".join(sorted(missing)),
                    )
                )

    def action_renew_token(self):
        """Give the webhook a new address; the old one is dead at once."""
        self.check_access("write")
        for provider in self:
            provider.token = secrets.token_hex(16)

    # -- messages that come in --------------------------------------------

    @api.private
    def _url(self, base):
        return f"{base}/crmx/calls/{self.token}"

    @api.model
    @api.private
    def _by_token(self, token):
        """The provider whose address was called; none when it or its company does not take calls."""
        provider = self.search([("token", "=", token)], limit=1)
        return provider if provider.company_id.crmx_use_interactions else provider.browse()

    @api.private
    def _is_authentic(self, given, body, params, payload):
        """Whether a message is signed as agreed.

        :param str given: content of the header
        :param bytes body: the whole message
        :param dict params: fields of the form
        :param payload: what is translated later
        """
        if self.signature_scheme == "none":
            return True
        if not self.secret:
            return False
        if self.signature_scheme == "body":
            content = body
        elif self.signature_scheme == "url_params":
            content = call_protocol.url_content(self.webhook_url, params)
        else:
            content = call_protocol.fields_content(payload, self.signature_fields or "")
        expected = call_protocol.signature(
            self.secret, content, self.signature_algorithm, self.signature_encoding
        )
        return call_protocol.is_signed(given, expected)

    @api.private
    def _translate(self, payload):
        """:raise call_protocol.EventError: when it is no event"""
        rules = [
            call_protocol.Rule(rule.target, rule.source or "", rule.values or "", rule.condition or "")
            for rule in self.rule_ids
        ]
        return call_protocol.translate(payload, rules)

    @api.private
    def _zone(self):
        return pytz.timezone(self.tz)

    @api.private
    def _calling_code(self):
        return self.company_id.country_id.phone_code

    @api.private
    def _users_by_line(self, lines):
        """Users of the company by the lines that the exchange names.

        :return: ``{line: res.users}``
        """
        code = self._calling_code()
        keys = {line: phone.line_key(line, code) for line in lines if line}
        users = self.env["res.users"].search(
            [
                ("crmx_phone_line", "in", [key for key in keys.values() if key]),
                ("company_ids", "in", self.company_id.ids),
            ]
        )
        by_key = users.grouped("crmx_phone_line")
        return {line: by_key.get(key, users.browse()) for line, key in keys.items()}

    @api.private
    def _note_rejected(self, reason):
        """Count a message that was turned away. Nothing of it is kept.

        In a flood some are not counted: the counter never makes anybody wait.
        """
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.execute_query(
                    SQL(
                        """UPDATE crmx_call_provider SET rejected_count = COALESCE(rejected_count, 0) + 1,
                               rejected_last = %s, rejected_reason = %s
                           WHERE id = (SELECT id FROM crmx_call_provider WHERE id = %s
                                       FOR NO KEY UPDATE SKIP LOCKED)
                           RETURNING id""",
                        fields.Datetime.now(),
                        reason,
                        self.id,
                    )
                )
        except psycopg2.errors.SerializationFailure:
            _logger.info("%s: another message was rejected at the same time", self.code)
        self.invalidate_recordset(["rejected_count", "rejected_last", "rejected_reason"], flush=False)


class CallRule(models.Model):
    """How one part of a provider's message is understood."""

    _name = "crmx.call.rule"
    _description = "Translation of telephone events"
    _order = "provider_id, sequence, id"
    _rec_name = "target"

    provider_id = fields.Many2one("crmx.call.provider", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    target = fields.Selection(
        [
            ("event", "Event"),
            ("callId", "Call identifier"),
            ("direction", "Direction"),
            ("from", "From"),
            ("to", "To"),
            ("answeringNumber", "Answered by"),
            ("cause", "Cause of the end"),
            ("timestamp", "Time"),
            ("ring", "Seconds of ringing"),
            ("talk", "Seconds of talking"),
            ("hold", "Seconds on hold"),
        ],
        string="Meaning",
        required=True,
    )
    source = fields.Char(
        string="Field",
        help="Name of the provider's field, with dots into nested ones; several with | between: the first"
        " that is filled counts.",
    )
    values = fields.Char(
        help="What the provider calls the values, as “theirs=ours, theirs=ours”; * stands for all others."
        " Events are newCall, answer, hold, resume and hangup; directions in and out."
    )
    condition = fields.Char(
        string="Only If",
        help="The rule counts only for messages like this: “field=value” or “field=value, value”.",
    )
