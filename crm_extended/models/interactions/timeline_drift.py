from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

#: Reports are kept that long.
KEEP_MONTHS = 6


class TimelineDrift(models.Model):
    """What a check of the history found and corrected; all zeros is as it should be."""

    _name = "crmx.timeline.drift"
    _description = "Check of the history"
    _order = "date_start DESC, id DESC"
    _rec_name = "source"

    source = fields.Char(required=True, readonly=True, index=True)
    res_model = fields.Char(string="Model", required=True, readonly=True)
    date_start = fields.Datetime(string="Started", required=True, readonly=True)
    full = fields.Boolean(readonly=True, help="All records, not only those written lately.")
    checked = fields.Integer(string="Records", readonly=True)
    missing = fields.Integer(readonly=True, help="Events that had no row.")
    wrong = fields.Integer(readonly=True, help="Rows that said something else than their source.")
    surplus = fields.Integer(readonly=True, help="Rows for events that no longer are.")
    orphaned = fields.Integer(readonly=True, help="Rows whose record was deleted unnoticed.")
    drift = fields.Integer(compute="_compute_drift", store=True)
    sample = fields.Char(string="Examples", readonly=True)

    @api.depends("missing", "wrong", "surplus", "orphaned")
    def _compute_drift(self):
        for report in self:
            report.drift = report.missing + report.wrong + report.surplus + report.orphaned

    @api.autovacuum
    def _gc_reports(self):
        limit = fields.Datetime.now() - relativedelta(months=KEEP_MONTHS)
        self.search([("date_start", "<", limit)]).unlink()
