from odoo import fields, models
from odoo.exceptions import UserError


class AlertEvent(models.Model):
    """That a figure broke a rule, as it was told; and when it recovered.

    There is one at a time for each rule, subject and period: nobody is told the same twice.
    """

    _name = "crmx.kpi.alert.event"
    _description = "Alert"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id DESC"
    _rec_name = "title"

    alert_id = fields.Many2one(
        "crmx.kpi.alert", string="Rule", required=True, readonly=True, ondelete="cascade", index=True
    )
    indicator_id = fields.Many2one(related="alert_id.indicator_id", store=True, precompute=True)
    company_id = fields.Many2one(related="alert_id.company_id", store=True, precompute=True, index=True)
    period_id = fields.Many2one(
        "crmx.kpi.period", required=True, readonly=True, ondelete="cascade", index=True
    )
    level = fields.Selection(related="alert_id.level", store=True, precompute=True)
    subject_id = fields.Integer(required=True, readonly=True, aggregator=None)
    subject_name = fields.Char(string="Whose", readonly=True)
    title = fields.Char(required=True, readonly=True)
    message = fields.Text(string="What Was Told", readonly=True)
    value = fields.Float(readonly=True, digits=False, aggregator=None, help="When it was told.")
    user_ids = fields.Many2many("res.users", "crmx_kpi_alert_event_user_rel", string="Told to", readonly=True)
    date = fields.Datetime(
        string="Told on", required=True, readonly=True, default=lambda self: fields.Datetime.now()
    )
    date_recovered = fields.Datetime(string="Recovered on", readonly=True)

    _once = models.UniqueIndex(
        "(alert_id, level, subject_id, period_id) WHERE date_recovered IS NULL",
        "This was told already.",
    )

    def action_open_documents(self):
        """Open the documents behind the figure, as far as one may see them."""
        self.ensure_one()
        self.check_access("read")
        fact = self.env["crmx.kpi.fact"].search(
            [
                ("indicator_id", "=", self.indicator_id.id),
                ("period_id", "=", self.period_id.id),
                ("level", "=", self.level),
                ("subject_id", "=", self.subject_id),
            ]
        )
        if not fact:
            raise UserError(self.env._("There is no document behind it that you may see."))
        return fact.action_open_documents()
