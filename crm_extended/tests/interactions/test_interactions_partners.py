from odoo import Command
from odoo.tests import tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import TEXT, TimelineCase


@tagged("post_install", "-at_install")
class TestTimelinePartners(TimelineCase):
    """Contacts move, partners merge, are deleted, become colleagues."""

    def post(self, record, **values):
        return record.message_post(
            body=TEXT, message_type="comment", subtype_xmlid="mail.mt_comment", **values
        )

    def test_contact_changes_company(self):
        order = self.env["sale.order"].create({"partner_id": self.contact.id})
        grandchild = self.env["res.partner"].create({"name": "Bo", "parent_id": self.contact.id})
        message = self.post(grandchild)
        written = self.post(self.customer, author_id=self.contact.id)
        self.assertEqual(self.row(message).direction, "out")
        self.env.cr.flush()
        self.assertEqual(
            self.Ledger.search(
                [("res_id", "=", written.id), ("partner_id", "=", self.customer.id)]
            ).direction,
            "in",
        )
        self.contact.parent_id = self.other
        self.assertEqual(self.rows(order), [("quotation", self.contact.id, self.other.id)])
        self.assertEqual(self.rows(message), [("comment", grandchild.id, self.other.id)])
        self.Ledger.invalidate_model()
        self.assertEqual(
            self.Ledger.search(
                [("res_id", "=", written.id), ("partner_id", "=", self.customer.id)]
            ).direction,
            "out",
            "who has left the company no longer writes for it",
        )
        self.assertNoDrift()

    def test_contact_becomes_a_company(self):
        message = self.post(self.contact)
        self.contact.is_company = True
        self.assertEqual(self.rows(message), [("comment", self.contact.id, self.contact.id)])

    def test_moving_contacts_costs_the_same_however_many_events(self):
        def move(count, target):
            for _index in range(count):
                self.post(self.contact)
            self.env.cr.flush()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.contact.parent_id = target
            self.env.cr.flush()
            return self.env.cr.sql_log_count - start

        move(2, self.other)  # warm the caches of the registry
        move(2, self.customer)
        first = move(2, self.other)
        self.assertEqual(move(40, self.customer), first)

    def test_merge(self):
        meeting = self.env["calendar.event"].create(
            {
                "name": "Both of them",
                "start": "2026-03-02 09:00:00",
                "stop": "2026-03-02 10:00:00",
                "partner_ids": [Command.set((self.customer + self.other).ids)],
            }
        )
        order = self.env["sale.order"].create({"partner_id": self.other.id})
        message = self.post(self.other)
        contact_message = self.post(self.contact)
        gone = self.customer
        self.env.cr.flush()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (gone + self.other).ids, self.other, extra_checks=False
        )
        self.env.invalidate_all()
        self.assertFalse(gone.exists())
        self.assertEqual(self.rows(meeting), [("meeting", self.other.id, self.other.id)])
        self.assertEqual(self.rows(order), [("quotation", self.other.id, self.other.id)])
        self.assertEqual(self.rows(message), [("comment", self.other.id, self.other.id)])
        self.assertEqual(
            self.rows(contact_message),
            [("comment", self.contact.id, self.other.id)],
            "the contacts of the merged partner come along",
        )
        self.assertNoDrift()

    def test_merge_keeps_messages_of_the_merged(self):
        messages = self.post(self.customer) + self.post(self.customer)
        self.env.cr.flush()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer + self.other).ids, self.other, extra_checks=False
        )
        self.assertEqual(self.rows(messages), [("comment", self.other.id, self.other.id)] * 2)
        page = self.Ledger.get_page(partner_id=self.other.id)
        shown = {line["res_id"] for line in page["events"] if line["model"] == "mail.message"}
        self.assertLessEqual(set(messages.ids), shown)
        self.assertNoDrift()

    def busy(self, count, together):
        """Two companies with so many events each, ``together`` of them with both."""
        companies = self.env["res.partner"].create([{"name": "Left"}, {"name": "Right"}])
        kind = self.env.ref("crm_extended.crmx_interaction_type_visit")
        self.env.cr.execute(
            """WITH talks AS (
                   INSERT INTO crmx_interaction (type_id, channel, direction, date, partner_id, company_id)
                   SELECT %(type)s, 'visit', 'out', now() AT TIME ZONE 'UTC' - n * interval '1 minute',
                       CASE WHEN n <= %(count)s THEN %(left)s ELSE %(right)s END, %(company)s
                     FROM generate_series(1, 2 * %(count)s) AS n
                   RETURNING id, partner_id
               ), persons AS (
                   INSERT INTO crmx_interaction_person_rel (interaction_id, partner_id)
                   SELECT id, %(right)s FROM talks WHERE partner_id = %(left)s ORDER BY id LIMIT %(together)s
               )
               SELECT min(id), max(id) FROM talks""",
            {
                "type": kind.id,
                "count": count,
                "together": together,
                "left": companies[0].id,
                "right": companies[1].id,
                "company": self.env.company.id,
            },
        )
        low, high = self.env.cr.fetchone()
        scope = self.scope(low=low, high=high)
        self.Ledger._append(self.env["crmx.event.source.interaction"], scope)
        # as the database does by itself soon after
        self.env.cr.execute("ANALYZE crmx_interaction, crmx_interaction_person_rel, crmx_timeline_event")
        return companies, scope

    def merge_busy(self, count, together):
        """:return: number of queries that the merge took"""
        companies, scope = self.busy(count, together)
        self.assertEqual(len(self.rows(partner=companies[0])), count)
        self.assertEqual(len(self.rows(partner=companies[1])), count + together)
        queries = self.env.cr.sql_log_count
        self.env["base.partner.merge.automatic.wizard"]._merge(
            companies.ids, companies[1], extra_checks=False
        )
        queries = self.env.cr.sql_log_count - queries
        self.env.invalidate_all()
        self.assertEqual(
            self.rows(partner=companies[1]), [("visit", companies[1].id, companies[1].id)] * (2 * count)
        )
        self.env.cr.execute(
            "SELECT count(*) FROM crmx_timeline_event WHERE %s IN (partner_id, commercial_partner_id)",
            [companies[0].id],
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.assertEqual(self.Ledger._refresh(self.env["crmx.event.source.interaction"], scope), [])
        return queries

    def test_merge_of_a_hundred_thousand_events(self):
        self.merge_busy(2, 1)  # fills the caches of the registry
        few = self.merge_busy(10, 2)
        many = self.merge_busy(50_000, 500)
        # the ORM reads in portions; there is none for each event
        self.assertLessEqual(many, few + 10)

    def test_partner_deleted(self):
        partner = self.env["res.partner"].create({"name": "Passing by"})
        message = self.post(partner)
        self.assertEqual(self.kinds(message), ["comment"])
        partner.unlink()
        self.assertEqual(self.rows(message), [])

    def test_contact_becomes_a_colleague(self):
        message = self.post(self.customer, partner_ids=self.contact.ids)
        self.assertEqual(len(self.rows(message)), 2)
        mail_new_test_user(self.env, "tl_ada", partner_id=self.contact.id, groups="base.group_user")
        self.assertEqual(self.rows(message), [("comment", self.customer.id, self.customer.id)])

    def test_document_deleted_with_all_that_hangs_on_it(self):
        lead = self.env["crm.lead"].create({"name": "L", "partner_id": self.customer.id})
        records = [lead, self.post(lead), lead.activity_schedule("mail.mail_activity_data_todo")]
        self.assertTrue(all(self.rows(record) for record in records))
        lead.unlink()
        self.assertEqual([self.rows(record) for record in records], [[], [], []])
