"""The published version with how long its steps take: where work piles up."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.processes_svg import draw, heat

#: Figures of a step, in the order of the query.
FIGURES = ("open", "late", "count", "again", "wait", "wait_slow", "work", "work_slow", "median", "slow")


class ProcessFigures(models.Model):
    _inherit = "crmx.process"

    heat_picture = fields.Html(
        compute="_compute_heat_picture",
        sanitize=False,
        groups="crm_extended.group_processes_manager",
        help="Of each step: how many wait, the median and the 90th percentile of the hours that it takes.",
    )
    heat_table = fields.Html(
        compute="_compute_heat_picture",
        sanitize=False,
        groups="crm_extended.group_processes_manager",
    )

    def _compute_heat_picture(self):
        figures = self._step_figures()
        for process in self:
            if not process.version_id:
                process.heat_picture = process.heat_table = False
                continue
            mine = figures.get(process.id, {})
            states = heat({ref: figure["median"] for ref, figure in mine.items()})
            notes = {ref: process._figure_text(figure) for ref, figure in mine.items()}
            # the picture is made by our own code, which escapes the names in it
            process.heat_picture = Markup(  # noqa: S704
                draw(process.version_id._graph(), states, notes)
            )
            process.heat_table = process._figure_table(mine)

    @api.private
    def _step_figures(self):
        """Return {process id: {ref: {figure: value}}}, all versions together, times in hours.

        A step waits until somebody takes it, and is worked on until it is done; one that nobody took by hand
        waits until it is done. What is open counts with the time that it has taken so far.
        """
        self.env["crmx.work.item"].flush_model()
        found = {}
        for process_id, ref, *values in self.env.execute_query(
            SQL(
                """
                SELECT item.process_id, node.ref,
                       COUNT(*) FILTER (WHERE item.state = 'open'),
                       COUNT(*) FILTER (WHERE item.state = 'open' AND item.date_deadline < %(now)s),
                       COUNT(*),
                       COUNT(*) - COUNT(DISTINCT (item.instance_id, COALESCE(item.user_id, 0))),
                       PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY hours.wait),
                       PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY hours.wait),
                       PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY hours.total - hours.wait),
                       PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY hours.total - hours.wait),
                       PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY hours.total),
                       PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY hours.total)
                  FROM crmx_work_item item
                  JOIN crmx_process_node node ON node.id = item.node_id
                  CROSS JOIN LATERAL (
                       SELECT EXTRACT(EPOCH FROM COALESCE(item.date_done, %(now)s) - item.date_open) / 3600
                                  AS total,
                              EXTRACT(EPOCH FROM COALESCE(item.date_taken, item.date_done, %(now)s)
                                  - item.date_open) / 3600 AS wait
                  ) hours
                 WHERE item.process_id IN %(processes)s AND item.company_id IN %(companies)s
                   AND item.state != 'withdrawn'
                 GROUP BY item.process_id, node.ref
                """,
                now=fields.Datetime.now(),
                processes=tuple(self.ids) or (0,),
                companies=tuple(self.env.companies.ids),
            )
        ):
            found.setdefault(process_id, {})[ref] = dict(zip(FIGURES, values, strict=True))
        return found

    @api.model
    def _figure_text(self, figure):
        return self.env._(
            "%(waiting)s · %(median)s h · %(slow)s h",
            waiting=figure["open"],
            median=round(figure["median"], 1),
            slow=round(figure["slow"], 1),
        )

    @api.private
    def _figure_table(self, figures):
        """Return the figures of each step as a table, in the order of the process."""
        heads = (
            self.env._("Step"),
            self.env._("Open"),
            self.env._("Late"),
            self.env._("Done again"),
            self.env._("Waiting: median"),
            self.env._("90%"),
            self.env._("Working: median"),
            self.env._("90%"),
        )
        names = ("open", "late", "again", "wait", "wait_slow", "work", "work_slow")
        rows = [
            (node.name, *(f"{round(figures[node.id][name], 1):g}" for name in names))
            for node in self.version_id._graph().nodes
            if node.id in figures
        ]
        head = Markup("").join(Markup("<th>%s</th>") % text for text in heads)
        body = Markup("").join(
            Markup("<tr>%s</tr>") % Markup("").join(Markup("<td>%s</td>") % text for text in row)
            for row in rows
        )
        table = Markup(
            '<table class="table table-sm w-auto"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>'
        )
        return table % (head, body)

    def action_open_stuck(self):
        """Show the steps that wait, those that wait longest first."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_work_item_action"),
            "domain": [("process_id", "in", self.ids)],
            "context": {"search_default_open": 1, "search_default_by_name": 1},
        }

    def action_open_step(self, ref):
        """Show what waits at a step.

        :param ref: id of the step in the drawing
        """
        self.ensure_one()
        action = self.action_open_stuck()
        action["domain"] = [("process_id", "=", self.id), ("node_id.ref", "=", ref)]
        return {**action, "context": {"search_default_open": 1}}
