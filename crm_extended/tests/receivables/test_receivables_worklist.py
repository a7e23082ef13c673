"""The collectors' worklist: who is on it and why, who gets whom, and what calls end with."""

import doctest

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import BaseCase, Form, new_test_user, tagged

from ...tools import worklist
from .common import AS_OF
from .dunning_common import DunningCommon


class TestReceivablesWorklistKernels(BaseCase):
    def test_doctests(self):
        result = doctest.testmod(worklist)
        self.assertGreater(result.attempted, 10)
        self.assertFalse(result.failed)


class WorklistCommon(DunningCommon):
    """On Tuesday, 30 June 2026, Adler is 60 days late with 1,000; of others each test says more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debt = cls.invoice(1000, "2026-04-01", "2026-05-01")
        cls.customer.phone = "+1 202 555 0100"
        cls.anna = cls.collector("crmx_collector_anna")
        cls.ben = cls.collector("crmx_collector_ben")

    @classmethod
    def collector(cls, login, groups="account.group_account_invoice"):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def refresh(self, day=AS_OF, partners=None):
        with freeze_time(day):
            self.env["crmx.collection.case"].sudo()._refresh(self.company, partners)
        self.env.flush_all()

    def case(self, partner=None, day=None):
        if day:
            self.refresh(day)
        return self.env["crmx.collection.case"].search(
            [("company_id", "=", self.company.id), ("partner_id", "=", (partner or self.customer).id)]
        )

    def end(self, case, kind, user=None, day=AS_OF, **values):
        """End a call by the dialog, as a collector; return what it made."""
        user = user or self.anna
        with freeze_time(day):
            button = {
                "promise": "promise",
                "dispute": "dispute",
                "back": "call_back",
                "number": "wrong_number",
            }
            action = getattr(case.with_user(user), f"action_{button[kind]}")()
            form = Form(self.env[action["res_model"]].with_user(user).with_context(**action["context"]))
            for name, value in values.items():
                setattr(form, name, value)
            form.save().action_save()
        interaction = self.env["crmx.interaction"].search(
            [("partner_id", "=", case.partner_id.id)], order="id DESC", limit=1
        )
        return interaction, self.env[interaction.next_res_model or "res.partner"].browse(
            interaction.next_res_id
        )


@tagged("post_install", "-at_install")
class TestReceivablesWorklist(WorklistCommon):
    # === WHO IS ON IT, AND WHY === #

    def test_score_in_words(self):
        self.reconcile(
            self.invoice(500, "2026-01-01", "2026-02-01"), self.payment(500, "2026-02-19")
        )  # 18 days late
        self.env["crmx.credit.limit"].create(
            {
                "partner_id": self.customer.id,
                "amount": 2000,
                "company_id": self.company.id,
                "date_from": "2026-01-01",
                "reason": "As agreed",
            }
        )
        case = self.case(day=AS_OF)
        self.assertEqual((case.overdue, case.amount, str(case.date_oldest)), (1000, 1000, "2026-05-01"))
        # 1,000 of 10,000 · 60 of 90 days · 18 of 45 days · 50 of 120 %
        self.assertEqual(case.points, {"amount": 3.5, "lateness": 16.7, "behaviour": 4.0, "limit": 6.2})
        self.assertEqual((case.score, case.urgency, case.reason), (30.4, "medium", "lateness"))
        with freeze_time(AS_OF):
            case.invalidate_recordset()
            self.assertEqual(
                case.explanation,
                "the oldest for 60 days (+16.7) · 50 % of the limit is used (+6.2) · "
                "pays 18 days late on average (+4) · $\N{NO-BREAK SPACE}1,000.00 overdue (+3.5)",
            )
            self.assertIn("1,000.00", case.script)
            self.assertIn("60 days", case.script)
        self.assertEqual((case.state, str(case.date_next), case.next_action), ("todo", AS_OF, "call"))

    def test_a_company_weighs_otherwise(self):
        self.env["crmx.collection.weight"].create(
            [
                {"factor": "amount", "company_id": self.company.id, "points": 100, "full_at": 1000},
                {"factor": "lateness", "company_id": self.company.id, "points": 0, "full_at": 1},
            ]
        )
        case = self.case(day=AS_OF)
        self.assertEqual((case.points, case.urgency, case.reason), ({"amount": 100}, "high", "amount"))

    def test_only_what_can_be_asked_for(self):
        """As reminders: net of promises, plans, disputes, credits and what is not followed up."""
        names = ("Promised", "Planned", "Disputed", "Credited", "Stopped", "Not due")
        partners = {name: self.new_partner(name) for name in names}
        debts = {
            name: self.invoice(100, "2026-05-01", "2026-07-31" if "Not" in name else "2026-06-01", partner)
            for name, partner in partners.items()
        }
        line = {name: Command.create({"move_line_id": self.item(debt).id}) for name, debt in debts.items()}
        with freeze_time("2026-06-20"):
            self.env["crmx.promise"].create(
                {
                    "partner_id": partners["Promised"].id,
                    "date_promised": "2026-07-03",
                    "tolerance_days": 2,
                    "line_ids": [line["Promised"]],
                }
            )
            self.env["crmx.instalment.plan"].create(
                {
                    "partner_id": partners["Planned"].id,
                    "date_first": "2026-07-10",
                    "line_ids": [line["Planned"]],
                }
            ).action_start()
            self.env["crmx.dispute"].create(
                {
                    "partner_id": partners["Disputed"].id,
                    "date_deadline": "2026-07-08",
                    "line_ids": [line["Disputed"]],
                }
            )
        self.payment(100, "2026-06-20", partner=partners["Credited"])
        self.item(debts["Stopped"]).no_followup = True
        self.refresh()
        found = {
            name: (case.state, case.next_action, str(case.date_next))
            for name, partner in partners.items()
            for case in self.case(partner)
        }
        self.assertEqual(
            found,
            {
                "Promised": ("waiting", "promise", "2026-07-06"),
                "Planned": ("waiting", "plan", "2026-07-11"),
                "Disputed": ("waiting", "dispute", "2026-07-09"),
                "Credited": ("waiting", "payment", "2026-07-08"),
            },
        )
        self.assertFalse(sum(self.case(partner).amount for partner in partners.values()))
        # a part of it is promised: the rest is asked for
        self.assertEqual((self.case().state, self.case().amount), ("todo", 1000))

    def test_currencies_stay_apart(self):
        eur = self.eur({"2026-01-01": 0.5})
        self.invoice(300, "2026-05-01", "2026-06-01", currency_id=eur.id)
        case = self.case(day=AS_OF)
        self.assertEqual(case.by_currency, {str(self.usd.id): 1000, str(eur.id): 300})
        self.assertEqual((case.amount, case.item_count), (1600, 2))
        self.assertIn("300.00", case.amounts)
        outcome = Form(
            self.env["crmx.collection.outcome"].with_context(default_case_id=case.id, default_kind="promise")
        )
        self.assertEqual((outcome.amount, outcome.currency_id), (1000, self.usd))
        outcome.currency_id = eur
        self.assertEqual(outcome.amount, 300)

    def test_what_was_not_kept_comes_first(self):
        case = self.case(day="2026-06-01")
        with freeze_time("2026-06-01"):
            promise = self.env["crmx.promise"].create(
                {"partner_id": self.customer.id, "amount": 1000, "date_promised": "2026-06-10"}
            )
        self.assertEqual(self.case(day="2026-06-05").state, "waiting")
        with freeze_time("2026-06-20"):
            promise.action_judge()
        self.refresh("2026-06-20")
        self.assertEqual((promise.state, case.broken_count, case.reason), ("broken", 1, "promise"))
        self.assertEqual((case.state, case.points["broken"]), ("todo", 7.5))
        self.assertIn("You told us", case.script)

    def test_paid_is_off_the_list(self):
        case = self.case(day=AS_OF)
        self.reconcile(self.debt, self.payment(1000, AS_OF))
        self.env.cr.precommit.run()
        self.assertTrue(case.is_stale)
        self.company.crmx_worklist_date = AS_OF
        self.cron(AS_OF)
        self.assertEqual((case.state, case.amount, case.is_stale), ("clear", 0, False))
        self.assertFalse(case.date_next)

    def cron(self, day):
        self.env["res.company"].search([("id", "!=", self.company.id)]).crmx_use_receivables = False
        self.env.flush_all()
        with freeze_time(day), self.enter_registry_test_mode():
            self.env.ref("crm_extended.ir_cron_collection_refresh").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def test_by_itself_each_day(self):
        self.cron(AS_OF)
        self.assertEqual((self.case().state, str(self.company.crmx_worklist_date)), ("todo", AS_OF))
        self.company.write({"crmx_use_receivables": False})
        self.cron("2026-07-01")
        self.assertEqual(str(self.company.crmx_worklist_date), AS_OF)

    def test_number_of_queries(self):
        """As many for six customers as for three; reading the list, too."""
        partners = self.env["res.partner"]
        for number in range(6):
            partners |= self.new_partner(f"Debtor {number}", phone=f"+1 202 555 02{number:02}")
        for partner in partners:
            self.invoice(100, "2026-04-01", "2026-05-01", partner=partner)
        self.refresh()  # whatever is looked up once
        counts, reads = [], []
        for some in (partners[:3], partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.refresh(partners=some)
            counts.append(self.env.cr.sql_log_count - before)
            cases = self.env["crmx.collection.case"].search([("partner_id", "in", some.ids)])
            names = ["explanation", "script", "date_contact", "phone", "amounts", "days_late", "last_outcome"]
            cases.read(names)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            cases.read(names)
            reads.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
        self.assertLessEqual(reads[1], reads[0])
        with self.assertQueryCount(40):
            self.refresh(partners=partners)

    # === WHO GETS WHOM === #

    def team(self, name, *users, **territory):
        team = self.env["crmx.collection.team"].create(
            {"name": name, "company_id": self.company.id, "member_ids": [Command.set([u.id for u in users])]}
        )
        self.env["crmx.collection.territory"].create({"name": name, "team_id": team.id, **territory})
        return team

    def test_territories(self):
        france, spain = self.env.ref("base.fr"), self.env.ref("base.es")
        tag = self.env["res.partner.category"].create({"name": "Key account"})
        big = self.team("Big", self.ben, amount_from=5000)
        key = self.team("Key", self.ben, category_ids=tag.ids)
        south = self.team("South", self.anna, country_ids=(france | spain).ids)
        partners = [
            (self.new_partner("Big", country_id=france.id), 6000, big, self.ben),
            (self.new_partner("Key", category_id=[Command.link(tag.id)]), 50, key, self.ben),
            (self.new_partner("South", country_id=spain.id), 50, south, self.anna),
        ]
        for partner, amount, _team, _user in partners:
            self.invoice(amount, "2026-05-01", "2026-06-01", partner=partner)
        self.refresh()
        for partner, _amount, team, user in partners:
            with self.subTest(partner=partner.name):
                self.assertEqual((self.case(partner).team_id, self.case(partner).user_id), (team, user))
        self.assertFalse(self.case().user_id)
        self.assertEqual((south.case_count, south.amount), (1, 50))
        self.company.crmx_dunning_user_id = self.anna
        self.assertEqual(self.case(day=AS_OF).user_id, self.anna)

    def test_shared_out_evenly_and_kept(self):
        self.team("All", self.anna, self.ben)
        partners = [self.new_partner(f"Customer {number}") for number in range(5)]
        for partner in partners:
            self.invoice(100, "2026-05-01", "2026-06-01", partner=partner)
        self.refresh()
        cases = self.env["crmx.collection.case"].search([("company_id", "=", self.company.id)])
        before = [case.user_id for case in cases]
        self.assertEqual([before.count(user) for user in (self.anna, self.ben)], [3, 3])
        self.refresh("2026-07-01")
        self.assertEqual([case.user_id for case in cases], before, "nobody loses his customers overnight")
        by_hand = cases.filtered(lambda case: case.user_id == self.anna)[0]
        boss = self.collector("crmx_collector_boss")
        by_hand.with_user(self.ben).user_id = boss
        self.refresh("2026-07-02")
        self.assertEqual((by_hand.user_id, by_hand.is_by_hand), (boss, True))

    def test_territory_needs_a_member(self):
        with self.assertRaisesRegex(ValidationError, "is not in the team"):
            self.team("Small", self.anna, user_id=self.ben.id)

    # === WHAT A CALL ENDS WITH === #

    def test_promise(self):
        case = self.case(day=AS_OF)
        interaction, promise = self.end(case, "promise")
        self.assertEqual(promise._name, "crmx.promise")
        self.assertEqual(
            (promise.amount, str(promise.date_promised), promise.user_id, promise.state),
            (1000, "2026-07-07", self.anna, "open"),
        )
        self.assertEqual(
            (interaction.channel, interaction.direction, interaction.user_id, interaction.outcome_id.name),
            ("call", "out", self.anna, "Agreed"),
        )
        self.assertEqual((case.state, case.next_action), ("waiting", "promise"))
        self.assertEqual(case.user_id, self.anna, "who called keeps it")
        self.assertEqual((case.interaction_ids, case.last_outcome), (interaction, "Agreed"))
        # it is kept by a payment
        self.reconcile(self.debt, self.payment(1000, "2026-07-06"))
        self.refresh("2026-07-06")
        with freeze_time("2026-07-06"):
            promise.action_judge()
        self.assertEqual((promise.state, case.state), ("kept", "clear"))

    def test_promise_of_a_part(self):
        """The rest is not asked for again on the same day."""
        case = self.case(day=AS_OF)
        self.end(case, "promise", amount=400)
        self.assertEqual((case.amount, case.state, str(case.date_next)), (600, "back", "2026-07-07"))
        self.assertEqual(self.case(day="2026-07-07").state, "todo")

    def test_dispute(self):
        reason = self.env.ref("crm_extended.crmx_dispute_reason_price")
        case = self.case(day=AS_OF)
        _interaction, dispute = self.end(
            case, "dispute", reason_id=reason, move_ids=self.debt, note="Too dear"
        )
        self.assertEqual((dispute._name, dispute.reason_id), ("crmx.dispute", reason))
        self.assertEqual(dispute.line_ids.move_line_id, self.item(self.debt))
        self.assertIn("Too dear", dispute.description)
        self.assertEqual((case.state, case.next_action, case.amount), ("waiting", "dispute", 0))

    def test_call_back(self):
        case = self.case(day=AS_OF)
        interaction, activity = self.end(case, "back", date="2026-07-03")
        self.assertEqual(
            (activity._name, str(activity.date_deadline), activity.user_id, activity.res_id),
            ("mail.activity", "2026-07-03", self.anna, interaction.id),
        )
        self.assertEqual((case.state, str(case.date_next)), ("back", "2026-07-03"))
        self.assertEqual(self.case(day="2026-07-02").state, "back")
        self.assertEqual((self.case(day="2026-07-04").state, str(case.date_next)), ("todo", "2026-07-03"))

    def test_wrong_number(self):
        self.customer.user_id = self.ben
        case = self.case(day=AS_OF)
        _interaction, activity = self.end(case, "number")
        self.assertEqual((activity._name, activity.user_id), ("mail.activity", self.ben))
        self.assertEqual((case.next_action, str(case.date_next)), ("number", "2026-07-01"))
        self.customer.phone = "+1 202 555 0199"
        self.assertEqual(self.case(day="2026-07-01").next_action, "call")
        seller = self.collector(
            "crmx_collector_partner", "account.group_account_invoice,base.group_partner_manager"
        )
        self.end(case, "number", user=seller, phone="+1 202 555 0111")
        self.assertEqual(self.customer.phone, "+1 202 555 0111")

    def test_no_answer(self):
        case = self.case(day="2026-06-26")  # a Friday
        with freeze_time("2026-06-26"):
            case.with_user(self.anna).action_no_answer()
        self.assertEqual(
            (case.last_outcome, case.state, str(case.date_next)), ("No answer", "back", "2026-06-29")
        )

    def test_bad_input(self):
        case = self.case(day=AS_OF)
        for kind, values, message in (
            ("promise", {"amount": 0}, "more than nothing"),
            ("promise", {"date": "2026-06-29"}, "today or later"),
            ("back", {"date": "2026-06-29"}, "today or later"),
        ):
            with self.subTest(kind=kind, values=values), self.assertRaisesRegex(UserError, message):
                self.end(case, kind, **values)
        self.reconcile(self.debt, self.payment(1000, AS_OF))
        self.refresh()
        with self.assertRaisesRegex(UserError, "nothing that is overdue"):
            self.end(case, "back", date="2026-07-05")

    # === WHO MAY === #

    def test_rights(self):
        case = self.case(day=AS_OF)
        seller = self.collector("crmx_collector_seller", "sales_team.group_sale_salesman")
        auditor = self.collector("crmx_collector_auditor", "account.group_account_readonly")
        with self.assertRaises(AccessError):
            case.with_user(seller).read(["amount"])
        self.assertEqual(case.with_user(auditor).amount, 1000)
        with self.assertRaises(AccessError):
            case.with_user(auditor).action_no_answer()
        for vals in ({"amount": 1}, {"score": 99}, {"state": "clear"}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                case.with_user(self.anna).write(vals)
        with self.assertRaises(UserError):
            case.with_user(self.anna).create({"partner_id": self.customer.id, "company_id": self.company.id})
        with freeze_time(AS_OF):
            case.with_user(self.anna).date_next = "2026-07-09"
            case.with_user(self.anna).with_company(self.company).action_refresh()
        self.assertEqual((case.state, str(case.date_next)), ("back", "2026-07-09"))
