from freezegun import freeze_time

from odoo import Command

from .common import AS_OF, ReceivablesCommon


class DunningCommon(ReceivablesCommon):
    """A policy of two levels (after 10 and 30 days, 14 days apart), and runs on 30 June 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        text = cls.env.ref("crm_extended.mail_template_dunning_1")
        cls.policy = cls.env["crmx.dunning.policy"].create(
            {
                "name": "Two levels",
                "company_id": cls.company.id,
                "level_ids": [
                    Command.create(
                        {
                            "number": number,
                            "name": name,
                            "days": days,
                            "wait_days": 14,
                            "mail_template_id": text.id,
                        }
                    )
                    for number, name, days in ((1, "First", 10), (2, "Second", 30))
                ],
            }
        )
        cls.first, cls.second = cls.policy.level_ids
        cls.company.crmx_dunning_policy_id = cls.policy
        cls.customer.email = "adler@customer.example"

    @classmethod
    def item(cls, move):
        return move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def run_on(self, day=AS_OF, **values):
        run = self.env["crmx.dunning.run"].create({"company_id": self.company.id, "date": day, **values})
        with freeze_time(day):
            run.action_propose()
        return run

    def asked(self, run):
        """Return {(customer, level, currency): amount} of what a run asks for."""
        result = {}
        for letter in run.letter_ids:
            for line in letter.line_ids:
                key = (letter.partner_id.name, letter.level_number, line.currency_id.name)
                result[key] = round(result.get(key, 0) + line.amount, 2)
        return result

    def left_out(self, run):
        """Return {reason: number of items}."""
        return {row.reason: row.item_count for row in run.exclusion_ids}

    def assertAsks(self, expected, day=AS_OF, left_out=None):
        """A run asks the customer of the class for these amounts by (level, currency), or for nothing."""
        run = self.run_on(day)
        found = {key[1:]: amount for key, amount in self.asked(run).items() if key[0] == self.customer.name}
        self.assertEqual(found, expected)
        if left_out is not None:
            self.assertEqual(self.left_out(run), left_out)
        return run
