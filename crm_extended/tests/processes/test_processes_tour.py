from odoo.tests import tagged

from ..common.browser import BrowserCase
from .common import ProcessCase


@tagged("post_install", "-at_install")
class TestProcessesTour(ProcessCase, BrowserCase):
    """A process begun, done and refused in a real browser."""

    def test_from_begin_to_refusal(self):
        process = self.approval(name="Approval of ours")
        self.document.name = "AA Consumables"
        self.start_tour(f"/odoo/contacts/{self.document.id}", "crmx_process_ask", login="crmx_asker")
        instance = self.env["crmx.process.instance"].search([("process_id", "=", process.id)])
        self.assertEqual(self.names(instance), ["Approve"])
        self.start_tour("/odoo", "crmx_process_refuse", login="crmx_boss")
        self.assertEqual(instance.state, "done")
        done = instance.item_ids.filtered(lambda item: item.name == "Approve")
        self.assertEqual((done.outcome, done.comment, done.done_by_id), ("No", "Too dear", self.boss))
