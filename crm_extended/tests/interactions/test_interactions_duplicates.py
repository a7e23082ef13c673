from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users, warmup
from odoo.tools import mute_logger

from .common_base import OneBaseCase

PROGRESS = "odoo.addons.crm_extended.models.interactions.duplicate_progress"
CRON = "crm_extended.ir_cron_duplicates"


@tagged("post_install", "-at_install")
class TestDuplicates(OneBaseCase):
    """Who is the same as whom, by what, and how sure."""

    def reasons(self, one, other):
        found = self.search_pairs(one, other)
        return found.get((min(one, other, key=lambda p: p.id), max(one, other, key=lambda p: p.id)), (0, ""))[
            1
        ]

    def test_name_in_any_form(self):
        for name in (
            "Zibbelmoor Kraeutlager",
            "ZIBBELMOOR KRÄUTLAGER GMBH",
            "Kräutlager Zibbelmoor",
            "Zibbelmoor Krautlager AG",
            "Zibelmoor Kräutlager GmbH",
        ):
            with self.subTest(name=name):
                other = self.company(name)
                self.assertIn(self.reasons(self.customer, other), ("name", "like"))
                other.unlink()

    def test_other_names_are_others(self):
        for name in ("Zibbelmeer Reederei GmbH", "Kräutlager Bremen GmbH", "GmbH & Co. KG", "Zibb"):
            with self.subTest(name=name):
                self.assertEqual(self.reasons(self.customer, self.company(name)), "")

    def test_phone_in_any_notation(self):
        self.customer.phone = "+49 30 1234567"
        other = self.company("Something Else", country_id=self.germany.id, phone="030/1234567")
        self.assertEqual(self.reasons(self.customer, other), "phone")
        other.phone = "0049 (0)30 1234567"
        self.assertEqual(self.reasons(self.customer, other), "phone")
        other.phone = False
        self.assertEqual(self.search_pairs(other), {}, "who no longer shares anything leaves the queue")
        self.env["crmx.phone.number"].create({"partner_id": other.id, "number": "00493012345 67"})
        self.assertEqual(self.reasons(self.customer, other), "phone")

    def test_mail_address(self):
        self.customer.email = "Office@Watt.example"
        other = self.company("Something Else", email='"The Office" <office@watt.EXAMPLE>')
        self.assertEqual(self.reasons(self.customer, other), "email")
        robot = self.company("Robots", email="noreply@watt.example")
        self.customer.email = "noreply@watt.example"
        self.assertEqual(self.reasons(self.customer, robot), "")

    def test_tax_number(self):
        self.customer.vat = "DE136695976"
        other = self.company("Something Else", country_id=self.germany.id, vat="136695976")
        self.assertEqual(self.reasons(self.customer, other), "tax")
        self.assertEqual(self.pairs(other)[self.customer, other][0], 90)

    def test_bank_account(self):
        number = "DE89 3704 0044 0532 0130 00"
        self.customer.bank_ids = [Command.create({"acc_number": number})]
        other = self.company("Something Else")
        account = self.env["res.partner.bank"].create(
            {"partner_id": other.id, "acc_number": number.replace(" ", "").lower()}
        )
        self.assertEqual(self.reasons(self.customer, other), "bank")
        account.unlink()
        self.assertEqual(self.reasons(self.customer, other), "")

    def test_different_tax_numbers_speak_against_it(self):
        self.customer.vat = "DE136695976"
        other = self.company(self.customer.name, country_id=self.germany.id, vat="DE811128135")
        self.assertEqual(self.reasons(self.customer, other), "", "26 of 100 is not worth a look")

    def test_persons(self):
        ada = self.person("Ada Kern")
        eve = self.person("Kern, Ada")
        self.assertEqual(self.reasons(ada, eve), "", "many people are called the same")
        (ada | eve).parent_id = self.customer
        self.assertEqual(self.reasons(ada, eve), "name", "in one company they are one")
        bo = self.person("Bo Berg", parent_id=self.customer.id, phone="+49 30 1234567")
        ada.phone = bo.phone
        self.assertEqual(self.reasons(ada, bo), "", "colleagues share a telephone")

    def test_company_and_its_people_are_no_pair(self):
        owner = self.person(self.customer.name, parent_id=self.customer.id, email="a@watt.example")
        self.customer.email = "a@watt.example"
        self.assertEqual(self.reasons(self.customer, owner), "")

    def test_colleagues_companies_and_archived_are_no_pair(self):
        colleague = self.users["ob_employee"].partner_id
        colleague.email = "one.of.us@base.example"
        twin = self.person(colleague.name, email=colleague.email)
        own = self.env.company.partner_id
        other = self.company(own.name)
        gone = self.company(self.customer.name, active=False)
        self.assertEqual(self.search_pairs(colleague, twin, own, other, gone, self.customer), {})

    def test_partners_of_different_companies_are_no_pair(self):
        self.customer.company_id = self.env.company
        other = self.company(self.customer.name, company_id=self.elsewhere.id)
        shared = self.company(self.customer.name)
        self.assertEqual(self.reasons(self.customer, other), "")
        self.assertEqual(self.reasons(self.customer, shared), "name")

    def test_what_many_share_tells_nothing(self):
        crowd = [self.company(f"Shop number {i}", phone="+49 30 1234567") for i in range(22)]
        self.assertEqual(self.search_pairs(*crowd), {})

    def test_trigrams_find_what_sounds_different(self):
        other = self.company("Zibbelmoor Lräutlager")
        with patch.object(self.env.registry, "has_trigram", False):
            self.assertEqual(self.reasons(self.customer, other), "", "K and L sound different")
        # as on a database that was made with the extension; goes with the transaction
        self.env.cr.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        with patch.object(self.env.registry, "has_trigram", True):
            self.Key.init()
            self.assertEqual(self.reasons(self.customer, other), "like")
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname = 'crmx_partner_key_name_trgm_idx'"
        )
        self.assertIn("gin_trgm_ops", self.env.cr.fetchone()[0])

    def test_index_is_used(self):
        """As people type: no scan of partners, numbers or keys."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        hits = self.Key._hits(self.Key._stored(self.customer.ids))
        self.env.cr.execute("EXPLAIN " + self.env.cr.mogrify(hits.code, hits.params).decode())
        plan = "\n".join(line for [line] in self.env.cr.fetchall())
        self.assertNotIn("Seq Scan", plan)
        # of a handful of rows either index will do, as the day's statistics have it
        self.assertRegex(plan, r"Index Cond: \(+kind\)?(::text)? = .*\(value\)?(::text)? = ")
        self.assertRegex(plan, r"Index Cond: \(+normalised\)?(::text)? = ")

    def test_decision_is_remembered(self):
        other = self.company(self.customer.name)
        self.search_pairs(other)
        pair = self.Duplicate.search([("other_id", "=", other.id)])
        pair.with_user(self.seller).action_reject()
        self.assertEqual((pair.state, pair.user_id), ("rejected", self.seller))
        other.name = f"{other.name} "
        self.assertEqual(self.search_pairs(other, self.customer), {})
        self.assertFalse(other._crmx_find_like())
        with self.assertRaisesRegex(UserError, "reload"):
            pair.action_reject()
        pair.with_user(self.seller).action_reopen()
        self.assertEqual((pair.state, pair.user_id.id), ("review", False))

    # -- scheduled action ---------------------------------------------------

    def test_cron_reads_old_partners_and_goes_on_after_a_fault(self):
        twins = [self.company(f"Twin number {letter * 4}") for letter in "abcabc"]
        self.env["crmx.duplicate.progress"].search([]).write({"state": "waiting"})
        self.env.cr.execute("DELETE FROM crmx_partner_key")
        found, calls = type(self.Key)._search_pairs, []

        def dying(key, ids):
            calls.append(ids)
            if len(calls) == 2:
                raise RuntimeError("the power went")
            return found(key, ids)

        chunk = {"keys": 3, "pairs": 3}
        with (
            patch.dict(f"{PROGRESS}.CHUNK", chunk),
            patch.object(type(self.Key), "_search_pairs", dying),
            patch.object(self.env.registry, "has_trigram", False),
            mute_logger("odoo.addons.crm_extended.models.common.batch_progress"),
        ):
            self.run_cron(CRON)
        row = self.env.ref("crm_extended.crmx_duplicate_progress_pairs")
        self.assertEqual((row.state, row.done), ("failed", 3))
        self.assertIn("the power went", row.error)
        row.state = "running"
        calls.clear()
        with (
            patch.dict(f"{PROGRESS}.CHUNK", {"keys": 3, "pairs": 300}),
            patch.object(self.env.registry, "has_trigram", False),
        ):
            self.run_cron(CRON)
        self.assertEqual(row.state, "done")
        self.assertEqual(len(self.pairs(*twins)), 3)
        self.assertFalse(self.Key.search([("is_checked", "=", False)]))

    def test_cron_looks_only_at_what_has_changed(self):
        self.run_cron(CRON)
        row = self.env.ref("crm_extended.crmx_duplicate_progress_pairs")
        self.assertEqual(row.state, "done")
        other = self.company(self.customer.name)
        self.run_cron(CRON)
        self.assertEqual((row.state, row.done), ("done", 1))
        self.assertIn((self.customer, other), self.pairs(other))

    def test_statements_do_not_grow_with_the_number(self):
        def search(count, name):
            made = [
                self.company(f"{name} {'x' * (i % 9)}{i // 2}", email=f"{name}{i // 2}@e.example")
                for i in range(count)
            ]
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            self.Key._search_pairs([partner.id for partner in made])
            return self.env.cr.sql_log_count - start

        search(2, "warm")
        few = search(2, "few")
        self.assertEqual(search(60, "many"), few)
        self.assertLessEqual(few, 6)

    def test_switched_off(self):
        self.env["res.company"].search([]).crmx_use_interactions = False
        other = self.company(self.customer.name)
        self.assertFalse(self.Key.search([("partner_id", "=", other.id)]))
        self.assertFalse(other.crmx_duplicate_hint)

    # -- while somebody types -----------------------------------------------

    def test_hint_while_typing(self):
        self.env["res.partner"].flush_model()
        with Form(self.Partner.with_user(self.seller)) as form:
            form.name = "Zibbelmoor"
            self.assertFalse(form.crmx_duplicate_hint)
            form.company_type = "company"
            form.name = "zibbelmoor kraeutlager"
            [hint] = form.crmx_duplicate_hint
            self.assertEqual((hint["id"], hint["reasons"]), (self.customer.id, ["Similar name"]))
            form.name = "Somebody New"
            self.assertFalse(form.crmx_duplicate_hint)
        self.customer.phone = "+49 30 1234567"
        self.env.flush_all()
        form = Form(self.Partner.with_user(self.seller))
        form.company_type = "company"
        form.country_id = self.germany
        form.phone = "030 123 45 67"
        self.assertEqual([hint["id"] for hint in form.crmx_duplicate_hint], [self.customer.id])

    def test_hint_shows_what_the_reader_may_read(self):
        self.customer.company_id = self.env.company
        self.env.flush_all()
        form = Form(self.Partner.with_user(self.foreigner))
        form.name = self.customer.name
        form.company_type = "company"
        self.assertFalse(form.crmx_duplicate_hint)
        hidden = self.env["ir.rule"].create(
            {
                "name": "hidden",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {self.customer.id})]",
                "groups": [Command.link(self.env.ref("base.group_user").id)],
            }
        )
        typed = self.Partner.with_user(self.users["ob_employee"]).new(
            {"name": self.customer.name, "is_company": True}
        )
        self.assertFalse(typed.crmx_duplicate_hint)
        hidden.unlink()
        typed = self.Partner.with_user(self.users["ob_employee"]).new(
            {"name": self.customer.name, "is_company": True}
        )
        self.assertEqual([hint["id"] for hint in typed.crmx_duplicate_hint], [self.customer.id])

    @users("ob_seller")
    @warmup
    def test_hint_costs_few_statements(self):
        customer = self.customer.with_env(self.env)
        customer.fetch(["name", "email"])
        self.env.invalidate_all()
        with self.assertQueryCount(ob_seller=13):
            customer.read(["crmx_duplicate_hint"])

    # -- rights ---------------------------------------------------------------

    def test_rights_on_the_queue(self):
        self.customer.company_id = self.env.company
        other = self.company(self.customer.name)
        self.search_pairs(other)
        pair = self.Duplicate.search([("other_id", "=", other.id)])
        for login in ("ob_seller", "ob_accountant"):
            self.assertEqual(
                pair.with_user(self.users[login]).comparison["partners"][0]["id"], self.customer.id
            )
        self.assertFalse(self.Duplicate.with_user(self.foreigner).search([("id", "=", pair.id)]))
        for login in ("ob_employee", "ob_portal"):
            with self.assertRaises(AccessError):
                self.Duplicate.with_user(self.users[login]).search([])
        with self.assertRaises(AccessError):
            pair.with_user(self.users["ob_accountant"]).action_reject()
        with self.assertRaises(AccessError):
            pair.with_user(self.foreigner).action_reject()
