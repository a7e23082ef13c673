from datetime import datetime, timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged, users, warmup

from .common import TEXT, TimelineCase


@tagged("post_install", "-at_install")
class TestTimelinePage(TimelineCase):
    """Pages: order, borders, filters, what a line shows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call = cls.env.ref("crm_extended.crmx_interaction_type_call")
        cls.letter = cls.env.ref("crm_extended.crmx_interaction_type_letter")

    def interactions(self, count, **values):
        start = datetime(2026, 1, 1)
        return self.env["crmx.interaction"].create(
            [
                {
                    "name": f"Call {index}",
                    "type_id": self.call.id,
                    "partner_id": self.customer.id,
                    "date": start + timedelta(hours=index),
                    "user_id": self.seller.id,
                    **values,
                }
                for index in range(count)
            ]
        )

    def pages(self, limit, **arguments):
        """All events, page by page."""
        events, cursor, rounds = [], None, 0
        while rounds == 0 or cursor:
            page = self.Ledger.get_page(partner_id=self.customer.id, before=cursor, limit=limit, **arguments)
            self.assertLessEqual(len(page["events"]), limit)
            events += page["events"]
            cursor = page["next"]
            rounds += 1
            self.assertLess(rounds, 100)
        return events

    def test_order_and_borders(self):
        records = self.interactions(25)
        for limit in (1, 7, 25, 30):
            self.assertEqual([event["res_id"] for event in self.pages(limit)], records[::-1].ids, limit)

    def test_same_moment(self):
        """Many events of one moment, each with several persons: every one once, on any page."""
        people = self.env["res.partner"].create(
            [{"name": f"P{i}", "parent_id": self.customer.id} for i in range(3)]
        )
        records = self.interactions(9, date=datetime(2026, 1, 1), person_ids=[Command.set(people.ids)])
        for limit in (1, 2, 4, 9):
            shown = [event["res_id"] for event in self.pages(limit)]
            self.assertEqual(sorted(shown), sorted(records.ids), limit)

    def test_contact_sees_own_company_sees_all(self):
        mine = self.interactions(1, partner_id=self.contact.id)
        theirs = self.interactions(1)
        of_contact = self.Ledger.get_page(partner_id=self.contact.id)["events"]
        of_company = self.Ledger.get_page(partner_id=self.customer.id)["events"]
        self.assertEqual([e["res_id"] for e in of_contact], mine.ids)
        self.assertEqual({e["res_id"] for e in of_company}, set((mine + theirs).ids))

    def test_document(self):
        order = self.env["sale.order"].create({"partner_id": self.contact.id})
        message = order.message_post(body=TEXT, message_type="comment", subtype_xmlid="mail.mt_comment")
        self.interactions(1)
        whole = self.Ledger.get_page(document=("sale.order", order.id))["events"]
        self.assertEqual({e["kind"] for e in whole}, {"quotation", "comment", "call"})
        only = self.Ledger.get_page(document=("sale.order", order.id), filters={"document_only": True})[
            "events"
        ]
        self.assertEqual(
            {(e["model"], e["res_id"]) for e in only},
            {("sale.order", order.id), ("mail.message", message.id)},
        )
        line = next(e for e in only if e["model"] == "mail.message")
        self.assertEqual(line["document"]["name"], order.display_name)
        self.assertEqual(line["snippet"], TEXT)
        self.assertEqual(line["author"], self.env.user.partner_id.display_name)

    def test_filters(self):
        self.interactions(3)
        letter = self.interactions(1, type_id=self.letter.id, direction="in", name="Complaint")
        self.env["sale.order"].create({"partner_id": self.customer.id})

        def found(**filters):
            return [e["kind"] for e in self.pages(2, filters=filters)]

        self.assertEqual(found(kinds=["letter"]), ["letter"])
        self.assertEqual(found(groups=["sale"]), ["quotation"])
        self.assertEqual(found(groups=["sale"], kinds=["letter"]), [])
        self.assertEqual(found(directions=["in"]), ["letter"])
        self.assertEqual(len(found(user_ids=self.seller.ids)), 4)
        self.assertEqual(found(text="plaint"), ["letter"])
        self.assertEqual(len(found(date_from="2026-01-01", date_to="2026-01-01")), 4)
        self.assertEqual(found(date_from="2026-01-02", date_to="2026-01-03"), [])
        self.assertEqual(self.pages(5, filters={"kinds": ["letter"]})[0]["res_id"], letter.id)

    def test_line_of_a_document(self):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.contact.id,
                "invoice_line_ids": [
                    Command.create({"name": "Oil", "price_unit": 80, "tax_ids": [Command.clear()]})
                ],
            }
        )
        invoice.action_post()
        [line] = self.Ledger.get_page(partner_id=self.customer.id, filters={"kinds": ["invoice"]})["events"]
        self.assertEqual(
            (line["title"], line["amount"], line["currency_id"], line["state"], line["partner"]["id"]),
            (invoice.display_name, 80.0, invoice.currency_id.id, "Not Paid", self.contact.id),
        )

    def test_document_is_named_on_what_hangs_on_it_alone(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        message = order.message_post(body="x", message_type="comment", subtype_xmlid="mail.mt_comment")
        events = self.Ledger.get_page(partner_id=self.customer.id)["events"]
        documents = {(e["model"], e["res_id"]): e["document"] for e in events}
        self.assertIsNone(documents[order._name, order.id])
        self.assertEqual(documents[message._name, message.id]["id"], order.id)

    def test_bad_questions(self):
        with self.assertRaises(UserError):
            self.Ledger.get_page()
        for cursor in ("garbage", ["x", "y"], [1, 2], {"a": 1}):
            with self.assertRaises(UserError):
                self.Ledger.get_page(partner_id=self.customer.id, before=cursor)
        self.assertEqual(
            self.Ledger.get_page(document=("res.country", 1)), {"events": [], "next": None, "filled": None}
        )

    def test_row_whose_record_is_gone(self):
        """Deleted behind the ORM's back: not shown, and the nightly check removes it."""
        [kept, gone] = self.interactions(2)
        self.env.cr.flush()
        self.env.cr.execute("DELETE FROM crmx_interaction WHERE id = %s", [gone.id])
        self.env.invalidate_all()
        self.assertEqual([e["res_id"] for e in self.pages(10)], kept.ids)
        self.assertEqual(self.Ledger._remove_orphans("crmx.interaction", 100), 1)

    def mixed_history(self, count):
        """``count`` events each of several sources."""
        for _index in range(count):
            self.customer.message_post(body=TEXT, message_type="comment", subtype_xmlid="mail.mt_comment")
        self.interactions(count)
        self.env["sale.order"].create([{"partner_id": self.customer.id, "user_id": self.seller.id}] * count)
        self.env["crm.lead"].create(
            [{"name": "L", "partner_id": self.customer.id, "user_id": self.seller.id}] * count
        )

    def queries(self, limit):
        self.env.flush_all()
        self.env.cr.flush()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        Ledger = self.env["crmx.timeline.event"].with_user(self.seller)
        page = Ledger.get_page(partner_id=self.customer.id, limit=limit)
        self.assertEqual(len(page["events"]), limit)
        return self.env.cr.sql_log_count - start

    def test_queries_depend_on_sources_not_on_events(self):
        self.mixed_history(2)
        self.queries(8)  # warm the caches of the registry
        few = self.queries(8)
        self.mixed_history(18)
        self.queries(80)
        self.assertLessEqual(self.queries(80), few)
        # four sources on this page: a query for the rows, and a handful a source
        self.assertLessEqual(few, 8 + 8 * 4)

    @users("tl_seller")
    @warmup
    def test_query_count_of_an_empty_history(self):
        partner = self.other.with_user(self.env.user)
        with self.assertQueryCount(tl_seller=5):
            self.env["crmx.timeline.event"].get_page(partner_id=partner.id)
