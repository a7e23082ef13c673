from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class HistoryPrint(models.TransientModel):
    """Asks for the period of a history that is to be printed."""

    _name = "crmx.history.print"
    _description = "Print the history of relations"

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.context_today(self) - relativedelta(years=1),
    )
    date_to = fields.Date(string="To", required=True, default=fields.Date.context_today)
    content = fields.Selection(
        [("all", "Everything"), ("contact", "Contacts only"), ("documents", "Documents only")],
        required=True,
        default="all",
    )
    with_text = fields.Boolean(
        string="Whole texts", help="Print messages and notes of calls in full, not their beginnings only."
    )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for wizard in self:
            if wizard.date_from > wizard.date_to:
                raise ValidationError(self.env._("The period ends before it begins."))

    def action_print(self):
        """Return the PDF of what the reader may see."""
        self.ensure_one()
        return self.env.ref("crm_extended.crmx_history_report").report_action(self, config=False)

    @api.private
    def _filters(self):
        """Filters of the history's pages."""
        kinds = self.env["crmx.timeline.event"].get_kinds()
        groups = {kind["group"] for kind in kinds.values()}
        filters = {"date_from": str(self.date_from), "date_to": str(self.date_to)}
        if self.content == "contact":
            filters["groups"] = ["contact"]
        elif self.content == "documents":
            filters["groups"] = sorted(groups - {"contact"})
        return filters
