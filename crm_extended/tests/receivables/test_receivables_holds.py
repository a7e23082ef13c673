"""Orders and deliveries on hold: what stops them, on every way, and what lets them go."""

from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import AS_OF
from .credit_common import CreditCommon

PIXEL = b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class HoldCommon(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.limits = cls.env["crmx.credit.limit"]
        cls.limits.create(
            {
                "company_id": cls.company.id,
                "partner_id": cls.customer.id,
                "amount": 500,
                "date_from": "2026-01-01",
                "reason": "Test",
            }
        )

    @classmethod
    def rule(cls, kind="limit", action="order", **values):
        return cls.env["crmx.credit.rule"].create(
            {"name": kind, "kind": kind, "action": action, "company_id": cls.company.id, **values}
        )

    @classmethod
    def new_user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def assertHeld(self, document, *texts):
        self.assertEqual(document.crmx_credit_state, "held")
        for text in texts:
            self.assertIn(text, document.crmx_credit_reason)

    def kinds(self):
        """Return what the register says happened to holds, in order."""
        self.env.cr.precommit.run()
        entries = self.env["crmx.receivables.log"].search(
            [("company_id", "=", self.company.id), ("kind", "like", "hold_")], order="id"
        )
        return entries.mapped("kind")

    def release(self, document, comment="Goes.", user=None, until=False):
        holds = document.crmx_hold_ids.filtered(lambda hold: hold.state == "held")
        holds.with_user(user or self.env.user)._release(comment, until)


@tagged("post_install", "-at_install")
@freeze_time(AS_OF)
class TestReceivablesHolds(HoldCommon):
    # === RULES === #

    def test_without_rules_nothing_is_held(self):
        order = self.order((self.on_order, 1, 9999))
        self.assertEqual((order.state, order.crmx_credit_state), ("sale", False))

    def test_over_the_limit(self):
        self.rule()
        self.invoice(100, "2026-06-01", "2026-07-31")
        fits = self.order((self.on_order, 1, 400))
        self.assertEqual((fits.state, fits.crmx_credit_state), ("sale", False))
        order = self.order((self.on_order, 1, 1))
        self.assertEqual(order.state, "draft")
        self.assertHeld(order, "501.00", "500.00", "1.00")
        self.assertEqual(self.kinds(), ["hold_set"])
        self.assertIn(order, self.env["sale.order"].search([("crmx_credit_state", "in", ["held"])]))
        order.action_confirm()
        self.assertEqual(len(order.crmx_hold_ids), 1)

    def test_each_kind_says_why(self):
        self.limits.search([("partner_id", "=", self.customer.id)]).date_to = "2026-06-01"
        file = self.env["crmx.credit.file"]._open_for(self.customer, self.company)
        for kind in ("expired", "blocked", "new", "overdue"):
            self.rule(kind, days=10 if kind == "overdue" else 90)
        self.invoice(80, "2026-05-01", "2026-06-01")
        file._block("Court", fields.Date.to_date("2026-07-15"))
        order = self.order((self.on_order, 1, 1))
        self.assertHeld(order, "ended on", "Court", "nobody has approved", "80.00", "10 days")
        file.action_approve()
        file.action_unblock()
        order.action_confirm()
        self.assertHeld(order, "ended on", "80.00")
        self.assertNotIn("Court", order.crmx_credit_reason)
        self.assertNotIn("approved", order.crmx_credit_reason)

    def test_broken_promises_until_the_debt_is_paid(self):
        self.rule("promise", days=90)
        invoice = self.invoice(80, "2026-05-01", "2026-05-01")
        with freeze_time("2026-06-01"):
            promise = self.env["crmx.promise"].create(
                {"partner_id": self.customer.id, "amount": 80, "date_promised": "2026-06-10"}
            )
        promise.sudo()._judge()
        self.assertEqual(promise.state, "broken")
        order = self.order((self.on_order, 1, 1))
        self.assertHeld(order, "not kept: 1")
        self.reconcile(invoice, self.payment(80, "2026-06-29"))
        order.action_confirm()
        self.assertEqual((order.state, order.crmx_credit_state), ("sale", "over"))
        self.assertEqual(self.kinds(), ["hold_set", "hold_over"])

    def test_a_tolerance_and_tags(self):
        vip = self.env["res.partner.category"].create({"name": "VIP"})
        rule = self.rule(amount=20)
        self.assertEqual(self.order((self.on_order, 1, 520)).state, "sale")
        self.assertHeld(self.order((self.on_order, 1, 1)))
        rule.category_ids = vip
        self.assertEqual(self.order((self.on_order, 1, 1)).state, "sale")

    def test_a_warning_holds_nothing_and_shows_before(self):
        self.rule(action="warn")
        order = self.order((self.on_order, 1, 600), confirm=False)
        self.assertIn("600.00", order.crmx_credit_warning)
        order.action_confirm()
        self.assertEqual((order.state, order.crmx_credit_state), ("sale", False))

    def test_the_strictest_rule_holds(self):
        self.rule(action="warn")
        self.rule(action="prepayment")
        self.rule(action="order")
        order = self.order((self.on_order, 1, 600))
        self.assertEqual(order.crmx_hold_ids.action, "prepayment")

    def test_the_switch_of_the_company(self):
        self.rule()
        self.company.crmx_use_receivables = False
        self.assertEqual(self.order((self.on_order, 1, 600)).state, "sale")

    def test_in_another_active_company(self):
        """The order's company decides, not the one that is active."""
        self.rule()
        other = self.setup_other_company(name="Second")["company"]
        self.env.user.company_ids |= other
        order = self.order((self.on_order, 1, 600), confirm=False)
        order.with_company(other).action_confirm()
        self.assertHeld(order)

    def test_a_foreign_order(self):
        self.rule()
        eur = self.eur({"2026-01-01": 0.8})
        fits = self.order((self.on_order, 1, 400), currency=eur)
        self.assertEqual(fits.state, "sale")
        self.assertHeld(self.order((self.on_order, 1, 1), currency=eur), "501.25")

    def test_an_order_that_was_invoiced_before_counts_once(self):
        self.rule()
        order = self.order((self.on_order, 1, 400))
        self.bill(order, post=True)
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.assertEqual((order.state, order.crmx_credit_state), ("sale", False))
        self.assertParts(posted=400)

    # === CHANNELS === #

    def test_free_orders_confirm_beside_held_ones(self):
        """In one go: the first two fit together, the third does not, the fourth does."""
        self.rule()
        orders = self.env["sale.order"]
        for price in (200, 300, 10, 0):
            orders |= self.order((self.on_order, 1, price), confirm=False)
        other = self.order((self.on_order, 1, 9999), partner=self.new_partner("Brand"), confirm=False)
        (orders | other).action_confirm()
        self.assertEqual(orders.mapped("state"), ["sale", "sale", "draft", "sale"])
        self.assertEqual(other.state, "sale")
        self.assertHeld(orders[2], "510.00")

    def test_what_the_host_refuses_is_refused(self):
        self.rule()
        order = self.order((self.on_order, 1, 10))
        with self.assertRaisesRegex(UserError, "not in a state"), self.cr.savepoint():
            order.action_confirm()

    def test_an_online_acceptance_keeps_the_signature(self):
        self.rule()
        order = self.order((self.on_order, 1, 600), confirm=False, require_signature=True)
        order.write({"signed_by": "Ada", "signed_on": fields.Datetime.now(), "signature": PIXEL})
        public = self.env.ref("base.public_user")
        order.with_user(public).sudo()._validate_order()
        self.assertHeld(order)
        self.assertEqual((order.signed_by, order.state), ("Ada", "draft"))
        self.assertTrue(order.crmx_hold_ids.sends_email)

    def test_a_paid_order_passes(self):
        self.rule()
        provider = self.env["payment.provider"].create({"name": "Card", "company_id": self.company.id})
        order = self.order((self.on_order, 1, 600), confirm=False)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_card").id,
                "amount": 599,
                "currency_id": order.currency_id.id,
                "partner_id": self.customer.id,
                "reference": "crmx 1",
                "state": "done",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        order.action_confirm()
        self.assertHeld(order)
        transaction.amount = 600
        order.invalidate_recordset(["amount_paid"])  # the host does not look at amounts that change
        transaction._check_amount_and_confirm_order()
        self.assertEqual((order.state, order.crmx_credit_state), ("sale", "over"))

    def test_prepayment_asks_the_customer_to_pay(self):
        self.rule(action="prepayment")
        order = self.order((self.on_order, 1, 600), require_payment=False)
        self.assertHeld(order)
        self.assertTrue(order._has_to_be_paid())
        self.assertEqual(order._get_prepayment_required_amount(), 600)

    def test_the_state_cannot_be_set_past_the_check(self):
        self.rule()
        order = self.order((self.on_order, 1, 600), confirm=False)
        with self.assertRaisesRegex(UserError, "past the check"), self.cr.savepoint():
            order.write({"state": "sale"})
        with self.assertRaisesRegex(UserError, "past the check"), self.cr.savepoint():
            self.order((self.on_order, 1, 600), confirm=False, state="sale")
        fits = self.order((self.on_order, 1, 10), confirm=False)
        fits.write({"state": "sale"})
        self.assertEqual(fits.state, "sale")

    def test_queries_do_not_grow_with_orders(self):
        self.rule()
        self.rule("overdue", days=5)
        self.rule("promise")
        orders = self.env["sale.order"]
        for number in range(12):
            partner = self.new_partner(f"Customer {number}")
            orders |= self.order((self.on_order, 1, 1), partner=partner, confirm=False)

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            records._crmx_pass_gate()
            records._crmx_judge()
            return self.cr.sql_log_count - before

        count(orders)
        self.assertEqual(count(orders[:2]), count(orders))

    # === RELEASE === #

    def test_a_release_confirms_and_is_for_this_order_as_it_is(self):
        self.rule()
        self.on_delivery.list_price = 600  # what the price becomes when the quantity changes
        order = self.order((self.on_delivery, 1, 600))
        self.release(order)
        self.assertEqual((order.state, order.crmx_credit_state), ("sale", "released"))
        order.order_line.product_uom_qty = 0.5
        self.assertEqual(order.crmx_credit_state, "released")
        order.order_line.product_uom_qty = 2
        self.assertHeld(order, "1,200.00")
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.kinds(), ["hold_set", "hold_released", "hold_set"])
        with self.assertRaisesRegex(UserError, "On credit hold"), self.cr.savepoint():
            order.picking_ids.move_ids._action_done()
        self.release(order)
        self.deliver(order, 2)
        self.assertEqual(order.picking_ids.state, "done")

    def test_another_customer_is_checked_again(self):
        self.rule()
        order = self.order((self.on_order, 1, 600))
        self.release(order)
        second = self.new_partner("Brand")
        self.limits.create(
            {"company_id": self.company.id, "partner_id": second.id, "amount": 5, "reason": "Test"}
        )
        order.partner_invoice_id = second
        self.assertHeld(order, "600.00")

    def test_an_order_within_the_limit_is_held_when_it_grows(self):
        self.rule()
        order = self.order((self.on_order, 1, 400))
        order.write({"order_line": [Command.create({"product_id": self.on_order.id, "price_unit": 101})]})
        self.assertHeld(order, "501.00")
        order.order_line[1].price_unit = 50
        order._crmx_recheck()
        self.assertEqual(order.crmx_credit_state, "over")

    def test_a_release_until_a_date(self):
        self.rule()
        order = self.order((self.on_order, 1, 600))
        with self.assertRaisesRegex(UserError, "has passed"), self.cr.savepoint():
            self.release(order, until=fields.Date.to_date("2026-06-29"))
        self.release(order, until=fields.Date.to_date("2026-07-05"))
        self.assertEqual(self.order((self.on_order, 1, 50)).state, "sale")
        with freeze_time("2026-07-06"):
            self.assertHeld(self.order((self.on_order, 1, 50)))

    def test_nothing_is_released_twice(self):
        self.rule()
        order = self.order((self.on_order, 1, 600))
        hold = order.crmx_hold_ids
        hold._release("Goes.")
        with self.assertRaisesRegex(UserError, "not on hold any more"), self.cr.savepoint():
            hold._release("Goes again.")
        with self.assertRaisesRegex(UserError, "not on hold any more"), self.cr.savepoint():
            hold._refuse("No.")

    def test_a_refusal(self):
        self.rule()
        order = self.order((self.on_order, 1, 600))
        order.crmx_hold_ids._refuse("Not before he has paid.")
        self.assertEqual((order.state, order.crmx_credit_state), ("draft", "refused"))
        order.action_confirm()
        self.assertEqual(order.crmx_credit_state, "held")

    def test_who_sees_a_hold_may_say_something(self):
        self.rule()
        order = self.order((self.on_order, 1, 600))
        order.action_confirm()
        hold = order.crmx_hold_ids.with_user(self.new_user("crmx_says", "crm_extended.group_debt_summary"))
        self.assertIn(hold.message_post(body="He pays tomorrow"), hold.message_ids)

    def test_amount_ladders(self):
        self.rule()
        lead = self.new_user("crmx_lead", "sales_team.group_sale_manager,crm_extended.group_debt_summary")
        manager = self.new_user("crmx_credit_boss", "crm_extended.group_receivables_manager")
        order, larger = self.order((self.on_order, 1, 600)), self.order((self.on_order, 1, 601))
        self.assertFalse(order.crmx_hold_ids.with_user(lead).may_release)
        with self.assertRaisesRegex(UserError, "up to"), self.cr.savepoint():
            self.release(order, user=lead)
        leads = self.env.ref("sales_team.group_sale_manager")
        ladder = {"company_id": self.company.id, "purpose": "release", "group_id": leads.id}
        self.env["crmx.approval.ladder"].create({**ladder, "amount": 600})
        self.assertTrue(order.crmx_hold_ids.with_user(lead).may_release)
        self.release(order, user=lead)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.crmx_hold_ids.released_by_id, lead)
        with self.assertRaisesRegex(UserError, "up to"), self.cr.savepoint():
            self.release(larger, user=lead)
        with self.assertRaisesRegex(UserError, "up to"), self.cr.savepoint():
            self.release(larger, user=manager)
        group = self.env.ref("crm_extended.group_receivables_manager")
        self.env["crmx.approval.ladder"].create({**ladder, "group_id": group.id, "is_unlimited": True})
        self.release(larger, user=manager)
        self.assertEqual(larger.state, "sale")

    def test_cancelling_ends_the_hold(self):
        self.rule()
        order = self.order((self.on_order, 1, 600))
        order.action_cancel()
        self.assertEqual(order.crmx_hold_ids.state, "over")

    def test_checking_again(self):
        self.rule()
        order = self.order((self.on_order, 1, 600))
        order.crmx_hold_ids.action_recheck()
        self.assertHeld(order)
        self.limits.search([("partner_id", "=", self.customer.id)]).amount = 600
        order.crmx_hold_ids.action_recheck()
        self.assertEqual((order.state, order.crmx_credit_state), ("sale", "over"))

    def test_what_the_customer_has_paid_goes_on_by_itself(self):
        self.rule()
        seller = self.new_user("crmx_night_seller", "sales_team.group_sale_salesman")
        invoice = self.invoice(450, "2026-06-01", "2026-07-31")
        order = self.order((self.on_order, 1, 60), user_id=seller.id)
        expired = self.order((self.on_order, 1, 60), confirm=False, validity_date="2026-06-15")
        expired.action_confirm()
        self.assertHeld(order)
        self.assertHeld(expired)
        self.recheck()
        self.assertHeld(order)
        self.reconcile(invoice, self.payment(450, "2026-06-29"))
        self.recheck()
        self.assertHeld(order)  # once a day
        with freeze_time("2026-07-01"):
            self.recheck()
        self.assertEqual((order.state, order.crmx_credit_state), ("sale", "over"))
        self.assertHeld(expired)
        about = [("model", "=", "sale.order"), ("res_id", "=", order.id), ("subject", "like", "No longer on")]
        told = self.env["mail.message"].sudo().search(about)
        self.assertEqual(told.notified_partner_ids, seller.partner_id)

    def test_what_one_order_lacks_does_not_keep_the_others(self):
        self.rule()
        orders = [self.order((self.on_order, 1, 600)) for _number in range(2)]
        self.limits.search([("partner_id", "=", self.customer.id)]).amount = 6000
        confirm = type(orders[0]).action_confirm

        def refuse(records):
            if orders[0] in records:
                raise UserError("The host says no.")
            return confirm(records)

        with patch.object(type(orders[0]), "action_confirm", refuse):
            self.recheck()
        self.assertHeld(orders[0])
        self.assertEqual(orders[1].state, "sale")
        self.assertIn("The host says no.", orders[0].crmx_hold_ids.message_ids[0].body)

    def recheck(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_extended.ir_cron_credit_hold_recheck").method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
@freeze_time(AS_OF)
class TestReceivablesDeliveryHolds(HoldCommon):
    def test_an_order_confirms_and_its_delivery_waits(self):
        self.rule(action="delivery")
        order = self.order((self.on_delivery, 1, 600))
        picking = order.picking_ids
        self.assertEqual((order.state, order.crmx_credit_state), ("sale", False))
        self.assertHeld(picking, "600.00")
        self.assertNotEqual(picking.state, "assigned")
        self.assertEqual(picking.crmx_hold_ids.order_id, order)

    def test_validation_holds_without_an_error(self):
        order = self.order((self.on_delivery, 1, 600))
        picking = order.picking_ids
        picking.move_ids.write({"quantity": 1, "picked": True})
        self.rule()
        action = picking.button_validate()
        self.assertEqual(action["tag"], "display_notification")
        self.assertHeld(picking)
        self.assertNotEqual(picking.state, "done")

    def test_free_deliveries_leave_beside_held_ones(self):
        order = self.order((self.on_delivery, 1, 600))
        other = self.order((self.on_delivery, 1, 600), partner=self.new_partner("Brand"))
        pickings = (order | other).picking_ids
        pickings.move_ids.write({"quantity": 1, "picked": True})
        self.rule()
        pickings.with_context(skip_backorder=True).button_validate()
        self.assertNotEqual(order.picking_ids.state, "done")
        self.assertEqual(other.picking_ids.state, "done")

    def test_a_customer_who_paid_goes_on(self):
        self.rule("overdue", "delivery")
        order = self.order((self.on_delivery, 1, 100))
        invoice = self.invoice(80, "2026-05-01", "2026-06-01")
        picking = order.picking_ids
        picking.do_unreserve()
        picking.action_assign()
        self.assertHeld(picking, "80.00")
        self.reconcile(invoice, self.payment(80, "2026-06-29"))
        picking.crmx_hold_ids.action_recheck()
        self.assertEqual((picking.state, picking.crmx_credit_state), ("assigned", "over"))

    def test_releasing_a_delivery(self):
        self.rule(action="delivery")
        order = self.order((self.on_delivery, 2, 300))
        self.release(order.picking_ids)
        self.deliver(order, 1)
        first, rest = order.picking_ids.sorted("id")
        self.assertEqual(first.state, "done")
        self.assertHeld(rest, "600.00")  # what was left back is another delivery

    def test_a_released_order_ships(self):
        self.rule()
        order = self.order((self.on_delivery, 2, 300))
        self.release(order)
        self.assertEqual(order.picking_ids.state, "assigned")
        self.deliver(order, 1)
        self.deliver(order, 1)
        self.assertEqual(set(order.picking_ids.mapped("state")), {"done"})

    def test_a_paid_order_ships(self):
        self.rule("overdue")
        order = self.order((self.on_order, 1, 100))
        bill = self.bill(order, post=True)
        self.invoice(80, "2026-05-01", "2026-06-01")
        picking = order.picking_ids
        picking.do_unreserve()
        picking.action_assign()
        self.assertHeld(picking)
        self.reconcile(bill, self.payment(100, "2026-06-29"))
        self.deliver(order, 1)
        self.assertEqual(picking.state, "done")

    def test_receipts_and_internal_transfers_are_not_checked(self):
        self.rule("blocked")
        self.env["crmx.credit.file"]._open_for(self.customer, self.company)._block("Court", False)
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.in_type_id.id,
                "partner_id": self.customer.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": warehouse.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.on_order.id,
                            "product_uom_qty": 1,
                            "location_id": self.env.ref("stock.stock_location_suppliers").id,
                            "location_dest_id": warehouse.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")

    def test_a_delivery_without_an_order(self):
        self.rule("blocked")
        self.env["crmx.credit.file"]._open_for(self.customer, self.company)._block("Court", False)
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        customers = self.env.ref("stock.stock_location_customers")
        places = {"location_id": warehouse.lot_stock_id.id, "location_dest_id": customers.id}
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.out_type_id.id,
                "partner_id": self.customer.id,
                **places,
                "move_ids": [
                    Command.create({"product_id": self.on_order.id, "product_uom_qty": 1, **places})
                ],
            }
        )
        picking.button_validate()
        self.assertHeld(picking, "Court")
