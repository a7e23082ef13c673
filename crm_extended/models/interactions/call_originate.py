"""Click to call: ask the provider to ring the user's own line first, then the number."""

import logging
import re
from urllib.parse import quote

import requests

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import phone
from .call_provider import MANAGER

_logger = logging.getLogger(__name__)
TIMEOUT = 8
PLACEHOLDER = re.compile(r"\{(\w+)\}")
NAMES = {"line", "number", "digits", "secret", "callback"}


class CallProvider(models.Model):
    _inherit = "crmx.call.provider"

    originate_url = fields.Char(
        string="Address to Start Calls",
        groups=MANAGER,
        help="May contain {line} (the user's line), {number} (+49…), {digits} (49…), {secret} and {callback}"
        " (our address for events). Empty: the browser's own telephone program starts the call.",
    )
    originate_format = fields.Selection(
        [("query", "GET"), ("form", "POST, form"), ("json", "POST, JSON")],
        string="Method",
        default="json",
        required=True,
    )
    originate_parameters = fields.Text(
        string="Parameters",
        groups=MANAGER,
        help="Lines of the form “name = value”, with the same placeholders.",
    )
    originate_headers = fields.Text(
        string="Headers", groups=MANAGER, help="Lines of the form “Name: value”, with the same placeholders."
    )
    originate_login = fields.Char(string="Login", groups=MANAGER)
    originate_password = fields.Char(string="Password", groups=MANAGER, copy=False)

    @api.constrains("originate_url", "originate_parameters", "originate_headers")
    def _check_originate(self):
        for provider in self.sudo():  # sudo: fields of administrators, checked whoever saves
            if not provider.originate_url:
                continue
            if not re.match(r"https?://[^\s{}/]+(/|$)", provider.originate_url):
                raise ValidationError(
                    self.env._("The address to start calls must begin with http:// or https:// and a host.")
                )
            texts = (provider.originate_url, provider.originate_parameters, provider.originate_headers)
            used = {name for text in texts for name in PLACEHOLDER.findall(text or "")}
            if unknown := used - NAMES:
                raise ValidationError(
                    self.env._("Unknown placeholders: %(names)s.", names=", ".join(sorted(unknown)))
                )

    @api.model
    @api.private
    def _originating(self, company):
        # sudo: whether calls can be started, and by which provider; its secrets go to the provider alone
        providers = self.sudo().search([("company_id", "=", company.id)])
        return providers.filtered("originate_url")[:1]

    @api.model
    def originate(self, number):
        """Start a call from the user's own line to a number.

        :return: ``{"started": bool}``; not started when no provider is set up for the user's company,
            or the user has no line: then the browser's telephone program has to do
        :raise UserError: when the provider refuses or does not answer, or there is no number
        """
        user = self.env.user
        provider = self._originating(self.env.company)
        if (
            not provider
            or not user._is_internal()
            or not user.crmx_phone_extension
            or not self.env.company.crmx_use_interactions
        ):
            return {"started": False}
        parsed = phone.parse(str(number or ""), provider._calling_code())
        if not parsed.digits:
            raise UserError(self.env._("“%(text)s” is no phone number.", text=number or ""))
        provider._send_originate(phone.line(user.crmx_phone_extension), parsed)
        return {"started": True, "provider": provider.name}

    @api.private
    def _send_originate(self, line, parsed):
        values = {
            "line": line,
            "number": parsed.key,
            "digits": parsed.key.lstrip("+"),
            "secret": self.secret or "",
            "callback": self.webhook_url,
        }
        url = _fill(self.originate_url, {name: quote(value, safe="") for name, value in values.items()})
        parameters = dict(_lines(self.originate_parameters, "=", values))
        where = {"query": "params", "form": "data", "json": "json"}[self.originate_format]
        try:
            response = requests.request(
                "GET" if self.originate_format == "query" else "POST",
                url,
                headers=dict(_lines(self.originate_headers, ":", values)),
                auth=(self.originate_login, self.originate_password or "") if self.originate_login else None,
                timeout=TIMEOUT,
                allow_redirects=False,
                **{where: parameters},
            )
            response.raise_for_status()
        except requests.RequestException as error:
            # the address may contain the secret: what went wrong is said by its kind alone
            code = error.response.status_code if error.response is not None else type(error).__name__
            _logger.warning("%s did not start a call: %s", self.code, code)
            raise UserError(
                self.env._("%(provider)s did not start the call (%(code)s).", provider=self.name, code=code)
            ) from None


def _fill(text, values):
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text or "")


def _lines(text, separator, values):
    for line in (text or "").splitlines():
        name, found, value = line.partition(separator)
        if found and name.strip():
            yield name.strip(), _fill(value.strip(), values)
