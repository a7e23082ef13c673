from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import TEXT, TimelineCase


@tagged("post_install", "-at_install")
class TestMerge(TimelineCase):
    """Partners become one: everything comes along, nothing is lost, and what cannot be is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller.group_ids += cls.env.ref("base.group_partner_manager")
        cls.Merged = cls.env["crmx.merged.partner"]

    def merge(self, *sources, into=None, choices=None, user=None):
        target = into or self.other
        partners = self.env["res.partner"].concat(*sources) | target
        kept = partners.with_user(user or self.seller)._crmx_merge(target, choices)
        self.env.flush_all()
        self.env.invalidate_all()
        return kept.sudo()

    def assertRefused(self, message, *sources, into=None, user=None):
        before = self.env["res.partner"].search_count([("active", "in", (True, False))])
        with self.assertRaisesRegex(UserError, message):
            self.merge(*sources, into=into, user=user)
        self.assertEqual(self.env["res.partner"].search_count([("active", "in", (True, False))]), before)

    # -- what comes along -------------------------------------------------

    def test_everything_comes_along(self):
        gone, target = self.customer, self.other
        message = gone.message_post(body=TEXT, message_type="comment", subtype_xmlid="mail.mt_comment")
        activity = gone.activity_schedule("mail.mail_activity_data_todo", summary="Call")
        file = self.env["ir.attachment"].create(
            {"name": "a.txt", "raw": b"a", "res_model": "res.partner", "res_id": gone.id}
        )
        rating = self.env["rating.rating"].create(
            {"res_model_id": self.env["ir.model"]._get_id("res.partner"), "res_id": gone.id}
        )
        interaction = self.env["crmx.interaction"].create(
            {"partner_id": gone.id, "person_ids": [Command.set(self.contact.ids)]}
        )
        about = self.env["crmx.interaction.document"].create(
            {"interaction_id": interaction.id, "res_model": "res.partner", "res_id": gone.id}
        )
        number = self.env["crmx.phone.number"].create({"partner_id": gone.id, "number": "+49 30 1234567"})
        order = self.env["sale.order"].create({"partner_id": gone.id})
        self.merge(gone)
        self.assertFalse(gone.exists())
        self.assertEqual(
            (message.res_id, activity.res_id, file.res_id, rating.res_id, about.res_id), (target.id,) * 5
        )
        self.assertEqual(
            (interaction.partner_id, order.partner_id, number.partner_id, self.contact.parent_id),
            (target,) * 4,
        )
        self.assertEqual(self.rows(order), [("quotation", target.id, target.id)])
        self.assertEqual(self.rows(message), [("comment", target.id, target.id)])
        self.assertNoDrift()

    def test_rows_that_collide_go_alone(self):
        """The host deletes all rows of a table as soon as one collides."""
        lead, other_lead = self.env["crm.lead"].create([{"name": "One"}, {"name": "Two"}])
        lead.message_subscribe((self.customer + self.other).ids)
        other_lead.message_subscribe(self.customer.ids)
        self.customer.message_subscribe((self.contact + self.seller.partner_id).ids)
        self.other.message_subscribe(self.contact.ids)
        self.merge(self.customer)
        self.assertIn(self.other, lead.message_partner_ids)
        self.assertIn(self.other, other_lead.message_partner_ids, "did not collide")
        self.assertLessEqual(self.contact + self.seller.partner_id, self.other.message_partner_ids)

    def test_messages_among_the_merged_come_from_the_customer(self):
        message = self.other.message_post(
            body=TEXT,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.contact.id,
        )
        self.env.cr.flush()
        row = self.Ledger.search([("res_id", "=", message.id), ("partner_id", "=", self.other.id)])
        self.assertEqual(row.direction, "out")
        self.merge(self.customer)
        row.invalidate_recordset()
        self.assertEqual(row.direction, "in")
        self.assertNoDrift()

    def test_values_and_choices(self):
        self.customer.write({"phone": "+49 30 1", "ref": "A", "website": "https://a.example", "city": "Kiel"})
        self.other.write({"ref": "B", "city": "Bonn"})
        self.merge(self.customer, choices={"city": self.customer.id, "name": self.customer.id})
        self.assertEqual(
            (self.other.ref, self.other.city, self.other.name, self.other.phone),
            ("B", "Kiel", "Nordwind Logistics", "+49 30 1"),
        )
        third = self.env["res.partner"].create({"name": "Third"})
        with self.assertRaisesRegex(UserError, "commercial_partner_id"):
            self.merge(third, choices={"commercial_partner_id": self.other.id})
        with self.assertRaisesRegex(UserError, "not valid"):
            self.merge(third, choices={"city": self.contact.id})

    def test_loser_remains_readable(self):
        self.customer.write({"phone": "+49 30 1234567", "comment": "<p>Rings <b>twice</b></p>"})
        [gone] = self.merge(self.customer)
        self.assertEqual(
            (gone.name, gone.old_id, gone.partner_id, gone.user_id),
            ("Nordwind Logistics", self.customer.id, self.other, self.seller),
        )
        content = gone.with_user(self.seller).content
        self.assertIn("+49 30 1234567", content)
        self.assertIn("twice", content)
        self.assertIn("Ada Kern", content)
        note = self.other.message_ids[:1]
        self.assertIn("Nordwind Logistics", note.body)
        self.assertIn(self.seller.name, note.body)
        self.assertIn(str(gone.old_id), note.body)
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))

    def test_merged_twice(self):
        third = self.env["res.partner"].create({"name": "Third", "is_company": True})
        [first] = self.merge(self.customer)
        self.merge(self.other, into=third)
        self.assertEqual(
            self.Merged.search([("partner_id", "=", third.id)]).mapped("name"),
            [
                "Southern Traders",
                "Nordwind Logistics",
            ],
        )
        self.assertTrue(first.exists())

    def test_more_than_three(self):
        others = self.env["res.partner"].create([{"name": f"Twin {i}", "is_company": True} for i in range(6)])
        posted = [
            twin.message_post(body=twin.name, message_type="comment", subtype_xmlid="mail.mt_comment")
            for twin in others
        ]
        kept = self.merge(*others)
        self.assertEqual(len(kept), 6)
        self.assertFalse(others.exists())
        self.assertEqual({message.res_id for message in posted}, {self.other.id})
        self.assertNoDrift()
        crowd = self.env["res.partner"].create([{"name": f"Crowd {i}"} for i in range(12)])
        self.assertRefused("at most 12", *crowd)

    def test_pairs_follow(self):
        third, fourth = self.env["res.partner"].create([{"name": "T"}, {"name": "F"}])
        low, high = self.customer, self.other
        make = self.env["crmx.duplicate"].create
        inside = make({"partner_id": low.id, "other_id": high.id, "score": 90})
        rejected = make({"partner_id": low.id, "other_id": third.id, "state": "rejected"})
        again = make({"partner_id": high.id, "other_id": third.id, "score": 60})
        last = make({"partner_id": low.id, "other_id": fourth.id, "score": 55})
        self.merge(low, into=high)
        self.assertEqual((inside.state, inside.partner_id, inside.other_id.id), ("merged", high, False))
        self.assertEqual(inside.user_id, self.seller)
        self.assertFalse(again.exists())
        self.assertEqual((rejected.partner_id, rejected.other_id), (high, third))
        self.assertEqual((last.partner_id, last.other_id, last.state), (high, fourth, "review"))

    def test_person_into_a_person_of_a_company(self):
        """Contacts that come along belong to the company of the one who stays."""
        head = self.env["res.partner"].create({"name": "Ada K."})
        below = self.env["res.partner"].create({"name": "Her assistant", "parent_id": head.id})
        message = below.message_post(body=TEXT, message_type="comment", subtype_xmlid="mail.mt_comment")
        self.merge(head, into=self.contact)
        self.assertEqual(below.commercial_partner_id, self.customer)
        self.assertEqual(self.rows(message), [("comment", below.id, self.customer.id)])

    def test_statements_do_not_grow_with_the_history(self):
        def cost(count):
            one, two = self.env["res.partner"].create([{"name": "One"}, {"name": "Two"}])
            for _number in range(count):
                one.message_post(body=TEXT, message_type="comment", subtype_xmlid="mail.mt_comment")
            self.env["crmx.interaction"].create([{"partner_id": one.id} for _number in range(count)])
            self.env.cr.flush()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.merge(one, into=two)
            return self.env.cr.sql_log_count - start

        cost(1)
        few = cost(1)
        self.assertLessEqual(cost(30), few)

    # -- what cannot be ------------------------------------------------------

    def test_company_and_its_contact(self):
        self.assertRefused(
            "“Ada Kern” is a contact of “Nordwind Logistics”", self.contact, into=self.customer
        )

    def test_two_user_accounts(self):
        one = mail_new_test_user(self.env, "mg_one", groups="base.group_portal", name="One")
        two = mail_new_test_user(self.env, "mg_two", groups="base.group_portal", name="Two")
        two.active = False
        self.assertRefused("mg_one, mg_two", one.partner_id, into=two.partner_id)

    def test_address_of_an_account_stays(self):
        """Else whoever may merge could have the password of another sent to himself."""
        user = mail_new_test_user(self.env, "mg_one", groups="base.group_portal", email="one@mg.example")
        other = self.env["res.partner"].create({"name": "Trap", "email": "trap@mg.example"})
        self.assertRefused("user account mg_one", other, into=user.partner_id)
        self.assertRefused("user account mg_one", user.partner_id, into=other)
        other.email = user.email
        self.merge(user.partner_id, into=other)
        self.assertEqual(user.partner_id, other)

    def test_own_company(self):
        self.assertRefused("address of your company", self.env.company.partner_id, user=self.env.user)

    def test_companies(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        admin = self.env.user
        self.customer.company_id, self.other.company_id = self.env.company, elsewhere
        self.assertRefused("different companies: .*Elsewhere", self.customer, user=admin)
        self.customer.company_id = False
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        self.assertRefused(f"Elsewhere only.*{order.name}", self.customer, user=admin)
        self.other.company_id = False
        self.merge(self.customer, user=admin)
        self.assertEqual(order.partner_id, self.other)

    def test_secured_entries(self):
        company = self.env.company
        if not company.chart_template:
            self.env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
        account = self.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "in", company.ids)], limit=1
        )
        journal = self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", company.id)], limit=1
        )
        line = {"account_id": account.id, "partner_id": self.customer.id}
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "line_ids": [
                    Command.create({**line, "debit": 5.0}),
                    Command.create({**line, "credit": 5.0}),
                ],
            }
        )
        move.action_post()
        move.inalterable_hash = "$4$abc"
        self.assertRefused(f"secured against change, such as {move.name}", self.customer)
        self.merge(self.other, into=self.customer)
        self.assertFalse(self.other.exists())

    def test_rights(self):
        employee = mail_new_test_user(self.env, "mg_emp", groups="base.group_user")
        accountant = mail_new_test_user(self.env, "mg_acc", groups="account.group_account_readonly")
        for user in (employee, accountant):
            with self.assertRaises(AccessError):
                self.merge(self.customer, user=user)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.customer.company_id = self.env.company
        foreigner = mail_new_test_user(
            self.env,
            "mg_far",
            groups="base.group_partner_manager,base.group_user",
            company_id=elsewhere.id,
            company_ids=[elsewhere.id],
        )
        with self.assertRaises(AccessError):
            self.merge(self.customer, user=foreigner)
        self.assertTrue(self.customer.exists())

    def test_who_comes_second_is_told(self):
        self.merge(self.customer)
        with self.assertRaisesRegex(
            UserError, "“Nordwind Logistics” was merged into “Southern Traders” by Sam"
        ):
            self.merge(self.customer)
        third = self.env["res.partner"].create({"name": "T"})
        third.unlink()
        with self.assertRaisesRegex(UserError, "deleted meanwhile"):
            self.merge(third)

    # -- on the screen -----------------------------------------------------

    def test_wizard(self):
        self.customer.write({"phone": "+49 30 1234567", "city": "Kiel"})
        self.other.write({"city": "Bonn"})
        self.env["crmx.interaction"].create({"partner_id": self.other.id})
        self.env.cr.flush()
        action = (self.customer + self.other).with_user(self.seller).crmx_action_merge()
        wizard = self.env["crmx.partner.merge"].with_user(self.seller).with_context(**action["context"])
        with Form(wizard) as form:
            self.assertEqual(form.target_id, self.other, "he has more history")
            rows = {row["name"]: row["values"] for row in form.comparison["fields"]}
        columns = [column["id"] for column in form.comparison["partners"]]
        self.assertEqual(columns, [self.customer.id, self.other.id])
        self.assertEqual(rows["city"], ["Kiel", "Bonn"])
        self.assertNotIn("company_type", rows)
        record = form.record
        record.choices = {"city": self.customer.id}
        result = record.action_merge()
        self.assertEqual(result["res_id"], self.other.id)
        self.assertEqual((self.other.city, self.other.phone), ("Kiel", "+49 30 1234567"))
        with self.assertRaisesRegex(UserError, "from two to 12"):
            self.other.crmx_action_merge()

    def test_pairs_from_the_queue(self):
        third, fourth = self.env["res.partner"].create([{"name": "T"}, {"name": "F"}])
        make = self.env["crmx.duplicate"].create
        one = make({"partner_id": self.customer.id, "other_id": self.other.id})
        two = make({"partner_id": self.other.id, "other_id": third.id})
        three = make({"partner_id": third.id, "other_id": fourth.id})
        action = (one + two).action_merge()
        self.assertEqual(
            set(action["context"]["default_partner_ids"]), {self.customer.id, self.other.id, third.id}
        )
        far = make({"partner_id": self.contact.id, "other_id": fourth.id, "state": "rejected"})
        self.assertEqual(len((one + two + three + far).action_merge()["context"]["default_partner_ids"]), 5)
        with self.assertRaisesRegex(UserError, "nothing in common"):
            (one + three).action_merge()
