"""Bonuses on their way to a payroll: as lines of a file, or as inputs of its payslips where there are any."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.kpi_bonus import payroll_csv

#: The model of inputs of payslips; of another add-on, and there only when that is installed.
PAYSLIP_INPUT = "hr.payslip.input"


class BonusAccrual(models.Model):
    _inherit = "crmx.bonus.accrual"

    @api.private
    def _export(self):
        """Return the file for the payroll, and take down that those that it pays were given to it."""
        self._check_exportable()
        # sudo: who is paid under which code; the reader sees the bonuses
        text = payroll_csv(
            (
                accrual.employee_id.name or "",
                accrual.employee_id.barcode or str(accrual.employee_id.id),
                accrual.scheme_id.code or "",
                accrual.amount,
                accrual.period_id.name,
            )
            for accrual in self.sudo()  # sudo: codes of employees, for who may read the bonuses
        )
        self._given_to_payroll()
        return text

    def _check_exportable(self):
        if not self:
            raise UserError(self.env._("Choose bonuses first."))
        self._lock("approved", "posted", "paid")

    def _given_to_payroll(self):
        """What the payroll pays is out of our hands then."""
        given = self.filtered(
            # sudo: through what a scheme is paid
            lambda each: each.state == "approved" and each.sudo().scheme_id.paid_through == "payroll"
        )
        given._become("posted", date_exported=fields.Datetime.now())
        given._log("bonus_exported")

    @api.model
    def _has_payslips(self):
        return PAYSLIP_INPUT in self.env

    @api.private
    def _to_payslips(self):
        """Add each bonus to the draft payslip of its employee as an input."""
        if not self._has_payslips():
            raise UserError(self.env._("No payroll with payslip inputs is installed: export a file instead."))
        self._lock("approved")
        self._check_through_payroll()
        rows = [accrual._payslip_input() for accrual in self]
        inputs = self.env[PAYSLIP_INPUT].create(rows)
        self._given_to_payroll()
        return inputs

    def _check_through_payroll(self):
        for accrual in self:
            if accrual.sudo().scheme_id.paid_through != "payroll":  # sudo: through what a scheme is paid
                raise UserError(
                    self.env._("“%s” is paid by an entry of its own: post it.", accrual.display_name)
                )

    def _payslip_input(self):
        day = self._entry_date()
        payslip = self.env["hr.payslip"].search(
            [
                ("employee_id", "=", self.employee_id.id),
                ("state", "=", "draft"),
                ("date_from", "<=", day),
                ("date_to", ">=", day),
            ],
            limit=1,
        )
        if not payslip:
            raise UserError(
                self.env._(
                    "%(employee)s has no draft payslip for %(date)s.",
                    employee=self.employee_id.name,
                    date=day,
                )
            )
        scheme = self.sudo().scheme_id  # sudo: its name and code
        known = self.env[PAYSLIP_INPUT]._fields
        vals = {"payslip_id": payslip.id, "name": f"{scheme.name} {self.period_id.name}", "code": scheme.code}
        vals["amount"] = self.amount
        for name in ("contract_id", "version_id"):
            if name in known and name in payslip._fields:
                vals[name] = payslip[name].id
        return {name: value for name, value in vals.items() if name in known}
