"""A mail server for tests: what it was given, and how it may fail."""

from contextlib import contextmanager
from unittest.mock import patch


class MailServerMixin:
    """Puts a mail server of its own in the host's place."""

    @contextmanager
    def mail_server(self, fail=None, connect=None):
        """Yield the list of the mails that it takes.

        :param fail: called with each mail before it is taken; may raise
        :param connect: error that it raises on connection
        """
        taken = []
        Server = self.registry["ir.mail_server"]

        def send_email(server, message, **_kwargs):
            if fail:
                fail(message)
            taken.append(message)
            return message["Message-Id"]

        def connect_(server, **_kwargs):
            if connect:
                raise connect

        with (
            patch.object(Server, "send_email", send_email),
            patch.object(Server, "_connect__", connect_),
            patch.object(Server, "_disable_send", lambda server: False),
        ):
            yield taken

    def trigger(self, cron):
        with self.enter_registry_test_mode():
            self.env.ref(f"crm_extended.{cron}").sudo().method_direct_trigger()
