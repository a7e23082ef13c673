"""What the statement of a bonus says: how it came about, and nothing of other persons."""

from odoo import api, models
from odoo.tools import formatLang

from ...tools.kpi_bonus import compute


class BonusAccrual(models.Model):
    _inherit = "crmx.bonus.accrual"

    @api.private
    def statement(self):
        """Return what is printed: employee, scheme, lines of the scorecard, rows of (label, text)."""
        self.ensure_one()
        self.check_access("read")
        accrual = self.sudo()  # sudo: what was kept with a bonus that the reader may see
        inputs = accrual._inputs()
        is_correction = accrual.kind == "correction"
        return {
            "employee": accrual.employee_id.name,
            "scheme": accrual.scheme_id.name,
            "approved_by": accrual.approved_by_id.name,
            "card": [] if is_correction else inputs.get("card", []),
            "rows": accrual._correction_rows(inputs) if is_correction else accrual._rows(inputs),
        }

    def _money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _rows(self, inputs):
        found, base = compute(inputs), inputs["base"]
        rows = [(self._base_label(base), self._money(self.base))]
        if inputs["times"] == "lines":
            rows += [
                (
                    self.env._(
                        "%(line)s, %(share)s %% of the base",
                        line=row["name"],
                        share=f"{row['share']:.0%}"[:-1],
                    ),
                    "–" if row["reached"] is None else f"{row['reached'] * 100:.1f} %",
                )
                for row in inputs["lines"]
            ]
        if inputs["times"] != "none":
            rows.append((self.env._("Times"), f"{found.factor * 100:.1f} %"))
        if inputs["days"] != inputs["of_days"]:
            rows.append(
                (
                    self.env._("Working days"),
                    self.env._("%(days)s of %(all)s", days=inputs["days"], all=inputs["of_days"]),
                )
            )
        if self.limit_text:
            rows.append((self.env._("Limit"), self.limit_text))
        return rows

    def _base_label(self, base):
        if self.scheme_id.is_pool:
            return self.env._("Your part of the pool")
        if base["kind"] == "fixed":
            return self.env._("Base")
        if base["kind"] == "wage":
            return self.env._("Base: %s %% of the wage", f"{base['percent']:g}")
        return self.env._(
            "Base: %(percent)s %% of “%(indicator)s”, %(figure)s",
            percent=f"{base['percent']:g}",
            indicator=base["indicator"],
            figure=self._money(base["figure"]),
        )

    def _correction_rows(self, inputs):
        return [
            (self.env._("Corrects"), self.origin_id.display_name),
            (self.env._("Due by now"), self._money(compute(inputs["due"]).amount)),
            (self.env._("Given so far"), self._money(inputs["given"])),
        ]
