from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common_card import CardCase


@tagged("post_install", "-at_install")
class TestRecommendations(CardCase):
    """Ranked rules, each with its reason; accepted or dismissed with one click, and counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rule = cls.env["crmx.recommendation.rule"]

    def lines(self, user=None, partners=None):
        self.env.cr.flush()
        return self.Rule.with_user(user or self.seller)._recommend(partners or self.customer)

    def reasons(self, *args):
        return [line["reason"].replace("\xa0", " ") for line in self.lines(*args)]

    def answers(self, user=None):
        return self.env["crmx.recommendation"].with_user(user or self.seller)

    def test_rules_that_come_along(self):
        """Every rule that is delivered can be evaluated and says why in words without a gap."""
        self.rules.active = True
        self.assertGreaterEqual(len(self.rules), 11)
        self.rules._check_reason()
        self.rules._check_domain()
        codes = set(self.env["crmx.recommendation.signal"]._signal_names())
        self.assertEqual(set(self.rules.mapped("signal")), codes - {"always"})
        for rule in self.rules:
            rule._evaluate(self.customer)

    # -- signals ----------------------------------------------------------

    def test_contact_overdue(self):
        self.rule("contact_overdue", reason="%(days)s of %(interval)s, %(last)s", days=2)
        self.customer.crmx_tier_id = self.tier
        call = self.env["crmx.interaction"].create({"partner_id": self.contact.id, "date": self.ago(15)})
        self.assertEqual(self.reasons()[0].split(",")[0], "5 of 10")
        call.date = self.ago(11)
        self.assertEqual(self.reasons(), [])

    def test_offers(self):
        self.rule("offer_waiting", reason="%(count)s: %(amount)s, %(days)s", days=5, amount=300)
        self.rule("offer_expiring", reason="%(count)s in %(days)s", days=5)
        order = self.order(amount=200, state="sent", date_order=self.ago(8))
        order.validity_date = fields.Date.today() + timedelta(days=4)
        self.order(amount=150, state="sent", date_order=self.ago(2), validity_date=False)
        self.assertEqual(self.reasons(), ["1 in 4"])
        self.order(amount=150, state="sent", date_order=self.ago(6), validity_date=False)
        self.order(amount=900, state="sent", date_order=self.ago(6), user=self.manager, validity_date=False)
        self.assertEqual(self.reasons(), ["2: $ 350.00, 8", "1 in 4"])

    def test_orders_and_turnover(self):
        self.rule("no_order", reason="%(days)s since, %(count)s", days=100)
        self.rule("buying_less", reason="%(percent)s: %(before)s to %(amount)s", percent=30, amount=500)
        self.order().write({"state": "sale", "date_order": self.ago(150)})
        today = fields.Date.today()
        self.invoice(1000, today - timedelta(days=500))
        self.assertEqual(self.reasons(), ["150 since, 1", "100: $ 1,000.00 to $ 0.00"])
        self.invoice(600, today - timedelta(days=20))
        self.assertEqual(self.reasons(), ["150 since, 1", "40: $ 1,000.00 to $ 600.00"])
        self.invoice(300, today - timedelta(days=20))
        self.order().write({"state": "sale"})
        self.assertEqual(self.reasons(), [])

    def test_matter_opportunity_birthday(self):
        self.rule("matter_stalled", reason="%(count)s for %(days)s", days=5)
        self.rule("opportunity_idle", reason="%(count)s idle: %(amount)s", amount=100)
        self.rule("birthday", reason="%(name)s in %(days)s", days=3)
        call = {"partner_id": self.contact.id, "outcome_id": self.open_end.id, "date": self.ago(9)}
        self.env["crmx.interaction"].create(call)
        lead = self.env["crm.lead"].create(
            {
                "name": "L",
                "type": "opportunity",
                "partner_id": self.contact.id,
                "user_id": self.seller.id,
                "expected_revenue": 500,
            }
        )
        born = fields.Date.today() + timedelta(days=2)
        self.contact.crmx_birthdate = born.replace(year=1984)
        self.assertEqual(self.reasons(), ["1 for 9", "1 idle: $ 500.00", "Ada Kern in 2"])
        lead.activity_schedule("mail.mail_activity_data_todo", user_id=self.seller.id)
        self.assertEqual(self.reasons(), ["1 for 9", "Ada Kern in 2"])

    def test_goods_and_debts(self):
        self.rule("delivery_late", reason="out %(days)s", days=1)
        self.rule("receipt_late", reason="in %(days)s", days=1)
        self.rule("debt_overdue", reason="%(amount)s of %(total)s", amount=100)
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        for kind in (warehouse.out_type_id, warehouse.in_type_id):
            picking = self.env["stock.picking"].create(
                {
                    "partner_id": self.contact.id,
                    "picking_type_id": kind.id,
                    "location_id": (kind.default_location_src_id or warehouse.lot_stock_id).id,
                    "location_dest_id": (kind.default_location_dest_id or warehouse.lot_stock_id).id,
                }
            )
            picking.write({"state": "assigned", "scheduled_date": self.ago(4)})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_picking SET state = 'assigned' WHERE partner_id = %s", [self.contact.id]
        )
        self.env.invalidate_all()
        invoice = self.invoice(400, fields.Date.today() - timedelta(days=90))
        invoice.line_ids.filtered("date_maturity").date_maturity = fields.Date.today() - timedelta(days=60)
        self.assertEqual(self.reasons(), ["out 4", "in 4", "$ 400.00 of $ 400.00"])
        self.assertNotIn("$ 400.00 of $ 400.00", self.reasons(self.employee))
        self.company.crmx_use_receivables = False
        self.assertEqual(self.reasons(), ["out 4", "in 4"])

    # -- rules ------------------------------------------------------------

    def test_ranked(self):
        self.rule("always", name="Second", sequence=20, domain="[('name', 'ilike', 'Nordwind')]")
        self.rule("always", name="First", sequence=10)
        lines = self.lines(None, self.customer + self.other)
        self.assertEqual(
            [(line["name"], line["partner_id"]) for line in lines][2:], [("Second", self.customer.id)]
        )
        self.assertEqual([line["name"] for line in lines], ["First", "First", "Second"])

    def test_most_at_stake_first(self):
        self.rule("offer_waiting", days=1)
        self.order(amount=100, state="sent", date_order=self.ago(5))
        self.order(self.other, amount=700, state="sent", date_order=self.ago(5))
        lines = self.lines(None, self.customer + self.other)
        self.assertEqual([line["partner_id"] for line in lines], [self.other.id, self.customer.id])

    def test_reason_and_condition_are_checked(self):
        for values in ({"reason": "%(nothing)s"}, {"reason": "100 %"}, {"domain": "[('nothing', '=', 1)]"}):
            with self.assertRaises(ValidationError):
                self.rule("always", **values)
        with Form(self.Rule) as form:
            form.name, form.signal, form.reason = "X", "birthday", "%(name)s"
            self.assertEqual((form.uses_days, form.uses_amount), (True, False))
            self.assertIn("%(date)s", form.figures)

    def test_a_slip_in_a_translation(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        rule = self.rule("always", reason="Because of %(name)s")
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE crmx_recommendation_rule SET reason = reason || '{"fr_FR": "Pour %%(nom)s"}'
                WHERE id = %s""",
            [rule.id],
        )
        self.env.invalidate_all()
        self.seller.lang = "fr_FR"
        with self.assertLogs("odoo.addons.crm_extended.models.interactions.recommendation_rule"):
            lines = self.Rule.with_user(self.seller).with_context(lang="fr_FR")._recommend(self.customer)
        self.assertEqual(lines[0]["reason"], "Because of Nordwind Logistics")

    def test_of_an_other_company(self):
        rule = self.rule("always", company_id=self.abroad.id)
        self.assertEqual(self.lines(), [])
        with self.assertRaises(UserError):
            self.answers().accept(rule.id, self.customer.id)
        self.assertEqual(len(self.lines(self.foreigner)), 1)

    # -- answers ----------------------------------------------------------

    def test_accept_an_activity(self):
        rule = self.rule("always", name="Ring up", action="activity", activity_days=3)
        done = self.answers().accept(rule.id, self.customer.id)
        self.assertIn("Ring up", done["done"])
        activity = self.customer.activity_ids
        self.assertEqual((activity.summary, activity.user_id), ("Ring up", self.seller))
        self.assertEqual(activity.date_deadline, fields.Date.today() + timedelta(days=3))
        [row] = self.answers().search([("rule_id", "=", rule.id)])
        self.assertEqual((row.outcome, row.acceptance, row.user_id), ("accepted", 100, self.seller))
        self.assertEqual(row.reason, "Because")
        self.assertEqual(self.lines(), [])
        with self.assertRaises(UserError):
            self.answers().accept(rule.id, self.customer.id)
        self.assertEqual(len(self.customer.activity_ids), 1, "a second click does nothing")

    def test_accept_opens(self):
        expected = {
            "call": "crmx.interaction",
            "meeting": "calendar.event",
            "offer": "sale.order",
            "list": "res.partner",
        }
        for action, model in expected.items():
            rule = self.rule("always", action=action)
            result = self.answers().accept(rule.id, self.customer.id)
            self.assertEqual(result["res_model"], model)
        rule = self.rule("offer_waiting", action="list", days=1)
        order = self.order(state="sent", date_order=self.ago(5))
        self.order(self.other, state="sent", date_order=self.ago(5))
        result = self.answers().accept(rule.id, self.customer.id)
        self.assertEqual(self.env["sale.order"].search(result["domain"]), order)

    def test_lists_of_all_signals(self):
        for code in self.env["crmx.recommendation.signal"]._signal_names():
            signal = self.env["crmx.recommendation.signal"]._signal(code)
            if signal._signal_model:
                rule = self.rule(code, days=3, percent=10)
                self.env[signal._signal_model].search(list(signal._records_domain(rule, self.customer)))

    def test_dismiss(self):
        rule = self.rule("always", rest_days=5)
        reason = self.env["crmx.recommendation.reason"].search([], limit=1)
        self.answers().dismiss(rule.id, self.customer.id, reason.id)
        [row] = self.answers().search([("rule_id", "=", rule.id)])
        self.assertEqual((row.outcome, row.dismiss_reason_id, row.acceptance), ("dismissed", reason, 0))
        self.assertEqual(self.lines(), [])
        self.assertEqual(self.lines(self.manager), [], "nobody sees it for these days")
        self.assertEqual(len(self.lines(None, self.other)), 1)
        row.sudo().rest_until = fields.Date.today()
        self.assertEqual(len(self.lines()), 1)

    def test_only_what_is_recommended(self):
        rule = self.rule("offer_waiting", days=1)
        with self.assertRaises(UserError):
            self.answers().accept(rule.id, self.customer.id)
        self.order(state="sent", date_order=self.ago(5), user=self.manager)
        with self.assertRaises(UserError):
            self.answers().accept(rule.id, self.customer.id)
        self.assertFalse(self.answers().search([("rule_id", "=", rule.id)]))

    def test_rights(self):
        rule = self.rule("always")
        for user in (self.employee, self.portal):
            with self.assertRaises(AccessError):
                self.answers(user).accept(rule.id, self.customer.id)
            with self.assertRaises(AccessError):
                self.answers(user).get_list()
            self.assertEqual(self.lines(user), [])
        hidden = self.env["res.partner"].create({"name": "Theirs", "company_id": self.abroad.id})
        with self.assertRaises(AccessError):
            self.answers().accept(rule.id, hidden.id)
        with self.assertRaises(AccessError):
            self.answers().create({"rule_id": rule.id, "partner_id": self.customer.id})
        with self.assertRaises(AccessError):
            rule.with_user(self.seller).write({"active": False})
        self.answers().dismiss(rule.id, self.customer.id)
        self.answers(self.manager).dismiss(rule.id, self.other.id)
        ours = [("rule_id", "=", rule.id)]
        self.assertEqual(self.answers().search_count(ours), 1)
        self.assertEqual(self.answers(self.manager).search_count(ours), 2)

    def test_measured(self):
        rule = self.rule("always")
        self.answers().dismiss(rule.id, self.customer.id)
        self.answers().accept(rule.id, self.other.id)
        rows = self.answers()._read_group(
            [("rule_id", "=", rule.id)], ["user_id"], ["acceptance:avg", "__count"]
        )
        self.assertEqual(rows, [(self.seller, 50.0, 2)])

    # -- list -------------------------------------------------------------

    def test_list(self):
        self.rule("always", reason="%(name)s", domain=f"[('id', 'in', {(self.customer + self.other).ids})]")
        self.other.user_id = self.manager
        mine = self.answers().get_list()
        self.assertEqual([line["partner_id"] for line in mine["lines"]], [self.customer.id])
        everyone = self.answers().get_list(mine=False)
        self.assertEqual(
            {line["partner_id"] for line in everyone["lines"]}, {self.customer.id, self.other.id}
        )
        self.assertFalse(everyone["cut"])
        self.assertTrue(everyone["reasons"])

    def test_queries_do_not_grow(self):
        self.rules.active = True
        many = self.env["res.partner"].create([{"name": f"P{n}", "customer_rank": 1} for n in range(20)])
        many.crmx_tier_id = self.tier
        for partner in many:
            self.order(partner, state="sent", date_order=self.ago(9))
        self.env.cr.flush()
        few = self.queries(lambda: self.Rule.with_user(self.seller)._recommend(many[:2]))
        self.assertLessEqual(self.queries(lambda: self.Rule.with_user(self.seller)._recommend(many)), few)
        self.assertLessEqual(few, 35)
