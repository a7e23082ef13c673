import doctest
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, TransactionCase, tagged, users, warmup
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from ...tools import call_protocol, call_summary, phone

PROGRESS = "odoo.addons.crm_extended.models.interactions.phone_progress"

#: Country, its code, what is stored, and how callers and exchanges write it.
NOTATIONS = [
    (
        "base.ru",
        "+74951234567",
        ["8 495 123-45-67", "+7 (495) 123-45-67", "74951234567", "84951234567", "4951234567"],
        ["007 495 1234567", "+7.495.123.45.67", "8(495)1234567 доб. 12", "tel:+7-495-123-45-67;ext=12"],
    ),
    (
        "base.de",
        "+4930123456",
        ["030/123456", "+49 (0)30 123456", "0049 30 123456", "030 12 34 56"],
        ["+4930123456", "004930123456", "4930123456", "030-123456 Durchwahl 5"],
    ),
    (
        "base.us",
        "+12125550100",
        ["(212) 555-0100", "1-212-555-0100", "+1 212.555.0100", "212-555-0100 x12"],
        ["12125550100", "2125550100", "0012125550100", "+1 (212) 555-0100 ext. 3"],
    ),
    (
        "base.uk",
        "+442079460958",
        ["020 7946 0958", "+44 (0)20 7946 0958", "0044 20 7946 0958", "(020) 7946-0958"],
        ["+442079460958", "442079460958", "02079460958", "020 7946 0958 ext 7"],
    ),
    (
        "base.fr",
        "+33123456789",
        ["01 23 45 67 89", "+33 1 23 45 67 89"],
        ["0123456789", "+33 01 23 45 67 89"],
    ),
    ("base.it", "+390669812345", ["06 698 12345", "+39 06 69812345"], ["0669812345", "390669812345"]),
    ("base.by", "+375171234567", ["8 017 123-45-67", "+375 17 123 45 67"], ["80171234567", "375171234567"]),
    ("base.es", "+34912345678", ["912 34 56 78", "+34 912 345 678"], ["0034912345678", "34912345678"]),
]


