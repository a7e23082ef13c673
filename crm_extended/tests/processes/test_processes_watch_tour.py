from odoo.tests import tagged

from ..common.browser import BrowserCase
from .common import ProcessCase


class WatchCase(ProcessCase, BrowserCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document.name = "AA Consumables"
        cls.watched = cls.approval(name="Approval of ours")


@tagged("post_install", "-at_install")
class TestProcessesWatchTour(WatchCase):
    """Where work piles up, and how a run went, in a real browser."""

    def test_click_and_replay(self):
        instance = self.begin(self.watched)
        self.do(instance, "Ask", self.asker)
        self.env.cr.flush()
        path = f"/odoo/processes/{self.watched.id}"
        self.start_tour(path, "crmx_process_heat", login="crmx_process_admin")
        path = f"/odoo/process-runs/{instance.id}"
        self.start_tour(path, "crmx_process_replay", login="crmx_process_admin")


@tagged("post_install", "-at_install")
class TestProcessesPhoneTour(WatchCase):
    """Steps done on a telephone of 390 pixels."""

    browser_size = "390x844"
    touch_enabled = True

    def test_done_on_a_phone(self):
        instance = self.begin(self.watched)
        self.start_tour("/odoo/my-steps", "crmx_process_phone_list", login="crmx_asker")
        self.assertEqual(self.names(instance), ["Approve"])
        self.start_tour("/odoo", "crmx_process_phone", login="crmx_boss")
        self.assertEqual(self.names(instance), ["Buy"])
