from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .common_calls import CallsMixin


@tagged("post_install", "-at_install")
class TestCallScreen(CallsMixin, TransactionCase):
    """Whose screen shows a call, and what it says there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "no_reset_password": True})
        cls.set_up_calls()

    def messages(self, *args, **values):
        """Messages that the browsers get for one event, as ``(partner, type, content)``."""
        sent = []

        def sendone(_bus, channel, notification_type, message):
            if notification_type.startswith("crmx.call/"):
                sent.append((channel, notification_type, message))

        with patch.object(type(self.env["bus.bus"]), "_sendone", sendone):
            call = self.take(*args, **values)
        return call, sent

    def test_the_right_screen_once(self):
        ada, bob = self.ada.partner_id, self.bob.partner_id
        call, sent = self.messages("newCall")
        self.assertEqual(sent, [(ada, "crmx.call/ringing", {"call_id": call.id})], "ids only")
        self.assertEqual(self.messages("newCall")[1], [], "a repeated message rings once")
        self.assertEqual(
            self.messages("newCall", to="102")[1], [(bob, "crmx.call/ringing", {"call_id": call.id})]
        )
        sent = self.messages("answer", answeringNumber="102")[1]
        self.assertEqual(
            {(who, kind) for who, kind, _message in sent},
            {
                (ada, "crmx.call/changed"),
                (bob, "crmx.call/changed"),
            },
        )
        self.assertEqual(self.messages("hangup")[1], [])
        self.assertEqual(self.messages("newCall", to="101", timestamp="1767258000")[1], [], "it is over")

    def test_nobody_is_disturbed(self):
        self.assertEqual(self.messages("newCall", to="999")[1], [])
        self.assertEqual(
            self.messages("newCall", "c2", direction="out", to="0305550100", **{"from": "101"})[1], []
        )
        self.messages("hangup", "c3")
        self.assertEqual(self.messages("newCall", "c3")[1], [], "the end came first")

    def test_card(self):
        self.env["crmx.interaction"].create(
            [{"name": f"Visit {number}", "partner_id": self.customer.id} for number in range(7)]
        )
        self.env.cr.flush()
        call = self.take("newCall")
        card = self.Call.with_user(self.ada).get_card(call.id)
        self.assertEqual(
            (card["is_stale"], card["state"], card["number"], card["partner"]["id"]),
            (False, "ringing", "+49305550100", self.customer.id),
        )
        self.assertEqual(len(card["events"]), 5)
        self.assertIn("Visit", card["events"][0]["title"])
        self.assertEqual(card["debt"]["total"], 0.0, "sales people have the debt summary")
        clerk = mail_new_test_user(self.env, "call_clerk", groups="crm_extended.group_interactions_user")
        self.assertIsNone(self.Call.with_user(clerk).get_card(call.id)["debt"])
        plain = mail_new_test_user(self.env, "call_noapp", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.Call.with_user(plain).get_card(call.id)

    def test_open_matters(self):
        """What is open with the whole company, as far as the one who takes the call may read it."""
        person = self.env["res.partner"].create({"name": "Ina Nord", "parent_id": self.customer.id})
        goes_on = self.env["crmx.interaction.outcome"].create({"name": "Goes on", "leaves_open": True})
        talk = self.env["crmx.interaction"].create(
            {"name": "Gearbox", "partner_id": person.id, "outcome_id": goes_on.id}
        )
        offers = self.env["sale.order"].create(
            [{"partner_id": person.id, "user_id": user.id} for user in (self.ada, self.bob)]
        )
        lead = self.env["crm.lead"].create(
            {"name": "Trucks", "type": "opportunity", "partner_id": self.customer.id, "user_id": self.ada.id}
        )
        self.env["crm.lead"].create(
            {"name": "Won", "type": "opportunity", "partner_id": self.customer.id, "user_id": self.ada.id}
        ).action_set_won()
        call = self.take("newCall")
        matters = self.Call.with_user(self.ada).get_card(call.id)["matters"]
        self.assertEqual(
            [(m["model"], m["id"]) for m in matters],
            [(talk._name, talk.id), (offers._name, offers[0].id), (lead._name, lead.id)],
        )
        self.assertEqual([m["label"] for m in matters[1:]], ["Quotation", "Opportunity"])
        clerk = mail_new_test_user(self.env, "call_clerk", groups="crm_extended.group_interactions_user")
        matters = self.Call.with_user(clerk).get_card(call.id)["matters"]
        self.assertEqual([(m["model"], m["id"]) for m in matters], [(talk._name, talk.id)])
        unknown = self.take("newCall", "c2", **{"from": "+49401234567"})
        self.assertEqual(self.Call.with_user(self.ada).get_card(unknown.id)["matters"], [])

    def test_card_of_yesterday(self):
        late = self.env.cr.now().replace(microsecond=0) - timedelta(seconds=31)
        call = self.take("newCall", received=late)
        self.assertEqual(self.Call.with_user(self.ada).get_card(call.id), {"is_stale": True})
        self.take("newCall", "c2")
        ended = self.take("hangup", "c2")
        self.assertEqual(self.Call.with_user(self.ada).get_card(ended.id), {"is_stale": True})
        self.assertEqual(self.Call.with_user(self.ada).get_card(2**30), {"is_stale": True})

    def test_slow_clock_of_the_exchange_does_not_matter(self):
        slow = (self.env.cr.now() - timedelta(minutes=10)).isoformat()
        call, sent = self.messages("newCall", timestamp=slow)
        self.assertEqual(len(sent), 1)
        self.assertFalse(self.Call.with_user(self.ada).get_card(call.id)["is_stale"])

    def test_who_is_it(self):
        other = self.env["res.partner"].create({"name": "Other", "phone": "+49 30 5550100"})
        call = self.take("newCall")
        Call = self.Call.with_user(self.ada)
        card = Call.get_card(call.id)
        self.assertFalse(card["partner"])
        self.assertEqual({c["id"] for c in card["candidates"]}, {self.customer.id, other.id})
        card = Call.choose_partner(call.id, other.id)
        self.assertEqual((card["partner"]["id"], card["candidates"]), (other.id, []))
        self.take("newCall", "c2", to="102")
        foreign = self.take("answer", "c2", to="102", answeringNumber="102")
        with self.assertRaises(AccessError):
            Call.choose_partner(foreign.id, other.id)

    def test_card_queries(self):
        call = self.take("newCall")
        self.env.flush_all()
        Call = self.Call.with_user(self.ada)
        Call.get_card(call.id)
        self.env.invalidate_all()
        with self.assertQueryCount(40):
            Call.get_card(call.id)
