from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import new_test_user
from odoo.tools import SQL

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

TODAY = fields.Date.to_date("2026-05-31")
MONTH = "2026-05"


class KpiCommon(AccountTestInvoicingCommon):
    """A company in which Ann and Bob sell, with all that happened in May 2026 written by hand.

    One EUR is 2.00 of the company's currency in May, and 4.00 since June: figures of May must not know.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.company.resource_calendar_id.tz = "Europe/Berlin"
        cls.env = cls.env(su=True, context={**cls.env.context, "tracking_disable": True})
        cls.eur = cls.env.ref("base.EUR")
        cls.eur.active = True
        cls.env["res.currency.rate"].search([("currency_id", "=", cls.eur.id)]).unlink()
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": cls.eur.id, "name": day, "rate": rate, "company_id": cls.company.id}
                for day, rate in (("2026-01-01", 0.5), ("2026-06-01", 0.25))
            ]
        )
        cls._make_people()
        cls.adler = cls.env["res.partner"].create({"name": "Adler", "is_company": True})
        cls.contact = cls.env["res.partner"].create({"name": "Anna", "parent_id": cls.adler.id})
        cls.boll = cls.env["res.partner"].create({"name": "Boll", "is_company": True})
        cls.month = cls.env["crmx.kpi.period"].create(
            {"company_id": cls.company.id, "kind": "month", "date_from": "2026-05-01"}
        )
        cls.startClassPatcher(
            patch.object(cls.registry["crmx.kpi.period"], "_today", lambda self, company: TODAY)
        )

    @classmethod
    def _make_people(cls):
        cls.sales = cls.env["hr.department"].create({"name": "Sales", "company_id": cls.company.id})
        cls.inside, cls.field = cls.env["hr.department"].create(
            [
                {"name": name, "parent_id": cls.sales.id, "company_id": cls.company.id}
                for name in ("Inside", "Field")
            ]
        )
        cls.ann = cls._new_user("ann", cls.inside)
        cls.bob = cls._new_user("bob", cls.field)
        cls.east, cls.west = cls.env["crm.team"].create(
            [
                {
                    "name": name,
                    "company_id": cls.company.id,
                    "member_ids": [Command.set(user.ids)],
                    "user_id": False,
                }
                for name, user in (("East", cls.ann), ("West", cls.bob))
            ]
        )

    @classmethod
    def _new_user(cls, name, department):
        user = new_test_user(
            cls.env,
            f"{name} of indicators",
            groups="sales_team.group_sale_salesman",
            name=name.capitalize(),
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )
        cls.env["hr.employee"].create(
            {
                "name": name,
                "user_id": user.id,
                "company_id": cls.company.id,
                "department_id": department.id,
                "date_version": "2020-01-01",
            }
        )
        return user

    @classmethod
    def set_columns(cls, records, **values):
        """Write what only the host writes: dates of entry, states of documents that were gone through."""
        cls.env.flush_all()
        columns = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), value) for name, value in values.items()
        )
        cls.env.cr.execute(
            SQL("UPDATE %s SET %s WHERE id = ANY(%s)", SQL.identifier(records._table), columns, records.ids)
        )
        cls.env.invalidate_all()

    @classmethod
    def order(cls, user, date, *lines, partner=None, currency=None, state="sale"):
        """An order with lines of (product, price, discount); confirmed on a day unless it says otherwise."""
        pricelist = cls.env["product.pricelist"].create(
            {
                "name": "Plain",
                "currency_id": (currency or cls.company.currency_id).id,
                "company_id": cls.company.id,
            }
        )
        order = cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.adler).id,
                "company_id": cls.company.id,
                "user_id": user.id,
                "team_id": user.sale_team_id.id,
                "pricelist_id": pricelist.id,
                "date_order": date,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "price_unit": price,
                            "discount": discount,
                            "tax_ids": False,
                        }
                    )
                    for product, price, discount in lines
                ],
            }
        )
        cls.set_columns(order, state=state, create_date="2026-05-02 08:00:00")
        cls.set_columns(order.order_line, state=state)
        return order

    @classmethod
    def service(cls, name):
        return cls.env["product.product"].create({"name": name, "type": "service"})

    @classmethod
    def indicator(cls, code, **values):
        return cls.env["crmx.kpi.indicator"].create(
            {
                "name": code,
                "code": code,
                "res_model": "sale.order",
                "domain": "[('state', '=', 'sale')]",
                "date_field": "date_order",
                "owner_field": "user_id",
                "team_field": "team_id",
                **values,
            }
        )

    def measure(self, indicators, periods=None):
        """:return: ``{(code, level, subject): value}`` of the month, and the problems by code"""
        periods = periods or self.month
        result = self.env["crmx.kpi.measure"]._measure(indicators, periods, self.company)
        values = {
            (indicator.code, key.level, key.subject_id): figure.value
            for indicator, found in result.figures.items()
            for key, figure in found.items()
            if key.period_id == periods[:1].id
        }
        return values, {indicator.code: words for indicator, words in result.problems.items()}
