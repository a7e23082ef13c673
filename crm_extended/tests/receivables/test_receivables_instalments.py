"""Instalment plans against ledgers computed by hand: schedules, what counts, what ends them."""

import doctest

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import BaseCase, Form, new_test_user, tagged
from odoo.tools import mute_logger

from ...tools import instalments
from .common_mail import MailServerMixin
from .dunning_common import DunningCommon
from .test_receivables_act import SIGNATURE

MADE = "2026-06-01"


class TestReceivablesInstalmentKernels(BaseCase):
    def test_doctests(self):
        result = doctest.testmod(instalments)
        self.assertGreater(result.attempted, 15)
        self.assertFalse(result.failed)


@tagged("post_install", "-at_install")
class TestReceivablesInstalments(MailServerMixin, DunningCommon):
    """Plans made on 1 June 2026 for 900 due on 1 May: 300 on the 10th of June, July and August."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.crmx_promise_tolerance = 2
        cls.debt = cls.invoice(900, "2026-04-01", "2026-05-01")

    def plan(self, *moves, amount=None, made=MADE, **values):
        lines = [
            Command.create({"move_line_id": self.item(move).id, **({"amount": amount} if amount else {})})
            for move in moves or [self.debt]
        ]
        values = {"date_first": "2026-06-10", "date": made, "line_ids": lines, **values}
        with freeze_time(made):
            return self.env["crmx.instalment.plan"].create({"partner_id": self.customer.id, **values})

    def live(self, *moves, made=MADE, **values):
        plan = self.plan(*moves, made=made, **values)
        with freeze_time(made):
            plan.action_start()
        return plan

    def pay(self, amount, day, *moves, **values):
        payment = self.payment(amount, day, **values)
        self.reconcile(payment, *(moves or [self.debt]))
        return payment

    def judge(self, day, plan):
        """Judge a plan on a day; return its state and those of its instalments."""
        with freeze_time(day):
            plan.action_judge()
        self.env.cr.flush()
        return plan.state, plan.tranche_ids.mapped("state")

    def rows(self, plan):
        return [(str(one.date_due), one.amount) for one in plan.tranche_ids]

    def kinds(self, plan):
        self.env.cr.precommit.run()
        log = self.env["crmx.receivables.log"].search(
            [("res_model", "=", plan._name), ("res_id", "=", plan.id)], order="id"
        )
        return log.mapped("kind")

    # === DRAWING UP === #

    def test_schedule_follows_the_debt(self):
        plan = self.plan()
        self.assertRegex(plan.name, r"IP/\d{4}/\d{4}")
        self.assertEqual((plan.amount, plan.currency_id), (900, self.usd))
        self.assertEqual(self.rows(plan), [("2026-06-10", 300), ("2026-07-10", 300), ("2026-08-10", 300)])
        plan.line_ids.amount = 400
        self.assertEqual(
            self.rows(plan), [("2026-06-10", 133.33), ("2026-07-10", 133.33), ("2026-08-10", 133.34)]
        )
        plan.write({"down_payment": 100, "date_down": "2026-06-02", "instalment_count": 2, "interval": 2})
        self.assertEqual(self.rows(plan), [("2026-06-02", 100), ("2026-06-10", 150), ("2026-08-10", 150)])
        self.assertEqual(plan.tranche_ids.mapped("number"), [1, 2, 3])

    def test_form(self):
        with freeze_time(MADE):
            action = self.debt.action_crmx_plan_instalments()
            form = Form(self.env["crmx.instalment.plan"].with_context(**action["context"]))
            form.date_first = "2026-06-15"
            form.instalment_count = 2
            self.assertEqual([row["amount"] for row in form.tranche_ids._records], [450, 450])
            with form.tranche_ids.edit(0) as row:
                row.amount = 500
            self.assertEqual(form.unscheduled, -50)
            plan = form.save()
        self.assertEqual(self.rows(plan), [("2026-06-15", 500), ("2026-07-15", 450)])
        with self.assertRaisesRegex(UserError, "larger than the debt"):
            plan.action_offer()
        plan.tranche_ids[1].amount = 400
        plan.action_offer()
        self.assertEqual(plan.state, "offered")

    def test_the_sum_is_that_of_the_debt(self):
        plan = self.plan()
        plan.tranche_ids[0].amount = 350
        with self.assertRaisesRegex(UserError, "(?s)larger than the debt.*950.*900.*50"):
            plan.action_start()
        plan.tranche_ids[0].amount = 250
        with self.assertRaisesRegex(UserError, "50.00 has no instalment"):
            plan.action_offer()

    def test_what_cannot_be_planned(self):
        with self.assertRaisesRegex(ValidationError, "Only .*900.* was open"):
            self.plan(amount=901)
        other = self.invoice(50, "2026-04-01", partner=self.new_partner("Bauer"))
        with self.assertRaisesRegex(ValidationError, "is no debt of Adler"):
            self.plan(other)
        eur = self.eur({"2026-01-01": 0.8})
        foreign = self.invoice(80, "2026-04-01", currency_id=eur.id)
        with self.assertRaisesRegex(ValidationError, "one currency"):
            self.plan(self.debt, foreign)
        with self.assertRaisesRegex(UserError, "which debts"):
            self.plan(line_ids=[]).action_offer()
        with self.assertRaisesRegex(UserError, "cannot be spread"):
            self.plan(down_payment=900).action_offer()
        with self.assertRaisesRegex(UserError, "before the plan is made"):
            self.plan(date_first="2026-05-31").action_offer()
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.plan(instalment_count=0)
        self.assertIn("count_range", str(caught.exception))

    def test_a_debt_is_in_one_plan_at_a_time(self):
        first, second = self.live(), self.plan()
        with self.assertRaisesRegex(UserError, f"is in {first.name} already"):
            second.action_start()
        first.action_cancel()
        with freeze_time(MADE):
            second.action_start()
        self.assertEqual((first.state, second.state), ("cancelled", "live"))

    def test_take_all_that_is_overdue(self):
        more = self.invoice(100, "2026-04-15", "2026-05-15")
        self.invoice(70, "2026-05-30", "2026-06-30")
        plan = self.plan(line_ids=[])
        with freeze_time(MADE):
            plan.action_take_open()
        self.assertEqual(plan.line_ids.move_id, self.debt | more)
        self.assertEqual((plan.amount, sum(plan.tranche_ids.mapped("amount"))), (1000, 1000))

    # === WHAT BECOMES OF IT === #

    def test_paid_in_time(self):
        plan = self.live()
        self.assertEqual(plan.state, "live")
        self.pay(300, "2026-06-12")
        self.assertEqual(self.judge("2026-06-13", plan), ("live", ["paid", "open", "open"]))
        self.assertEqual((plan.received, str(plan.date_next)), (300, "2026-07-10"))
        self.pay(600, "2026-07-09")
        self.assertEqual(self.judge("2026-07-09", plan), ("paid", ["paid", "paid", "paid"]))
        self.assertEqual(str(plan.tranche_ids[2].date_paid), "2026-07-09")
        self.assertEqual(str(self.item(self.debt).date_maturity), "2026-05-01", "the ledger stays as it is")
        self.assertEqual(self.kinds(plan), ["plan_offered", "plan_started", "plan_judged"])

    def test_one_missed_instalment_ends_it(self):
        plan = self.live()
        self.pay(299, "2026-06-10")
        self.assertEqual(self.judge("2026-06-12", plan), ("live", ["open", "open", "open"]))
        self.assertEqual(self.judge("2026-06-13", plan), ("defaulted", ["missed", "open", "open"]))
        self.assertEqual(plan.activity_ids.user_id, plan.user_id)
        self.assertIn("Defaulted", plan.message_ids[0].body)
        self.assertEqual(self.customer.crmx_plan_defaulted_count, 1)
        # booked late, but it came in time
        self.pay(1, "2026-06-12")
        self.assertEqual(self.judge("2026-06-20", plan), ("live", ["paid", "open", "open"]))
        self.assertFalse(plan.activity_ids)

    def test_days_for_booking(self):
        self.company.crmx_promise_grace = 3
        plan = self.live()
        self.assertEqual(self.judge("2026-06-15", plan)[0], "live")
        self.assertEqual(self.judge("2026-06-16", plan)[0], "defaulted")

    def test_go_on(self):
        plan = self.live()
        self.judge("2026-06-13", plan)
        with freeze_time("2026-06-14"):
            plan.action_go_on()
        self.assertEqual((plan.state, plan.tranche_ids[0].state), ("live", "missed"))
        self.pay(600, "2026-07-10")
        self.assertEqual(self.judge("2026-07-13", plan), ("live", ["late", "paid", "open"]))
        self.assertEqual(self.judge("2026-08-13", plan)[0], "defaulted")
        self.assertIn("plan_resumed", self.kinds(plan))
        with self.assertRaisesRegex(UserError, "Only plans that have defaulted"):
            self.plan().action_go_on()

    def test_again_for_the_rest(self):
        plan = self.live()
        self.pay(100, "2026-06-05")
        self.judge("2026-06-13", plan)
        with freeze_time("2026-06-14"):
            action = plan.action_plan_again()
            again = Form(self.env[plan._name].with_context(**action["context"])).save()
            again.action_start()
        self.assertEqual((again.amount, again.previous_id), (800, plan))
        # the money of the first turns up in time after all: the second one holds
        self.pay(200, "2026-06-12")
        self.assertEqual(self.judge("2026-06-15", plan)[0], "defaulted")
        self.assertEqual(self.judge("2026-06-15", again)[0], "live")

    def test_credit_shortens_the_last_instalments(self):
        plan = self.live()
        self.reconcile(self.debt, self.invoice(400, "2026-06-05", move_type="out_refund"))
        self.assertEqual(self.judge("2026-06-06", plan), ("live", ["open", "open", "void"]))
        self.assertEqual(plan.tranche_ids.mapped("owed"), [300, 200, 0])
        self.pay(500, "2026-06-09")
        self.assertEqual(self.judge("2026-06-09", plan)[0], "paid")

    def test_nothing_left_to_pay(self):
        plan = self.live()
        self.debt.button_draft()
        self.assertEqual(self.judge("2026-06-20", plan)[0], "void")
        self.debt.with_context(force_delete=True).unlink()
        self.env.invalidate_all()
        self.assertFalse(plan.line_ids.move_line_id)
        self.assertEqual((plan.amount, self.judge("2026-06-21", plan)[0]), (900, "void"))

    def test_what_was_paid_before_does_not_count(self):
        self.pay(200, "2026-05-20")
        plan = self.live()
        self.assertEqual((plan.amount, plan.line_ids.paid_before), (700, 200))
        self.assertEqual(self.judge("2026-06-13", plan), ("defaulted", ["missed", "open", "open"]))

    def test_a_part_of_a_foreign_debt(self):
        """400 of 800 EUR in a plan: the first 400 that come are for it, whatever the rate does."""
        eur = self.eur({"2026-01-01": 0.8, "2026-06-05": 0.9})
        foreign = self.invoice(800, "2026-04-01", currency_id=eur.id)
        plan = self.live(foreign, amount=400, instalment_count=2)
        self.assertEqual((plan.currency_id, plan.amount_company), (eur, 500))
        self.assertEqual(plan.tranche_ids.mapped("amount_company"), [250, 250])
        self.pay(600, "2026-06-09", foreign, currency_id=eur.id)
        self.assertEqual(self.judge("2026-06-09", plan), ("paid", ["paid", "paid"]))
        self.assertEqual(plan.received, 400)

    def test_by_itself(self):
        """The scheduled action follows the ledger; reconciling wakes it."""
        plan = self.live()
        plan.sudo().date_checked = "2026-06-02"
        self.env.cr.precommit.run()
        self.pay(900, "2026-06-02")
        self.env.cr.precommit.run()
        self.assertFalse(plan.date_checked)
        with freeze_time("2026-06-02"):
            self.trigger("ir_cron_instalment_plan_judge")
        self.assertEqual(plan.state, "paid")

    def test_number_of_queries(self):
        plans = self.env["crmx.instalment.plan"]
        for number in range(6):
            debtor = self.new_partner(f"Debtor {number}")
            debt = self.invoice(300, "2026-04-01", partner=debtor)
            plans |= self.live(debt, partner_id=debtor.id)
            self.pay(100, "2026-06-09", debt, partner=debtor)
        counts = []
        for some in (plans[:2], plans[2:]):
            self.env.flush_all()
            self.env.invalidate_all()
            with freeze_time("2026-06-11"):
                before = self.env.cr.sql_log_count
                some.sudo()._judge()
                self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(plans.mapped("received"), [100] * 6)
        self.assertLessEqual(counts[1], counts[0])

    # === DUNNING, CREDIT, SCREENS === #

    def test_reminders_leave_it_alone_while_it_is_kept(self):
        self.assertAsks({(1, "USD"): 900}, "2026-06-09")
        plan = self.live()
        self.assertAsks({}, "2026-06-09", {"planned": 1})
        self.judge("2026-06-13", plan)
        self.assertAsks({(1, "USD"): 900}, "2026-06-13")
        # as of a day on which it was under way
        self.assertAsks({}, "2026-06-12", {"planned": 1})

    def test_reminders_of_what_is_not_in_it(self):
        plan = self.live(amount=600)
        self.assertAsks({(1, "USD"): 300}, "2026-06-09")
        self.pay(250, "2026-06-09")
        self.judge("2026-06-09", plan)
        self.assertAsks({(1, "USD"): 300}, "2026-06-09")
        item = (
            self.env["crmx.open.item"].with_context(crmx_as_of="2026-06-09").browse(self.item(self.debt).id)
        )
        self.assertEqual((item.planned_amount, item.residual_currency), (350, 650))
        found = item.search([("planned_amount", ">", 0), ("id", "=", item.id)])
        self.assertEqual(found, item)

    def test_a_default_counts_as_a_broken_promise(self):
        plan = self.live()
        self.judge("2026-06-13", plan)
        with freeze_time("2026-06-14"):
            broken = self.env["crmx.credit.check"]._broken_promises(self.customer, self.company)
            self.assertEqual([str(day) for day in broken[self.customer]], ["2026-06-13"])
            self.assertEqual(
                self.customer._crmx_broken_counts(self.customer, plan.date_judged), {self.customer: 1}
            )

    def test_history_and_matters(self):
        plan = self.live()
        self.env.cr.precommit.run()
        events = self.env["crmx.timeline.event"].sudo()
        mine = [("res_model", "=", plan._name), ("res_id", "=", plan.id)]
        self.assertEqual(events.search(mine).mapped("kind"), ["instalment_plan"])
        source = self.env["crmx.matter.source.instalment.plan"]
        self.assertEqual(source._open_matters(self.customer), plan)
        self.judge("2026-06-13", plan)
        self.env.cr.precommit.run()
        self.assertEqual(
            set(events.search(mine).mapped("kind")), {"instalment_plan", "instalment_plan_defaulted"}
        )

    # === THE AGREEMENT === #

    def test_sent_and_signed(self):
        self.customer.email = "adler@example.com"
        plan = self.plan()
        plan.action_send()
        self.assertEqual(plan.state, "offered")
        with self.mail_server() as taken:
            self.trigger("ir_cron_instalment_plan_send")
        self.assertEqual((plan.send_state, len(taken)), ("sent", 1))
        body = taken[0].get_body(("html",)).get_content()
        self.assertIn(f"/my/plans/{plan.id}?access_token={plan.access_token}", body)
        [file] = taken[0].iter_attachments()
        self.assertEqual(file.get_content_type(), "application/pdf")
        answer = plan.sudo()._answer_signed
        self.assertIn("changed since", answer("x", "Anna", SIGNATURE, self.customer))
        self.assertIn("draw your signature", answer(plan.digest, "Anna", "", self.customer))
        with freeze_time(MADE):
            self.assertEqual(answer(plan.digest, "Anna Adler", SIGNATURE, self.customer), "")
        self.assertEqual((plan.state, str(plan.date_start)), ("live", MADE))
        text = plan.signed_file_id.raw.decode()
        for said in ("Anna Adler", self.debt.name, "300.00"):
            self.assertIn(said, text)
        self.assertIn("cannot be signed", answer(plan.digest, "Anna", SIGNATURE, self.customer))
        for change in ({"terms": "<p>x</p>"}, {"line_ids": [Command.clear()]}, {"tolerance_days": 9}):
            with self.subTest(change=change), self.assertRaises(UserError):
                plan.sudo().write(change)
        with self.assertRaises(UserError):
            plan.tranche_ids[0].amount = 1
        with self.assertRaises(UserError):
            plan.action_draft()
        self.assertEqual(self.kinds(plan), ["plan_offered", "plan_started", "plan_signed"])
        self.assertEqual(plan.action_verify_signature()["params"]["type"], "success")

    def test_an_offer_is_taken_back_to_be_changed(self):
        plan = self.plan()
        plan.action_offer()
        for write in (
            lambda: plan.write({"date": "2026-06-02"}),
            lambda: plan.line_ids.write({"amount": 1}),
            lambda: plan.tranche_ids[0].write({"amount": 1}),
            lambda: plan.tranche_ids[0].unlink(),
            lambda: plan.unlink(),
        ):
            with self.assertRaises(UserError):
                write()
        plan.action_draft()
        plan.tranche_ids[0].write({"amount": 200})
        plan.tranche_ids[1].write({"amount": 400})
        plan.action_offer()
        self.assertEqual(self.kinds(plan), ["plan_offered", "plan_offered"])

    def test_nobody_says_himself_what_became_of_it(self):
        user = new_test_user(
            self.env,
            "crmx_planner",
            groups="account.group_account_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        plan = self.plan().with_user(user)
        for vals in ({"state": "paid"}, {"received": 900}, {"date_start": MADE}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                plan.write(vals)
        with self.assertRaises(UserError):
            plan.with_context(default_state="live").create({"partner_id": self.customer.id})
        with self.assertRaises(UserError):
            plan.tranche_ids[0].write({"received": 300})
        with self.assertRaises(UserError):
            plan.line_ids.write({"paid_before": 9})
        with freeze_time(MADE):
            plan.action_start()
        self.assertEqual(plan.state, "live")
        seller = new_test_user(
            self.env,
            "crmx_plan_seller",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        seen = plan.with_user(seller)
        self.assertEqual((seen.amount, len(seen.tranche_ids)), (900, 3))
        with self.assertRaises(AccessError):
            seen.action_cancel()
        with self.assertRaises(AccessError):
            seen.line_ids.mapped("amount")
