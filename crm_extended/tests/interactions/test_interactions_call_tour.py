import threading

from odoo.tests import tagged

from odoo.addons.bus import websocket
from odoo.addons.bus.tests.common import WebsocketCase

from ..common.browser import BrowserCase
from .common_calls import CallsMixin


@tagged("post_install", "-at_install")
class TestCallTour(CallsMixin, BrowserCase, WebsocketCase):
    """A call rings on the screen of the one whom it is for, in a real browser, through the bus."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_calls()
        # the tour posts as the exchange does; it cannot sign
        cls.provider.write({"signature_scheme": "none", "token": "f" * 32})
        cls.env["crmx.interaction"].create({"name": "Saw the yard", "partner_id": cls.customer.id})

    def wake_bus(self, stop):
        """Notifications of the database come on commit, which does not happen in a test."""
        while not stop.wait(0.2):
            for connection in list(websocket._websocket_instances):
                connection.trigger_notification_dispatching()

    def run_tour(self, name, login):
        stop = threading.Event()
        waker = threading.Thread(target=self.wake_bus, args=(stop,), daemon=True)
        waker.start()
        try:
            self.start_tour("/odoo", name, login=login)
        finally:
            stop.set()
            waker.join()

    def test_screen_pop(self):
        self.run_tour("crmx_screen_pop", "call_ada")
        call = self.calls().filtered(lambda c: c.external_id == "tour known")
        self.assertEqual((call.partner_id, call.ringing_user_ids), (self.customer, self.ada))

    def test_not_on_the_screen_of_another(self):
        self.run_tour("crmx_screen_pop_of_another", "call_bob")
        self.assertEqual(self.calls().ringing_user_ids, self.ada)
