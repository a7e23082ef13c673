import logging
from functools import partial

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.safe_eval import datetime, dateutil, safe_eval, time

_logger = logging.getLogger(__name__)


def _put_back_watchers(registry):
    """Watch the documents of the processes that are published, as the database has them."""
    try:
        with registry.cursor() as cr:
            automations = api.Environment(cr, SUPERUSER_ID, {})["base.automation"]
            automations._unregister_hook()
            automations._register_hook()
            registry.clear_cache("templates")
    except psycopg2.Error:  # the database is gone, and with it whatever was to be watched
        _logger.info("watchers of %s are not put back", registry.db_name)


class Process(models.Model):
    """A business process as its admin works on it; what runs are its published versions."""

    _name = "crmx.process"
    _description = "Business Process"
    _inherit = ["mail.thread"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    description = fields.Text(help="What it is for, shown to whoever starts it.")
    company_id = fields.Many2one("res.company", help="Empty: all companies.")
    model_id = fields.Many2one(
        "ir.model",
        string="Document",
        required=True,
        ondelete="cascade",
        domain="[('transient', '=', False), ('abstract', '=', False)]",
        help="What the process is about. Each run has one document.",
    )
    model_name = fields.Char(related="model_id.model", string="Model", store=True, index=True)
    owner_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        required=True,
        tracking=True,
        domain="[('share', '=', False)]",
        help="Hears of incidents, and has the steps that nobody else can do.",
    )
    source = fields.Selection(
        [("table", "Table of steps"), ("drawing", "Drawing")],
        string="Written as",
        required=True,
        default="table",
        readonly=True,
    )
    drawing = fields.Text(string="BPMN", help="BPMN 2.0 XML.")
    step_ids = fields.One2many("crmx.process.step", "process_id", string="Steps", copy=True)

    # --- how it begins ---
    starts_by_hand = fields.Boolean(string="By a button on the document", default=True)
    start_group_id = fields.Many2one(
        "res.groups", string="Started by", help="Who sees the button. Empty: everybody who sees the document."
    )
    starts_by_event = fields.Boolean(string="By itself, as soon as a document is like this")
    start_domain = fields.Char(string="Documents", default="[]")
    starts_again = fields.Boolean(
        string="More than once on a document", help="Otherwise a document begins it by itself only once."
    )
    shows_activities = fields.Boolean(
        string="Show as activities",
        help="Steps are also activities on the document, in the clock and the calendar of who has them.",
    )

    version_ids = fields.One2many("crmx.process.version", "process_id", string="Versions", copy=False)
    version_id = fields.Many2one(
        "crmx.process.version", string="Published version", readonly=True, copy=False, ondelete="restrict"
    )
    instance_ids = fields.One2many("crmx.process.instance", "process_id", copy=False)
    running_count = fields.Integer(compute="_compute_running_count", string="Running")
    incident_count = fields.Integer(compute="_compute_running_count", string="Incidents")

    @api.depends("instance_ids.state")
    def _compute_running_count(self):
        counts = {
            (process.id, state): count
            for process, state, count in self.env["crmx.process.instance"]._read_group(
                [("process_id", "in", self.ids), ("state", "in", ("running", "incident"))],
                ["process_id", "state"],
                ["__count"],
            )
        }
        for process in self:
            process.incident_count = counts.get((process._origin.id, "incident"), 0)
            process.running_count = counts.get((process._origin.id, "running"), 0) + process.incident_count

    @api.ondelete(at_uninstall=False)
    def _unlink_if_never_published(self):
        if self.version_ids:
            raise UserError(self.env._("A process that was published stays on record. Archive it instead."))

    def write(self, vals):
        if vals.keys() & {"model_id"} and self.version_ids:
            raise UserError(self.env._("What a published process is about cannot be changed any more."))
        result = super().write(vals)
        if vals.get("drawing"):
            for process in self:
                process._take_over(process._parse(process.drawing.encode()).process)
        if vals.keys() & {"active", "company_id"} and self.version_id:
            self._refresh_watchers()
        return result

    def copy_data(self, default=None):
        names = [self.env._("%s (copy)", process.name) for process in self]
        return [
            {**vals, "name": (default or {}).get("name", name)}
            for vals, name in zip(super().copy_data(default), names, strict=True)
        ]

    def copy(self, default=None):
        copies = super().copy(default)
        for process, copied in zip(self, copies, strict=True):
            process._copy_ways(copied)
        return copies

    @api.private
    def _copy_ways(self, copied):
        """Let the steps of a copy lead to one another as those of the original do."""
        made = dict(zip(self.step_ids, copied.step_ids, strict=True))
        for step, new in made.items():
            for name in ("next_step_id", "late_step_id", "previous_step_id"):
                new[name] = made.get(step[name], False)
            for branch, new_branch in zip(step.branch_ids, new.branch_ids, strict=True):
                new_branch.next_step_id = made.get(branch.next_step_id, False)

    @api.private
    def _refresh_watchers(self):
        """Let every worker watch the documents of the processes that are published now."""
        # sudo: the watchers of all rules and processes are put in anew, whoever may see the rules
        self.env["base.automation"].sudo()._update_registry()
        # the bar is put into forms when they are composed
        self.env.registry.clear_cache("templates")
        # this worker has changed its watchers at once; should the transaction fail, they are put back
        self.env.cr.postrollback.add(partial(_put_back_watchers, self.env.registry))

    @api.model
    @api.private
    def _evaluate(self, text):
        """Return the domain that a text stands for.

        :raises Exception: whatever is wrong with it
        """
        values = {
            "datetime": datetime,
            "dateutil": dateutil,
            "time": time,
            "uid": self.env.uid,
            "context_today": lambda: fields.Date.context_today(self),
        }
        return safe_eval(text or "[]", values)

    def action_open_instances(self):
        """Show the runs of the process."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_process_instance_action"),
            "domain": [("process_id", "in", self.ids)],
            "context": {"search_default_running": 1},
        }

    def action_open_incidents(self):
        """Show what stands still."""
        return {**self.action_open_instances(), "context": {"search_default_incidents": 1}}
