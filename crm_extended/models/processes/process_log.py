from odoo import api, fields, models

EVENTS = [
    ("published", "Published"),
    ("started", "Started"),
    ("entered", "Step begun"),
    ("taken", "Taken"),
    ("given", "Given to somebody else"),
    ("done", "Step done"),
    ("performed", "Action run"),
    ("elevated", "Action run without limits"),
    ("escalated", "Escalated"),
    ("late", "Deadline passed"),
    ("incident", "Incident"),
    ("retried", "Tried again"),
    ("skipped", "Skipped"),
    ("returned", "Sent back"),
    ("migrated", "Moved to another version"),
    ("cancelled", "Cancelled"),
    ("finished", "Finished"),
]


class ProcessLog(models.Model):
    """The register of what happened in processes: who, when, in which version and why."""

    _name = "crmx.process.log"
    _inherit = "crmx.append.only"
    _description = "Process Register"

    event = fields.Selection(EVENTS, compute="_compute_event", search="_search_event", help="What happened.")

    _chain_uniq = models.UniqueIndex("(company_id, number)")
    _document_idx = models.Index("(res_model, res_id)")

    @api.depends("kind")
    def _compute_event(self):
        known = dict(EVENTS)
        for entry in self:
            entry.event = entry.kind if entry.kind in known else False

    def _search_event(self, operator, value):
        return [("kind", operator, value)]
