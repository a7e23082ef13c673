"""Mutual settlements: what is proposed, chosen, posted and taken back, against figures computed by hand."""

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import AS_OF, ReceivablesCommon


@tagged("post_install", "-at_install")
class TestReceivablesSettlement(ReceivablesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = cls.invoice(100, "2026-04-01")
        cls.young = cls.invoice(70, "2026-05-01")
        cls.bill = cls.invoice(120, "2026-05-15", move_type="in_invoice")

    def settlement(self, propose=True, **values):
        settlement = self.env["crmx.settlement"].create(
            {"partner_id": self.customer.id, "date": AS_OF, **values}
        )
        if propose:
            settlement.action_propose()
        return settlement

    def open_of(self, *moves):
        return [
            sum(
                line.amount_residual_currency
                for line in move.line_ids
                if line.account_type in ("asset_receivable", "liability_payable")
            )
            for move in moves
        ]

    def amounts(self, settlement):
        return [(line.side, line.open_amount, line.amount) for line in settlement.line_ids.sorted("id")]

    def test_oldest_first(self):
        settlement = self.settlement()
        self.assertRegex(settlement.name, r"NS/\d{4}/\d{4}")
        self.assertEqual(
            self.amounts(settlement),
            [("receivable", 100, 100), ("receivable", 70, 20), ("payable", 120, 120)],
        )
        settlement.action_post()
        self.assertEqual(settlement.state, "posted")
        self.assertEqual(self.open_of(self.old, self.young, self.bill), [0, 50, 0])
        entry = settlement.move_id
        self.assertEqual((entry.state, str(entry.date), entry.journal_id.type), ("posted", AS_OF, "general"))
        self.assertEqual(sum(entry.line_ids.mapped("debit")), 120)
        self.assertEqual(set(entry.line_ids.mapped("partner_id")), {self.customer})

    def test_chosen_item_by_item(self):
        settlement = self.settlement()
        settlement.line_ids.filtered(lambda line: line.move_line_id.move_id == self.old).is_chosen = False
        with self.assertRaisesRegex(UserError, "both must be the same"):
            settlement.action_post()
        settlement.action_spread()
        self.assertEqual([line[2] for line in self.amounts(settlement)], [0, 70, 70])
        for line in settlement.line_ids.filtered("amount"):
            line.amount = 30
        settlement.action_post()
        self.assertEqual(self.open_of(self.old, self.young, self.bill), [100, 40, -90])

    def test_taken_back(self):
        settlement = self.settlement()
        settlement.action_post()
        with self.assertRaisesRegex(UserError, "Cancel that instead"):
            settlement.move_id.button_draft()
        settlement.action_cancel()
        self.assertEqual(settlement.state, "cancelled")
        self.assertEqual(self.open_of(self.old, self.young, self.bill), [100, 70, -120])
        self.assertEqual(settlement.reversal_id.reversed_entry_id, settlement.move_id)
        self.assertEqual(settlement.reversal_id.state, "posted")
        with self.assertRaisesRegex(UserError, "is cancelled by now"):
            settlement.action_cancel()
        self.env.cr.precommit.run()
        log = self.env["crmx.receivables.log"].search(
            [("res_model", "=", settlement._name), ("res_id", "=", settlement.id)], order="id"
        )
        self.assertEqual(log.mapped("kind"), ["settlement_posted", "settlement_cancelled"])
        self.assertEqual(self.settlement().line_ids.mapped("amount"), [100, 20, 120])

    def test_each_currency_on_its_own(self):
        eur = self.eur({"2026-01-01": 0.8, "2026-06-15": 0.5})
        foreign = self.invoice(80, "2026-05-01", currency_id=eur.id)  # 100 USD
        claim = self.invoice(33.33, "2026-06-20", move_type="in_invoice", currency_id=eur.id)  # 66.66 USD
        settlement = self.settlement()
        in_eur = settlement.line_ids.filtered(lambda line: line.currency_id == eur)
        self.assertEqual(in_eur.mapped("amount"), [33.33, 33.33])
        settlement.action_post()
        self.assertEqual(self.open_of(foreign, claim), [46.67, 0])
        self.assertEqual(sum(settlement.move_id.line_ids.mapped("balance")), 0)
        settlement.action_cancel()
        self.assertEqual(self.open_of(foreign, claim), [80, -33.33])
        item = foreign.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        self.assertAlmostEqual(item.amount_residual, 100, 2)

    def test_rounding_of_many_small_items(self):
        eur = self.eur({"2026-01-01": 0.9})
        for _number in range(3):
            self.invoice(0.05, "2026-05-01", currency_id=eur.id)
        self.invoice(0.15, "2026-05-01", move_type="in_invoice", currency_id=eur.id)
        settlement = self.settlement()
        settlement.action_post()
        self.assertEqual(sum(settlement.move_id.line_ids.mapped("balance")), 0)

    def test_linked_parties_need_an_agreement(self):
        parent = self.new_partner("Parent")
        bill = self.invoice(40, "2026-05-01", partner=parent, move_type="in_invoice")
        with self.assertRaisesRegex(ValidationError, "agreed"):
            self.settlement(linked_partner_ids=[Command.link(parent.id)])
        settlement = self.settlement(
            linked_partner_ids=[Command.link(parent.id)], agreement="Netting contract 7 of 2026-01-10"
        )
        settlement.action_post()
        self.assertEqual(self.open_of(self.old, self.young, bill, self.bill), [0, 10, 0, 0])
        self.assertEqual(settlement.move_id.line_ids.partner_id, self.customer | parent)
        html = self.env["ir.actions.report"]._render_qweb_html("crm_extended.settlement", settlement.ids)[0]
        for text in ("Netting act", "Netting contract 7", "Parent", self.old.name, "160.00"):
            self.assertIn(text, html.decode())

    def test_what_is_settled_meanwhile(self):
        settlement = self.settlement()
        self.reconcile(self.old, self.payment(60, "2026-06-15"))
        with self.assertRaisesRegex(UserError, "Only \\$.40.00"):
            settlement.action_post()
        settlement.action_propose()
        self.assertEqual([line[2] for line in self.amounts(settlement)], [40, 70, 110])
        settlement.action_post()
        with self.assertRaisesRegex(UserError, "is posted by now"):
            settlement.action_post()
        with self.assertRaisesRegex(UserError, "no proposal any more"):
            settlement.line_ids[0].with_user(self.env.user).sudo(False).amount = 1

    def test_lock_dates_are_the_hosts(self):
        settlement = self.settlement()
        self.company.sudo().hard_lock_date = "2026-12-31"
        settlement.action_post()
        self.assertGreater(str(settlement.move_id.date), "2026-12-31", "the host moves what it may not book")

    def test_nothing_to_net(self):
        lonely = self.new_partner("Lonely")
        self.invoice(10, "2026-05-01", partner=lonely)
        with self.assertRaisesRegex(UserError, "nothing to net"):
            self.settlement(partner_id=lonely.id)

    def test_who_may_not(self):
        settlement = self.settlement()
        reader = new_test_user(
            self.env,
            "crmx_reader",
            groups="crm_extended.group_receivables_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        self.assertEqual(settlement.with_user(reader).line_ids.mapped("amount"), [100, 20, 120])
        for action in ("action_post", "action_propose", "action_cancel"):
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(settlement.with_user(reader), action)()
        biller = new_test_user(
            self.env,
            "crmx_biller",
            groups="account.group_account_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        with self.assertRaisesRegex(UserError, "only its own buttons"):
            settlement.with_user(biller).state = "posted"
        with self.assertRaisesRegex(UserError, "what the ledger says"):
            settlement.with_user(biller).line_ids[0].open_amount = 500
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            settlement.with_user(biller).line_ids[0].amount = 500
            self.env.flush_all()
        settlement.invalidate_recordset()
        settlement.with_user(biller).action_post()
        self.assertEqual(settlement.state, "posted")
