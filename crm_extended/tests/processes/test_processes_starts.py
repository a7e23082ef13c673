import json
from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import ProcessCase

STEP = {"name": "Look", "performer": "initiator"}


@tagged("post_install", "-at_install")
class TestProcessesStarts(ProcessCase, HttpCase):
    """Runs that begin by the clock, by a mail, and by another program."""

    def of(self, process):
        return self.env["crmx.process.instance"].search([("process_id", "=", process.id)])

    # === THE CLOCK === #

    def tick(self, moment):
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref("crm_extended.ir_cron_process_schedule").method_direct_trigger()
        self.env.invalidate_all()

    def monthly(self, **values):
        return self.process(
            STEP,
            **{
                "starts_by_schedule": True,
                "schedule_period": "months",
                "date_next_start": "2026-01-31 06:00:00",
                "schedule_domain": "[('ref', '=', 'monthly')]",
                **values,
            },
        )

    def test_begins_by_the_clock_on_each_document(self):
        documents = self.env["res.partner"].create([{"name": "A", "ref": "monthly"}] * 3)
        process = self.monthly()
        self.tick("2026-01-31 05:59:00")
        self.assertFalse(self.of(process))
        self.tick("2026-01-31 06:01:00")
        self.assertEqual(sorted(self.of(process).mapped("res_id")), sorted(documents.ids))
        self.assertEqual(self.of(process).initiator_id, self.admin)
        self.assertEqual(process.date_next_start, datetime(2026, 2, 28, 6))
        self.tick("2026-01-31 06:16:00")
        self.assertEqual(len(self.of(process)), 3)
        self.of(process)[0].with_user(self.admin).action_cancel("Done")
        # what was missed is done once; where one goes on, none begins
        self.tick("2026-04-02 06:16:00")
        self.assertEqual(len(self.of(process)), 4)
        self.assertGreater(process.date_next_start, datetime(2026, 4, 2))

    def test_many_documents_in_small_transactions(self):
        self.env["res.partner"].create([{"name": "A", "ref": "monthly"}] * 230)
        process = self.monthly()
        for expected in (100, 200, 230):
            with freeze_time("2026-01-31 06:01:00"):
                self.env["crmx.process"].browse(process.id)._start_round()
            self.assertEqual(len(self.of(process)), expected)
        self.assertEqual(process.date_next_start, datetime(2026, 2, 28, 6))

    @mute_logger("odoo.addons.crm_extended.models.processes.process_schedule")
    def test_a_condition_that_fails_stops_no_others(self):
        self.env["res.partner"].create({"name": "A", "ref": "monthly"})
        broken = self.monthly(schedule_domain="[('no_such_field', '=', 1)]")
        good = self.monthly(name="Good")
        self.tick("2026-02-01 06:01:00")
        self.assertEqual((len(self.of(broken)), len(self.of(good))), (0, 1))
        self.assertGreater(broken.date_next_start, datetime(2026, 2, 1))
        told = self.env["mail.message"].search([("model", "=", "crmx.process"), ("res_id", "=", broken.id)])
        self.assertIn("could not begin", told[0].body)

    def test_says_what_is_missing(self):
        with self.assertRaisesRegex(ValidationError, "next time"):
            self.monthly(date_next_start=False)
        with self.assertRaisesRegex(ValidationError, "at least"):
            self.monthly(schedule_number=0)

    # === A MAIL === #

    def mail(self, message_id="<1@customer.example>", to="gloves@crmx.example.com", **headers):
        lines = {
            "From": "anna@customer.example",
            "To": to,
            "Subject": "Gloves, please",
            "Message-Id": message_id,
            **headers,
        }
        text = "\n".join(f"{name}: {value}" for name, value in lines.items()) + "\n\nTen boxes.\n"
        self.env["mail.thread"].message_process(False, text)

    def by_mail(self):
        domain = self.env["mail.alias.domain"].create({"name": "crmx.example.com"})
        self.env.company.alias_domain_id = domain
        process = self.process(STEP, model_id=self.env["ir.model"]._get_id("crm.lead"))
        process.with_user(self.admin).alias_name = "gloves"
        return process

    def test_begins_by_a_mail_once(self):
        process = self.by_mail()
        for _again in range(2):
            self.mail()
        instance = self.of(process)
        self.assertEqual(len(instance), 1)
        lead = self.env["crm.lead"].browse(instance.res_id)
        self.assertEqual((lead.name, lead.email_from), ("Gloves, please", "anna@customer.example"))
        self.assertIn("Ten boxes", lead.message_ids.mapped("body")[-1] + lead.message_ids.mapped("body")[0])
        self.assertEqual((instance.initiator_id, self.names(instance)), (self.admin, ["Look"]))
        self.mail("<2@customer.example>", From=self.asker.email)
        self.assertEqual(self.of(process)[0].initiator_id, self.asker, "who is a user has begun it himself")

    def test_mail_makes_no_document_that_keeps_none(self):
        process = self.process(STEP, model_id=self.env["ir.model"]._get_id("res.country"))
        with self.assertRaisesRegex(UserError, "keeps no messages"):
            process.with_user(self.admin).alias_name = "countries"

    # === ANOTHER PROGRAM === #

    def webhook(self, **values):
        fields = self.env["ir.model.fields"]
        process = self.process(
            STEP,
            **{
                "starts_by_webhook": True,
                "webhook_key": "event",
                "mapping_ids": [
                    Command.create(
                        {
                            "path": path,
                            "field_id": fields._get("res.partner", name).id,
                            "is_key": name == "ref",
                            "is_required": name == "name",
                        }
                    )
                    for path, name in (
                        ("customer.no", "ref"),
                        ("customer.name", "name"),
                        ("customer.country", "country_id"),
                        ("lines.0.colour", "color"),
                    )
                ],
                **values,
            },
        )
        process.with_user(self.admin).action_new_webhook_token()
        return process

    def tell(self, process, payload=None, body=None, token=None, **headers):
        token = token or process.webhook_token
        return self.url_open(
            f"/crmx/processes/{token}",
            data=json.dumps(payload) if body is None else body,
            headers={"Content-Type": "application/json", **headers},
        )

    def order(self, number="K7", event="e1", **customer):
        customer = {"no": number, "name": "Anna", "country": "Belgium", **customer}
        return {"event": event, "customer": customer, "lines": [{"colour": "4"}]}

    def test_finds_its_document(self):
        self.document.ref = "K7"
        process = self.webhook()
        answer = self.tell(process, self.order())
        self.assertEqual((answer.status_code, answer.json()), (200, {"status": "begun"}), answer.text)
        instance = self.of(process)
        self.assertEqual((instance.res_id, instance.initiator_id), (self.document.id, self.admin))
        self.assertEqual(self.document.name, "Consumables", "what is found is not changed")
        self.assertEqual(self.tell(process, self.order()).json(), {"status": "known"})
        self.assertEqual(self.tell(process, self.order(event="e2")).json(), {"status": "running"})
        answer = self.tell(process, self.order("K8", "e3"))
        self.assertEqual(answer.status_code, 400)
        self.assertIn("No document", answer.json()["reason"])
        self.assertEqual(len(self.of(process)), 1)
        self.assertEqual(process.delivery_ids.mapped("state"), ["refused", "running", "begun"])

    def test_makes_its_document(self):
        process = self.webhook(webhook_creates=True)
        self.assertEqual(self.tell(process, self.order()).json(), {"status": "begun"})
        made = self.env["res.partner"].browse(self.of(process).res_id)
        self.assertEqual(
            (made.ref, made.name, made.country_id, made.color),
            ("K7", "Anna", self.env.ref("base.be"), 4),
        )

    def test_refused_may_come_again(self):
        process = self.webhook(webhook_creates=True)
        answer = self.tell(process, self.order(country="Atlantis"))
        self.assertEqual(
            (answer.status_code, answer.json()["reason"]), (400, "Nothing is called “Atlantis”.")
        )
        self.assertEqual(self.tell(process, self.order()).json(), {"status": "begun"})

    def test_who_may_not(self):
        """Neither a session nor being somebody opens the route without the token of a process that runs."""
        process = self.webhook(webhook_creates=True)
        self.authenticate("crmx_process_admin", "crmx_process_admin")
        for token in ("0" * 32, "x", process.webhook_token + "0", process.webhook_token.upper()):
            self.assertEqual(self.tell(process, self.order(), token=token).status_code, 404)
        before = process.webhook_token
        process.with_user(self.admin).action_new_webhook_token()
        self.assertEqual(self.tell(process, self.order(), token=before).status_code, 404)
        for values in ({"starts_by_webhook": False}, {"active": False}, {"version_id": False}):
            process.write({"starts_by_webhook": True, "active": True, **values})
            self.assertEqual(self.tell(process, self.order()).status_code, 404)
        self.assertFalse(self.of(process))
        self.assertFalse(process.with_user(self.asker).fields_get(["webhook_token", "webhook_url"]))

    def test_limits_and_garbage(self):
        process = self.webhook(webhook_creates=True, webhook_most=3)
        self.assertEqual(self.tell(process, body=b'{"a": "' + b"x" * 300_000 + b'"}').status_code, 413)
        for body in (b" ", b"null", b"[]", b"{", b"[" * 30_000, b"\xff\xfe\x00", b'"text"'):
            self.assertEqual(self.tell(process, body=body).status_code, 400, body[:20])
        self.assertFalse(process.delivery_ids)
        customers = (
            {"name": None},
            {"name": {"first": "Anna"}},
            {"name": "\x00"},
        )
        for number, customer in enumerate(customers):
            answer = self.tell(process, self.order(event=number, **customer))
            self.assertEqual(answer.status_code, 400, answer.text)
        self.assertEqual(self.tell(process, self.order(event="more")).status_code, 429)
        self.assertFalse(self.of(process))

    def test_a_message_without_an_id_counts_once(self):
        process = self.webhook(webhook_creates=True, webhook_key=False)
        self.assertEqual(self.tell(process, self.order()).json()["status"], "begun")
        self.assertEqual(self.tell(process, self.order()).json()["status"], "known")
        headers = {"Idempotency-Key": "other"}
        self.assertEqual(self.tell(process, self.order(), **headers).json()["status"], "running")
        self.assertEqual(self.tell(process, self.order(number="K9"), **headers).json()["status"], "known")

    def test_needs_to_know_which_document(self):
        with self.assertRaisesRegex(ValidationError, "which values"):
            self.webhook(mapping_ids=[])
