from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..common.plain_fields import PlainMany2one


class AllowanceAssessment(models.Model):
    """What is set aside for one customer or one document, whatever its age, and why."""

    _name = "crmx.allowance.assessment"
    _description = "Single Assessment"
    _inherit = ["mail.thread"]
    _order = "date_from DESC, id DESC"
    _check_company_auto = True
    _rec_name = "partner_id"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain=[("parent_id", "=", False)],
    )
    move_id = PlainMany2one(
        "account.move",
        string="Document",
        domain="[('commercial_partner_id', '=', partner_id), ('company_id', '=', company_id), "
        "('state', '=', 'posted')]",
        help="Empty: all debts of the customer.",
    )
    percent = fields.Float(
        string="Set Aside (%)", required=True, digits=(16, 4), tracking=True, aggregator=None
    )
    date_from = fields.Date(string="From", required=True, default=fields.Date.context_today)
    date_to = fields.Date(string="Until")
    reason = fields.Text(required=True, tracking=True, help="Such as insolvency, a court case, a guarantee.")

    _bounds = models.Constraint(
        "CHECK (percent BETWEEN 0 AND 100 AND (date_to IS NULL OR date_to >= date_from))",
        "The percentage is from 0 to 100, and an assessment ends after it begins.",
    )

    @api.constrains("partner_id", "move_id", "company_id")
    def _check_document(self):
        for one in self.filtered("move_id"):
            if (
                one.move_id.commercial_partner_id != one.partner_id.commercial_partner_id
                or one.move_id.company_id != one.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "“%(document)s” is no document of %(partner)s.",
                        document=one.move_id.display_name,
                        partner=one.partner_id.display_name,
                    )
                )
