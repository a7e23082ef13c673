from odoo import Command
from odoo.tests import new_test_user

from .common import KpiCommon


class BonusCommon(KpiCommon):
    """Ann's card of May is .76: 120 of 100 at 50 %, no lead of 5 at 30 %, 4 orders of 5 at 20 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.work = cls.service("Work")
        cls.env["crmx.kpi.indicator"].search([]).is_measured = False
        for day in range(4, 8):
            cls.order(cls.ann, f"2026-05-{day:02} 08:00:00", (cls.work, 30, 0))
        cls.order(cls.bob, "2026-05-11 08:00:00", (cls.work, 100, 0))
        cls.sum = cls.indicator("own_sum", measure="sum", measure_field="amount_untaxed", unit="money")
        cls.leads = cls.indicator("own_leads", res_model="crm.lead", domain="[]", date_field="create_date")
        cls.count = cls.indicator("own_count")
        for indicator, year in ((cls.sum, 1200), (cls.leads, 60), (cls.count, 60)):
            cls._plan(indicator, year)
        cls.template = cls.env["crmx.kpi.card.template"].create(
            {
                "name": "Sales",
                "company_id": cls.company.id,
                "user_ids": [Command.set((cls.ann | cls.bob).ids)],
                "line_ids": [
                    Command.create({"indicator_id": indicator.id, "weight": weight})
                    for indicator, weight in ((cls.sum, 50), (cls.leads, 30), (cls.count, 20))
                ],
            }
        )
        cls.employees = {
            user: cls.env["hr.employee"].search([("user_id", "=", user.id)]) for user in (cls.ann, cls.bob)
        }
        cls.expense = cls.company_data["default_account_expense"]
        cls.payable = cls.company_data["default_account_payable"]
        cls.boss = cls._office("boss", "crm_extended.group_kpi_manager")
        cls.books = cls._office("books", "account.group_account_user", "account.group_account_manager")
        cls.month._measure_all()

    @classmethod
    def _office(cls, name, *groups):
        return new_test_user(
            cls.env,
            f"{name} of bonuses",
            groups=",".join(("base.group_user", *groups)),
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )

    @classmethod
    def _plan(cls, indicator, year):
        plan = cls.env["crmx.kpi.plan"].create(
            {
                "indicator_id": indicator.id,
                "company_id": cls.company.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "line_ids": [
                    Command.create({"level": "user", "user_id": user.id, "amount": year})
                    for user in (cls.ann, cls.bob)
                ],
            }
        )
        plan._spread()
        plan.state = "approved"

    def scheme(self, **values):
        return self.env["crmx.bonus.scheme"].create(
            {
                "name": "Bonus",
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "template_id": self.template.id,
                "base_amount": 30_000,
                "date_from": "2026-01-01",
                "expense_account_id": self.expense.id,
                "payable_account_id": self.payable.id,
                **values,
            }
        )

    def of(self, scheme, user, kind="ordinary", reader=None):
        accruals = (
            self.env["crmx.bonus.accrual"].with_user(reader) if reader else self.env["crmx.bonus.accrual"]
        )
        return accruals.search(
            [("scheme_id", "=", scheme.id), ("user_id", "=", user.id), ("kind", "=", kind)], order="id DESC"
        )

    def accrue(self, scheme, period=None):
        """:return: ``{name: amount}`` of the month"""
        scheme._accrue(period or self.month)
        found = self.env["crmx.bonus.accrual"].search(
            [("scheme_id", "=", scheme.id), ("period_id", "=", (period or self.month).id)]
        )
        return {accrual.employee_id.name: accrual.amount for accrual in found}

    def by_name(self, *members, **values):
        """A scheme of persons by name: (user, values)."""
        rows = [{"employee_id": self.employees[user].id, **more} for user, more in members]
        return self.scheme(
            who="person",
            times="none",
            template_id=False,
            member_ids=list(map(Command.create, rows)),
            **values,
        )

    def close(self):
        self.month._seal()

    def approved(self, scheme):
        """Bonuses of Ann and Bob, approved by one who did not compute them."""
        scheme._accrue(self.month)
        if self.month.state == "open":
            self.close()
        accruals = self.of(scheme, self.ann) | self.of(scheme, self.bob)
        accruals.with_user(self.boss).action_approve()
        return accruals
