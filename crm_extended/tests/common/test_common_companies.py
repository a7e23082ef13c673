from datetime import timedelta

from odoo import Command
from odoo.fields import Datetime
from odoo.tests import new_test_user, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .factory import make, our_models

#: Models whose records only the person whom they are about sees.
PERSONAL = ("crmx.kpi.digest", "crmx.kpi.digest.mail")


@tagged("post_install", "-at_install")
class TestCommonCompanies(AccountTestInvoicingCommon):
    """Nobody sees what belongs to a company that he has not selected."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.company_data["company"]
        cls.other = cls.setup_other_company()["company"]
        # whatever is made of documents needs one
        cls.init_invoice("out_invoice", cls.partner_a, amounts=[100], post=True)
        cls.partner_a.with_company(cls.own).crmx_contact_interval = 30
        order = make(cls.env(su=True), "crmx.work.order")
        hours = make(cls.env(su=True), "crmx.work.order.time", order_id=order.id, hours=1)
        hours.employee_id.hourly_cost = 10
        make(cls.env(su=True), "crmx.work.order.time", order_id=order.id, hours=1)
        make(cls.env(su=True), "crmx.meter.reading")
        now = Datetime.now()
        make(cls.env(su=True), "crmx.work.order")._become(
            "done", date_start=now - timedelta(hours=2), date_end=now, date_done=now
        )
        order.action_confirm()  # its vehicle will be out of service
        vehicles = [Command.set(order.vehicle_id.ids)]
        plan = make(cls.env(su=True), "crmx.maintenance.plan", vehicle_ids=vehicles)
        make(cls.env(su=True), "crmx.maintenance.plan.part", plan_id=plan.id)
        groups = [
            *("account.group_account_manager", "sales_team.group_sale_manager", "base.group_system"),
            *("crm_extended.group_receivables_manager", "crm_extended.group_interactions_manager"),
            "crm_extended.group_processes_manager",
            "crm_extended.group_workshop_manager",
            "crm_extended.group_kpi_manager",
        ]
        companies = (cls.own | cls.other).ids
        cls.manager = new_test_user(
            cls.env, "both companies", groups=",".join(groups), company_id=cls.own.id, company_ids=companies
        )

    def company_path(self, name):
        """Field path from a model to the company that its records belong to, or None."""
        fields = self.env[name]._fields
        if "company_id" in fields and fields["company_id"].comodel_name == "res.company":
            return "company_id"
        paths = (
            f"{field.name}.{path}"
            for field in fields.values()
            if field.type == "many2one" and field.required and field.ondelete == "cascade"
            if field.comodel_name.startswith("crmx.") and field.comodel_name != name
            if (path := self.company_path(field.comodel_name))
        )
        return next(paths, None)

    def scoped(self):
        """:return: ``{model: path}`` of our models that belong to companies and that somebody may read"""
        readable = self.env["ir.model.access"].search([("perm_read", "=", True)]).model_id.mapped("model")
        paths = {name: self.company_path(name) for name in our_models(self.env) if name in readable}
        return {name: path for name, path in paths.items() if path and not self.env[name]._transient}

    def record(self, name, path):
        """A record of the company `own`, made from nothing or, of an SQL view, one that is there."""
        model = self.env[name].with_company(self.own).sudo()
        if model._table_query or not model._auto:
            return model.search([(path, "=", self.own.id)], limit=1)
        if related := model._fields[path].related if path == "company_id" else None:
            path = related  # the company of what it is a part of
        parent, _dot, rest = path.partition(".")
        if not rest:
            return make(model.env, name, company_id=self.own.id)
        above = self.record(model._fields[parent].comodel_name, rest)
        return make(model.env, name, **{parent: above.id})

    def test_every_model_of_a_company_has_a_rule_for_all(self):
        for name, path in self.scoped().items():
            rules = self.env["ir.rule"].search([("model_id.model", "=", name), ("groups", "=", False)])
            with self.subTest(model=name):
                self.assertTrue([rule for rule in rules if path in rule.domain_force])

    def test_other_companies_see_nothing(self):
        scoped = self.scoped()
        self.assertIn("crmx.open.item", scoped)
        for name, path in scoped.items():
            record = self.record(name, path)
            with self.subTest(model=name):
                self.assertTrue(record)
                model = self.env[name].with_user(self.manager).with_context(active_test=False)
                of_own = record.browse() if name in PERSONAL else record
                for company, expected in ((self.own, of_own), (self.other, record.browse())):
                    seen = model.with_context(allowed_company_ids=company.ids)
                    self.assertEqual(seen.search([("id", "in", record.ids)]).ids, expected.ids)
