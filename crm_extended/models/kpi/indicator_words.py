"""Figures in words, and the preview while one sets up an indicator."""

from odoo import api, fields, models
from odoo.tools import format_amount, formatLang
from odoo.tools.misc import format_duration

from ...tools.kpi_period import period, previous
from .measure import Key
from .measure_query import Statement
from .measure_scope import Bucket, Scope
from .paths import final_field

#: So many documents are named in the preview.
NAMED = 5


class Indicator(models.Model):
    _inherit = "crmx.kpi.indicator"

    preview_value = fields.Char(
        string="This Month", compute="_compute_preview", help="Of the documents that you may see."
    )
    preview_before = fields.Char(string="Last Month", compute="_compute_preview")
    preview_documents = fields.Text(string="Newest Documents", compute="_compute_preview")
    preview_problem = fields.Text(compute="_compute_preview")

    @api.private
    def _in_words(self, value, company):
        """A figure as one reads it, with its unit."""
        if value is None:
            return "–"
        if self.unit == "money":
            return format_amount(self.env, value, company.currency_id)
        if self.unit == "hours":
            return format_duration(value)
        number = formatLang(self.env, value, digits=0 if float(value).is_integer() else 2)
        if self.unit == "percent":
            return f"{number} %"
        return self.env._("%s days", number) if self.unit == "days" else number

    @api.private
    def _item_model(self):
        return final_field(self.env[self.res_model], self.item_field)[1].comodel_name

    @api.private
    def _item_model_or_none(self):
        """The model of what the indicator is told by; None when by nothing, or when it cannot be said."""
        return None if not self.item_field or self._definition_problem() else self._item_model()

    @api.depends(
        *("kind", "res_model", "domain", "measure", "measure_field", "measure_from", "limit", "factor"),
        *(
            "basis",
            "date_field",
            "owner_field",
            "team_field",
            "item_field",
            "company_field",
            "formula",
            "unit",
        ),
    )
    @api.depends_context("uid", "company")
    def _compute_preview(self):
        for indicator in self:
            indicator.preview_value = indicator.preview_before = indicator.preview_documents = ""
            indicator.preview_problem = indicator._definition_problem()
            if not indicator.preview_problem:
                try:
                    with self.env.cr.savepoint(flush=False):
                        indicator._preview()
                except Exception as error:  # what is typed in may ask for anything
                    indicator.preview_problem = self.env["crmx.kpi.measure"]._problem_words(error)

    def _preview(self):
        """Measure this month and the last under the rights of whoever looks."""
        company = self.env.company.root_id
        months = self._preview_periods(company)
        result = self.env["crmx.kpi.measure"]._measure(self, months, company, ("company",))
        if words := result.problems.get(self):
            self.preview_problem = words
            return
        found = result.figures[self]
        for name, month in zip(("preview_value", "preview_before"), months, strict=True):
            figure = found.get(Key(month.id, "company", company.id))
            if figure:
                self[name] = self.env._(
                    "%(value)s (from %(count)s documents)",
                    value=self._in_words(figure.value, company),
                    count=figure.records,
                )
            else:
                self[name] = self._in_words(None, company)
        if self.kind == "aggregate":
            self.preview_documents = self._preview_names(months, company)

    def _preview_periods(self, company):
        """This month and the last, not on record."""
        model = self.env["crmx.kpi.period"]
        span = period("month", model._today(company))
        return model.concat(
            *(
                model.new(
                    {
                        "company_id": company.id,
                        "kind": "month",
                        "date_from": days.start,
                        "date_to": days.end,
                    },
                    ref=number,
                )
                for number, days in enumerate((span, previous("month", span)), 1)
            )
        )

    def _preview_names(self, months, company):
        scope = Scope.of(months[:1], company, None)
        bucket = Bucket.of(self)
        if bucket.basis == "state":
            scope = scope._replace(day=self.env["crmx.kpi.period"]._today(company))
        statement = Statement(self.env, bucket, self, scope, ())
        ids = [row[0] for row in self.env.execute_query(statement.documents("company", company.id, NAMED))]
        return "\n".join(self.env[self.res_model].browse(ids).mapped("display_name"))
