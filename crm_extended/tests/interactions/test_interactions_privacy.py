import base64
import io
import json
import zipfile

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import TEXT
from .common_base import OneBaseCase


class PrivacyCase(OneBaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls.users["ob_officer"]
        cls.ada = cls.person(
            "Ada Lovelorn",
            parent_id=cls.customer.id,
            email="ada@lovelorn.example",
            phone="+49 30 7654321",
            comment="<p>Likes tea</p>",
        )
        cls.ada.street = "Spree 1"  # his company's address comes with its creation
        cls.Interaction = cls.env["crmx.interaction"]
        cls.with_her = cls.Interaction.create(
            {"partner_id": cls.ada.id, "name": "Her salary", "description": "<p>Secret</p>"}
        )
        cls.took_part = cls.Interaction.create(
            {
                "partner_id": cls.customer.id,
                "person_ids": [Command.set(cls.ada.ids)],
                "name": "Meeting",
                "description": "<p>Said ADA LOVELORN, call +49 30 7654321</p>",
            }
        )
        cls.mentioned = cls.Interaction.create(
            {"partner_id": cls.customer.id, "name": "Mail to ada@lovelorn.example"}
        )
        cls.unrelated = cls.Interaction.create({"partner_id": cls.customer.id, "name": "Other things"})
        cls.file = cls.env["ir.attachment"].create(
            {
                "name": "cv.txt",
                "raw": b"born 1815",
                "res_model": "crmx.interaction",
                "res_id": cls.with_her.id,
            }
        )
        provider = cls.env["crmx.call.provider"].create(
            {"name": "P", "code": "privacy_test", "active": False}
        )
        cls.call = cls.env["crmx.call"].create(
            {
                "provider_id": provider.id,
                "external_id": "1",
                "company_id": cls.env.company.id,
                "date_received": "2026-01-05 10:00:00",
                "number": "+49307654321",
                "normalised": "+49307654321",
                "partner_id": cls.ada.id,
                "talk_seconds": 65,
                "events": [{"from": "+49307654321"}],
            }
        )
        imported = cls.env["crmx.interaction.import"].create(
            {"file": base64.b64encode(b"Date,Subject\n2026-01-31,x\n"), "file_name": "x.csv"}
        )
        cls.row = cls.env["crmx.interaction.import.row"].create(
            {
                "import_id": imported.id,
                "number": 2,
                "kind": "unmatched",
                "reason": "who?",
                "contact": "ada@lovelorn.example",
                "cells": ["2026-01-31", "Ada Lovelorn rang"],
            }
        )

    def request(self, kind, partner=None, user=None):
        return (
            self.env["crmx.privacy.request"]
            .with_user(user or self.officer)
            .create({"kind": kind, "partner_id": (partner or self.ada).id})
        )


@tagged("post_install", "-at_install")
class TestPrivacy(PrivacyCase):
    """What is held about a person is given to him, or forgotten."""

    def test_everything_is_found(self):
        found = self.env["crmx.privacy.holdings"]._find(self.ada)
        self.assertEqual(found["crmx.interaction"], (self.with_her + self.took_part, self.mentioned))
        self.assertEqual(found["crmx.call"][0], self.call)
        self.assertEqual(found["crmx.phone.number"][0], self.ada.crmx_phone_ids)
        self.assertEqual(found["crmx.interaction.import.row"][1], self.row)

    def test_every_model_that_leads_to_partners_is_covered(self):
        """A model of tomorrow too: fields decide, not a list."""
        holdings = self.env["crmx.privacy.holdings"]
        leading = {
            name
            for name, model in self.env.items()
            if name.startswith("crmx.") and model._auto and not model._abstract and not model._transient
            for field in model._fields.values()
            if field.store and field.comodel_name == "res.partner"
        }
        derived = {"crmx.timeline.event", "crmx.timeline.viewer", "crmx.partner.key", "crmx.privacy.request"}
        self.assertLessEqual(leading - derived, set(holdings._models()))
        self.assertIn("crmx.interaction", leading)

    def test_export(self):
        self.env.cr.flush()
        request = self.request("export")
        request.action_export()
        self.assertEqual((request.state, request.user_id), ("done", self.officer))
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(request.file))) as archive:
            names = archive.namelist()
            data = json.loads(archive.read("data.json"))
            page = archive.read("data.html").decode()
            [file] = [name for name in names if name.startswith("files/")]
            self.assertEqual(archive.read(file), b"born 1815")
        text = json.dumps(data, ensure_ascii=False)
        for expected in ("Her salary", "Secret", "Likes tea", "+49 30 7654321", "Mail to ada", "rang"):
            self.assertIn(expected, text)
            self.assertIn(expected, page)
        self.assertNotIn("Other things", text)
        self.assertNotIn(self.customer.name, json.dumps(data["Interaction"]), "others are a number only")
        self.assertTrue(data["History"])
        with self.assertRaisesRegex(UserError, "handled already"):
            request.action_export()

    def test_page_is_safe(self):
        self.with_her.name = "<script>alert(1)</script>"
        request = self.request("export")
        request.action_export()
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(request.file))) as archive:
            self.assertNotIn("<script>", archive.read("data.html").decode())

    def test_forget(self):
        export = self.request("export")
        export.action_export()
        events = self.env["crmx.timeline.event"].search_count([("partner_id", "=", self.ada.id)])
        self.with_her.message_post(body=TEXT)
        request = self.request("forget")
        request.action_forget()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((self.with_her.name, str(self.with_her.description or "")), (False, ""))
        self.assertTrue(self.with_her.exists(), "that there was a contact is no secret")
        self.assertFalse(self.with_her.message_ids)
        self.assertFalse(self.file.exists())
        self.assertFalse(self.took_part.person_ids)
        self.assertIn("Said […], call […]", self.took_part.description)
        self.assertEqual(self.mentioned.name, "Mail to […]")
        self.assertEqual(self.unrelated.name, "Other things")
        self.assertEqual(
            (self.call.number, self.call.partner_id.id, self.call.talk_seconds), (False, False, 65)
        )
        self.assertFalse(self.call.events)
        self.assertFalse(self.row.exists())
        self.assertFalse(self.ada.crmx_phone_ids)
        self.assertEqual(
            (
                self.ada.name,
                self.ada.email,
                self.ada.phone,
                self.ada.street,
                self.ada.comment,
                self.ada.active,
            ),
            (f"Forgotten contact {self.ada.id}", False, False, False, False, False),
        )
        self.assertFalse(self.env["crmx.privacy.holdings"]._find(self.ada).get("crmx.phone.number"))
        self.assertEqual((request.state, request.subject), ("done", "A*** L***"))
        self.assertIn("made anonymous", request.log)
        self.assertNotIn("Lovelorn", f"{request.log}{request.subject}{request.display_name}")
        self.assertEqual(
            (export.subject, export.file), ("A*** L***", False), "the file made for her goes too"
        )
        kept = self.env["crmx.timeline.event"].search_count([("partner_id", "=", self.ada.id)])
        self.assertLessEqual(kept, events)
        self.env.cr.execute(
            "SELECT count(*) FROM crmx_partner_key WHERE partner_id = %s AND value LIKE '%%lovelorn%%'",
            [self.ada.id],
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_forget_what_was_agreed(self):
        """Refusals are kept to, without a name; relations go; the register of debts cannot change."""
        consent = self.env["crmx.consent"].create(
            {
                "partner_id": self.ada.id,
                "channel": "email",
                "status": "refused",
                "source": "Mail of Ada Lovelorn",
            }
        )
        relation = self.env["crmx.relation"].create(
            {
                "left_partner_id": self.ada.id,
                "right_partner_id": self.customer.id,
                "type_id": self.env["crmx.relation.type"].search([], limit=1).id,
            }
        )
        entry = self.env["crmx.receivables.log"].create(
            {
                "kind": "promise_made",
                "res_model": "res.partner",
                "res_id": self.ada.id,
                "partner_id": self.ada.id,
                "data": {"partner": self.ada.name},
            }
        )
        export = self.request("export")
        export.action_export()
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(export.file))) as archive:
            data = json.loads(archive.read("data.json"))
        self.assertIn("Mail of Ada Lovelorn", json.dumps(data, ensure_ascii=False))
        self.assertIn(self.env["crmx.relation"]._description, data)
        request = self.request("forget")
        request.action_forget()
        self.assertEqual((consent.status, consent.source), ("refused", "Mail of […]"))
        self.assertFalse(relation.exists())
        self.assertIn("Ada Lovelorn", entry.data)
        self.assertIn(f"{entry._description}: 1 kept", request.log)
        self.env.flush_all()
        self.assertIsNone(entry._verify(self.env.company)["broken"])

    def test_forget_keeps_what_the_law_wants(self):
        order = self.env["sale.order"].create({"partner_id": self.ada.id})
        order.action_confirm()
        request = self.request("forget")
        request.action_forget()
        self.assertEqual((self.ada.name, self.ada.street), ("Ada Lovelorn", "Spree 1"))
        self.assertEqual((self.ada.email, self.ada.phone, self.ada.comment), (False, False, False))
        self.assertIn("kept for the books", request.log)
        self.assertEqual(order.partner_id, self.ada)
        self.assertEqual(order.state, "sale")

    def test_forget_what_was_merged(self):
        twin = self.person("Ada Lovelorn", email="old@lovelorn.example")
        (twin + self.ada)._crmx_merge(self.ada)
        self.assertTrue(self.ada.crmx_merged_ids)
        self.request("forget").action_forget()
        self.assertFalse(self.env["crmx.merged.partner"].search([("partner_id", "=", self.ada.id)]))

    def test_colleagues_and_own_companies_are_not_forgotten(self):
        for partner, message in (
            (self.users["ob_employee"].partner_id, "is a colleague"),
            (self.env.company.partner_id, "your own company"),
        ):
            with self.assertRaisesRegex(UserError, message):
                self.request("forget", partner=partner, user=self.env.user).action_forget()

    def test_refuse(self):
        request = self.request("forget")
        with self.assertRaisesRegex(UserError, "note"):
            request.action_refuse()
        request.note = "Not who he says he is"
        request.action_refuse()
        self.assertEqual(request.state, "refused")
        self.assertEqual(self.ada.name, "Ada Lovelorn")

    def test_data_of_other_companies(self):
        self.Interaction.create(
            {"partner_id": self.ada.id, "company_id": self.elsewhere.id, "user_id": False}
        )
        for kind in ("export", "forget"):
            with self.assertRaisesRegex(UserError, "may not enter: Elsewhere Ltd"):
                request = self.request(kind)
                getattr(request, f"action_{kind}")()
        self.assertEqual(self.ada.name, "Ada Lovelorn")

    def test_rights(self):
        request = self.request("export")
        for login in ("ob_seller", "ob_accountant", "ob_employee", "ob_portal"):
            with self.assertRaises(AccessError):
                request.with_user(self.users[login]).action_export()
            with self.assertRaises(AccessError):
                self.env["crmx.privacy.request"].with_user(self.users[login]).search([])
        self.ada.company_id = self.elsewhere
        self.assertFalse(
            self.env["crmx.privacy.request"].with_user(self.officer).search([("id", "=", request.id)])
        )

    def test_portal_account_deleted(self):
        user = mail_new_test_user(self.env, "ob_leaver", groups="base.group_portal", name="Leaver")
        partner = user.partner_id
        self.Interaction.create({"partner_id": partner.id})
        user._deactivate_portal_user(request_blacklist=False)
        [request] = self.env["crmx.privacy.request"].search([("partner_id", "=", partner.id)])
        self.assertEqual((request.kind, request.origin, request.state), ("forget", "account", "open"))
        self.assertEqual((request.date_due - request.date_received).days, 30)
        request.action_forget()
        self.assertNotIn("Leaver", partner.name)

    def test_lookup_of_the_host(self):
        """Its add-on comes with the mail; where it was removed there is nothing to extend."""
        if "privacy.lookup.wizard" not in self.env:
            self.assertFalse(hasattr(self.ada, "action_privacy_lookup"))
            return
        wizard = self.env["privacy.lookup.wizard"].create({"name": self.ada.name, "email": self.ada.email})
        wizard.action_lookup()
        found = {(line.res_model, line.res_id) for line in wizard.line_ids}
        self.assertEqual(len(found), len(wizard.line_ids), "each record once")
        expected = {
            *(("crmx.interaction", record.id) for record in self.with_her + self.took_part + self.mentioned),
            ("crmx.call", self.call.id),
            ("crmx.interaction.import.row", self.row.id),
            *(("crmx.phone.number", number.id) for number in self.ada.crmx_phone_ids),
        }
        self.assertLessEqual(expected, found)
        self.assertNotIn(("crmx.interaction", self.unrelated.id), found)
        self.assertFalse([model for model, _id in found if model == "crmx.timeline.event"])


