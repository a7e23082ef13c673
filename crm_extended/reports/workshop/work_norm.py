from odoo import fields, models
from odoo.tools import SQL


class WorkNorm(models.Model):
    """Norm against actual hours: a row for each job on an order and mechanic who worked on it.

    The norm of a job that several worked on is shared as their hours are; what nobody has worked on has its
    norm alone, and hours that are on no job have none.
    """

    _name = "crmx.work.norm"
    _description = "Norm against Actual Hours"
    _auto = False
    _order = "date DESC, id DESC"
    _rec_name = "name"
    _depends = {
        "crmx.work.order": ["vehicle_id", "model_id", "company_id", "bay_id", "origin", "state", "date_done"],
        "crmx.work.order.job": ["order_id", "job_id", "name", "norm_hours"],
        "crmx.work.order.time": ["order_id", "job_id", "employee_id", "hours"],
    }

    order_id = fields.Many2one("crmx.work.order", readonly=True)
    vehicle_id = fields.Many2one("fleet.vehicle", readonly=True)
    model_id = fields.Many2one("fleet.vehicle.model", string="Vehicle model", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    bay_id = fields.Many2one("crmx.workshop.bay", readonly=True)
    origin = fields.Selection(
        lambda self: self.env["crmx.work.order"]._fields["origin"].selection, string="Reason", readonly=True
    )
    state = fields.Selection(
        lambda self: self.env["crmx.work.order"]._fields["state"].selection, readonly=True
    )
    date = fields.Datetime(string="Finished on", readonly=True)
    job_id = fields.Many2one("crmx.workshop.job", string="Job of the catalogue", readonly=True)
    name = fields.Char(string="Job", readonly=True)
    employee_id = fields.Many2one("hr.employee", string="Mechanic", readonly=True)
    norm = fields.Float(string="Norm (hours)", readonly=True, aggregator="sum")
    actual = fields.Float(string="Worked (hours)", readonly=True, aggregator="sum")
    deviation = fields.Float(
        string="Deviation (hours)",
        readonly=True,
        aggregator="sum",
        help="Hours worked less the norm: above zero, it took longer.",
    )
    efficiency = fields.Float(
        string="Norm reached (%)",
        readonly=True,
        aggregator="avg",
        help="The norm of what was worked on, in percent of the hours that it took.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT r.id, r.order_id, o.vehicle_id, o.model_id, o.company_id, o.bay_id, o.origin, o.state,
                   o.date_done AS date, r.job_id, r.name, r.employee_id, r.norm, r.actual,
                   r.actual - r.norm AS deviation, 100 * r.norm / nullif(r.actual, 0) AS efficiency
              FROM (%s UNION ALL %s) AS r JOIN crmx_work_order o ON o.id = r.order_id
             WHERE o.state <> 'cancel'
            """,
            self._of_jobs(),
            self._of_no_job(),
        )

    def _of_jobs(self):
        return SQL(
            """
            SELECT CASE WHEN t.id IS NULL THEN j.id::bigint * 2 ELSE t.id::bigint * 2 + 1 END AS id,
                   j.order_id, j.job_id, j.name, t.employee_id,
                   coalesce(j.norm_hours, 0) * coalesce(t.hours / t.together, 1) AS norm,
                   coalesce(t.hours, 0) AS actual
              FROM crmx_work_order_job j LEFT JOIN (
                SELECT min(id) AS id, job_id, employee_id, sum(hours) AS hours,
                       sum(sum(hours)) OVER (PARTITION BY job_id) AS together
                  FROM crmx_work_order_time WHERE job_id IS NOT NULL
                 GROUP BY job_id, employee_id HAVING sum(hours) > 0
              ) AS t ON t.job_id = j.id
            """
        )

    def _of_no_job(self):
        return SQL(
            """
            SELECT min(id)::bigint * 2 + 1, order_id, NULL::int, NULL::varchar, employee_id, 0, sum(hours)
              FROM crmx_work_order_time WHERE job_id IS NULL
             GROUP BY order_id, employee_id HAVING sum(hours) > 0
            """
        )

    def _read_group_select(self, aggregate_spec, query):
        """Weigh the efficiency by hours: a mean of percentages would not be one."""
        if aggregate_spec != "efficiency:avg":
            return super()._read_group_select(aggregate_spec, query)
        actual = self._field_to_sql(self._table, "actual", query)
        norm = self._field_to_sql(self._table, "norm", query)
        return SQL("100 * sum(CASE WHEN %s > 0 THEN %s END) / nullif(sum(%s), 0)", actual, norm, actual)

    def action_open_order(self):
        """Open the work order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crmx.work.order",
            "res_id": self.order_id.id,
            "view_mode": "form",
        }
