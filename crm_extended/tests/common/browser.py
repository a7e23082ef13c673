from unittest.mock import patch

from odoo.tests import HttpCase
from odoo.tests.common import ChromeBrowser

#: A library for video calls that the host's Debian package leaves out. Every page of the web client reports
#: its absence on the console, where the host's runner takes it for a failed test.
LEFT_OUT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"

_handle_console = ChromeBrowser._handle_console


def _without_left_out(browser, type, args=None, stackTrace=None, **kwargs):  # noqa: A002, N803
    if not any(LEFT_OUT in str(arg.get("value")) for arg in args or ()):
        _handle_console(browser, type, args=args, stackTrace=stackTrace, **kwargs)


class BrowserCase(HttpCase):
    """A test in a real browser that runs on any package of the host, and on a busy machine."""

    #: Seconds that a request waits for the one before it, all in the test's one transaction.
    test_cursor_lock_timeout = 120

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.object(ChromeBrowser, "_handle_console", _without_left_out))

    def start_tour(self, url_path, tour_name, timeout=300, **options):
        """Walk through a tour; the whole may take its time, each step has a limit (`patience.js`)."""
        super().start_tour(url_path, tour_name, timeout=timeout, **options)
