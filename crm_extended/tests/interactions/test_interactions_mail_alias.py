import base64
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TEXT, TimelineCase

GATEWAY = "odoo.addons.mail.models.mail_thread"
PLAIN = """\
Return-Path: <{sender}>
From: {sender_header}
To: {to}
Subject: {subject}
Message-Id: <{message_id}>
Date: Mon, 05 Jan 2026 10:30:00 +0300
MIME-Version: 1.0
Content-Type: text/plain; charset="{charset}"
Content-Transfer-Encoding: base64
{more}
{body}
"""


@tagged("post_install", "-at_install")
class TestInteractionMailAlias(TimelineCase):
    """Mail to the company's address becomes an interaction, through the host's gateway."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Interaction = cls.env["crmx.interaction"]
        cls.company = cls.env.company
        domain = cls.env["mail.alias.domain"].create({"name": "us.example"})
        cls.company.alias_domain_id = domain
        cls.company.crmx_interaction_alias_name = "Talk To Us"
        cls.address = "talk-to-us@us.example"
        cls.count = 0

    def receive(self, body="Hello", sender="ada@nordwind.example", subject="Oil", charset="utf-8", **values):
        """Let the gateway process a raw mail.

        :return: the interactions that it made
        """
        type(self).count += 1
        self.message_id = values.pop("message_id", f"{self.count}@nordwind.example")
        raw = PLAIN.format(
            sender=sender,
            sender_header=values.pop("sender_header", sender),
            to=values.pop("to", self.address),
            subject=subject,
            message_id=self.message_id,
            charset=charset,
            more=values.pop("more", ""),
            body=base64.encodebytes(body.encode(charset)).decode(),
        )
        return self.process(raw)

    def process(self, raw):
        before = self.Interaction.search([])
        with mute_logger(GATEWAY):
            self.env["mail.thread"].message_process(None, raw)
        return self.Interaction.search([]) - before

    def test_known_sender(self):
        interaction = self.receive(
            "The delivery was late.", sender_header='"Ada Kern" <ada@nordwind.example>'
        )
        self.assertEqual(
            (interaction.name, interaction.channel, interaction.direction, interaction.partner_id),
            ("Oil", "email", "in", self.contact),
        )
        self.assertEqual(fields.Datetime.to_string(interaction.date), "2026-01-05 07:30:00")
        self.assertEqual(interaction.company_id, self.company)
        self.assertFalse(interaction.user_id, "the gateway has not spoken with anybody")
        message = interaction.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertIn("The delivery was late.", message.body)
        self.assertEqual(message.author_id, self.contact)
        self.assertIn(("email", self.contact.id, self.customer.id), self.rows(interaction))

    def test_encodings(self):
        for charset in ("utf-8", "koi8-r", "windows-1251"):
            subject = f"=?{charset}?B?{base64.b64encode('Вопрос о масле'.encode(charset)).decode()}?="
            with self.subTest(charset=charset):
                interaction = self.receive("Добрый день", subject=subject, charset=charset)
                self.assertEqual(interaction.name, "Вопрос о масле")
                self.assertIn("Добрый день", interaction.message_ids[-1].body)

    def test_attachment(self):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "ada@nordwind.example", self.address, "Contract"
        mail["Message-Id"] = "<contract@nordwind.example>"
        mail["Date"] = format_datetime(fields.Datetime.now())
        mail.set_content("See the attachment")
        mail.add_attachment(b"PDF of old", maintype="application", subtype="pdf", filename="Vertrag Öl.pdf")
        interaction = self.process(mail.as_bytes())
        attachment = interaction.message_ids.attachment_ids
        self.assertEqual((attachment.name, attachment.raw), ("Vertrag Öl.pdf", b"PDF of old"))

    def test_replies_stay_in_the_interaction(self):
        first = self.receive("first")
        self.assertFalse(
            self.receive("second", more=f"In-Reply-To: <{self.message_id}>\n", subject="Re: Oil")
        )
        self.assertEqual(len(first.message_ids.filtered(lambda m: m.message_type == "email")), 2)
        # we answer, and so does the customer
        answer = first.with_user(self.seller).message_post(
            body=TEXT, message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertIn(self.address, answer.reply_to)
        self.assertFalse(self.receive("third", more=f"References: {answer.message_id}\n", subject="Re: Oil"))
        self.assertIn("third", first.message_ids[0].body)

    def test_same_mail_twice(self):
        self.assertTrue(self.receive("once", message_id="same@x.example"))
        self.assertFalse(self.receive("once", message_id="same@x.example"))

    def test_unknown_sender_is_assigned(self):
        first = self.receive(sender="new@fresh.example", sender_header='"Nele New" <new@fresh.example>')
        second = self.receive(sender="new@fresh.example", subject="More")
        similar = self.receive(sender="brand.new@fresh.example", subject="Somebody else")
        self.assertFalse((first + second + similar).partner_id)
        self.assertEqual(first.contact_name, "Nele New")
        action = self.env.ref("crm_extended.crmx_interaction_action_assign")
        queue = self.Interaction.search([("partner_id", "=", False)])
        self.assertLessEqual(first + second + similar, queue)
        self.assertIn("without_partner", action.context)
        opened = first.action_create_contact()
        partner = self.env["res.partner"].browse(opened["res_id"])
        self.assertEqual((partner.name, partner.email), ("Nele New", "new@fresh.example"))
        self.assertEqual((first + second).partner_id, partner)
        self.assertFalse(similar.partner_id)
        self.assertIn(("email", partner.id, partner.id), self.rows(second))

    def test_unknown_sender_is_linked_by_hand(self):
        first, second = self.receive(sender="ada@home.example"), self.receive(sender="ada@home.example")
        first.partner_id = self.contact
        first.action_assign_same()
        self.assertEqual(second.partner_id, self.contact)

    def test_colleague_passes_on_a_copy(self):
        self.seller.partner_id.email = "sam@us.example"
        interaction = self.receive(
            sender="sam@us.example", to=f"Ada <ada@nordwind.example>, {self.address}", subject="Our offer"
        )
        self.assertEqual(
            (interaction.direction, interaction.partner_id, interaction.user_id),
            ("out", self.contact, self.seller),
        )

    def test_clock_ahead(self):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "ada@nordwind.example", self.address, "From tomorrow"
        mail["Message-Id"] = "<tomorrow@nordwind.example>"
        mail["Date"] = format_datetime(fields.Datetime.now() + timedelta(days=1))
        mail.set_content("hi")
        self.assertLessEqual(self.process(mail.as_bytes()).date, fields.Datetime.now())

    def test_loop(self):
        """The host stops a sender who writes again and again; it looks at our address field."""
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 3)
        made = [bool(self.receive(sender="robot@loop.example")) for _index in range(5)]
        self.assertEqual(made, [True, True, True, False, False])
        self.assertTrue(self.receive(sender="ada@nordwind.example"), "others are still heard")

    def test_without_subject(self):
        self.assertEqual(self.receive(subject="").name, "No subject")

    def test_switched_off_and_on(self):
        alias = self.company.crmx_interaction_alias_id
        self.assertEqual((alias.alias_name, alias.alias_full_name), ("talk-to-us", self.address))
        self.company.crmx_use_interactions = False
        self.assertFalse(alias.alias_name)
        with self.assertRaises(ValueError, msg="the gateway tells that nobody is there"):
            self.receive()
        self.company.crmx_use_interactions = True
        self.assertTrue(self.receive())

    def test_each_company_has_its_own(self):
        abroad = self.env["res.company"].create(
            {"name": "Abroad", "crmx_interaction_alias_name": "abroad", "alias_domain_id": False}
        )
        abroad.alias_domain_id = self.company.alias_domain_id
        interaction = self.receive(to="abroad@us.example")
        self.assertEqual(interaction.company_id, abroad)
        self.assertFalse(interaction.with_user(self.seller).has_access("read"))

    def test_settings(self):
        settings = self.env["res.config.settings"].create({"crmx_interaction_alias_name": "hello"})
        settings.execute()
        self.assertEqual(self.company.crmx_interaction_alias_id.alias_full_name, "hello@us.example")
        self.assertTrue(self.receive(to="hello@us.example"))
        with self.assertRaisesRegex(ValidationError, "what stands before the @"):
            self.company.crmx_interaction_alias_name = "hello@us.example"
        self.company.crmx_interaction_alias_name = False
        self.assertFalse(self.company.crmx_interaction_alias_id.alias_name)
