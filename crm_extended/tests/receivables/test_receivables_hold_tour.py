from odoo import fields
from odoo.tests import tagged

from ..common.browser import BrowserCase
from .test_receivables_holds import HoldCommon


@tagged("post_install", "-at_install")
class TestReceivablesHoldTour(HoldCommon, BrowserCase):
    """A salesperson hits a hold, the manager releases, the warehouse ships: in a real browser."""

    def test_hold_release_ship(self):
        self.rule()
        seller = self.new_user("crmx_seller", "sales_team.group_sale_salesman")
        self.new_user("crmx_boss", "crm_extended.group_receivables_manager,base.group_partner_manager")
        self.new_user("crmx_porter", "stock.group_stock_user")
        order = self.order(
            (self.on_delivery, 1, 600), confirm=False, user_id=seller.id, date_order=fields.Datetime.now()
        )
        self.start_tour(f"/odoo/sales/{order.id}", "crmx_credit_hold_sale", login="crmx_seller")
        self.assertEqual((order.state, order.crmx_credit_state), ("draft", "held"))
        action = self.env.ref("crm_extended.crmx_credit_hold_action").id
        self.start_tour(f"/odoo/action-{action}", "crmx_credit_hold_release", login="crmx_boss")
        self.assertEqual((order.state, order.crmx_credit_state), ("sale", "released"))
        self.assertEqual(order.crmx_hold_ids.comment, "He pays tomorrow.")
        picking = order.picking_ids
        picking.move_ids.write({"quantity": 1, "picked": True})
        self.start_tour(
            f"/odoo/action-stock.action_picking_tree_all/{picking.id}",
            "crmx_credit_hold_ship",
            login="crmx_porter",
        )
        self.assertEqual(picking.state, "done")
