from odoo import fields, models
from odoo.tools import SQL

from ...models.processes.work_item import STATES


class WorkItemReport(models.Model):
    """How long the steps of processes wait and take, and how often they are late or done again.

    A step waits from the moment at which it comes to somebody until he takes it, and is worked on until it is
    done; one that nobody took by hand waits until it is done. Hours of the clock; open steps until now.
    """

    _name = "crmx.work.item.report"
    _description = "Process Figures"
    _auto = False
    _order = "date_open DESC, id DESC"
    _rec_name = "step"
    _depends = {
        "crmx.work.item": [
            *("process_id", "node_id", "instance_id", "token_id", "name", "document", "company_id", "state"),
            *("user_id", "done_by_id", "date_open", "date_taken", "date_done", "date_deadline"),
        ],
        "crmx.process.node": ["version_id"],
        "hr.employee": ["user_id", "company_id", "current_version_id"],
        "hr.version": ["department_id"],
    }

    process_id = fields.Many2one("crmx.process", readonly=True)
    version_id = fields.Many2one("crmx.process.version", readonly=True)
    instance_id = fields.Many2one("crmx.process.instance", string="Run", readonly=True)
    step = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", string="Person", readonly=True)
    department_id = fields.Many2one("hr.department", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    document = fields.Char(readonly=True)
    date_open = fields.Datetime(string="Since", readonly=True)
    date_done = fields.Datetime(string="Done on", readonly=True)
    wait_hours = fields.Float(string="Waiting (hours)", readonly=True, aggregator="avg")
    work_hours = fields.Float(string="Working (hours)", readonly=True, aggregator="avg")
    hours = fields.Float(string="Both (hours)", readonly=True, aggregator="avg")
    late = fields.Integer(readonly=True)
    again = fields.Integer(string="Done again", readonly=True, help="The run had been at the step before.")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT item.id, item.process_id, node.version_id, item.instance_id, item.name AS step,
                   COALESCE(item.done_by_id, item.user_id) AS user_id, employee.department_id,
                   item.company_id, item.state, item.document, item.date_open, item.date_done,
                   EXTRACT(EPOCH FROM COALESCE(item.date_taken, item.date_done, %(now)s) - item.date_open)
                       / 3600 AS wait_hours,
                   EXTRACT(EPOCH FROM COALESCE(item.date_done, %(now)s)
                       - COALESCE(item.date_taken, item.date_done, %(now)s)) / 3600 AS work_hours,
                   EXTRACT(EPOCH FROM COALESCE(item.date_done, %(now)s) - item.date_open) / 3600 AS hours,
                   (item.date_deadline < COALESCE(item.date_done, %(now)s))::int AS late,
                   EXISTS (SELECT 1 FROM crmx_work_item earlier
                            WHERE earlier.instance_id = item.instance_id AND earlier.node_id = item.node_id
                              AND earlier.token_id < item.token_id)::int AS again
              FROM crmx_work_item item
              JOIN crmx_process_node node ON node.id = item.node_id
              LEFT JOIN LATERAL (
                    SELECT version.department_id
                      FROM hr_employee person
                      JOIN hr_version version ON version.id = person.current_version_id
                     WHERE person.user_id = COALESCE(item.done_by_id, item.user_id)
                       AND person.company_id = item.company_id
                     ORDER BY person.active DESC, person.id LIMIT 1
              ) employee ON TRUE
            """,
            now=fields.Datetime.now(),
        )

    def action_open_run(self):
        """Open the run that the step belongs to."""
        self.ensure_one()
        return self.instance_id.get_formview_action()
