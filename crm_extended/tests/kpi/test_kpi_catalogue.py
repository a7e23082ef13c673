"""Every ready indicator against a figure computed by hand, in one world."""

from odoo import Command
from odoo.tests import tagged

from .common import KpiCommon

#: What happened in May 2026, as `setUpClass` writes it, in the company's currency.
COMPANY = {
    # 1,000 and 500 by Ann, 300 EUR = 600 by Bob, all for one customer; a quotation of 900 is open
    "orders": 3,
    "orders_amount": 2100,
    "order_average": 700,
    "order_median": 600,
    "order_largest": 1000,
    "customers_ordering": 1,
    "quotations": 4,
    "quotations_won": 3,
    "quotation_rate": 75,
    "order_days": (2 + 8 + 10) / 3,
    "order_lines": 4,
    "products_sold": 2,
    "discount_average": 50 / 4,
    "lines_per_order": 4 / 3,
    # invoices of 1,000 (Ann) and 500 (Bob), a credit note of 100 (Ann); 400 of costs
    "revenue": 1400,
    "invoices": 2,
    "invoiced": 1500,
    "invoiced_total": 1400,
    "customers_invoiced": 2,
    "revenue_per_customer": 700,
    "credit_notes": 1,
    "credited": 100,
    "credited_share": 100 / 1500 * 100,
    "income": 1400,
    "cost_of_sales": 400,
    "margin": 1000,
    "margin_rate": 1000 / 1400 * 100,
    # 400 were paid on the first invoice; it and the credit note are past their due dates
    "receivables_open": 1000,
    "receivables_overdue": 500,
    "overdue_share": 50,
    "dso": 1000 / 1400 * 31,
    "collected": 400,
    "promises_judged": 2,
    "promises_kept": 1,
    "promises_kept_share": 50,
    "disputes_opened": 1,
    "dispute_days": 10,
    "new_customers": 1,
    "leads": 4,
    "leads_by_campaign": 4,
    "opportunities_won": 1,
    "opportunities_won_amount": 800,
    "opportunities_lost": 1,
    "conversion": 50,
    "cycle_time": 20,
    "pipeline": 300,
    "pipeline_count": 1,
    "contacts_logged": 3,
    "calls": 2,
    "talk_hours": 3.5,
    "partners_contacted": 2,
    "meetings": 1,
    "activities_done": 1,
    "activities_late": 1,
    "purchases": 1,
    "purchases_amount": 250,
    "suppliers_used": 1,
    "receipts": 1,
    "receipts_on_time": 0,
    "deliveries": 2,
    "deliveries_on_time": 50,
    "delivery_delay": (-2 + 4) / 2,
    "stock_in": 160,
    "stock_out": 40,
    "stock_issued": 40,
    "stock_value": 120,
    "stock_turns": 40 / 120 * 365 / 31,
    "fleet_cost": 150,
    "fleet_services": 2,
    "vehicles": 1,
    "fleet_cost_per_vehicle": 150,
    # 500 km in May; out of service for a day and a half of 31; the same job was done twice in a month
    "fleet_km": 500,
    "fleet_cost_per_km": 0.3,
    "vehicle_days_out": 1.5,
    "vehicle_availability": (1 - 1.5 / 31) * 100,
    "repairs": 2,
    "repeat_repairs": 50,
    "employees": 2,
    "revenue_per_employee": 700,
    # Ann's order of 1,000 came from a campaign that cost 400
    "campaign_orders": 1000,
    "campaign_cost": 400,
    "campaign_return": 150,
    "campaign_romi": (1000 * 1000 / 1400 - 400) / 400 * 100,
    # 1,000 of margin, 700 without the CRM; it saves 100 and costs 200
    "crm_cost": 200,
    "crm_baseline": 700,
    "crm_saved": 100,
    "crm_roi": 100,
}
ANN = {
    "orders": 2,
    "orders_amount": 1500,
    "order_average": 750,
    "customers_ordering": 1,
    "revenue": 900,
    "credited_share": 10,
    "receivables_open": 500,
    "receivables_overdue": 500,
    "opportunities_won": 1,
    "conversion": 100,
    "calls": 2,
    "talk_hours": 3.5,
    "meetings": 1,
    "new_customers": 1,
}