@tagged("post_install", "-at_install")
class TestPrivacyPortal(PrivacyCase, HttpCase):
    def test_ask_and_download(self):
        mail_new_test_user(
            self.env, "ob_ada", password="ob_ada_ob_ada", groups="base.group_portal", partner_id=self.ada.id
        )
        mail_new_test_user(self.env, "ob_eve", password="ob_eve_ob_eve", groups="base.group_portal")
        self.authenticate("ob_ada", "ob_ada_ob_ada")
        self.assertIn("/my/personal_data", self.url_open("/my/security").text)
        page = self.url_open("/my/personal_data")
        self.assertIn("Give the Data", page.text)
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        for _twice in range(2):
            self.url_open("/my/personal_data/request", data={"kind": "export", "csrf_token": token})
        [request] = self.env["crmx.privacy.request"].search([("partner_id", "=", self.ada.id)])
        self.assertEqual((request.kind, request.origin), ("export", "portal"))
        address = f"/my/personal_data/{request.id}"
        request.with_user(self.officer).action_export()
        self.assertEqual(self.url_open(address).status_code, 404, "not before somebody has looked at it")
        request.with_user(self.officer).action_release()
        answer = self.url_open(address)
        self.assertEqual((answer.status_code, answer.headers["Content-Type"]), (200, "application/zip"))
        self.assertTrue(answer.content.startswith(b"PK"))
        self.assertIn(address, self.url_open("/my/personal_data").text)
        self.authenticate("ob_eve", "ob_eve_ob_eve")
        self.assertEqual(self.url_open(address).status_code, 404, "nobody else")
        self.authenticate(None, None)
        self.assertNotEqual(self.url_open(address, allow_redirects=False).status_code, 200)
