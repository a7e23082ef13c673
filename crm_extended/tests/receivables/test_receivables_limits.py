"""Credit limits: which one holds, and what is no limit."""

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import AS_OF
from .credit_common import CreditCommon


@tagged("post_install", "-at_install")
@freeze_time(AS_OF)
class TestReceivablesLimits(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vip = cls.env["res.partner.category"].create({"name": "VIP"})
        cls.file = cls.env["crmx.credit.file"]._open_for(cls.customer, cls.company)

    def limit(self, amount, **values):
        values = {"date_from": "2026-01-01", "reason": "Test", "company_id": self.company.id, **values}
        return self.env["crmx.credit.limit"].create({"amount": amount, **values})

    def own(self, amount, **values):
        return self.limit(amount, partner_id=self.customer.id, **values)

    def standing(self, partner=None):
        partner = partner or self.customer
        return self.env["crmx.credit.standing"]._read_standings(partner, self.company)[partner]

    def held(self, partner=None):
        return [limit.amount for limit, _exposure in self.standing(partner).limits]

    def test_the_nearest_holds(self):
        self.assertEqual(self.held(), [])
        self.assertIsNone(self.standing().free)
        self.limit(100)
        self.assertEqual(self.held(), [100])
        self.limit(900, category_id=self.vip.id)
        self.assertEqual(self.held(), [100])
        self.customer.category_id = self.vip
        self.assertEqual(self.held(), [900])
        self.own(500)
        self.assertEqual(self.held(), [500])

    def test_the_lowest_of_several_tags_holds(self):
        other = self.vip.create({"name": "Export"})
        self.customer.category_id = self.vip | other
        self.limit(900, category_id=self.vip.id)
        self.limit(300, category_id=other.id)
        self.assertEqual(self.held(), [300])

    def test_free_is_the_limit_less_the_exposure(self):
        self.own(500)
        self.invoice(120, "2026-05-01")
        self.order((self.on_delivery, 1, 430))
        self.assertEqual(self.standing().free, -50)

    def test_a_limit_in_a_foreign_currency(self):
        eur = self.eur({"2026-01-01": 0.8})
        self.own(400, currency_id=eur.id)
        self.invoice(120, "2026-05-01")
        self.assertEqual(self.standing().free, 380)

    def test_a_currency_without_a_rate_is_refused(self):
        eur = self.eur({})
        with self.assertRaisesRegex(ValidationError, "no rate for EUR"):
            self.own(400, currency_id=eur.id)

    def test_a_rate_that_was_deleted_leaves_nothing_free(self):
        eur = self.eur({"2026-01-01": 0.8})
        self.own(400, currency_id=eur.id)
        self.env["res.currency.rate"].search([("currency_id", "=", eur.id)]).unlink()
        self.assertEqual(self.standing().free, 0)
        self.assertIsNone(self.standing().limits[0][0].rate)

    def test_a_group_shares_its_limit_and_each_keeps_his_own(self):
        second, third = self.new_partner("Brand"), self.new_partner("Clee")
        family = self.env["crmx.credit.group"].create({"name": "Family"})
        branch = family.create({"name": "Daughters", "parent_id": family.id})
        files = self.file._open_for(self.customer | second | third, self.company)
        self.assertEqual(len(files), 3)
        files[0].group_id = family
        files[1:].group_id = branch
        self.limit(1000, group_id=family.id)
        self.limit(50)
        self.own(400)
        self.invoice(100, "2026-05-01")
        self.invoice(700, "2026-05-01", partner=second)
        self.assertEqual(self.held(), [400, 1000])
        self.assertEqual(self.standing().free, 200)
        self.assertEqual(self.held(third), [1000])
        self.assertEqual(self.standing(third).free, 200)
        self.assertEqual(self.standing(third).exposure.total, 0)

    def test_groups_go_in_no_circles(self):
        first = self.env["crmx.credit.group"].create({"name": "First"})
        second = first.create({"name": "Second", "parent_id": first.id})
        with self.assertRaisesRegex(ValidationError, "cannot be a part of itself"):
            first.parent_id = second

    def test_periods(self):
        ended = self.own(300, date_from="2026-01-01", date_to="2026-06-29")
        self.limit(100)
        self.assertEqual(self.held(), [100])
        self.assertEqual(self.standing().expired, ended.date_to)
        self.assertFalse(ended.is_valid)
        self.own(700, date_from="2026-07-01")
        self.assertEqual(self.held(), [100])
        today = self.own(500, date_from="2026-06-30", date_to="2026-06-30")
        self.assertEqual(self.held(), [500])
        self.assertIsNone(self.standing().expired)
        Limits = self.env["crmx.credit.limit"]
        self.assertIn(today, Limits.search([("is_valid", "=", True)]))
        self.assertNotIn(ended, Limits.search([("is_valid", "=", True)]))

    def test_limits_do_not_overlap(self):
        self.own(300, date_to="2026-03-31")
        self.own(400, date_from="2026-04-01")
        with self.assertRaisesRegex(ValidationError, "Two limits would hold at once"):
            self.own(500, date_from="2026-05-01")
        with self.assertRaisesRegex(ValidationError, "Two limits would hold at once"):
            self.own(500, date_from="2025-05-01", date_to="2026-01-01")
        self.limit(100)
        with self.assertRaisesRegex(ValidationError, "Two limits would hold at once"):
            self.limit(200, date_from="2026-02-01")

    @mute_logger("odoo.sql_db")
    def test_what_is_no_limit(self):
        for values in (
            {"amount": -1},
            {"date_to": "2025-12-31"},
            {"category_id": self.vip.id},
        ):
            with self.subTest(values=values), self.assertRaises(IntegrityError), self.cr.savepoint():
                self.own(values.pop("amount", 10), **values)
                self.env.flush_all()
        contact = self.new_partner("Ada", parent_id=self.customer.id, is_company=False)
        with self.assertRaisesRegex(ValidationError, "is a contact"):
            self.limit(10, partner_id=contact.id)

    def test_the_hosts_limit_is_honoured(self):
        self.company.account_use_credit_limit = True
        self.customer.with_company(self.company).credit_limit = 250
        self.assertEqual(self.held(), [250])
        self.limit(100)
        self.assertEqual(self.held(), [250])
        self.own(600)
        self.assertEqual(self.held(), [600])
        self.company.account_use_credit_limit = False
        self.assertEqual(self.held(), [600])

    def test_the_hosts_default_is_everybodys(self):
        self.company.account_use_credit_limit = True
        self.env["ir.default"].set("res.partner", "credit_limit", 80, company_id=self.company.id)
        self.assertEqual(self.held(), [80])
        self.customer.with_company(self.company).credit_limit = 0  # no limit, says the host
        self.assertEqual(self.held(), [])
        self.limit(100)
        self.assertEqual(self.held(), [100])

    def test_a_limit_that_has_held_stays(self):
        limit = self.own(300)
        with self.assertRaisesRegex(UserError, "stays on record"):
            limit.unlink()
        with self.assertRaisesRegex(UserError, "stays what it is for"):
            limit.partner_id = self.new_partner("Brand")
        self.own_future = self.limit(1, group_id=False, date_from="2027-01-01")
        self.own_future.unlink()
        limit.action_end()
        self.assertEqual(limit.date_to, fields.Date.to_date(AS_OF))

    def test_every_change_is_in_the_register(self):
        limit = self.own(300)
        limit.amount = 400
        limit.amount = 400
        self.env.cr.precommit.run()
        entries = self.env["crmx.receivables.log"].search(
            [("res_model", "=", limit._name), ("res_id", "=", limit.id)], order="id"
        )
        self.assertEqual(entries.mapped("kind"), ["limit_set", "limit_changed"])
        self.assertIn('"amount": 400', entries[-1].data)

    def test_deciding_on_a_customer(self):
        self.file.action_approve()
        self.assertTrue(self.file.is_approved)
        with self.assertRaisesRegex(UserError, "before it begins"):
            self.file._block("Court", fields.Date.to_date("2026-06-29"))
        self.file._block("Court", fields.Date.to_date("2026-07-15"))
        self.assertTrue(self.file._is_blocked_on(fields.Date.to_date("2026-07-15")))
        self.assertFalse(self.file._is_blocked_on(fields.Date.to_date("2026-07-16")))
        self.file.action_unblock()
        self.assertFalse(self.file._is_blocked_on(fields.Date.to_date("2026-07-15")))

    def test_who_decides(self):
        groups = "account.group_account_invoice,sales_team.group_sale_salesman"
        accountant = new_test_user(self.env, "crmx_accountant", groups=groups, company_id=self.company.id)
        with self.assertRaises(AccessError):
            self.file.with_user(accountant).action_approve()
        with self.assertRaises(AccessError):
            self.own(1).with_user(accountant).amount = 5
        manager = new_test_user(
            self.env,
            "crmx_credit_manager",
            groups="crm_extended.group_receivables_manager",
            company_id=self.company.id,
        )
        self.file.with_user(manager).action_approve()
        self.assertEqual(self.file.approved_by_id, manager)
        with self.assertRaisesRegex(UserError, "Use the buttons"):
            self.file.with_user(manager).is_approved = False

    def test_there_is_one_file_for_a_customer(self):
        again = self.file._open_for(self.customer, self.company)
        self.assertEqual(again, self.file)
        self.file._pass_gate(self.customer | self.new_partner("Brand"), self.company)
        self.assertEqual(str(self.file.date_checked)[:10], AS_OF)
        self.assertEqual(self.file.search_count([("company_id", "=", self.company.id)]), 2)

    def test_merging_customers_keeps_the_stricter_decision(self):
        second = self.new_partner("Brand")
        files = self.file._open_for(self.customer | second, self.company)
        files.action_approve()
        other = files.filtered(lambda file: file.partner_id == second)
        other._block("Court", False)
        other.action_withdraw_approval()
        self.own(500)
        self.limit(300, partner_id=second.id)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard.sudo()._merge((self.customer | second).ids, self.customer)
        self.env.invalidate_all()
        file = self.file.search([("partner_id", "=", self.customer.id)])
        self.assertEqual((len(file), file.is_blocked, file.block_reason), (1, True, "Court"))
        self.assertFalse(file.is_approved)
        self.assertEqual(self.held(), [300])
