from datetime import date

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...models.interactions.relation import VIEWPOINT
from .common_card import CardCase


@tagged("post_install", "-at_install")
class TestRelations(CardCase):
    """Relations are kept once, read from both sides, and survive a merge."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Type = cls.env["crmx.relation.type"]
        cls.director = Type.create(
            {
                "name": "Director of",
                "inverse_name": "Directed by",
                "role": "Director",
                "left_kind": "person",
                "right_kind": "company",
            }
        )
        cls.rival = Type.create({"name": "Competitor of", "is_symmetric": True})
        cls.knows = Type.create({"name": "Influences", "inverse_name": "Listens to"})

    def relate(self, left=None, kind=None, right=None, **values):
        return self.env["crmx.relation"].create(
            {
                "left_partner_id": (left or self.contact).id,
                "type_id": (kind or self.director).id,
                "right_partner_id": (right or self.customer).id,
                **values,
            }
        )

    def sides(self, relation, viewpoint):
        relation = relation.with_context(**{VIEWPOINT: viewpoint.id})
        return relation.own_partner_id, relation.wording, relation.other_partner_id

    def test_read_from_both_sides(self):
        relation = self.relate(right=self.other)
        self.assertEqual(self.sides(relation, self.contact), (self.contact, "Director of", self.other))
        self.assertEqual(self.sides(relation, self.other), (self.other, "Directed by", self.contact))
        self.assertEqual(self.sides(relation, self.customer), (self.contact, "Director of", self.other))
        rival = self.relate(self.customer, self.rival, self.other)
        self.assertEqual(self.sides(rival, self.other), (self.other, "Competitor of", self.customer))
        self.assertEqual(rival.display_name, "Nordwind Logistics Competitor of Southern Traders")

    def test_count_and_list(self):
        relation = self.relate(right=self.other)
        rival = self.relate(self.customer, self.rival, self.other)
        for partner, expected in (
            (self.contact, relation),
            (self.customer, relation + rival),
            (self.other, relation + rival),
        ):
            partner = partner.with_user(self.seller)
            self.assertEqual(partner.crmx_relation_count, len(expected))
            action = partner.action_crmx_open_relations()
            self.assertEqual(self.env["crmx.relation"].search(action["domain"]), expected.sorted())
            self.assertEqual(action["context"][VIEWPOINT], partner.id)
        many = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(20)])
        self.env["crmx.relation"].create(
            [
                {"left_partner_id": p.id, "type_id": self.knows.id, "right_partner_id": self.other.id}
                for p in many
            ]
        )
        few = self.queries(lambda: many[:1].mapped("crmx_relation_count"))
        self.assertEqual(self.queries(lambda: many.mapped("crmx_relation_count")), few)

    def test_on_the_card(self):
        self.relate(date_from="2020-01-01")
        self.relate(right=self.other)
        self.relate(self.customer, self.knows, self.other, date_to="2020-01-01")
        card = self.card()
        [person] = card["who"]["persons"]
        self.assertEqual(person["roles"], ["Director"])
        [line] = card["relations"]["lines"]
        self.assertEqual(
            (line["who"], line["wording"], line["other"]["name"]),
            ("Ada Kern", "Director of", "Southern Traders"),
        )

    def test_kinds(self):
        for left, right in ((self.customer, self.other), (self.contact, self.contact.copy())):
            with self.assertRaises(ValidationError):
                self.relate(left, self.director, right)
        with self.assertRaises(ValidationError):
            self.relate(self.customer, self.knows, self.customer)
        self.relate(self.contact, self.knows, self.contact.copy())
        self.relate(self.customer, self.knows, self.other)

    def test_not_twice(self):
        self.relate(date_from="2020-01-01", date_to="2020-12-31")
        self.relate(date_from="2021-01-01")
        with self.assertRaises(ValidationError):
            self.relate(date_from="2020-12-31", date_to="2020-12-31")
        self.relate(self.customer, self.rival, self.other)
        with self.assertRaises(ValidationError):
            self.relate(self.other, self.rival, self.customer, date_from="2024-01-01")
        self.relate(self.customer, self.knows, self.other)
        self.relate(self.other, self.knows, self.customer)

    def test_not_twice_in_the_database(self):
        """Two people may enter it at the same moment."""
        self.relate(self.customer, self.rival, self.other)
        for left, right in ((self.customer, self.other), (self.other, self.customer)):
            with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.env.cr.savepoint():
                self.env.cr.execute(
                    "INSERT INTO crmx_relation (left_partner_id, type_id, right_partner_id, is_symmetric)"
                    " VALUES (%s, %s, %s, TRUE)",
                    (left.id, self.rival.id, right.id),
                )

    def test_current(self):
        past = self.relate(date_to="2020-01-01")
        now = self.relate(date_from="2020-01-02")
        ours = [("id", "in", (past + now).ids)]
        Relation = self.env["crmx.relation"]
        self.assertEqual(Relation.search([*ours, ("is_current", "=", True)]), now)
        self.assertEqual(Relation.search([*ours, ("is_current", "=", False)]), past)
        self.assertEqual((past + now).mapped("is_current"), [False, True])

    def test_rights(self):
        relation = self.relate()
        self.assertTrue(relation.with_user(self.seller).has_access("write"))
        for user in (self.employee, self.portal):
            with self.assertRaises(AccessError):
                relation.with_user(user).check_access("read")
        ours = self.relate(right=self.other, company_id=self.company.id)
        theirs = self.env["crmx.relation"].with_user(self.foreigner)
        self.assertEqual(theirs.search([("id", "in", (relation + ours).ids)]).ids, relation.ids)
        self.customer.company_id = self.company
        self.assertFalse(theirs.search([("id", "in", relation.ids)]), "of a partner that they do not see")

    def test_form(self):
        with Form(self.env["crmx.relation"].with_user(self.seller)) as form:
            form.left_partner_id = self.contact
            form.type_id = self.director
            form.right_partner_id = self.other
        self.assertEqual(form.record.wording, "Director of")

    # -- merge ------------------------------------------------------------

    def merge(self, sources, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((sources | target).ids, target)

    def test_merge(self):
        twin = self.env["res.partner"].create({"name": "Nordwind", "is_company": True})
        left = self.relate(right=twin, date_from="2020-01-01", date_to="2021-01-01")
        kept = self.relate(date_from="2020-06-01")
        rivals = self.relate(twin, self.rival, self.other) + self.relate(
            self.other, self.rival, self.customer
        )
        among = self.relate(twin, self.knows, self.customer)
        only = self.relate(self.other, self.knows, twin)
        self.env.flush_all()
        self.merge(twin, self.customer)
        self.env.invalidate_all()
        self.assertFalse(among.exists())
        [one] = (left + kept).exists()
        self.assertEqual(
            (one.right_partner_id, one.date_from, one.date_to), (self.customer, date(2020, 1, 1), False)
        )
        self.assertEqual(len(rivals.exists()), 1)
        self.assertEqual(only.right_partner_id, self.customer)

    def test_merge_keeps_rhythm_and_consent(self):
        twin = self.env["res.partner"].create({"name": "Nordwind", "is_company": True})
        twin.crmx_tier_id = self.tier
        for partner, status in ((twin, "given"), (self.customer, "refused")):
            self.env["crmx.consent"].create({"partner_id": partner.id, "status": status, "source": "x"})
        rule = self.rule("always")
        for partner in (twin, self.customer):
            self.env["crmx.recommendation"].create(
                {
                    "rule_id": rule.id,
                    "partner_id": partner.id,
                    "user_id": self.env.uid,
                    "company_id": self.company.id,
                    "outcome": "accepted",
                }
            )
        self.env.flush_all()
        self.merge(twin, self.customer)
        self.env.invalidate_all()
        self.assertEqual(self.customer.crmx_tier_id, self.tier)
        self.assertEqual(sorted(self.customer.crmx_consent_ids.mapped("status")), ["given", "refused"])
        count = self.env["crmx.recommendation"].search_count([("partner_id", "=", self.customer.id)])
        self.assertEqual(count, 2)

    def test_deleted_with_the_partner(self):
        person = self.env["res.partner"].create({"name": "Gone"})
        relation = self.relate(person, right=self.other)
        self.env["crmx.consent"].create({"partner_id": person.id, "source": "x"})
        person.write({"child_ids": [Command.clear()]})
        person.unlink()
        self.assertFalse(relation.exists())
