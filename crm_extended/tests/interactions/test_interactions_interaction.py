from datetime import datetime

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import TimelineCase


@tagged("post_install", "-at_install")
class TestInteraction(TimelineCase):
    """The record of a contact: defaults, matter, documents, next step, rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Interaction = cls.env["crmx.interaction"]
        cls.call = cls.env.ref("crm_extended.crmx_interaction_type_call")
        cls.letter = cls.env.ref("crm_extended.crmx_interaction_type_letter")

    def test_form_defaults_by_type(self):
        form = Form(self.Interaction.with_user(self.seller))
        self.assertEqual(form.type_id, self.call)
        self.assertAlmostEqual(form.duration, 5 / 60)
        form.partner_id = self.customer
        form.type_id = self.env.ref("crm_extended.crmx_interaction_type_web")
        self.assertEqual((form.direction, form.duration), ("in", 0.0))
        interaction = form.save()
        self.assertEqual(interaction.user_id, self.seller)
        self.assertEqual(interaction.date_end, interaction.date)
        self.assertEqual(interaction.display_name, "Web form: Nordwind Logistics")

    def test_duration_and_end(self):
        interaction = self.Interaction.create(
            {"type_id": self.call.id, "date": datetime(2026, 1, 1, 9), "duration": 0.75}
        )
        self.assertEqual(interaction.date_end, datetime(2026, 1, 1, 9, 45))
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.env.cr.savepoint():
            interaction.duration = -1
            interaction.flush_recordset()

    def test_matter(self):
        first = self.Interaction.create({"name": "Broken pump", "partner_id": self.customer.id})
        action = first.action_follow_up()
        second = self.Interaction.with_context(**action["context"]).create({})
        third = self.Interaction.create({"parent_id": second.id})
        self.assertEqual((second.name, second.partner_id), ("Broken pump", self.customer))
        self.assertFalse(first.matter_id)
        self.assertEqual((second + third).matter_id, first)
        self.assertEqual((first + second + third).mapped("matter_count"), [3, 3, 3])
        self.assertEqual(
            self.Interaction.search(third.action_open_matter()["domain"]), third + second + first
        )
        with self.assertRaises(ValidationError):
            first.parent_id = third

    def test_documents(self):
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "user_id": self.env.ref("base.user_admin").id}
        )
        interaction = self.Interaction.create(
            {
                "partner_id": self.customer.id,
                "document_ids": [Command.create({"reference": f"sale.order,{order.id}"})],
            }
        )
        link = interaction.document_ids
        self.assertEqual((link.res_model, link.res_id, link.reference), ("sale.order", order.id, order))
        self.assertFalse(
            link.with_user(self.seller).reference, "the order of a colleague has no name for him"
        )
        with self.assertRaises(AccessError):
            self.Interaction.with_user(self.seller).create(
                {"document_ids": [Command.create({"reference": f"sale.order,{order.id}"})]}
            )
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            interaction.document_ids = [Command.create({"reference": f"sale.order,{order.id}"})]
        models = dict(link._selection_models())
        self.assertIn("sale.order", models)
        self.assertIn("account.move", models)
        self.assertNotIn("discuss.channel", models)

    def test_next_activity(self):
        interaction = self.Interaction.create(
            {
                "partner_id": self.customer.id,
                "next_step": "activity",
                "next_summary": "Send the contract",
                "next_date": datetime(2026, 5, 4, 9),
                "next_user_id": self.seller.id,
            }
        )
        activity = interaction.activity_ids
        self.assertEqual(
            (activity.summary, activity.user_id, str(activity.date_deadline)),
            ("Send the contract", self.seller, "2026-05-04"),
        )
        self.assertEqual(
            (interaction.next_res_model, interaction.next_res_id), ("mail.activity", activity.id)
        )
        interaction.write({"next_step": "activity", "next_summary": "again"})
        self.assertEqual(interaction.activity_ids, activity, "a next step is created once")

    def test_next_meeting_and_opportunity(self):
        meeting, opportunity = self.Interaction.create(
            [
                {
                    "partner_id": self.customer.id,
                    "person_ids": [Command.set(self.contact.ids)],
                    "next_step": "meeting",
                    "next_summary": "Show the site",
                    "next_date": datetime(2026, 5, 4, 9),
                },
                {
                    "name": "Wants a fleet",
                    "partner_id": self.customer.id,
                    "next_step": "opportunity",
                },
            ]
        )
        event = self.env["calendar.event"].browse(meeting.next_res_id)
        self.assertEqual(
            (event.name, event.start, event.stop),
            ("Show the site", datetime(2026, 5, 4, 9), datetime(2026, 5, 4, 10)),
        )
        self.assertLessEqual(self.customer + self.contact, event.partner_ids)
        lead = self.env["crm.lead"].browse(opportunity.next_res_id)
        self.assertEqual((lead.name, lead.partner_id), ("Wants a fleet", self.customer))
        self.assertEqual(opportunity.action_open_next_step()["res_id"], lead.id)

    def test_next_step_needs_a_date(self):
        with self.assertRaises(ValidationError):
            self.Interaction.create({"next_step": "meeting"})

    def test_rights(self):
        colleague = mail_new_test_user(self.env, "tl_second", groups="sales_team.group_sale_salesman")
        manager = mail_new_test_user(self.env, "tl_boss", groups="crm_extended.group_interactions_manager")
        plain = mail_new_test_user(self.env, "tl_none", groups="base.group_user")
        own = self.Interaction.with_user(self.seller).create({"partner_id": self.customer.id})
        self.assertTrue(own.with_user(colleague).has_access("read"))
        with self.assertRaises(AccessError):
            own.with_user(colleague).name = "taken"
        own.colleague_ids = colleague
        own.with_user(colleague).name = "shared"
        own.with_user(manager).name = "corrected"
        with self.assertRaises(AccessError):
            own.with_user(plain).read(["name"])
        with self.assertRaises(AccessError):
            own.type_id.with_user(self.seller).name = "Telephone"
        own.type_id.with_user(manager).name = "Telephone"

    def test_other_company(self):
        abroad = self.env["res.company"].create({"name": "Abroad"})
        stranger = mail_new_test_user(
            self.env,
            "tl_stranger",
            groups="crm_extended.group_interactions_manager",
            company_id=abroad.id,
            company_ids=[Command.set(abroad.ids)],
        )
        here = self.Interaction.create({"partner_id": self.customer.id})
        self.assertFalse(here.with_user(stranger).has_access("read"))
        self.assertNotIn(here, self.Interaction.with_user(stranger).search([]))

    def test_thousand_interactions_cost_queries_of_one(self):
        def queries(count):
            self.env.flush_all()
            self.env.cr.flush()
            start = self.env.cr.sql_log_count
            self.Interaction.create(
                [
                    {
                        "partner_id": self.customer.id,
                        "type_id": self.letter.id,
                        "person_ids": [Command.set(self.contact.ids)],
                    }
                    for _index in range(count)
                ]
            )
            self.env.cr.flush()
            return self.env.cr.sql_log_count - start

        queries(1)
        self.assertLessEqual(queries(200), queries(2) + 4)
