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
        """The ledger is what a complete rebuild would make of it."""
        self.env.cr.flush()
        for source in self.env["crmx.event.source"]._sources():
            records = self.env[source._source_model].with_context(active_test=False)
            highest = records.search([], order="id DESC", limit=1).id or 0
            changes = self.Ledger._refresh(source, self.scope(low=0, high=highest))
            self.assertEqual(changes, [], source._name)

    @staticmethod
    def scope(**values):
        return Scope(**values)
