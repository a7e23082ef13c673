from collections import Counter
from datetime import date, datetime, time

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from odoo.addons.crm_extended.demo import company
from odoo.addons.crm_extended.demo.context import MODULE

from .demo_cases import OPEN, TODAY, DemoCases, DemoLookup

#: Share of the documents that is enough to compare two loads.
SMALL = 0.08


@tagged("post_install", "-at_install")
class TestDemoCompany(DemoCases, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.put_aside()
        cls.before = {model: set(cls.env[model].search([]).ids) for model in ("res.company", "account.move")}
        company.load(cls.env, today=TODAY)
        cls.env.flush_all()

    def test_counts(self):
        customers = self.ours("account.move", ("move_type", "in", ("out_invoice", "out_refund")))
        bills = self.ours("account.move", ("move_type", "in", ("in_invoice", "in_refund")))
        self.assertIn(len(customers), range(500, 651))
        self.assertIn(len(bills), range(110, 201))
        partners = self.env["ir.model.data"].search([("module", "=", MODULE), ("model", "=", "res.partner")])
        names = Counter(name.split("_")[0] for name in partners.mapped("name"))
        self.assertEqual(names, {"customer": 60, "supplier": 15})
        self.assertIn(len(self.ours("sale.order")), range(150, 251))
        self.assertIn(len(self.ours("purchase.order")), range(40, 61))
        self.assertIn(len(self.ours("crm.lead", ("active", "in", (True, False)))), range(70, 101))
        self.assertEqual(len(self.ours("fleet.vehicle", ("vehicle_type", "!=", "trailer"))), 12)
        self.assertGreater(len(self.ours("fleet.vehicle.log.services")), 120)
        self.assertGreater(len(self.ours("crmx.interaction")), 50)

    def test_companies_and_currencies(self):
        trading, freight = self.companies()
        self.assertEqual((trading.currency_id.name, freight.currency_id.name), ("USD", "EUR"))
        for house in (trading, freight):
            rates = self.env["res.currency.rate"].search(
                [("company_id", "=", house.id), ("currency_id", "!=", house.currency_id.id)]
            )
            self.assertGreater(len(set(rates.mapped("rate"))), 24, "rates move every month")
            self.assertLessEqual(max(rates.mapped("name")), TODAY)

    def test_history_is_of_24_months(self):
        months = {move.invoice_date.replace(day=1) for move in self.ours("account.move") if move.invoice_date}
        self.assertGreaterEqual(len(months), 24)
        self.assertGreaterEqual(min(self.ours("account.move").mapped("date")), date(2023, 9, 30))

    def test_the_books_balance(self):
        for house in self.companies():
            posted = [("company_id", "=", house.id), ("parent_state", "=", "posted")]
            [[total]] = self.env["account.move.line"]._read_group(posted, [], ["balance:sum"])
            self.assertTrue(house.currency_id.is_zero(total), total)
            groups = self.env["account.move.line"]._read_group(
                [*posted, ("account_id.account_type", "in", OPEN)],
                ["account_id"],
                ["balance:sum", "amount_residual:sum"],
            )
            self.assertGreaterEqual(len(groups), 4)
            for account, balance, residual in groups:
                self.assertEqual(house.currency_id.compare_amounts(balance, residual), 0, account.code)

    def test_no_drafts_but_the_intended_ones(self):
        self.assertEqual(Counter(self.ours("account.move").mapped("state"))["draft"], 12)
        drafts = self.ours("account.move", ("state", "=", "draft"))
        self.assertEqual(set(drafts.mapped("move_type")), {"out_invoice"})
        self.assertEqual(set(self.ours("account.payment").mapped("state")), {"paid"})

    def test_nothing_happens_after_today(self):
        """Columns of what has happened; what is planned may lie ahead."""
        night = datetime.combine(TODAY, time.max)
        columns = {
            "account_move": ("invoice_date", "create_date"),
            "account_payment": ("create_date",),
            "sale_order": ("date_order", "create_date"),
            "purchase_order": ("date_order", "date_approve", "effective_date", "create_date"),
            "stock_picking": ("date_done", "create_date"),
            "crm_lead": ("create_date", "date_open", "date_closed", "date_last_stage_update"),
            "crmx_interaction": ("date", "create_date"),
            "fleet_vehicle_log_services": ("create_date",),
            "hr_employee": ("create_date",),
        }
        companies = [house.id for house in self.companies()]
        for table, names in columns.items():
            for name in names:
                self.env.cr.execute(
                    SQL(
                        "SELECT max(%s) FROM %s WHERE company_id = ANY(%s)",
                        SQL.identifier(name),
                        SQL.identifier(table),
                        companies,
                    )
                )
                [latest] = self.env.cr.fetchone()
                latest = latest if isinstance(latest, datetime) else datetime.combine(latest, time.min)
                self.assertLessEqual(latest, night, f"{table}.{name}")
        done = self.ours("stock.move", ("state", "=", "done"))
        self.assertLessEqual(max(done.mapped("date")), night)
        services = self.ours("fleet.vehicle.log.services", ("state", "=", "done"))
        self.assertLessEqual(max(services.mapped("date")), TODAY)
        late = self.ours("account.move", ("date", ">", TODAY), ("state", "=", "posted"))
        self.assertEqual(late.origin_payment_id.memo, self.case("postdated").name)
        self.assertEqual(len(late), 1, "one post-dated payment, on purpose")

    def test_messages_are_of_their_time(self):
        orders = self.ours("sale.order")
        pickings = self.ours("stock.picking")
        night = datetime.combine(TODAY, time.max)
        for records in (orders, pickings):
            messages = self.env["mail.message"].search(
                [("model", "=", records._name), ("res_id", "in", records.ids)]
            )
            self.assertGreater(len(messages), 50)
            self.assertLessEqual(max(messages.mapped("date")), night)

    # -- beside the ledger --------------------------------------------------

    def test_orders_in_all_states(self):
        orders = self.ours("sale.order")
        self.assertEqual(set(orders.mapped("state")), {"draft", "sent", "sale", "cancel"})
        self.assertLessEqual({"invoiced", "to invoice", "no"}, set(orders.mapped("invoice_status")))
        self.assertLessEqual({"full", "partial", "pending"}, set(orders.mapped("delivery_status")))
        self.assertTrue(orders.filtered("opportunity_id"))
        purchases = self.ours("purchase.order")
        self.assertEqual(set(purchases.mapped("state")), {"draft", "sent", "purchase", "cancel"})
        self.assertLessEqual({"full", "pending"}, set(purchases.mapped("receipt_status")))

    def test_stock_is_plausible(self):
        quants = self.ours("stock.quant", ("location_id.usage", "=", "internal"))
        self.assertTrue(quants)
        self.assertFalse(quants.filtered(lambda quant: quant.quantity < 0))
        backorders = self.ours("stock.picking", ("backorder_id", "!=", False))
        self.assertTrue(backorders)

    def test_leads(self):
        leads = self.ours("crm.lead", ("active", "in", (True, False)))
        self.assertEqual(set(leads.mapped("won_status")), {"won", "lost", "pending"})
        self.assertEqual(set(leads.mapped("type")), {"lead", "opportunity"})
        lost = leads.filtered(lambda lead: lead.won_status == "lost")
        self.assertTrue(all(lost.mapped("lost_reason_id")))
        self.assertGreaterEqual(len(leads.filtered(lambda lead: lead.won_status == "pending").stage_id), 3)

    def test_fleet(self):
        vehicles = self.ours("fleet.vehicle", ("vehicle_type", "!=", "trailer"))
        self.assertGreaterEqual(len(vehicles.driver_employee_id), 10)
        for vehicle in vehicles:
            readings = self.env["fleet.vehicle.odometer"].search(
                [("vehicle_id", "=", vehicle.id)], order="date"
            )
            values = readings.mapped("value")
            self.assertGreater(len(values), 15)
            self.assertEqual(values, sorted(values))
            self.assertLessEqual(max(readings.mapped("date")), TODAY)
        billed = self.ours("fleet.vehicle.log.services", ("account_move_line_id", "!=", False))
        self.assertTrue(billed)
        self.assertFalse(billed.filtered(lambda service: service.date != service.account_move_line_id.date))

    def test_twins(self):
        """Contacts entered twice are found, each with the one he is."""
        pairs = self.env["crmx.duplicate"].search([("state", "=", "review")])
        names = {pair.partner_id.name: pair.other_id.name for pair in pairs}
        self.assertEqual(names["Larchmere Supply Co."], "Larchmere Supply")
        self.assertEqual(names["Wattenmoor Kühlhaus GmbH & Co. KG"], "Watenmoor Kuehlhaus GmbH")
        self.assertEqual(names["ТОО «Степной Караванщик»"], "Степной Караванщик ТОО")
        self.assertEqual(names["Joanna Kowalczik"], "Kowalczik, Joanna")
        self.assertGreaterEqual(len(pairs), 11)
        twins = pairs.other_id.filtered(lambda partner: not partner.email)
        self.assertTrue(twins.filtered(lambda partner: partner.crmx_completeness < 50))

    def test_users(self):
        for login in ("sales", "export", "accountant", "fleet", "warehouse", "manager"):
            user = self.env.ref(f"{MODULE}.user_{login}")
            self.assertTrue(user.active)
            self.assertIn(user.company_id, self.companies())
            self.assertTrue(self.env["hr.employee"].search([("user_id", "=", user.id)]))
        self.assertTrue(self.env.ref(f"{MODULE}.user_accountant").has_group("account.group_account_invoice"))
        self.assertFalse(self.env.ref(f"{MODULE}.user_sales").has_group("account.group_account_readonly"))

    # -- beside what was there -----------------------------------------------

    def test_it_leaves_the_rest_alone(self):
        foreign = self.env["account.move"].browse(self.before["account.move"])
        self.assertFalse(foreign.filtered(lambda move: move.company_id in self.companies()))
        added = self.env["res.company"].search([]).ids
        self.assertEqual(set(added) - self.before["res.company"], {house.id for house in self.companies()})
        entries = self.env["account.move"].search([("id", "not in", list(self.before["account.move"]))])
        self.assertEqual(set(entries.company_id), set(self.companies()))

    def test_second_load_does_nothing(self):
        moves = self.env["account.move"].search_count([])
        self.assertFalse(self.env["res.company"]._crmx_load_demo_company())
        self.assertEqual(self.env["account.move"].search_count([]), moves)


@tagged("post_install", "-at_install")
class TestDemoCompanyDice(DemoLookup, TransactionCase):
    """The same seed makes the same history."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.put_aside()

    def totals(self, seed):
        """What a small load amounts to, by company and account, and by model; rolled back."""
        savepoint = self.env.cr.savepoint(flush=False)
        with savepoint:
            company.load(self.env, today=TODAY, seed=seed, scale=SMALL)
            self.env.flush_all()
            accounts = self.env["account.move.line"]._read_group(
                [("company_id", "in", [house.id for house in self.companies()])],
                ["company_id", "account_id", "currency_id"],
                ["balance:sum", "amount_currency:sum", "__count"],
            )
            result = Counter(
                {
                    (house.name, account.with_company(house).code, currency.name): (balance, amount, count)
                    for house, account, currency, balance, amount, count in accounts
                }
            )
            for model in ("sale.order", "purchase.order", "crm.lead", "stock.move", "crmx.interaction"):
                result[model] = len(self.ours(model))
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        self.env.registry.clear_all_caches()
        return result

    def test_same_seed_same_totals(self):
        first = self.totals(seed=5)
        self.assertGreater(first["sale.order"], 10)
        self.assertEqual(first, self.totals(seed=5))
