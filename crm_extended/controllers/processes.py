import json
import logging
import re

from odoo import http
from odoo.http import request

from ..models.processes.process_webhook import ANSWERS

_logger = logging.getLogger(__name__)
MAX_BODY = 256 * 1024
TOKEN = re.compile(r"[0-9a-f]{32}")


class ProcessesController(http.Controller):
    @http.route(
        "/crmx/processes/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BODY,
    )
    def webhook(self, token, **_params):
        """Take in what another program tells a process, as JSON.

        Answers 200 when it was taken in (also the second time), 400 with the reason when it does not fit, 404
        for an address that is nobody's, 413 when it is too long, 429 when there are too many in a minute.
        """
        # sudo: the token in the address is the right to begin the process; documents are the owner's
        processes = request.env["crmx.process"].sudo()
        process = processes._by_webhook_token(token) if TOKEN.fullmatch(token) else processes
        if not process:
            raise request.not_found()
        body = request.httprequest.get_data()
        try:
            payload = json.loads(body)
        except (ValueError, RecursionError):
            payload = None
        if not isinstance(payload, dict):
            return self._answer("refused", "The message is no JSON object.")
        key = request.httprequest.headers.get("Idempotency-Key", "")[:200]
        status, text = process._receive(payload, body, key)
        if text:
            _logger.info("%s: a message was %s: %s", process, status, text)
        return self._answer(status, text)

    def _answer(self, status, text):
        answer = {"status": status, **({"reason": text} if text else {})}
        return request.make_json_response(answer, status=ANSWERS[status])
