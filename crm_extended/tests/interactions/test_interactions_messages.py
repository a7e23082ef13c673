from datetime import datetime, timedelta

from odoo import Command
from odoo.tests import tagged

from .common import TEXT, TimelineCase


@tagged("post_install", "-at_install")
class TestTimelineMessages(TimelineCase):
    """What is written on documents, what is planned, whom people meet."""

    def test_message_kinds(self):
        post = self.customer.message_post
        note = post(body=TEXT, message_type="comment", subtype_xmlid="mail.mt_note")
        comment = post(body=TEXT, message_type="comment", subtype_xmlid="mail.mt_comment")
        mail = post(body=TEXT, message_type="email", author_id=self.contact.id, subject="Re: offer")
        sms = post(body=TEXT, message_type="sms")
        self.env.cr.flush()
        self.assertEqual(
            [
                (self.row(m, k).kind, self.row(m, k).direction)
                for m, k in ((note, "note"), (comment, "comment"), (sms, "sms"))
            ],
            [("note", "internal"), ("comment", "out"), ("sms", "out")],
        )
        # the mail is with the company, on whose page it is, and with the contact who wrote it
        self.assertEqual(
            self.rows(mail),
            [
                ("email", self.customer.id, self.customer.id),
                ("email", self.contact.id, self.customer.id),
            ],
        )
        self.assertEqual(
            set(
                self.Ledger.search([("res_model", "=", "mail.message"), ("res_id", "=", mail.id)]).mapped(
                    "direction"
                )
            ),
            {"in"},
        )
        mail.unlink()
        self.assertEqual(self.rows(mail), [])

    def test_tracking_and_private_messages_are_left_out(self):
        lead = self.env["crm.lead"].create({"name": "Two trucks", "partner_id": self.customer.id})
        self.env.cr.flush()
        lead.user_id = self.seller
        self.env.cr.flush()
        lead.message_notify(body=TEXT, partner_ids=self.seller.partner_id.ids)
        self.assertTrue(lead.message_ids.filtered(lambda m: m.message_type == "notification"))
        self.assertTrue(
            self.env["mail.message"].search(
                [
                    ("model", "=", "crm.lead"),
                    ("res_id", "=", lead.id),
                    ("message_type", "=", "user_notification"),
                ]
            )
        )
        self.assertEqual(
            self.rows(
                self.env["mail.message"].search([("model", "=", "crm.lead"), ("res_id", "=", lead.id)])
            ),
            [],
        )

    def test_colleagues_in_mails_have_no_history(self):
        message = self.customer.message_post(
            body=TEXT,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=(self.seller.partner_id + self.other).ids,
        )
        self.assertEqual(
            self.rows(message),
            sorted(
                [
                    ("comment", self.customer.id, self.customer.id),
                    ("comment", self.other.id, self.other.id),
                ]
            ),
        )

    def test_activity_planned_then_done(self):
        activity = self.customer.activity_schedule(
            "mail.mail_activity_data_call", summary="Ask for the order", user_id=self.seller.id
        )
        self.assertEqual(self.kinds(activity), ["planned"])
        self.assertEqual(self.row(activity).date.hour, 12)
        activity.date_deadline += timedelta(days=3)
        self.assertEqual(self.row(activity).date.date(), activity.date_deadline)
        message = activity._action_done(feedback="He agreed")[0]
        self.assertEqual(self.rows(activity), [])
        self.assertEqual(self.rows(message), [("activity", self.customer.id, self.customer.id)])

    def test_activity_deleted(self):
        activity = self.customer.activity_schedule("mail.mail_activity_data_todo")
        self.assertEqual(self.kinds(activity), ["planned"])
        activity.unlink()
        self.assertEqual(self.rows(activity), [])

    def test_meeting(self):
        meeting = self.env["calendar.event"].create(
            {
                "name": "Site visit",
                "start": datetime(2026, 3, 2, 9),
                "stop": datetime(2026, 3, 2, 10),
                "partner_ids": [Command.set((self.contact + self.seller.partner_id).ids)],
            }
        )
        self.assertEqual(self.rows(meeting), [("meeting", self.contact.id, self.customer.id)])
        meeting.write({"start": datetime(2026, 3, 3, 9), "stop": datetime(2026, 3, 3, 10)})
        self.assertEqual(self.row(meeting).date, datetime(2026, 3, 3, 9))
        meeting.partner_ids = [Command.link(self.other.id), Command.unlink(self.contact.id)]
        self.assertEqual(self.rows(meeting), [("meeting", self.other.id, self.other.id)])
        meeting.action_archive()
        self.assertEqual(self.rows(meeting), [])
