import json

from odoo import Command

from odoo.addons.mail.tests.common import mail_new_test_user

from ...tools import call_protocol

SECRET = "not told to anybody"


class CallsMixin:
    """A provider, two users with telephones, and a customer who calls."""

    @classmethod
    def set_up_calls(cls):
        cls.env.company.country_id = cls.env.ref("base.de")
        cls.provider = cls.env["crmx.call.provider"].create(
            {
                "name": "Exchange",
                "code": "test",
                "tz": "UTC",
                "secret": SECRET,
                "rule_ids": [
                    Command.create({"target": target, "source": target}) for target in call_protocol.TARGETS
                ],
            }
        )
        groups = "sales_team.group_sale_salesman,base.group_partner_manager"
        cls.ada = mail_new_test_user(cls.env, "call_ada", name="Ada Agent", groups=groups)
        cls.bob = mail_new_test_user(cls.env, "call_bob", name="Bob Backup", groups=groups)
        cls.ada.crmx_phone_extension, cls.bob.crmx_phone_extension = "101", "102"
        cls.customer = cls.env["res.partner"].create(
            {"name": "Nordwind Logistics", "is_company": True, "phone": "030 / 555 01 00"}
        )
        cls.Call = cls.env["crmx.call"]

    def event(self, name, call="c1", **values):
        """An event of an incoming call from the customer to Ada."""
        return {
            "event": name,
            "callId": call,
            "direction": "in",
            "from": "+49305550100",
            "to": "101",
            **values,
        }

    def take(self, *args, **values):
        """Take in an event as the webhook does."""
        received = values.pop("received", None)
        found = self.provider._translate(self.event(*args, **values))
        return self.Call.sudo()._receive(self.provider, found, received)

    def calls(self):
        self.Call.invalidate_model()
        return self.Call.search([("provider_id", "=", self.provider.id)])

    def post(self, payload, token=None, headers=None, body=None, sign=True):
        body = json.dumps(payload).encode() if body is None else body
        if sign:
            signature = call_protocol.signature(SECRET, body, "sha256", "hex")
            headers = {"X-Signature": signature, **(headers or {})}
        return self.url_open(
            f"/crmx/calls/{token or self.provider.token}",
            data=body,
            headers={"Content-Type": "application/json", **(headers or {})},
            method="POST",
        )
