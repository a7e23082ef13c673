import itertools
import random
from datetime import datetime, timedelta
from unittest.mock import patch

import psycopg2.errors
import requests

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from .common_calls import CallsMixin

NINE = datetime(2026, 1, 1, 9)
FACTS = ["state", "direction", "number", "line", "user_id", "partner_id", "date_start", "date_answer"]
FACTS += [
    "date_end",
    "ring_seconds",
    "talk_seconds",
    "hold_seconds",
    "cause",
    "answering_number",
    "is_missed",
]


@tagged("post_install", "-at_install")
class TestCall(CallsMixin, TransactionCase):
    """From events to one call and one interaction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "no_reset_password": True})
        cls.set_up_calls()

    def story(self, call="c1", ahead=0):
        """Events as keywords of :meth:`take`, by an exchange whose clock is ``ahead`` seconds."""
        steps = [
            ("newCall", 0, {}),
            ("newCall", 3, {"to": "102"}),
            ("answer", 10, {"answeringNumber": "102"}),
            ("hold", 40, {}),
            ("resume", 55, {}),
            ("hangup", 100, {"cause": "normal"}),
        ]
        return [
            {
                "name": name,
                "call": call,
                "received": NINE + timedelta(seconds=second),
                "timestamp": (NINE + timedelta(seconds=second + ahead)).isoformat() + "Z",
                **values,
            }
            for name, second, values in steps
        ]

    def tell(self, events):
        for values in events:
            values = dict(values)
            self.take(values.pop("name"), values.pop("call"), **values)
        return self.calls()

    def facts(self, call):
        return call.read(FACTS, load=False)[0] | {"id": 0}

    def test_a_call_becomes_one_interaction(self):
        call = self.tell(self.story())
        self.assertEqual((call.ring_seconds, call.talk_seconds, call.hold_seconds), (10, 75, 15))
        self.assertEqual((call.user_id, call.partner_id), (self.bob, self.customer))
        interaction = call.interaction_id
        self.assertEqual(
            (interaction.date, interaction.ring_seconds, interaction.talk_seconds, interaction.hold_seconds),
            (NINE, 10, 75, 15),
        )
        self.assertAlmostEqual(interaction.duration, 90 / 3600)
        self.assertEqual((interaction.user_id, interaction.partner_id), (self.bob, self.customer))
        self.assertEqual(interaction.type_id, self.env.ref("crm_extended.crmx_interaction_type_call"))
        self.assertFalse(interaction.outcome_id)
        self.assertFalse(interaction.message_follower_ids, "nobody is told")

    def test_order_and_repetition_do_not_matter(self):
        expected = self.facts(self.tell(self.story()))
        rng = random.Random(7)
        for number in range(12):
            events = self.story(call=f"shuffled {number}") * 2
            rng.shuffle(events)
            self.tell(events)
            call = self.Call.search([("external_id", "=", f"shuffled {number}")])
            self.assertEqual(self.facts(call), expected, [event["name"] for event in events])
            self.assertEqual(len(call.interaction_id), 1)
            self.assertEqual(call.interaction_id.talk_seconds, 75)

    def test_late_events_correct_the_interaction(self):
        new, _second, answer, _hold, _resume, hangup = self.story()
        call = self.tell([hangup])
        interaction = call.interaction_id
        self.assertTrue(interaction and call.is_missed)
        self.assertEqual(
            interaction.outcome_id, self.env.ref("crm_extended.crmx_interaction_outcome_no_answer")
        )
        self.tell([answer, new])
        self.assertEqual(call.interaction_id, interaction)
        self.assertEqual((interaction.talk_seconds, interaction.ring_seconds), (90, 10))
        self.assertEqual((interaction.date, interaction.user_id), (NINE, self.bob))
        self.assertFalse(interaction.outcome_id)

    def test_clocks_that_differ(self):
        for ahead, start, difference in (
            (0, NINE, 0),
            (7200, NINE, 7200),  # into our future: shifted back
            (-600, NINE - timedelta(minutes=10), -600),  # late messages or a slow clock: believed
            (400 * 86400, NINE, 0),  # a clock that nobody set: ours counts
        ):
            with self.subTest(ahead=ahead):
                self.tell(self.story(call=f"clock {ahead}", ahead=ahead))
                call = self.Call.search([("external_id", "=", f"clock {ahead}")])
                self.assertEqual((call.date_start, call.clock_difference), (start, difference))
                self.assertEqual((call.ring_seconds, call.talk_seconds, call.hold_seconds), (10, 75, 15))
                self.assertEqual(call.date_received, NINE)

    def test_outgoing(self):
        values = {"direction": "out", "from": "SIP/101-0000002a", "to": "0049 30 5550100"}
        self.take("newCall", **values)
        call = self.take("hangup", **values)
        self.assertEqual((call.direction, call.user_id, call.partner_id), ("out", self.ada, self.customer))
        self.assertEqual(call.interaction_id.direction, "out")
        guessed = self.take("hangup", "c2", **{**values, "direction": ""})
        self.assertEqual((guessed.direction, guessed.user_id), ("out", self.ada))

    def test_shared_number(self):
        values = {"phone": "+49 30 5550100"}
        self.env["res.partner"].create({"name": "Contact", "parent_id": self.customer.id, **values})
        self.assertEqual(self.take("newCall").partner_id, self.customer, "one company: the company")
        stranger = self.env["res.partner"].create({"name": "Other company", **values})
        call = self.take("newCall", "c2")
        self.assertFalse(call.partner_id, "nobody guesses between two")
        self.assertIn(stranger, call.candidate_ids)
        self.assertEqual(len(call.candidate_ids), 3)

    def test_unknown_caller_is_linked(self):
        call = self.take("hangup", **{"from": "+49 40 1234567"}).with_user(self.ada)
        interaction = call.interaction_id
        self.assertEqual((call.partner_id.id, interaction.name), (False, "+49 40 1234567"))
        wizard = self.env["crmx.call.link"].with_user(self.ada).with_context(**call.action_link()["context"])
        wizard.create({"partner_id": self.customer.id}).action_link()
        self.assertEqual((call.partner_id, interaction.partner_id), (self.customer, self.customer))
        self.assertEqual(self.take("newCall", "c2", **{"from": "040/1234567"}).partner_id, self.customer)

    def test_unknown_caller_is_created(self):
        call = self.take("hangup", **{"from": "040 1234567"}).with_user(self.ada)
        context = call.action_create_partner()["context"]
        Partner = self.env["res.partner"].with_user(self.ada).with_context(**context)
        on_the_way = Partner.create({"name": "Company of the caller", "phone": False})
        self.assertFalse(call.partner_id)
        person = Partner.create({"name": "Caller", "parent_id": on_the_way.id})
        self.assertEqual((person.phone, call.partner_id), ("+49401234567", person))
        self.assertEqual(call.interaction_id.partner_id, person)

    def test_logged_while_it_rings(self):
        call = self.take("newCall")
        action = call.with_user(self.ada).action_open_interaction()
        self.assertEqual(action["res_id"], call.interaction_id.id)
        call.interaction_id.with_user(self.ada).description = "wants a truck"
        self.take("answer", answeringNumber="101")
        self.take("hangup", talk="30")
        self.assertEqual(call.interaction_id.id, action["res_id"])
        self.assertEqual(call.interaction_id.talk_seconds, 30)
        self.assertIn("truck", call.interaction_id.description)

    def test_two_workers_meet_on_one_row(self):
        call = self.take("newCall")
        self.assertEqual(self.Call._claim(self.provider, "c1", NINE), call)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            call.copy({"external_id": "c1"}).flush_recordset()

    def test_burst(self):
        """A thousand calls: none lost, none twice, and the last costs the queries of the first."""
        self.tell(self.story(call="warm up"))
        counts = []
        for number in range(1000):
            before = self.env.cr.sql_log_count
            self.take("newCall", f"burst {number}")
            self.take("hangup", f"burst {number}")
            counts.append(self.env.cr.sql_log_count - before)
        burst = self.Call.search([("external_id", "like", "burst ")])
        self.assertEqual((len(burst), len(burst.interaction_id)), (1000, 1000))
        self.assertLessEqual(max(counts[-100:]), min(counts[:100]) + 2)
        self.assertLess(max(counts), 60)

    def test_rights(self):
        call = self.Call.browse(self.take("newCall").id)
        for user in (self.ada, self.bob):
            self.assertTrue(call.with_user(user).has_access("read"))
            self.assertFalse(call.with_user(user).has_access("write"))
            with self.assertRaises(AccessError):
                self.provider.with_user(user).read(["secret"])
            with self.assertRaises(AccessError):
                self.provider.with_user(user).read(["token"])
            with self.assertRaises(AccessError):
                self.provider.with_user(user).name = "mine"
        with self.assertRaises(AccessError):
            call.with_user(self.bob).action_link()
        portal = mail_new_test_user(self.env, "call_portal", groups="base.group_portal")
        plain = mail_new_test_user(self.env, "call_plain", groups="base.group_user")
        abroad = self.env["res.company"].create({"name": "Abroad"})
        stranger = mail_new_test_user(
            self.env,
            "call_stranger",
            groups="crm_extended.group_interactions_manager",
            company_id=abroad.id,
            company_ids=[Command.set(abroad.ids)],
        )
        for user in (portal, plain, stranger):
            self.assertFalse(call.with_user(user).has_access("read"), user.name)
            self.assertFalse(self.provider.with_user(user).has_access("read"), user.name)
            with self.assertRaises(AccessError):
                call.with_user(user).get_card(call.id)
        for name in ("_receive", "_claim", "_log", "_link"):
            self.assertTrue(getattr(getattr(type(self.Call), name), "_api_private", False), name)

    def test_provider_is_checked(self):
        with self.assertRaises(ValidationError):
            self.provider.secret = False
        with self.assertRaises(ValidationError):
            self.provider.rule_ids.filtered(lambda rule: rule.target == "event").unlink()
            self.provider._check_rules()
        with self.assertRaises(ValidationError):
            self.provider.originate_url = "file:///etc/passwd"
        with self.assertRaises(ValidationError):
            self.provider.originate_url = "https://pbx.example/{env}"
        token = self.provider.token
        self.provider.action_renew_token()
        self.assertNotEqual(self.provider.token, token)
        self.assertTrue(self.provider.webhook_url.endswith(self.provider.token))

    def test_click_to_call(self):
        Provider = self.env["crmx.call.provider"].with_user(self.ada)
        self.assertEqual(Provider.originate("030 5550100"), {"started": False})
        self.provider.write(
            {
                "originate_url": "https://pbx.example/call/{digits}",
                "originate_parameters": "line = {line}\nnumber = {number}",
                "originate_headers": "Authorization: Bearer {secret}",
            }
        )
        with patch.object(requests, "request") as request:
            self.assertTrue(Provider.originate("030 5550100")["started"])
        args, options = request.call_args
        self.assertEqual(args, ("POST", "https://pbx.example/call/49305550100"))
        self.assertEqual(options["json"], {"line": "101", "number": "+49305550100"})
        self.assertFalse(options["allow_redirects"])
        with (
            patch.object(requests, "request", side_effect=requests.ConnectionError("secret address")),
            mute_logger("odoo.addons.crm_extended.models.interactions.call_originate"),
            self.assertRaises(UserError) as refused,
        ):
            Provider.originate("030 5550100")
        self.assertNotIn("secret", str(refused.exception))
        with self.assertRaises(UserError):
            Provider.originate("nobody")
        self.ada.crmx_phone_extension = False
        self.assertEqual(Provider.originate("030 5550100"), {"started": False})

    def test_permutations_of_a_short_call(self):
        story = self.story()
        short = [story[0], story[2], story[5]]
        results = set()
        for number, order in enumerate(itertools.permutations(short)):
            self.tell([{**event, "call": f"p{number}"} for event in order])
            call = self.Call.search([("external_id", "=", f"p{number}")])
            results.add((call.ring_seconds, call.talk_seconds, call.user_id.id, call.state, call.is_missed))
        self.assertEqual(results, {(10, 90, self.bob.id, "ended", False)})
