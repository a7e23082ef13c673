from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.interest import Rate


class InterestTable(models.Model):
    """Percentages that change from time to time, such as a central bank's reference rate."""

    _name = "crmx.interest.table"
    _description = "Table of Interest Rates"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Leave empty to share the table by all companies.")
    line_ids = fields.One2many("crmx.interest.rate", "table_id", string="Rates", copy=True)
    percent_now = fields.Float(string="Today (%)", compute="_compute_percent_now", digits=(16, 4))
    source = fields.Char(help="Where the rates are published.")

    @api.depends("line_ids.percent", "line_ids.date_from", "line_ids.date_to")
    def _compute_percent_now(self):
        today = fields.Date.context_today(self)
        for table in self:
            rates = [rate for rate in table._rates() if rate.start <= today]
            last = max(rates, key=lambda rate: rate.start, default=None)
            table.percent_now = last.percent if last and not (last.end and last.end < today) else 0.0

    @api.private
    def _rates(self):
        """Return the rates as the kernel takes them."""
        return [
            Rate(line.date_from, line.percent, line.date_to or None)
            for line in self.line_ids
            if line.date_from
        ]


class InterestRate(models.Model):
    _name = "crmx.interest.rate"
    _description = "Interest Rate"
    _order = "table_id, date_from DESC, id"
    _rec_name = "date_from"

    table_id = fields.Many2one("crmx.interest.table", required=True, ondelete="cascade", index=True)
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(
        string="Until",
        help="Empty: until the next rate. With a last day, later days have no rate until one is entered, and "
        "nothing is charged for them.",
    )
    percent = fields.Float(string="Rate (%)", digits=(16, 4), required=True, aggregator=None)

    _from_uniq = models.UniqueIndex("(table_id, date_from)", "Only one rate begins on a day.")

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for rate in self:
            if rate.date_to and rate.date_to < rate.date_from:
                raise ValidationError(self.env._("A rate ends after it begins."))