class TestPhoneKernels(BaseCase):
    def test_examples(self):
        for module in (phone, call_protocol, call_summary):
            result = doctest.testmod(module, optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
            self.assertTrue(result.attempted)
            self.assertFalse(result.failed, module.__name__)

    def test_every_notation_has_one_key(self):
        codes = {"ru": 7, "de": 49, "us": 1, "uk": 44, "fr": 33, "it": 39, "by": 375, "es": 34}
        for country, key, stored, dialled in NOTATIONS:
            for text in stored:
                with self.subTest(text=text):
                    self.assertEqual(phone.parse(text, codes[country[5:]]).key, key)
            for text in dialled:
                with self.subTest(text=text):
                    self.assertIn(key, phone.keys(text, codes[country[5:]]))

    def test_garbage_has_no_number(self):
        for text in (None, "", "anonymous", "\x00", "+", "()", "🙂", "-" * 10_000):
            with self.subTest(text=text):
                self.assertEqual(phone.keys(text, 7), [])
        self.assertLessEqual(len(phone.parse("9" * 10_000, 7).key), phone.MAX_TEXT)


@tagged("post_install", "-at_install")
class TestPhoneNumbers(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "no_reset_password": True})
        cls.Number = cls.env["crmx.phone.number"]
        cls.Partner = cls.env["res.partner"]
        cls.seller = mail_new_test_user(cls.env, "ph_seller", groups="sales_team.group_sale_salesman")
        cls.partner_manager = mail_new_test_user(cls.env, "ph_contacts", groups="base.group_partner_manager")

    def keys(self, partner):
        partner.invalidate_recordset(["crmx_phone_ids"])
        return sorted(partner.crmx_phone_ids.mapped("normalised"))

    def test_found_in_every_notation(self):
        for xmlid, key, stored, dialled in NOTATIONS:
            country = self.env.ref(xmlid)
            self.Number.search([("normalised", "=", key)]).unlink()
            partners = self.Partner.create(
                [{"name": text, "phone": text, "country_id": country.id} for text in stored]
            )
            for text in stored + dialled:
                with self.subTest(country=country.name, dialled=text):
                    self.assertEqual(self.Number._find(text, country=country), partners)

    def test_same_number_from_abroad(self):
        partner = self.Partner.create(
            {"name": "Moscow", "phone": "8 495 777-66-55", "country_id": self.env.ref("base.ru").id}
        )
        for text in ("+74957776655", "0074957776655", "74957776655"):
            self.assertEqual(self.Number._find(text, country=self.env.ref("base.de")), partner, text)
        self.assertFalse(self.Number._find("+494957776655", country=self.env.ref("base.de")))

    def test_kept_in_step_with_the_field(self):
        germany = self.env.ref("base.de")
        partner = self.Partner.create(
            {"name": "A", "phone": "030 1234567; 0171/2345678", "country_id": germany.id}
        )
        self.assertEqual(self.keys(partner), ["+491712345678", "+49301234567"])
        self.Number.create({"partner_id": partner.id, "number": "0171 2345678 ext. 9", "kind": "mobile"})
        partner.phone = "089 7654321"
        self.assertEqual(self.keys(partner), ["+491712345678", "+49897654321"])
        partner.phone = False
        self.assertEqual(self.keys(partner), ["+491712345678"], "what somebody added stays")
        partner.phone = "+49 171 2345678 ext 9"
        self.assertEqual(len(partner.crmx_phone_ids), 1, "the same number is there once")
        partner.phone = False
        self.assertEqual(partner.crmx_phone_ids.kind, "mobile")

    def test_country_changes_the_reading(self):
        partner = self.Partner.create(
            {"name": "A", "phone": "495 123-45-67", "country_id": self.env.ref("base.de").id}
        )
        self.Number.create({"partner_id": partner.id, "number": "8 916 123-45-67"})
        self.Number.create({"partner_id": partner.id, "number": "+7 916 123-45-67"})
        partner.country_id = self.env.ref("base.ru")
        self.assertIn("+74951234567", self.keys(partner))
        self.assertIn("+79161234567", self.keys(partner))

    def test_number_of_the_field_is_changed_there(self):
        partner = self.Partner.create(
            {"name": "A", "phone": "+49 30 1234567", "country_id": self.env.ref("base.de").id}
        )
        with self.assertRaises(UserError):
            partner.crmx_phone_ids.number = "+49 30 7654321"
        partner.crmx_phone_ids.unlink()
        self.assertFalse(partner.phone, "else it would come back")

    def test_thousand_partners_cost_queries_of_one(self):
        def queries(count):
            partners = self.Partner.create([{"name": f"P{n}"} for n in range(count)])
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            partners.write({"phone": "+49 30 1234567"})
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        queries(1)
        self.assertLessEqual(queries(500), queries(2) + 5)

    @users("ph_seller")
    @warmup
    def test_lookup_queries(self):
        with self.assertQueryCount(ph_seller=4):
            self.env["crmx.phone.number"].find_partners("+49 30 1234567")

    def test_lookup_uses_the_index(self):
        keys = phone.keys("8 495 123-45-67", 7)
        partner = self.Partner.create({"name": "Exchange", "phone": "8 495 123-45-67"})
        self.env.flush_all()
        self.env.cr.execute(
            """INSERT INTO crmx_phone_number (partner_id, number, normalised, kind)
               SELECT %s, n, n, 'work' FROM generate_series(700000, 720000) n""",
            [partner.id],
        )
        self.env.cr.execute("ANALYZE crmx_phone_number")
        self.env.cr.execute(
            "EXPLAIN SELECT partner_id FROM crmx_phone_number WHERE normalised = ANY(%s)", [keys]
        )
        plan = "\n".join(line for [line] in self.env.cr.fetchall())
        self.assertRegex(plan, r"crmx_phone_number_normalised_idx")
        self.assertNotIn("Seq Scan", plan)

    def test_shared_number_names_all_whom_one_may_read(self):
        company, abroad = self.env.company, self.env["res.company"].create({"name": "Abroad"})
        values = {"phone": "+49 30 5550000"}
        ada, bert, carl = self.Partner.create(
            [
                {"name": "Ada", **values, "company_id": company.id},
                {"name": "Bert", **values},
                {"name": "Carl", **values, "company_id": abroad.id},
            ]
        )
        self.assertEqual(self.Number._find("+49305550000"), ada + bert + carl)
        found = self.Number.with_user(self.seller).find_partners("0049 30 5550000")
        self.assertEqual([candidate["name"] for candidate in found], ["Ada", "Bert"])
        self.assertNotIn("Carl", self.Number.with_user(self.seller).search([]).partner_id.mapped("name"))
        portal = mail_new_test_user(self.env, "ph_portal", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.Number.with_user(portal).search([])
        self.assertEqual(self.Number.with_user(portal).find_partners("0049 30 5550000"), [])

    def test_rights(self):
        partner = self.Partner.create({"name": "A", "phone": "+49 30 1234567"})
        with self.assertRaises(AccessError):
            self.Number.with_user(self.env.ref("base.public_user")).create(
                {"partner_id": partner.id, "number": "1"}
            )
        plain = mail_new_test_user(self.env, "ph_plain", groups="base.group_user")
        with self.assertRaises(AccessError):
            partner.crmx_phone_ids.with_user(plain).unlink()
        number = self.Number.with_user(self.partner_manager).create(
            {"partner_id": partner.id, "number": "+49 30 7654321"}
        )
        number.unlink()
        self.assertEqual(len(partner.crmx_phone_ids), 1)

    def test_merge_keeps_all_numbers(self):
        values = {"country_id": self.env.ref("base.de").id, "email": "one@nordwind.example"}
        kept, gone, other = self.Partner.create(
            [
                {"name": "A", "phone": "030 1111111", **values},
                {"name": "B", "phone": "030 2222222; 030 1111111", **values},
                {"name": "C", "phone": "030 2222222", **values},
            ]
        )
        wizard = self.env["base.partner.merge.automatic.wizard"]
        with mute_logger("odoo.addons.base.wizard.base_partner_merge", "odoo.models.unlink"):
            wizard._merge((kept + gone + other).ids, kept)
        self.assertEqual(self.keys(kept), ["+49301111111", "+49302222222"])
        kept.phone = "030 3333333"
        self.assertEqual(self.keys(kept), ["+49302222222", "+49303333333"])

    def run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_extended.ir_cron_phone_fill").method_direct_trigger()
        self.env.invalidate_all()

    def test_backfill_in_chunks_killed_and_resumed(self):
        partners = self.Partner.create([{"name": f"P{n}", "phone": f"+49 30 100{n:04}"} for n in range(23)])
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM crmx_phone_number")
        self.env.invalidate_all()
        progress = self.env.ref("crm_extended.crmx_phone_progress_partners")
        progress._restart()
        Partner, calls = type(self.Partner), []
        sync = Partner._crmx_sync_phones

        def dying(records):
            calls.append(len(records))
            if len(calls) == 3:
                raise RuntimeError("the power went")
            return sync(records)

        with (
            patch(f"{PROGRESS}.CHUNK", 5),
            patch.object(Partner, "_crmx_sync_phones", dying),
            self.assertLogs("odoo.addons.crm_extended.models.common.batch_progress", "ERROR"),
        ):
            self.run_cron()
        self.assertEqual((progress.state, progress.done), ("failed", 10))
        progress.state = "running"
        with patch(f"{PROGRESS}.CHUNK", 5):
            self.run_cron()
        self.assertEqual((progress.state, progress.percentage), ("done", 100.0))
        self.assertEqual([len(partner.crmx_phone_ids) for partner in partners], [1] * 23)

    def test_switched_off_and_on_again(self):
        companies = self.env["res.company"].search([])
        progress = self.env.ref("crm_extended.crmx_phone_progress_partners")
        progress.state = "done"
        companies.write({"crmx_use_interactions": False})
        partner = self.Partner.create({"name": "A", "phone": "+49 30 1234567"})
        self.assertFalse(partner.crmx_phone_ids)
        companies[0].crmx_use_interactions = True
        self.assertEqual(progress.state, "waiting")
        self.run_cron()
        self.assertEqual(partner.crmx_phone_ids.normalised, "+49301234567")

    def test_user_lines(self):
        self.seller.company_id.country_id = self.env.ref("base.de")
        for text, line in (("SIP/101", "101"), ("0171 2345678", "+491712345678"), (False, False)):
            self.seller.crmx_phone_extension = text
            self.assertEqual(self.seller.crmx_phone_line, line)
        with self.assertRaises(AccessError):
            self.seller.with_user(self.seller).write({"crmx_phone_extension": "102"})
        abroad = self.env["res.company"].create({"name": "Abroad"})
        stranger = mail_new_test_user(
            self.env, "ph_stranger", company_id=abroad.id, company_ids=[Command.set(abroad.ids)]
        )
        stranger.crmx_phone_extension = self.seller.crmx_phone_extension = "101"
        provider = self.env["crmx.call.provider"].new({"company_id": self.env.company.id})
        self.assertEqual(provider._users_by_line(["101"]), {"101": self.seller})
