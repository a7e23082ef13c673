from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.kpi import weights_fit


class CardTemplate(models.Model):
    """Which indicators count how much for whom: by job, or for persons by name."""

    _name = "crmx.kpi.card.template"
    _description = "Kind of Scorecard"
    _inherit = ["mail.thread", "crmx.root.company"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    period_kind = fields.Selection(
        [
            ("week", "Week"),
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("year", "Year"),
            ("fiscal", "Fiscal year"),
        ],
        string="For Each",
        default="month",
        required=True,
        tracking=True,
    )
    job_ids = fields.Many2many("hr.job", "crmx_kpi_card_template_job_rel", string="Jobs")
    user_ids = fields.Many2many(
        "res.users",
        "crmx_kpi_card_template_user_rel",
        string="Persons",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Besides those who have one of the jobs.",
    )
    line_ids = fields.One2many("crmx.kpi.card.template.line", "template_id", string="Indicators", copy=True)
    amber = fields.Float(
        string="Amber from (%)", default=80, help="Under it the light is red; from 100 % on it is green."
    )

    @api.constrains("line_ids", "active")
    def _check_weights(self):
        for template in self:
            lines = template.line_ids
            if template.active and lines and not weights_fit([line.weight / 100 for line in lines]):
                raise ValidationError(
                    self.env._(
                        "The weights of “%(template)s” make %(sum)s %%, and not 100 %%.",
                        template=template.name,
                        sum=f"{sum(lines.mapped('weight')):g}",
                    )
                )

    @api.private
    def _persons(self):
        """The users whom cards of this kind are for, today."""
        # sudo: which users have a job; the company's own
        employees = self.env["hr.employee"].sudo().search(
            [
                ("job_id", "in", self.job_ids.ids),
                ("company_id", "child_of", self.company_id.id),
                ("user_id", "!=", False),
            ]
        )  # fmt: skip
        return (employees.user_id | self.user_ids).filtered("active") if self.job_ids else self.user_ids


class CardTemplateLine(models.Model):
    """An indicator of a scorecard: whose figure counts, its weight, and what an achievement is worth."""

    _name = "crmx.kpi.card.template.line"
    _description = "Indicator of a Kind of Scorecard"
    _inherit = ["crmx.kpi.curve"]
    _order = "template_id, sequence, id"
    _rec_name = "indicator_id"

    template_id = fields.Many2one("crmx.kpi.card.template", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    indicator_id = fields.Many2one("crmx.kpi.indicator", required=True, ondelete="restrict")
    level = fields.Selection(
        [
            ("user", "Own"),
            ("team", "Of the team"),
            ("department", "Of the department"),
            ("company", "Of the company"),
        ],
        string="Whose Figure",
        default="user",
        required=True,
    )
    weight = fields.Float(string="Weight (%)", required=True, default=100)
    _positive = models.Constraint(
        "CHECK (weight > 0 AND threshold >= 0 AND cap >= 0 AND accelerator >= 0)",
        "Weights are above zero, and nothing else is below it.",
    )
    _indicator_uniq = models.UniqueIndex(
        "(template_id, indicator_id, level)", "The indicator is on this kind of card already."
    )
