import doctest
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, new_test_user, tagged
from odoo.tools import SQL

from ...tools import append_only
from .common import ReceivablesCommon


class TestReceivablesRegisterKernels(BaseCase):
    def test_doctests(self):
        result = doctest.testmod(append_only)
        self.assertGreater(result.attempted, 2)
        self.assertFalse(result.failed)


@tagged("post_install", "-at_install")
class TestReceivablesRegister(ReceivablesCommon):
    """The chain of entries: it grows, and shows what was done to it behind the ORM's back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log = cls.env["crmx.receivables.log"].sudo()
        cls.promises = cls.env["crmx.promise"].create(
            [
                {"partner_id": cls.customer.id, "amount": amount, "date_promised": "2099-12-31"}
                for amount in (100, 200, 300)
            ]
        )

    def written(self):
        """Return the entries, after what comes before a commit."""
        self.env.cr.flush()
        return self.log.search([("company_id", "=", self.company.id)], order="number")

    def forge(self, statement, *args):
        self.env.cr.execute(SQL(statement, *args))
        self.env.invalidate_all()
        return self.log._verify(self.company)["broken"]

    def test_entries_are_a_chain(self):
        entries = self.written()
        self.assertEqual(entries.mapped("number"), [1, 2, 3])
        self.assertEqual(entries.mapped("kind"), ["promise_made"] * 3)
        self.assertEqual([entry.res_id for entry in entries], self.promises.ids)
        self.assertEqual(entries[0].event, "promise_made")
        data = json.loads(entries[1].data)
        self.assertEqual((data["amount"], data["currency"], data["partner"]), (200, "USD", "Adler"))
        self.assertEqual(
            self.log._verify(self.company), {"count": 3, "broken": None, "hash": entries[2].hash}
        )
        self.assertEqual(len(set(entries.mapped("hash"))), 3)

    def test_nobody_changes_or_deletes(self):
        entry = self.written()[0]
        for user in (self.env.ref("base.user_root"), self.env.user):
            for operation in (
                lambda record: record.write({"kind": "other"}),
                lambda record: record.write({"partner_id": False}),
                lambda record: record.unlink(),
            ):
                with self.subTest(user=user.name), self.assertRaises(UserError):
                    operation(entry.with_user(user).sudo())
        self.assertEqual(entry.kind, "promise_made")

    def test_nobody_writes_by_himself(self):
        user = new_test_user(
            self.env(su=True), "crmx_forger", "account.group_account_manager", company_id=self.company.id
        )
        with self.assertRaises(AccessError):
            self.log.with_user(user).create({"kind": "promise_made", "data": "{}"})

    def test_a_changed_entry_is_noticed(self):
        self.written()
        statement = "UPDATE crmx_receivables_log SET data = '{}' WHERE company_id = %s AND number = 2"
        self.assertEqual(self.forge(statement, self.company.id), 2)

    def test_another_date_user_or_document_is_noticed(self):
        self.written()
        for change in ("date = date - interval '1 day'", "user_id = 1", "res_id = 0", "name = 'x'"):
            with self.subTest(change=change), self.env.cr.savepoint() as savepoint:
                statement = f"UPDATE crmx_receivables_log SET {change} WHERE company_id = %s AND number = 3"
                self.assertEqual(self.forge(statement, self.company.id), 3)
                savepoint.rollback()

    def test_a_missing_entry_is_noticed(self):
        self.written()
        statement = "DELETE FROM crmx_receivables_log WHERE company_id = %s AND number = 2"
        self.assertEqual(self.forge(statement, self.company.id), 3)

    def test_moving_the_pointer_of_a_merged_partner_breaks_nothing(self):
        self.written()
        other = self.new_partner("Adler, merged")
        statement = "UPDATE crmx_receivables_log SET partner_id = %s WHERE company_id = %s"
        self.assertIsNone(self.forge(statement, other.id, self.company.id))

    def test_each_company_has_its_own_chain(self):
        other = self.setup_other_company(name="Second")["company"]
        self.promises.with_company(other).create(
            {
                "partner_id": self.customer.id,
                "amount": 5,
                "date_promised": "2099-12-31",
                "company_id": other.id,
            }
        )
        self.written()
        entry = self.log.search([("company_id", "=", other.id)])
        self.assertEqual(entry.number, 1)
        self.assertIsNone(self.log._verify(other)["broken"])

    def test_what_a_savepoint_takes_back_is_not_written(self):
        self.written()
        with self.env.cr.savepoint() as savepoint:
            self.promises[:1].action_withdraw()
            savepoint.rollback()
        self.assertEqual(len(self.written()), 3)
        self.assertEqual(self.promises[0].state, "open")

    def test_the_button_says_it_in_words(self):
        self.written()
        action = self.log.with_env(self.env).action_verify()
        self.assertEqual(action["params"]["type"], "success")
        self.assertIn("All 3 entries", action["params"]["message"])
        self.forge("UPDATE crmx_receivables_log SET kind = 'x' WHERE number = 1")
        action = self.log.with_env(self.env).action_verify()
        self.assertEqual(action["params"]["type"], "danger")
        self.assertIn("number 1", action["params"]["message"])
