from odoo import Command

from .common import ReceivablesCommon


class CreditCommon(ReceivablesCommon):
    """The ledger of the receivables tests, and orders that are delivered and invoiced in parts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = ("sales_team.group_sale_manager", "stock.group_stock_manager")
        cls.env.user.sudo().group_ids |= cls.env["res.groups"].union(*map(cls.env.ref, groups))
        cls.on_order = cls.new_product("Paid as ordered", "order")
        cls.on_delivery = cls.new_product("Paid as delivered", "delivery")
        cls.exposure = cls.env["crmx.credit.exposure"]

    @classmethod
    def new_product(cls, name, policy, **values):
        return cls.env["product.product"].create(
            {"name": name, "type": "consu", "invoice_policy": policy, "taxes_id": False, **values}
        )

    @classmethod
    def order(cls, *lines, partner=None, confirm=True, currency=None, **values):
        """Make an order of (product, quantity, price) lines, in the company's currency."""
        partner = partner or cls.customer
        if currency:
            pricelist = cls.env["product.pricelist"].create(
                {"name": currency.name, "currency_id": currency.id}
            )
            values["pricelist_id"] = pricelist.id
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": qty,
                            "price_unit": price,
                            "tax_ids": False,
                        }
                    )
                    for product, qty, price in lines
                ],
                **values,
            }
        )
        if confirm:
            order.action_confirm()
        return order

    @classmethod
    def deliver(cls, order, quantity, backorder=True):
        """Deliver so many of each line of the order."""
        picking = order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        for move in picking.move_ids:
            move.write({"quantity": quantity, "picked": True})
        leave = {} if backorder else {"picking_ids_not_to_backorder": picking.ids}
        picking.with_context(skip_backorder=True, **leave).button_validate()
        return picking

    @classmethod
    def bill(cls, order, quantity=None, post=False):
        """Invoice what can be invoiced of the order, or so many of each line."""
        move = order._create_invoices()
        if quantity is not None:
            move.invoice_line_ids.quantity = quantity
        if post:
            move.action_post()
        return move

    def read_exposure(self, partner=None, company=None, **options):
        partner = partner or self.customer
        exposures = self.exposure._read_exposures(partner, company or self.company, **options)
        return exposures.get(partner.id)

    def assertParts(self, partner=None, **expected):
        """Compare the parts of a customer's exposure; those that are not named are zero."""
        exposure = self.read_exposure(partner)
        found = {
            name: getattr(exposure, name)
            for name in ("posted", "disputed", "in_transit", "drafts", "orders", "delivered")
            if exposure and getattr(exposure, name)
        }
        self.assertEqual(found, expected)
