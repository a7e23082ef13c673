from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.kpi_alert import Rule


class Alert(models.Model):
    """A rule on figures: whom to tell when one crosses a limit, misses its target, or goes the wrong way."""

    _name = "crmx.kpi.alert"
    _description = "Alert on Figures"
    _inherit = ["mail.thread", "crmx.root.company"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    indicator_id = fields.Many2one(
        "crmx.kpi.indicator", required=True, ondelete="cascade", index=True, tracking=True
    )
    direction = fields.Selection(related="indicator_id.direction")
    period_kind = fields.Selection(
        [("week", "Week"), ("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
        string="Of Each",
        default="month",
        required=True,
        tracking=True,
    )
    level = fields.Selection(
        [
            ("company", "The company"),
            ("department", "Departments"),
            ("team", "Teams"),
            ("user", "Persons"),
            ("item", "Others"),
        ],
        string="Whose Figures",
        default="user",
        required=True,
        tracking=True,
        help="Others: products, countries, campaigns or vehicles, as the indicator tells by.",
    )
    kind = fields.Selection(
        [
            ("below", "Below a limit"),
            ("above", "Above a limit"),
            ("target", "Below a share of the target"),
            ("forecast", "At this pace, below a share of the target"),
            ("falling", "Falling several periods in a row"),
            ("rising", "Rising several periods in a row"),
        ],
        string="When",
        default="target",
        required=True,
        tracking=True,
    )
    limit = fields.Float(digits=False, tracking=True)
    share = fields.Float(string="Share (%)", default=90.0, tracking=True)
    times = fields.Integer(string="Times in a Row", default=3, tracking=True)
    not_before = fields.Float(
        string="From (% of Working Days)",
        default=50.0,
        tracking=True,
        help="A running period is not looked at before this share of its working days is over: at its "
        "beginning everybody is below everything.",
    )
    channel = fields.Selection(
        [("activity", "Activity"), ("message", "Message")],
        string="Tell by",
        default="activity",
        required=True,
        help="An activity stays until it is done, or until the figure has recovered.",
    )
    tell_owner = fields.Boolean(
        string="Tell the Owner",
        default=True,
        help="The person; of a team its leader, of a department its manager.",
    )
    tell_leader = fields.Boolean(
        string="Tell the Leader", help="The leader of the person's team, and the manager of the department."
    )
    responsible_id = fields.Many2one(
        "res.users",
        string="Otherwise",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Is told when there is nobody else, and about the company's figures.",
    )
    event_ids = fields.One2many("crmx.kpi.alert.event", "alert_id", string="Told")
    event_count = fields.Integer(compute="_compute_event_count")

    _sensible = models.Constraint(
        "CHECK (share > 0 AND times > 0 AND not_before BETWEEN 0 AND 100)",
        "Shares and times are above zero, and a period has 100 % of its working days.",
    )

    def _compute_event_count(self):
        counts = dict(
            self.env["crmx.kpi.alert.event"]._read_group(
                [("alert_id", "in", self.ids), ("date_recovered", "=", False)], ["alert_id"], ["__count"]
            )
        )
        for alert in self:
            alert.event_count = counts.get(alert._origin, 0)

    @api.constrains("kind", "indicator_id", "level")
    def _check_alert(self):
        for alert in self:
            if alert.kind == "forecast" and not alert.indicator_id._is_adding():
                raise ValidationError(
                    self.env._(
                        "“%(indicator)s” does not add up over the days of a period, and goes at no pace. "
                        "Choose “Below a share of the target”.",
                        indicator=alert.indicator_id.name,
                    )
                )
            if alert.level == "item" and not alert.indicator_id.item_field:
                raise ValidationError(self.env._("“%s” is told by people only.", alert.indicator_id.name))

    @api.private
    def _rule(self):
        return Rule(self.kind, self.limit, self.share / 100, self.times)

    @api.private
    def _kind_words(self):
        """When somebody is told, with the limit."""
        words = self.indicator_id._in_words
        return {
            "below": lambda: self.env._("below %s", words(self.limit, self.company_id)),
            "above": lambda: self.env._("above %s", words(self.limit, self.company_id)),
            "target": lambda: self.env._("below %s %% of the target", f"{self.share:g}"),
            "forecast": lambda: self.env._("at this pace below %s %% of the target", f"{self.share:g}"),
            "falling": lambda: self.env._("falling %s times in a row", self.times),
            "rising": lambda: self.env._("rising %s times in a row", self.times),
        }[self.kind]()

    def action_open_events(self):
        """Open what was told, what has not recovered first."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_kpi_alert_event_action"),
            "domain": [("alert_id", "=", self.id)],
            "context": {},
        }

    def action_look(self):
        """Look at the stored figures now."""
        self.check_access("write")
        # sudo: rules look at all figures, whoever asks; they tell those whom they name
        self.sudo()._look()
