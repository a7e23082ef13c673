import json
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.http_routing.tests.common import MockRequest
from odoo.addons.mail.tests.common import mail_new_test_user

from ...models.interactions.timeline_live import NOTIFICATION, SUBCHANNEL
from ...reports.interactions import history
from .common import TimelineCase


@tagged("post_install", "-at_install")
class TestTimelineScreen(TimelineCase):
    """What the screens ask the server for, beside pages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.env["sale.order"].create({"partner_id": cls.contact.id, "user_id": cls.seller.id})
        cls.foreign = cls.env["sale.order"].create({"partner_id": cls.customer.id, "user_id": cls.env.uid})
        cls.env.cr.flush()

    def as_seller(self, model_name="crmx.timeline.event"):
        return self.env[model_name].with_user(self.seller)

    # -- scope, text ------------------------------------------------------

    def test_scope(self):
        whole = {"id": self.customer.id, "name": "Nordwind Logistics", "is_whole": True}
        scope = self.as_seller().get_scope(partner_id=self.customer.id)
        self.assertEqual((scope["partner"], scope["commercial_id"]), (whole, self.customer.id))
        self.assertTrue(scope["can_log"])
        self.assertIn("call", scope["kinds"])
        of_contact = self.as_seller().get_scope(partner_id=self.contact.id)
        self.assertFalse(of_contact["partner"]["is_whole"])
        of_order = self.as_seller().get_scope(document=("sale.order", self.order.id))
        self.assertEqual(of_order["partner"], whole)
        lead = self.env["crm.lead"].create({"name": "Unknown", "user_id": self.seller.id})
        self.assertFalse(self.as_seller().get_scope(document=("crm.lead", lead.id))["partner"])
        with self.assertRaises(AccessError):
            self.as_seller().get_scope(document=("sale.order", self.foreign.id))

    def test_scope_of_an_other_company(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        hidden = self.env["res.partner"].create({"name": "Theirs", "company_id": company.id})
        with self.assertRaises(AccessError):
            self.as_seller().get_scope(partner_id=hidden.id)
        with self.assertRaises(AccessError):
            self.as_seller("crmx.interaction").get_log_context("res.partner", hidden.id)

    def test_detail(self):
        text = "Every word of it. " * 40
        message = self.order.message_post(
            body=text,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("plan.txt", b"x")],
        )
        detail = self.as_seller().get_detail("mail.message", message.id)
        self.assertIn(text.strip(), detail["html"])
        self.assertEqual([attachment["name"] for attachment in detail["attachments"]], ["plan.txt"])
        call = self.env["crmx.interaction"].create(
            {"partner_id": self.customer.id, "description": "<p>Said<script>x</script></p>"}
        )
        self.assertEqual(self.as_seller().get_detail("crmx.interaction", call.id)["html"], "<p>Said</p>")

    def test_detail_under_the_rights_of_the_source(self):
        message = self.foreign.message_post(body="secret", subtype_xmlid="mail.mt_note")
        with self.assertRaises(AccessError):
            self.as_seller().get_detail("mail.message", message.id)
        with self.assertRaises(UserError):
            self.as_seller().get_detail("res.users", self.env.uid)
        gone = message.id
        message.unlink()
        empty = {"html": None, "attachments": []}
        self.assertEqual(self.as_seller().get_detail("mail.message", gone), empty)

    def test_matter(self):
        first = self.env["crmx.interaction"].create({"name": "Depot", "partner_id": self.customer.id})
        self.env["crmx.interaction"].create(
            {"name": "Again", "partner_id": self.customer.id, "parent_id": first.id}
        )
        page = self.as_seller().get_page(partner_id=self.customer.id, filters={"kinds": ["call"]})
        matter = {"id": first.id, "name": "Depot"}
        self.assertEqual([event["matter"] for event in page["events"]], [matter, matter])

    # -- logging ----------------------------------------------------------

    def test_log_from_a_document(self):
        context = self.as_seller("crmx.interaction").get_log_context("sale.order", self.order.id)
        with Form(self.as_seller("crmx.interaction").with_context(**context)) as form:
            self.assertEqual(form.partner_id, self.contact)
        call = form.save()
        self.assertEqual(call.document_ids.mapped("reference"), [self.order.with_user(self.seller)])
        self.assertEqual(call.user_id, self.seller)
        page = self.as_seller().get_page(
            document=("sale.order", self.order.id), filters={"document_only": True}
        )
        self.assertIn(("crmx.interaction", call.id), [(e["model"], e["res_id"]) for e in page["events"]])
        with self.assertRaises(AccessError):
            self.as_seller("crmx.interaction").get_log_context("sale.order", self.foreign.id)

    def test_log_from_anywhere(self):
        Interaction = self.as_seller("crmx.interaction")
        self.assertEqual(Interaction.get_log_context(), {})
        of_partner = Interaction.get_log_context("res.partner", self.contact.id)
        self.assertEqual(of_partner, {"default_partner_id": self.contact.id})
        call = self.env["crmx.interaction"].create({"partner_id": self.customer.id})
        self.assertEqual(Interaction.get_log_context(call._name, call.id)["default_parent_id"], call.id)

    def test_log_of_a_channel(self):
        Interaction = self.as_seller("crmx.interaction")
        call = self.env.ref("crm_extended.crmx_interaction_type_call")
        context = Interaction.get_log_context("res.partner", self.contact.id, "call")
        self.assertEqual(context, {"default_partner_id": self.contact.id, "default_type_id": call.id})
        call.active = False
        context = Interaction.get_log_context("res.partner", self.contact.id, "call")
        self.assertNotIn("default_type_id", context, "the form proposes another")

    def test_where_logging_is_offered(self):
        models = self.env["ir.http"]._crmx_log_models()
        self.assertLessEqual({"res.partner", "sale.order", "crm.lead", "account.move"}, set(models))
        self.assertFalse([name for name in models if name.startswith("ir.")])

    # -- live -------------------------------------------------------------

    def notified(self, act, viewed=None):
        """Ids of the partners whose viewers hear of what ``act`` does, when these are looked at."""
        if viewed is None:
            viewed = self.customer + self.other
        if viewed:
            self.env["crmx.timeline.viewer"]._look_at(viewed)
        self.env.cr.flush()
        self.env["bus.bus"].search([]).unlink()
        act()
        self.env.cr.flush()
        messages = [json.loads(message) for message in self.env["bus.bus"].search([]).mapped("message")]
        return [m["payload"]["partner_id"] for m in messages if m["type"] == NOTIFICATION]

    def test_viewers_hear_of_changes(self):
        message = self.order.message_post(body="x", message_type="comment", subtype_xmlid="mail.mt_comment")
        call = self.env["crmx.interaction"].create({"partner_id": self.customer.id})
        for act in (
            lambda: self.order.message_post(body="y", message_type="comment"),
            lambda: call.write({"direction": "in"}),
            message.unlink,
            lambda: self.env["crmx.interaction"].create({"partner_id": self.contact.id}),
        ):
            self.assertEqual(self.notified(act), [self.customer.id])
        moved = self.notified(lambda: call.write({"partner_id": self.other.id}))
        self.assertEqual(moved, [self.customer.id, self.other.id])
        self.assertEqual(self.notified(lambda: self.customer.write({"comment": "nothing happened"})), [])

    def test_nobody_looks(self):
        """Nothing is sent then: one query is all that a transaction pays."""
        expired = {"partner_id": self.customer.id, "until": fields.Datetime.now() - timedelta(seconds=1)}
        self.env["crmx.timeline.viewer"].create(expired)
        vals = {"partner_id": self.contact.id}
        self.assertEqual(self.notified(lambda: self.env["crmx.interaction"].create(vals), ()), [])
        self.env["crmx.timeline.viewer"]._gc_viewers()
        self.env.invalidate_all()
        self.assertFalse(self.env["crmx.timeline.viewer"].search([]))

    def channels(self, user, names):
        with MockRequest(self.env):
            websocket = self.env["ir.websocket"].with_user(user)
            return websocket._prepare_subscribe_data(names, 0)["channels"]

    def test_listening_needs_the_right_to_read(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        hidden = self.env["res.partner"].create({"name": "Theirs", "company_id": company.id})
        names = [f"crmx.timeline_{partner.id}" for partner in (self.contact, hidden)]
        channels = self.channels(self.seller, [*names, "crmx.timeline_0", "crmx.timeline_x"])
        ours = [channel for channel in channels if isinstance(channel, tuple) and channel[1] == SUBCHANNEL]
        self.assertEqual([partner.id for partner, _name in ours], [self.customer.id])
        self.assertEqual(self.env["crmx.timeline.viewer"].search([]).mapped("partner_id"), self.customer.ids)
        self.assertFalse(set(names) & {channel for channel in channels if isinstance(channel, str)})
        portal = mail_new_test_user(self.env, "tl_portal", groups="base.group_portal")
        self.customer.write({"child_ids": [Command.link(portal.partner_id.id)]})
        channels = self.channels(portal, names)
        self.assertFalse([c for c in channels if isinstance(c, tuple) and c[1] == SUBCHANNEL])

    # -- print ------------------------------------------------------------

    def printed(self, **values):
        wizard = self.as_seller("crmx.history.print").create({"partner_id": self.customer.id, **values})
        action = wizard.action_print()
        self.assertEqual(
            (action["report_name"], action["context"]["active_ids"]), ("crm_extended.history", wizard.ids)
        )
        report = self.env["ir.actions.report"].with_user(self.seller)
        return report._render_qweb_html("crm_extended.history", wizard.ids)[0].decode()

    def test_print(self):
        Interaction = self.env["crmx.interaction"]
        text = "All that was said. " * 30 + "Even this"
        for day, name in (("2026-03-10", "In March"), ("2026-04-10", "In April"), ("2026-05-10", "In May")):
            Interaction.create(
                {"name": name, "partner_id": self.contact.id, "date": f"{day} 10:00:00", "description": text}
            )
        period = {"date_from": "2026-04-01", "date_to": "2026-04-10"}
        html = self.printed(**period)
        self.assertIn("In April", html)
        self.assertNotIn("In March", html)
        self.assertNotIn("In May", html)
        self.assertNotIn("Even this", html)
        self.assertIn("Even this", self.printed(with_text=True, **period))
        self.assertNotIn("In April", self.printed(content="documents", **period))
        with self.assertRaises(ValidationError):
            self.printed(date_from="2026-04-02", date_to="2026-04-01")

    def test_print_shows_what_the_reader_may_see(self):
        html = self.printed()
        self.assertIn(self.order.name, html)
        self.assertNotIn(self.foreign.name, html)

    def test_print_says_when_it_is_cut(self):
        self.env["crmx.interaction"].create([{"partner_id": self.customer.id, "name": "C"}] * 3)
        with patch.object(history, "MAX_EVENTS", 2):
            html = self.printed()
        self.assertIn("Only the newest", html)
        self.assertNotIn("Only the newest", self.printed())
