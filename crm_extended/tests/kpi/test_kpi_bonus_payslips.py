"""Bonuses as inputs of payslips, where a payroll is installed: here, one of just these two models."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.orm.model_classes import add_to_registry
from odoo.tests import tagged

from .bonus_common import BonusCommon


class Payslip(models.Model):
    _module = None
    _name = "hr.payslip"
    _description = "Payslip"

    employee_id = fields.Integer()
    date_from = fields.Date()
    date_to = fields.Date()
    state = fields.Char()
    contract_id = fields.Integer()


class PayslipInput(models.Model):
    _module = None
    _name = "hr.payslip.input"
    _description = "Input of a payslip"

    payslip_id = fields.Integer()
    name = fields.Char()
    code = fields.Char()
    amount = fields.Float()


@tagged("post_install", "-at_install")
class TestKpiBonusPayslips(BonusCommon):
    def setUp(self):
        super().setUp()
        for model in (Payslip, PayslipInput):
            add_to_registry(self.registry, model)
            self.addCleanup(self.registry.__delitem__, model._name)
        names = [Payslip._name, PayslipInput._name]
        self.registry._setup_models__(self.env.cr, names)
        self.registry.init_models(self.env.cr, names, {"module": "crm_extended"})

    def payslip(self, user, state="draft"):
        return self.env["hr.payslip"].create(
            {
                "employee_id": self.employees[user].id,
                "date_from": "2026-05-01",
                "date_to": "2026-05-31",
                "state": state,
            }
        )

    def test_added_to_draft_payslips(self):
        accruals = self.approved(self.scheme(paid_through="payroll", code="B100"))
        slip = self.payslip(self.ann)
        self.payslip(self.bob, state="done")
        with self.assertRaisesRegex(UserError, "bob has no draft payslip"), self.env.cr.savepoint():
            accruals._to_payslips()
        accruals[0]._to_payslips()
        row = self.env["hr.payslip.input"].search([])
        self.assertEqual((row.payslip_id, row.code, row.amount), (slip.id, "B100", 22_800))
        self.assertEqual(row.name, "Bonus 2026-05")
        self.assertEqual(accruals.mapped("state"), ["posted", "approved"])

    def test_what_has_an_entry_is_no_input(self):
        accruals = self.approved(self.scheme())
        with self.assertRaisesRegex(UserError, "an entry of its own"):
            accruals._to_payslips()
