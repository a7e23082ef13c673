import random
from datetime import datetime

from odoo.tests import HttpCase, tagged

from ...tools import call_protocol
from .common_calls import SECRET, CallsMixin

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@tagged("post_install", "-at_install")
class TestCallWebhook(CallsMixin, HttpCase):
    """The route, as a stranger with a network connection meets it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_calls()

    def assertNothingStored(self, response, status):
        self.assertEqual(response.status_code, status, response.text[:500])
        self.assertFalse(self.calls())
        self.assertNotIn(SECRET, response.text)

    def rejected(self):
        self.provider.invalidate_recordset()
        return self.provider.rejected_count, self.provider.rejected_reason

    def test_one_call(self):
        for name, second in (("newCall", 0), ("answer", 12), ("hangup", 72)):
            at = f"2026-01-01T09:{second // 60:02}:{second % 60:02}Z"
            response = self.post(self.event(name, timestamp=at, answeringNumber="101", cause="normal"))
            self.assertEqual(response.status_code, 200, response.text)
        call = self.calls()
        self.assertEqual((call.state, call.user_id, call.partner_id), ("ended", self.ada, self.customer))
        interaction = call.interaction_id
        self.assertEqual(
            (interaction.partner_id, interaction.user_id, interaction.direction, interaction.channel),
            (self.customer, self.ada, "in", "call"),
        )
        self.assertEqual(self.rejected()[0], 0)

    def test_replay_changes_nothing(self):
        events = [
            self.event(name, timestamp=f"2026-01-01T09:00:{second:02}Z", answeringNumber="101")
            for second, name in enumerate(("newCall", "answer", "hangup"))
        ]
        for event in events:
            self.post(event)
        call = self.calls()
        before = call.read()
        for event in events * 2:
            self.assertEqual(self.post(event).status_code, 200)
        self.assertEqual(self.calls().read(), before)
        call.interaction_id.unlink()
        self.post(events[2])
        self.assertFalse(self.calls().interaction_id, "what somebody deleted does not come back")

    def test_wrong_signature(self):
        event = self.event("newCall")
        for headers in ({}, {"X-Signature": ""}, {"X-Signature": "0" * 64}, {"X-Signature": "é€"}):
            headers = {name: value.encode() for name, value in headers.items()}
            self.assertNothingStored(self.post(event, sign=False, headers=headers), 403)
        other = call_protocol.signature("another key", b"{}", "sha256", "hex")
        self.assertNothingStored(self.post(event, sign=False, headers={"X-Signature": other}), 403)
        self.assertEqual(self.rejected(), (5, "signature"))
        self.env.cr.execute("UPDATE crmx_call_provider SET secret = NULL WHERE id = %s", self.provider.ids)
        self.provider.invalidate_recordset()
        empty = call_protocol.signature("", b"{}", "sha256", "hex")
        self.assertNothingStored(self.post({}, body=b"{}", sign=False, headers={"X-Signature": empty}), 403)

    def test_unknown_address(self):
        for token in ("0" * 32, "x", "..%2f", "%00", self.provider.token + "0", self.provider.token.upper()):
            self.assertNothingStored(self.post(self.event("newCall"), token=token), 404)
        self.provider.active = False
        self.assertNothingStored(self.post(self.event("newCall")), 404)
        self.assertEqual(self.rejected()[0], 0)

    def test_company_that_does_not_use_interactions(self):
        self.env.company.crmx_use_interactions = False
        self.assertNothingStored(self.post(self.event("newCall")), 404)

    def test_who_may_not(self):
        """Neither a session nor being somebody opens the route without the token and the signature."""
        self.authenticate("call_ada", "call_ada")
        self.assertNothingStored(self.post(self.event("newCall"), sign=False), 403)
        self.assertNothingStored(self.url_open(f"/crmx/calls/{self.provider.token}"), 404)

    def test_too_long(self):
        response = self.post({}, body=b'{"event": "' + b"x" * 70_000 + b'"}')
        self.assertNothingStored(response, 413)

    def test_garbage(self):
        bodies = [
            b"",
            b"null",
            b"[]",
            b"42",
            b'"text"',
            b"{",
            b"[" * 30_000,
            b'{"event": "newCall"}',
            b'{"event": "newCall", "callId": {}}',
            b'{"event": ["newCall"], "callId": "1"}',
            b'{"event": "explode", "callId": "1"}',
            b'{"event": "newCall", "callId": "1", "direction": "sideways"}',
            b'{"event": "newCall", "callId": ' + b"9" * 5000 + b"}",
            b"\xff\xfe\x00",
            b'{"event": "newCall", "callId": "\\u0000"}',
            b'{"event": "newCall", "callId": "\\ud800"}',
        ]
        for body in bodies:
            with self.subTest(body=body[:60]):
                self.assertNothingStored(self.post(None, body=body), 400)
        self.assertEqual(self.rejected()[0], len(bodies))

    def test_fuzz(self):
        """Signed nonsense: never an error of the server, and only what has an event and a call is kept."""
        rng = random.Random(20260105)
        alphabet = ["\x00", "é", "'", '"', "%", "\\", "9", "+", " ", "\ud800", "🙂", "\n", "a", ";", "-"]

        def text():
            return "".join(rng.choices(alphabet, k=rng.randint(0, 40)))

        def value(depth=0):
            kinds = [
                text,
                lambda: rng.randint(-(10**18), 10**18),
                lambda: rng.choice([None, True, False, 1e308, float("nan")]),
                lambda: rng.choice(["newCall", "answer", "hangup", "hold", "resume", "in", "out", "101"]),
                lambda: rng.choice(
                    ["2026-01-01T09:00:00Z", "9999-12-31T23:59:59-12:00", "0001-01-01", "1e9"]
                ),
            ]
            if depth < 3:
                kinds.append(lambda: [value(depth + 1) for _n in range(rng.randint(0, 3))])
                kinds.append(lambda: {text(): value(depth + 1) for _n in range(rng.randint(0, 3))})
            return rng.choice(kinds)()

        accepted = set()
        for _n in range(120):
            payload = {target: value() for target in call_protocol.TARGETS if rng.random() < 0.8}
            if rng.random() < 0.6:
                payload["event"] = rng.choice(call_protocol.EVENTS)
                payload["callId"] = str(rng.randint(1, 9))
                payload["direction"] = rng.choice(["in", "out"])
            response = self.post(payload)
            self.assertIn(response.status_code, (200, 400), payload)
            if response.status_code == 200:
                accepted.add(str(payload["callId"]))
        self.assertGreater(len(accepted), 5)
        calls = self.calls()
        self.assertEqual(len(calls), len(accepted))
        for call in calls:
            self.assertLessEqual(len(call.interaction_id), 1)
            self.assertEqual(bool(call.interaction_id), call.state == "ended")

    def test_twilio(self):
        twilio = self.env.ref("crm_extended.crmx_call_provider_twilio")
        twilio.write({"secret": SECRET, "active": True, "company_id": self.env.company.id})
        self.provider = twilio
        self.ada.crmx_phone_extension = "client:ada"
        steps = [
            ("ringing", {"CallSid": "CA1", "Direction": "inbound", "To": "+493099", "From": "+49305550100"}),
            (
                "ringing",
                {
                    "CallSid": "CA2",
                    "ParentCallSid": "CA1",
                    "Direction": "outbound-dial",
                    "To": "client:ada",
                    "From": "+49305550100",
                },
            ),
            (
                "in-progress",
                {
                    "CallSid": "CA2",
                    "ParentCallSid": "CA1",
                    "Direction": "outbound-dial",
                    "To": "client:ada",
                    "From": "+49305550100",
                },
            ),
            (
                "completed",
                {"CallSid": "CA1", "Direction": "inbound", "To": "+493099", "From": "+49305550100"},
            ),
        ]
        for second, (status, fields) in enumerate(steps):
            params = {
                **fields,
                "CallStatus": status,
                "Timestamp": f"Thu, 01 Jan 2026 09:00:{second * 10:02} +0000",
            }
            content = call_protocol.url_content(twilio.webhook_url, params)
            signature = call_protocol.signature(SECRET, content, "sha1", "base64")
            url = f"/crmx/calls/{twilio.token}"
            good = self.url_open(url, data=params, headers={"X-Twilio-Signature": signature})
            self.assertEqual(good.status_code, 200, good.text)
            params["From"] = "+1"
            bad = self.url_open(url, data=params, headers={"X-Twilio-Signature": signature})
            self.assertEqual(bad.status_code, 403)
        call = self.calls()
        self.assertEqual(
            (call.external_id, call.partner_id, call.user_id, call.state, call.direction),
            ("CA1", self.customer, self.ada, "ended", "in"),
        )

    def test_zadarma(self):
        zadarma = self.env.ref("crm_extended.crmx_call_provider_zadarma")
        zadarma.write({"secret": SECRET, "active": True, "company_id": self.env.company.id})
        self.provider = zadarma
        url = f"/crmx/calls/{zadarma.token}"
        self.assertEqual(self.url_open(f"{url}?zd_echo=abc123").text, "abc123")
        self.assertEqual(self.url_open(f"{url}?zd_echo=<script>").status_code, 404)
        common = {"pbx_call_id": "in_7", "call_start": "2026-01-01 09:00:00", "caller_id": "+49305550100"}
        steps = [
            ({"event": "NOTIFY_START", "called_did": "4930999"}, ("caller_id", "called_did", "call_start")),
            (
                {"event": "NOTIFY_INTERNAL", "called_did": "4930999", "internal": "101"},
                ("caller_id", "called_did", "call_start"),
            ),
            (
                {"event": "NOTIFY_ANSWER", "destination": "101", "internal": "101"},
                ("caller_id", "destination", "call_start"),
            ),
            (
                {
                    "event": "NOTIFY_END",
                    "called_did": "4930999",
                    "internal": "101",
                    "duration": "65",
                    "disposition": "answered",
                },
                ("caller_id", "called_did", "call_start"),
            ),
        ]
        for fields, signed in steps:
            params = {**common, **fields}
            content = "".join(params[name] for name in signed).encode()
            signature = call_protocol.signature(SECRET, content, "sha1", "base64_hex")
            response = self.url_open(url, data=params, headers={"Signature": signature})
            self.assertEqual(response.status_code, 200, response.text)
        call = self.calls()
        self.assertEqual(
            (call.partner_id, call.user_id, call.talk_seconds, call.is_missed, call.ringing_user_ids),
            (self.customer, self.ada, 65, False, self.ada),
        )

    def test_clock_is_the_servers(self):
        before = datetime.now().replace(microsecond=0)
        self.post(self.event("newCall"))
        call = self.calls()
        self.assertGreaterEqual(call.date_received, before)
        self.assertEqual(call.date_start, call.date_received)
