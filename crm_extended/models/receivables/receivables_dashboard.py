from odoo import api, fields, models

#: Figures of the tiles, whether more is better, and their unit.
TILES = (
    ("dso", False, "days"),
    ("dso_best", False, "days"),
    ("dso_countback", False, "days"),
    ("days_delinquent", False, "days"),
    ("days_late", False, "days"),
    ("effectiveness", True, "percent"),
    ("promise_keeping", True, "percent"),
    ("overdue", False, "money"),
)
LINES = ("dso", "dso_countback", "dso_best")


class ReceivablesFigure(models.Model):
    _inherit = "crmx.receivables.figure"

    @api.model
    @api.readonly
    def get_dashboard(self, as_of=None, months=12, scope="team"):
        """Return what the dashboard shows of the selected companies, in three queries.

        :param scope: whose figures of the last day are listed: see `crmx.receivables.history`
        :return: dict of `as_of`, `currency_id`, `labels` (the days), `tiles`, `lines`, `ageing` and `rows`
        """
        self.check_access("read")
        figures = self.with_context(crmx_as_of=as_of, crmx_months=months, crmx_scope="company")
        day, _months, _scope, _period = figures._history_options()
        names = [name for name, _better, _unit in TILES]
        specs = [f"{name}:{'sum' if name == 'overdue' else 'avg'}" for name in names]
        groups = figures._read_group([], ["date:day"], specs, order="date:day")
        by_day = {found: dict(zip(names, values, strict=True)) for found, *values in groups}
        days = figures._days(day, months)[1:]
        rows = [by_day.get(found, {}) for found in days]
        return {
            "as_of": str(day),
            "currency_id": self.env.company.currency_id.id,
            "labels": [found.strftime("%Y-%m-%d") for found in days],
            "tiles": self._tiles(rows),
            "lines": [
                {"label": self._fields[name]._description_string(self.env), "data": _values(rows, name)}
                for name in LINES
            ],
            "ageing": self._ageing(figures.env.context, days),
            "rows": self._dashboard_rows(day, scope),
        }

    @api.model
    def _tiles(self, rows):
        last, before = rows[-1], rows[-2] if len(rows) > 1 else {}
        return [
            {
                "name": name,
                "label": self._fields[name]._description_string(self.env),
                "help": self._fields[name]._description_help(self.env),
                "unit": unit,
                "is_more_better": is_more_better,
                "value": last.get(name),
                "before": before.get(name),
            }
            for name, is_more_better, unit in TILES
        ]

    @api.model
    def _ageing(self, context, days):
        trend = self.env["crmx.receivables.trend"].with_context(**context)
        labels = dict(trend._fields["bucket"]._description_selection(self.env))
        amounts = {}
        for day, bucket, amount in trend._read_group([], ["date:day", "bucket"], ["amount:sum"]):
            amounts.setdefault(bucket, {})[day] = amount
        return [
            {"label": labels[bucket], "data": [amounts[bucket].get(day, 0.0) for day in days]}
            for bucket in sorted(amounts)
        ]

    @api.model
    def _dashboard_rows(self, day, scope):
        """Return the figures of the last day of whom the scope says, who owe most first."""
        figures = self.with_context(crmx_as_of=str(day), crmx_months=1, crmx_scope=scope)
        column = {"company": "company_id", "team": "team_id", "user": "user_id"}.get(
            scope, "commercial_partner_id"
        )
        names = ("receivable", "overdue", "dso", "days_delinquent", "dso_countback", "effectiveness",
                 "days_late", "promise_keeping")  # fmt: skip
        specs = [f"{name}:{'sum' if name in ('receivable', 'overdue') else 'avg'}" for name in names]
        groups = figures._read_group([], [column], specs, order="receivable:sum DESC", limit=20)
        return [
            {
                "id": record.id,
                # sudo: the name of whom figures that the user reads are about
                "name": record.sudo().display_name or self.env._("None"),
                **dict(zip(names, values, strict=True)),
            }
            for record, *values in groups
        ]

    @api.model
    def action_dashboard_open(self, view, as_of, months=12, scope="company"):
        """Return the action behind a part of the dashboard, as of the same day."""
        name = (
            "crmx_receivables_trend_action" if view == "ageing" else f"crmx_receivables_figure_action_{scope}"
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(f"crm_extended.{name}")
        day = fields.Date.to_date(as_of)
        context = {"crmx_as_of": str(day), "crmx_months": int(months), "crmx_scope": scope}
        return {**action, "name": f"{action['name']} ({day})", "context": context}


def _values(rows, name):
    return [round(row[name], 1) if row.get(name) is not None else None for row in rows]