@tagged("post_install", "-at_install")
class TestKpiCatalogue(KpiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_orders()
        cls._make_ledger()
        cls._make_collection()
        cls._make_leads()
        cls._make_contacts()
        cls._make_purchases()
        cls._make_transfers()
        cls._make_fleet()
        cls._make_repairs()
        cls._make_inputs()
        catalogue = cls.env["ir.model.data"].search(
            [("module", "=", "crm_extended"), ("model", "=", "crmx.kpi.indicator")]
        )
        cls.catalogue = cls.env["crmx.kpi.indicator"].browse(catalogue.mapped("res_id"))
        result = cls.env["crmx.kpi.measure"]._measure(cls.catalogue, cls.month, cls.company)
        cls.problems = {indicator.code: words for indicator, words in result.problems.items()}
        cls.figures = {
            (indicator.code, key.level, key.subject_id): figure
            for indicator, found in result.figures.items()
            for key, figure in found.items()
        }

    @classmethod
    def _make_orders(cls):
        drill, saw = cls.service("Drill"), cls.service("Saw")
        cls.order(cls.ann, "2026-05-04 08:00:00", (drill, 600, 0), (saw, 400, 0))
        cls.order(cls.ann, "2026-05-10 08:00:00", (drill, 1000, 50), partner=cls.contact)
        cls.order(cls.bob, "2026-05-12 08:00:00", (drill, 300, 0), currency=cls.eur)
        cls.order(cls.bob, "2026-05-15 08:00:00", (drill, 900, 0), state="draft")
        june = cls.order(cls.ann, "2026-06-02 08:00:00", (drill, 5000, 0))
        cls.set_columns(june, create_date="2026-04-30 08:00:00")

    @classmethod
    def _move(cls, user, amount, day, due, partner, move_type="out_invoice"):
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "invoice_user_id": user.id,
                "invoice_date": day,
                "date": day,
                "invoice_payment_term_id": False,
                "invoice_date_due": due,
                "invoice_line_ids": [
                    Command.create({"name": "Work", "price_unit": amount, "quantity": 1, "tax_ids": False})
                ],
            }
        )
        move.action_post()
        return move

    @classmethod
    def _make_ledger(cls):
        first = cls._move(cls.ann, 1000, "2026-05-05", "2026-05-05", cls.adler)
        cls._move(cls.bob, 500, "2026-05-20", "2026-06-10", cls.boll)
        cls._move(cls.ann, 100, "2026-05-25", "2026-05-25", cls.adler, "out_refund")
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": cls.adler.id,
                "amount": 400,
                "date": "2026-05-15",
                "journal_id": cls.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        if not payment.move_id:
            payment._generate_journal_entry()
            payment.move_id.action_post()
        lines = (first | payment.move_id).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        costs = cls.company_data["default_account_expense"].copy({"account_type": "expense_direct_cost"})
        cls.env["account.move"].create(
            {
                "journal_id": cls.company_data["default_journal_misc"].id,
                "date": "2026-05-31",
                "line_ids": [
                    Command.create({"account_id": costs.id, "balance": 400}),
                    Command.create(
                        {"account_id": cls.company_data["default_account_assets"].id, "balance": -400}
                    ),
                ],
            }
        ).action_post()

    @classmethod
    def _make_collection(cls):
        promises = cls.env["crmx.promise"].create(
            [
                {
                    "partner_id": cls.adler.id,
                    "company_id": cls.company.id,
                    "user_id": cls.ann.id,
                    "date": "2026-05-01",
                    "date_promised": "2026-05-08",
                    "amount": 100,
                }
                for _number in range(2)
            ]
        )
        cls.set_columns(promises[0], state="kept", date_judged="2026-05-10")
        cls.set_columns(promises[1], state="broken", date_judged="2026-05-11")
        dispute = cls.env["crmx.dispute"].create(
            {
                "partner_id": cls.adler.id,
                "company_id": cls.company.id,
                "user_id": cls.ann.id,
                "date": "2026-05-04",
            }
        )
        cls.set_columns(dispute, date_closed="2026-05-14")
        new = cls.env["res.partner"].create({"name": "New", "user_id": cls.ann.id, "customer_rank": 1})
        cls.set_columns(new, create_date="2026-05-06 10:00:00")

    @classmethod
    def _make_leads(cls):
        campaign = cls.campaign = cls.env["utm.campaign"].create({"name": "Spring"})
        won_stage = cls.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        lead, won, lost, open_ = cls.env["crm.lead"].create(
            [
                {
                    "name": name,
                    "type": kind,
                    "user_id": user.id,
                    "team_id": user.sale_team_id.id if company else False,
                    "company_id": company.id,
                    "campaign_id": campaign.id if name in ("lead", "won") else False,
                    "expected_revenue": amount,
                }
                for name, kind, user, amount, company in (
                    ("lead", "lead", cls.ann, 0, cls.company),
                    ("won", "opportunity", cls.ann, 800, cls.company),
                    ("lost", "opportunity", cls.bob, 400, cls.company),
                    # of no company: it counts in that of its owner
                    ("open", "opportunity", cls.bob, 1000, cls.company.browse()),
                )
            ]
        )
        won.write({"stage_id": won_stage.id, "probability": 100})
        lost.action_set_lost()
        open_.probability = 30
        cls.set_columns(lead | won | lost | open_, create_date="2026-05-03 09:00:00")
        cls.set_columns(won, date_closed="2026-05-23 09:00:00")
        cls.set_columns(lost, date_closed="2026-05-20 09:00:00")

    @classmethod
    def _make_contacts(cls):
        types = {
            channel: cls.env["crmx.interaction.type"].search([("channel", "=", channel)], limit=1)
            for channel in ("call", "visit")
        }
        cls.env["crmx.interaction"].create(
            [
                {
                    "name": "Talk",
                    "type_id": types[channel].id,
                    "direction": "out",
                    "date": f"2026-05-{day:02} 10:00:00",
                    "duration": hours,
                    "partner_id": partner.id,
                    "user_id": cls.ann.id,
                    "company_id": cls.company.id,
                }
                for channel, day, hours, partner in (
                    ("call", 4, 0.5, cls.adler),
                    ("call", 5, 1.0, cls.contact),
                    ("visit", 6, 2.0, cls.boll),
                )
            ]
        )
        cls.env["calendar.event"].create(
            {
                "name": "Review",
                "start": "2026-05-07 09:00:00",
                "stop": "2026-05-07 10:00:00",
                "user_id": cls.ann.id,
            }
        )
        model_id = cls.env["ir.model"]._get_id("res.partner")
        plan = {"res_model_id": model_id, "res_id": cls.adler.id, "summary": "Call"}
        done, _late = cls.env["mail.activity"].create(
            [
                {**plan, "user_id": cls.ann.id, "date_deadline": "2026-05-09"},
                {**plan, "user_id": cls.bob.id, "date_deadline": "2020-01-01"},
            ]
        )
        cls.set_columns(done, active=False, date_done="2026-05-09")

    @classmethod
    def _make_purchases(cls):
        order = cls.env["purchase.order"].create(
            {
                "partner_id": cls.boll.id,
                "company_id": cls.company.id,
                "user_id": cls.bob.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.service("Freight").id,
                            "product_qty": 1,
                            "price_unit": 250,
                            "tax_ids": False,
                        }
                    )
                ],
            }
        )
        cls.set_columns(order, state="purchase", date_approve="2026-05-06 08:00:00")

    @classmethod
    def _make_transfers(cls):
        goods = cls.env["product.product"].create({"name": "Goods", "type": "consu", "is_storable": True})
        warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        stock, customers = warehouse.lot_stock_id, cls.env.ref("stock.stock_location_customers")
        suppliers = cls.env.ref("stock.stock_location_suppliers")
        receipt, early, late = (
            cls.env["stock.picking"].create(
                {
                    "picking_type_id": kind.id,
                    "location_id": source.id,
                    "location_dest_id": target.id,
                    "user_id": cls.bob.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": goods.id,
                                "product_uom_qty": 1,
                                "location_id": source.id,
                                "location_dest_id": target.id,
                                "company_id": cls.company.id,
                            }
                        )
                    ],
                }
            )
            for kind, source, target in (
                (warehouse.in_type_id, suppliers, stock),
                (warehouse.out_type_id, stock, customers),
                (warehouse.out_type_id, stock, customers),
            )
        )
        opening = receipt.move_ids.copy({"picking_id": False})
        for picking, done, deadline in (
            (receipt, "2026-05-08", "2026-05-07"),
            (early, "2026-05-10", "2026-05-12"),
            (late, "2026-05-16", "2026-05-12"),
        ):
            cls.set_columns(picking, state="done", date_done=done, date_deadline=deadline)
        for move, is_in, value, day in (
            (opening, True, 100, "2026-04-20"),
            (receipt.move_ids, True, 60, "2026-05-08"),
            (early.move_ids, False, 25, "2026-05-10"),
            (late.move_ids, False, 15, "2026-05-16"),
        ):
            cls.set_columns(move, state="done", is_in=is_in, is_out=not is_in, value=value, date=day)

    @classmethod
    def _make_fleet(cls):
        brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Brand"})
        model = cls.env["fleet.vehicle.model"].create({"name": "Van", "brand_id": brand.id})
        cls.van = cls.env["fleet.vehicle"].create(
            {"model_id": model.id, "company_id": cls.company.id, "manager_id": cls.bob.id}
        )
        kind = cls.env["fleet.service.type"].search([], limit=1)
        cls.env["fleet.vehicle.log.services"].create(
            [
                {
                    "vehicle_id": cls.van.id,
                    "service_type_id": kind.id,
                    "amount": amount,
                    "date": "2026-05-11",
                    "company_id": cls.company.id,
                }
                for amount in (100, 50)
            ]
        )

    @classmethod
    def _make_repairs(cls):
        cls.env["crmx.meter.reading"].create(
            [
                {"vehicle_id": cls.van.id, "date": f"{day} 08:00:00", "value": value}
                for day, value in (("2026-04-20", 1000), ("2026-05-10", 1200), ("2026-05-20", 1500))
            ]
        )
        job = cls.env["crmx.workshop.job"].create({"name": "Pads", "norm_hours": 1, "company_id": False})
        first, second = cls.env["crmx.work.order"].create(
            2
            * [
                {
                    "title": "Brakes",
                    "vehicle_id": cls.van.id,
                    "company_id": cls.company.id,
                    "user_id": cls.bob.id,
                    "job_ids": [Command.create({"job_id": job.id})],
                }
            ]
        )
        # a day and a half, over midnight
        cls.set_columns(
            first,
            state="done",
            date_done="2026-05-06 00:00:00",
            stops_vehicle=True,
            date_start="2026-05-04 12:00:00",
            date_end="2026-05-06 00:00:00",
        )
        cls.set_columns(second, state="done", date_done="2026-05-20 10:00:00", stops_vehicle=False)

    @classmethod
    def _make_inputs(cls):
        cls.env["sale.order"].search(
            [("company_id", "=", cls.company.id), ("amount_untaxed", "=", 1000), ("user_id", "=", cls.ann.id)]
        ).campaign_id = cls.campaign
        cls.env["crmx.kpi.input"].create(
            [
                {
                    "kind": kind,
                    "amount": amount,
                    "date": "2026-05-15",
                    "company_id": cls.company.id,
                    "campaign_id": cls.campaign.id if kind == "campaign_cost" else False,
                }
                for kind, amount in (
                    ("campaign_cost", 400),
                    ("crm_cost", 200),
                    ("crm_baseline", 700),
                    ("crm_saved", 100),
                )
            ]
        )

    def test_nothing_is_broken(self):
        self.assertEqual(self.problems, {})
        self.assertGreaterEqual(len(self.catalogue), 40)

    def test_figures_of_the_company(self):
        self.assertEqual(set(self.catalogue.mapped("code")), COMPANY.keys())
        for code, expected in COMPANY.items():
            with self.subTest(indicator=code):
                figure = self.figures[code, "company", self.company.id]
                self.assertAlmostEqual(figure.value, expected, 6)

    def test_figures_of_a_person(self):
        for code, expected in ANN.items():
            with self.subTest(indicator=code):
                self.assertAlmostEqual(self.figures[code, "user", self.ann.id].value, expected, 6)

    def test_figures_of_other_things(self):
        self.assertEqual(self.figures["fleet_cost", "item", self.van.id].value, 150)
        self.assertAlmostEqual(self.figures["fleet_cost_per_km", "item", self.van.id].value, 0.3)
        self.assertEqual(self.figures["campaign_return", "item", self.campaign.id].value, 150)
        self.assertEqual(self.figures["leads_by_campaign", "item", self.campaign.id].value, 2)

    def test_a_ratio_keeps_its_sides(self):
        figure = self.figures["conversion", "company", self.company.id]
        self.assertEqual((figure.value, figure.numerator, figure.denominator), (50, 1, 2))
        figure = self.figures["deliveries_on_time", "company", self.company.id]
        self.assertEqual((figure.value, figure.numerator, figure.denominator), (50, 1, 2))

    def test_each_is_explained(self):
        for indicator in self.catalogue:
            with self.subTest(indicator=indicator.code):
                self.assertTrue(indicator.description)
                self.assertTrue(indicator.rule_text)
