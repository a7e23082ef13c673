"""The published version with how long its steps take: where work piles up."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.processes_svg import draw, heat


class ProcessFigures(models.Model):
    _inherit = "crmx.process"

    heat_picture = fields.Html(
        compute="_compute_heat_picture",
        sanitize=False,
        groups="crm_extended.group_processes_manager",
        help="Of each step: how many wait, the median and the 90th percentile of the hours that it takes.",
    )

    def _compute_heat_picture(self):
        figures = self._step_figures()
        for process in self:
            if not process.version_id:
                process.heat_picture = False
                continue
            mine = figures.get(process.id, {})
            states = heat({ref: median for ref, (_open, median, _slow) in mine.items()})
            notes = {ref: process._figure_text(*figure) for ref, figure in mine.items()}
            # the picture is made by our own code, which escapes the names in it
            process.heat_picture = Markup(  # noqa: S704
                draw(process.version_id._graph(), states, notes)
            )

    @api.private
    def _step_figures(self):
        """Return {process id: {ref: (open now, median hours, 90th percentile)}} of the published versions."""
        self.env["crmx.work.item"].flush_model()
        found = {}
        for process_id, ref, waiting, median, slow in self.env.execute_query(
            SQL(
                """
                SELECT item.process_id, node.ref, COUNT(*) FILTER (WHERE item.state = 'open'),
                       PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY hours.hours),
                       PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY hours.hours)
                  FROM crmx_work_item item
                  JOIN crmx_process_node node ON node.id = item.node_id
                  CROSS JOIN LATERAL (SELECT EXTRACT(EPOCH FROM
                        COALESCE(item.date_done, %s) - item.date_open) / 3600 AS hours) hours
                 WHERE item.process_id IN %s AND item.company_id IN %s AND item.state != 'withdrawn'
                 GROUP BY item.process_id, node.ref
                """,
                fields.Datetime.now(),
                tuple(self.ids) or (0,),
                tuple(self.env.companies.ids),
            )
        ):
            found.setdefault(process_id, {})[ref] = (waiting, median, slow)
        return found

    @api.model
    def _figure_text(self, waiting, median, slow):
        return self.env._(
            "%(waiting)s · %(median)s h · %(slow)s h",
            waiting=waiting,
            median=round(median, 1),
            slow=round(slow, 1),
        )

    def action_open_stuck(self):
        """Show the steps that wait, those that wait longest first."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_work_item_action"),
            "domain": [("process_id", "in", self.ids)],
            "context": {"search_default_open": 1, "search_default_by_name": 1},
        }
