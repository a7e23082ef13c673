import json
import logging
import re

from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..tools.call_protocol import EventError

_logger = logging.getLogger(__name__)
#: Messages of exchanges are small.
MAX_BODY = 64 * 1024
TOKEN = re.compile(r"[0-9a-f]{32}")
JSON = ("application/json", "text/json")


class InteractionsController(http.Controller):
    @http.route(
        "/crmx/calls/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BODY,
    )
    def call_event(self, token, **_params):
        """Take in what a telephone provider tells of a call.

        Answers 200 when it was taken in (also the second time), 400 when it is no event, 403 when it is
        not signed as agreed, 404 for an address that is nobody's, 413 when it is too long. Nothing of
        what is turned away is stored; the provider's counter of rejected messages rises.
        """
        provider = self._provider(token)
        body = request.httprequest.get_data()
        params = {name: value for name, value in request.httprequest.form.items() if isinstance(value, str)}
        payload = self._payload(body, params)
        given = request.httprequest.headers.get(provider.signature_header or "", "")
        if not provider._is_authentic(given, body, params, payload or {}):
            return self._reject(provider, "signature", 403)
        try:
            found = provider._translate(payload)
        except EventError as error:
            return self._reject(provider, error.reason, 400)
        request.env["crmx.call"]._receive(provider, found)
        return request.make_json_response({"status": "ok"})

    @http.route(
        "/crmx/calls/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        readonly=True,
    )
    def call_echo(self, token, **params):
        """Repeat a word to a provider that checks the address in this way."""
        provider = self._provider(token)
        word = params.get(provider.echo_parameter or "", "")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,128}", word):
            raise request.not_found()
        return request.make_response(word, headers=[("Content-Type", "text/plain; charset=utf-8")])

    def _provider(self, token):
        # sudo: the token in the address is the right to speak for the provider; nothing of it is shown
        Provider = request.env["crmx.call.provider"].sudo()
        provider = Provider._by_token(token) if TOKEN.fullmatch(token) else Provider
        if not provider:
            raise request.not_found()
        return provider

    def _payload(self, body, params):
        """What the message says, whatever its declared type; None when it is not readable."""
        if request.httprequest.mimetype in JSON or (body and not params):
            try:
                return json.loads(body)
            except (ValueError, RecursionError):
                return None
        return params

    def _reject(self, provider, reason, status):
        _logger.info("A message for %s was rejected: %s", provider.code, reason)
        provider._note_rejected(reason)
        return request.make_json_response({"status": "rejected"}, status=status)


class PortalVisits(CustomerPortal):
    """Notes which documents customers open, for the history."""

    def _get_page_view_values(self, document, access_token, *args, **kwargs):
        # the host itself notes quotations that are opened by their link
        if document._name != "sale.order" or not access_token:
            self._crmx_note_visit(document)
        return super()._get_page_view_values(document, access_token, *args, **kwargs)

    def _show_report(self, model, *args, **kwargs):
        self._crmx_note_visit(model)
        return super()._show_report(model, *args, **kwargs)

    def _crmx_note_visit(self, document):
        user = request.env.user
        is_preview = request.httprequest.headers.get("Odoo-Link-Preview") == "True"
        if user.share and not is_preview and request.env["res.company"]._crmx_any_uses_interactions():
            # sudo: the visitor has no access to the notes about him
            request.env["crmx.portal.visit"].sudo()._note(document, user)
