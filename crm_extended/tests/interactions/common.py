from odoo.tests import TransactionCase

from odoo.addons.mail.tests.common import mail_new_test_user

from ...models.common.event_source import Scope

#: What is written in messages.
TEXT = "between us"


class TimelineCase(TransactionCase):
    """A customer with a contact, and the means to look into the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "no_reset_password": True})
        # a database may have records from before, which the backfill has not reached
        cls.first_ids = {
            source._name: cls.last_id(source) + 1 for source in cls.env["crmx.event.source"]._sources()
        }
        cls.Ledger = cls.env["crmx.timeline.event"]
        cls.customer = cls.env["res.partner"].create({"name": "Nordwind Logistics", "is_company": True})
        cls.contact = cls.env["res.partner"].create(
            {"name": "Ada Kern", "parent_id": cls.customer.id, "email": "ada@nordwind.example"}
        )
        cls.other = cls.env["res.partner"].create({"name": "Southern Traders", "is_company": True})
        cls.seller = mail_new_test_user(
            cls.env, "tl_seller", name="Sam Seller", groups="sales_team.group_sale_salesman"
        )
        cls.env.cr.flush()

    def rows(self, record=None, partner=None, kind=None):
        """Rows of the ledger as ``(kind, partner id, commercial partner id)``, sorted."""
        self.env.cr.flush()
        domain = []
        if record is not None:
            domain += [("res_model", "=", record._name), ("res_id", "in", record.ids)]
        if partner is not None:
            domain += [("commercial_partner_id", "=", partner.id)]
        if kind:
            domain += [("kind", "=", kind)]
        self.Ledger.invalidate_model()
        return sorted(
            (row.kind, row.partner_id.id, row.commercial_partner_id) for row in self.Ledger.search(domain)
        )

    def kinds(self, record):
        return [kind for kind, _partner, _commercial in self.rows(record)]

    def row(self, record, kind=None):
        """The only row of a record."""
        self.env.cr.flush()
        domain = [("res_model", "=", record._name), ("res_id", "=", record.id)]
        rows = self.Ledger.search(domain + ([("kind", "=", kind)] if kind else []))
        self.assertEqual(len(rows), 1, f"{record} {kind}: {self.rows(record)}")
        return rows

    def assertNoDrift(self):
        """The ledger is what a rebuild would make of all that the test has made."""
        self.env.cr.flush()
        for source in self.env["crmx.event.source"]._sources():
            scope = self.scope(low=self.first_ids[source._name], high=self.last_id(source))
            changes = self.Ledger._refresh(source, scope)
            self.assertEqual(changes, [], source._name)

    @classmethod
    def last_id(cls, source):
        records = cls.env[source._source_model].with_context(active_test=False)
        return records.search([], order="id DESC", limit=1).id or 0

    @staticmethod
    def scope(**values):
        return Scope(**values)
