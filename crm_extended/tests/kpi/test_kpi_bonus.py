"""Bonuses: the worked card, limits, parts of a period, pools, joint deals, currencies, rights."""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .bonus_common import BonusCommon


@tagged("post_install", "-at_install")
class TestKpiBonus(BonusCommon):
    def test_the_worked_card(self):
        """A score of .76 and a base of 30,000: 22,800."""
        scheme = self.scheme()
        self.assertEqual(self.accrue(scheme), {"ann": 22_800, "bob": 16_200})
        bonus = self.of(scheme, self.ann)
        self.assertRegex(bonus.name, r"BON/\d{4}/\d{5}")
        self.assertEqual((bonus.factor_text, bonus.base, bonus.state), ("76.0 %", 30_000, "draft"))
        self.assertEqual(bonus.department_id, self.inside)

    def test_drafts_follow_and_decided_ones_stay(self):
        scheme = self.scheme()
        self.accrue(scheme)
        first = self.of(scheme, self.ann)
        scheme.base_amount = 10_000
        self.assertEqual(self.accrue(scheme), {"ann": 7_600, "bob": 5_400})
        self.assertEqual(self.of(scheme, self.ann), first)
        self.template.user_ids = [Command.set(self.ann.ids)]
        self.env["crmx.kpi.card"].search([("user_id", "=", self.bob.id)]).unlink()
        self.assertEqual(self.accrue(scheme), {"ann": 7_600}, "drafts of those who left the scheme go")
        self.approved(scheme)
        scheme.base_amount = 1
        self.assertEqual(self.accrue(scheme), {"ann": 7_600})

    def test_closing_computes_them_a_last_time(self):
        scheme = self.scheme()
        self.close()
        self.assertEqual(self.of(scheme, self.ann).amount, 22_800)
        self.assertFalse(self.of(scheme, self.ann).prepared_by_id)
        scheme.with_user(self.boss).action_accrue()
        self.assertEqual(self.of(scheme, self.ann).prepared_by_id, self.boss)

    def test_who_works_in_a_branch_too_is_paid_once(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env["hr.employee"].create({"name": "ann 2", "user_id": self.ann.id, "company_id": branch.id})
        self.assertEqual(self.accrue(self.scheme()), {"ann": 22_800, "bob": 16_200})

    def test_curve_guarantee_and_cap(self):
        scheme = self.scheme(threshold=60)
        self.assertEqual(self.accrue(scheme), {"ann": 22_800, "bob": 0})
        scheme.guarantee = 1_000
        self.assertEqual(self.accrue(scheme)["bob"], 1_000)
        self.assertEqual(self.of(scheme, self.bob).limit_text, "At least")
        scheme.ceiling = 20_000
        self.assertEqual(self.accrue(scheme)["ann"], 20_000)
        self.assertEqual(self.of(scheme, self.ann).limit_text, "No more than")
        scheme.steps = "70:100"
        scheme.ceiling = 0
        self.assertEqual(self.accrue(scheme)["ann"], 30_000)

    def test_lines_with_curves_of_their_own(self):
        """60 % of the base for 120 % capped at 110, 40 % of it for 80 % counted as half."""
        lines = [
            Command.create({"indicator_id": self.sum.id, "share": 60, "cap": 110}),
            Command.create({"indicator_id": self.count.id, "share": 40, "steps": "80:50 100:100"}),
        ]
        scheme = self.scheme(times="lines", line_ids=lines, base_amount=1_000)
        self.assertEqual(self.accrue(scheme)["ann"], 660 + 200)
        with self.assertRaisesRegex(ValidationError, "make 90 %, and not 100 %"):
            scheme.line_ids[0].share = 50
            scheme._check_lines()

    def test_part_of_an_indicator(self):
        scheme = self.scheme(base_kind="indicator", base_indicator_id=self.sum.id, base_percent=10)
        self.assertEqual(
            self.accrue(scheme), {"ann": 9.12, "bob": 5.4}, "120 and 100, a tenth, times the score"
        )

    def version(self, user, date, **values):
        employee = self.employees[user]
        return self.env["hr.version"].create({"employee_id": employee.id, "date_version": date, **values})

    def test_part_of_the_wage(self):
        """3,000 until the 14th, and 4,200 from then on, each for its share of the working days."""
        employee = self.employees[self.ann]
        employee.version_id.wage = 3_000
        self.version(self.ann, "2026-05-15", wage=4_200)
        scheme = self.scheme(base_kind="wage", base_percent=10, times="none")
        days = [day for day in range(1, 32) if fields.Date.to_date(f"2026-05-{day:02}").weekday() < 5]
        before = len([day for day in days if day < 15])
        expected = (3_000 * before + 4_200 * (len(days) - before)) / len(days) / 10
        self.assertEqual(self.accrue(scheme)["ann"], round(expected, 2))

    def test_who_leaves_inside_a_period(self):
        """Bob's contract ends on the 15th: 11 of 21 working days."""
        self.employees[self.bob].version_id.write(
            {"contract_date_start": "2020-01-01", "contract_date_end": "2026-05-15"}
        )
        scheme = self.by_name((self.ann, {}), (self.bob, {}), base_amount=2_100, guarantee=1_000)
        self.assertEqual(self.accrue(scheme), {"ann": 2_100, "bob": 1_100})
        self.assertEqual(self.of(scheme, self.bob).days_text, "11 of 21")
        scheme.base_amount = 0
        self.assertEqual(self.accrue(scheme)["bob"], 523.81, "so much of the guarantee, too")

    def test_who_changes_the_job_inside_a_period(self):
        sales, office = self.env["hr.job"].create(
            [{"name": name, "company_id": self.company.id} for name in ("Sales", "Office")]
        )
        self.employees[self.ann].version_id.job_id = sales
        self.version(self.ann, "2026-05-18", job_id=office.id)
        scheme = self.scheme(
            who="job", job_ids=[Command.set(sales.ids)], times="none", template_id=False, base_amount=2_100
        )
        self.assertEqual(self.accrue(scheme), {"ann": 1_100})

    def test_who_changes_the_team_inside_a_period(self):
        """Each team's pool has its people for the days on which they were in it; own figures stay whole."""
        half = "2026-05-15"
        east = self.by_name((self.ann, {"date_to": half}), (self.bob, {}), is_pool=True, base_amount=3_200)
        west = self.by_name((self.ann, {"date_from": "2026-05-16"}), is_pool=True, base_amount=500)
        self.assertEqual(self.accrue(east), {"ann": 1_100, "bob": 2_100})
        self.assertEqual(self.accrue(west), {"ann": 500})

    def test_pool_shares_add_up_to_the_cent(self):
        third = new_test_user(self.env, "cid of bonuses", groups="sales_team.group_sale_salesman", name="Cid")
        self.employees[third] = self.env["hr.employee"].create(
            {"name": "cid", "user_id": third.id, "company_id": self.company.id, "date_version": "2020-01-01"}
        )
        members = [(user, {}) for user in (self.ann, self.bob, third)]
        scheme = self.by_name(*members, is_pool=True, base_amount=1_000)
        self.assertEqual(self.accrue(scheme), {"ann": 333.34, "bob": 333.33, "cid": 333.33})
        scheme.member_ids[0].weight = 2
        self.assertEqual(self.accrue(scheme), {"ann": 500, "bob": 250, "cid": 250})

    def test_a_pool_by_scores_of_a_team_figure(self):
        """A tenth of the company's 220, by scores of .76 and .54."""
        scheme = self.scheme(
            base_kind="indicator", base_indicator_id=self.sum.id, base_percent=10, base_level="company",
            times="none", is_pool=True, pool_by="score",
        )  # fmt: skip
        self.assertEqual(self.accrue(scheme), {"ann": 12.86, "bob": 9.14})

    def joint(self, date="2026-01-01", order=None, **shares):
        order = order or self.env["sale.order"].search([("user_id", "=", self.bob.id)])
        users = {"ann": self.ann, "bob": self.bob}
        return self.env["crmx.bonus.joint"].create(
            {
                "order_id": order.id,
                "date": date,
                "company_id": self.company.id,
                "share_ids": [
                    Command.create({"user_id": users[name].id, "share": share})
                    for name, share in shares.items()
                ],
            }
        )

    def test_a_joint_deal(self):
        """Bob's order of 100 is shared 60 to 40: the bonuses follow, the figures do not."""
        scheme = self.scheme(
            base_kind="indicator", base_indicator_id=self.sum.id, base_percent=100, times="none"
        )
        self.joint(ann=40, bob=60)
        before = self.env["crmx.kpi.fact"].search([("indicator_id", "=", self.sum.id)]).mapped("value")
        self.assertEqual(self.accrue(scheme), {"ann": 160, "bob": 60})
        self.month._measure_all()
        after = self.env["crmx.kpi.fact"].search([("indicator_id", "=", self.sum.id)]).mapped("value")
        self.assertEqual(before, after)
        self.joint(date="2026-06-01", ann=100)
        self.assertEqual(self.accrue(scheme), {"ann": 160, "bob": 60}, "later shares are for later periods")
        with self.assertRaisesRegex(ValidationError, "make 90 %"):
            self.joint(date="2026-05-01", ann=40, bob=50)

    def test_a_joint_deal_in_a_formula(self):
        half = self.env["crmx.kpi.indicator"].create(
            {"name": "half", "code": "half", "kind": "formula", "formula": "own_sum / 2", "unit": "money"}
        )
        self.month._measure_all()
        scheme = self.scheme(base_kind="indicator", base_indicator_id=half.id, base_percent=100, times="none")
        self.joint(ann=40, bob=60)
        self.assertEqual(self.accrue(scheme), {"ann": 80, "bob": 30})

    def test_invoices_follow_their_order(self):
        order = self.env["sale.order"].search([("user_id", "=", self.bob.id)])
        order.order_line.qty_delivered = 1
        invoice = order._create_invoices()
        invoice.invoice_date = "2026-05-20"
        invoice.action_post()
        invoiced = self.indicator(
            "own_invoiced", res_model="account.move", domain="[('state', '=', 'posted')]", measure="sum",
            measure_field="amount_untaxed_signed", date_field="invoice_date", owner_field="invoice_user_id",
            unit="money",
        )  # fmt: skip
        self.joint(order=order, ann=25, bob=75)
        self.month._measure_all()
        scheme = self.scheme(
            base_kind="indicator", base_indicator_id=invoiced.id, base_percent=100, times="none"
        )
        self.assertEqual(self.accrue(scheme), {"ann": 25, "bob": 75})

    def test_currencies(self):
        """A base of 1,000 EUR is 2,000 on the 31st of May, whatever the rate is later."""
        scheme = self.by_name((self.ann, {}), base_amount=1_000, currency_id=self.eur.id, ceiling=900)
        self.assertEqual(self.accrue(scheme), {"ann": 1_800})

    def test_companies(self):
        other = self.setup_other_company()["company"]
        stranger = self.env["hr.employee"].create({"name": "far", "company_id": other.id})
        with self.assertRaisesRegex(ValidationError, "does not work for"):
            self.scheme(
                who="person", times="none", template_id=False,
                member_ids=[Command.create({"employee_id": stranger.id})],
            )  # fmt: skip
        scheme = self.env["crmx.bonus.scheme"].create(
            {
                "name": "Far", "company_id": other.id, "who": "person", "times": "none", "base_amount": 10,
                "currency_id": other.currency_id.id, "date_from": "2026-01-01",
                "member_ids": [Command.create({"employee_id": stranger.id})],
            }
        )  # fmt: skip
        month = self.env["crmx.kpi.period"]._ensure(other, self.month.date_from, ["month"])
        scheme._accrue(month)
        bonus = self.env["crmx.bonus.accrual"].search([("scheme_id", "=", scheme.id)])
        self.assertEqual((bonus.company_id, bonus.currency_id), (other, other.currency_id))
        mine = self.env["crmx.bonus.accrual"].with_user(self.boss)
        self.assertFalse(mine.search([("scheme_id", "=", scheme.id)]), "another company's")

    def test_what_a_scheme_needs(self):
        for values, words in (
            ({"template_id": False}, "choose the kind of scorecard"),
            ({"base_kind": "indicator"}, "choose the indicator"),
            ({"is_clawback": True}, "part of an indicator"),
            ({"is_pool": True}, "is not multiplied"),
            ({"who": "job"}, "choose jobs"),
            ({"who": "person"}, "name the persons"),
            ({"is_pool": True, "times": "none", "base_kind": "wage"}, "has no wage"),
            ({"period_kind": "quarter"}, "same kind of period"),
        ):
            with (
                self.subTest(words=words),
                self.assertRaisesRegex(ValidationError, words),
                self.env.cr.savepoint(),
            ):
                self.scheme(**values)

    def test_who_may_not_read_wages_sets_up_no_part_of_them(self):
        schemes = self.env["crmx.bonus.scheme"].with_user(self.boss)
        vals = {"name": "Wage", "base_kind": "wage", "template_id": self.template.id}
        with self.assertRaisesRegex(AccessError, "may not read wages"), self.env.cr.savepoint():
            schemes.create(vals)
        self.boss.group_ids = [Command.link(self.env.ref("hr.group_hr_manager").id)]
        self.assertTrue(schemes.create(vals))

    def test_the_cron(self):
        scheme = self.scheme()
        with self.enter_registry_test_mode():
            self.env.ref("crm_extended.ir_cron_kpi_bonus").method_direct_trigger()
        self.assertEqual(self.of(scheme, self.ann).amount, 22_800)
        scheme.date_from = "2026-06-01"
        with self.assertRaisesRegex(UserError, "no period yet"):
            scheme.action_accrue()

    def test_queries_do_not_grow_with_persons(self):
        scheme = self.scheme(base_kind="indicator", base_indicator_id=self.sum.id, base_percent=10)
        counts = []
        for number in range(3):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            scheme._inputs_of(self.month)
            counts.append(self.env.cr.sql_log_count - before)
            if number == 1:
                users = self.env["res.users"].browse()
                for extra in range(6):
                    users |= self._new_user(f"extra {extra}", self.inside)
                self.template.user_ids |= users
                self.month._measure_all()
        self.assertLessEqual(counts[2], counts[1], counts)

    @mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_rule", "odoo.models")
    def test_who_sees_what(self):
        scheme = self.scheme()
        self.accrue(scheme)
        amounts = lambda reader: self.env["crmx.bonus.accrual"].with_user(reader).search(  # noqa: E731
            [("scheme_id", "=", scheme.id)]
        ).mapped("amount")  # fmt: skip
        self.assertEqual(amounts(self.ann), [22_800])
        self.assertEqual(amounts(self.bob), [16_200])
        self.assertEqual(len(amounts(self.boss)), 2)
        self.assertEqual(len(amounts(self.books)), 2)
        self.east.user_id = self.bob
        self.assertEqual(amounts(self.bob), [16_200], "leaders see them only where that is set")
        scheme.is_shown_to_leaders = True
        self.assertEqual(len(amounts(self.bob)), 2)
        mine = self.of(scheme, self.ann, reader=self.ann)
        with self.assertRaises(AccessError):
            mine.inputs  # noqa: B018
        with self.assertRaises(AccessError):
            mine.note = "more"
        with self.assertRaises(AccessError):
            self.env["crmx.bonus.scheme"].with_user(self.ann).search([])
        with self.assertRaisesRegex(UserError, "not typed in"):
            self.of(scheme, self.ann, reader=self.boss).base = 5
        with self.assertRaisesRegex(UserError, "only its own buttons"):
            self.of(scheme, self.ann, reader=self.boss).amount = 5
