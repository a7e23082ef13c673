from odoo.tests import no_retry, tagged

from odoo.addons.web.tests import test_js

from .browser import BrowserCase


@tagged("post_install", "-at_install")
class TestCommonScreens(BrowserCase):
    """Unit tests of all our web screens, in a real browser with a mocked server."""

    @no_retry
    def test_unit_desktop(self):
        suite = test_js.HOOTCommon._generate_hash(self, "@crm_extended")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )
