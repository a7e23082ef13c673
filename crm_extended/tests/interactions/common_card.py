from datetime import timedelta

from odoo import Command, fields

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import TimelineCase


class CardCase(TimelineCase):
    """A customer with something in every block of the card, and readers with different rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # days are counted in one time zone, whatever the hour at which the tests run
        cls.env["res.users"].with_context(active_test=False).search([]).tz = "UTC"
        cls.company = cls.env.company
        cls.accountant = mail_new_test_user(cls.env, "card_books", groups="account.group_account_manager")
        cls.buyer = mail_new_test_user(
            cls.env, "card_buyer", groups="purchase.group_purchase_user,stock.group_stock_user"
        )
        cls.manager = mail_new_test_user(
            cls.env,
            "card_boss",
            groups="sales_team.group_sale_manager,account.group_account_manager,purchase.group_purchase_user",
        )
        cls.employee = mail_new_test_user(cls.env, "card_plain", groups="base.group_user")
        cls.portal = mail_new_test_user(
            cls.env, "card_portal", partner_id=cls.contact.id, groups="base.group_portal"
        )
        cls.contact.name = "Ada Kern"
        cls.abroad = cls.env["res.company"].create({"name": "Abroad"})
        cls.foreigner = mail_new_test_user(
            cls.env,
            "card_abroad",
            groups="sales_team.group_sale_salesman_all_leads,account.group_account_manager",
            company_id=cls.abroad.id,
            company_ids=[Command.set(cls.abroad.ids)],
        )
        cls.customer.user_id = cls.seller
        cls.product = cls.env["product.product"].create(
            {"name": "Tyre", "taxes_id": False, "supplier_taxes_id": False, "standard_price": 60}
        )
        cls.tier = cls.env["crmx.contact.tier"].create({"name": "Gold", "interval_days": 10})
        cls.open_end = cls.env["crmx.interaction.outcome"].create({"name": "Open", "leaves_open": True})
        cls.rules = cls.env["crmx.recommendation.rule"].with_context(active_test=False).search([])
        cls.rules.active = False

    @classmethod
    def ago(cls, days):
        return fields.Datetime.now() - timedelta(days=days)

    @classmethod
    def order(cls, partner=None, amount=100, user=None, **values):
        line = {"product_id": cls.product.id, "price_unit": amount, "tax_ids": [Command.clear()]}
        return cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.customer).id,
                "user_id": (user or cls.seller).id,
                "order_line": [Command.create(line)],
                **values,
            }
        )

    @classmethod
    def invoice(cls, amount, day=None, partner=None, user=None, move_type="out_invoice"):
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": (partner or cls.customer).id,
                "invoice_user_id": (user or cls.seller).id,
                "invoice_date": day or fields.Date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": cls.product.id, "price_unit": amount, "tax_ids": [Command.clear()]}
                    )
                ],
            }
        )
        move.action_post()
        return move

    @classmethod
    def rule(cls, signal, **values):
        return cls.env["crmx.recommendation.rule"].create(
            {"name": signal, "signal": signal, "reason": "Because", **values}
        )

    def card(self, user=None, partner=None):
        self.env.cr.flush()
        Card = self.env["crmx.customer.card"].with_user(user or self.seller)
        return Card.get_card((partner or self.customer).id)

    def queries(self, act):
        """Number of queries of the second time: the first fills what the process keeps."""
        act()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        act()
        return self.env.cr.sql_log_count - before
