from odoo import api, fields, models
from odoo.exceptions import UserError

LIGHTS = [("green", "On target"), ("amber", "Close"), ("red", "Behind")]


class Card(models.Model):
    """What a person was to reach in a period, and did: filled in every night, kept when the period closes."""

    _name = "crmx.kpi.card"
    _description = "Scorecard"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_from DESC, template_id, place, id"
    _rec_name = "user_id"

    template_id = fields.Many2one(
        "crmx.kpi.card.template", string="Kind", required=True, readonly=True, ondelete="restrict", index=True
    )
    user_id = fields.Many2one(
        "res.users", string="Person", required=True, readonly=True, ondelete="restrict", index=True
    )
    team_id = fields.Many2one("crm.team", readonly=True, ondelete="set null", index="btree_not_null")
    department_id = fields.Many2one(
        "hr.department", readonly=True, ondelete="set null", index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    period_id = fields.Many2one(
        "crmx.kpi.period", required=True, readonly=True, ondelete="restrict", index=True
    )
    date_from = fields.Date(related="period_id.date_from", store=True)
    state = fields.Selection(related="period_id.state")
    line_ids = fields.One2many("crmx.kpi.card.line", "card_id", string="Indicators")
    score = fields.Float(readonly=True, aggregator="avg", digits=False, help="1 is all that was planned.")
    measured = fields.Float(
        string="Measured Weight", readonly=True, aggregator=None, help="1 when every line could be measured."
    )
    score_text = fields.Char(string="Score (%)", compute="_compute_score_text")
    light = fields.Selection(LIGHTS, readonly=True)
    place = fields.Integer(string="Rank", readonly=True, aggregator=None)
    peers = fields.Integer(readonly=True, aggregator=None, help="Scored cards of the same kind and period.")
    place_text = fields.Char(string="Place", compute="_compute_score_text")
    trend = fields.Char(readonly=True, help="The scores of the periods before, and this one.")
    comment = fields.Text(string="What Happened", tracking=True)
    plan_of_action = fields.Text(string="What Will Be Done", tracking=True)

    _card_uniq = models.UniqueIndex("(template_id, user_id, period_id)")

    @api.depends("score", "measured", "place", "peers")
    def _compute_score_text(self):
        for card in self:
            card.score_text = f"{card.score * 100:.1f} %" if card.measured else "–"
            card.place_text = (
                self.env._("%(place)s of %(peers)s", place=card.place, peers=card.peers) if card.place else ""
            )

    @api.depends("user_id", "period_id", "template_id")
    def _compute_display_name(self):
        for card in self:
            card.display_name = f"{card.user_id.name}, {card.period_id.name}"

    def write(self, vals):
        if not self.env.su and vals.keys() - _BY_HAND:
            raise UserError(self.env._("A card is filled in by what was measured; you may comment on it."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_running(self):
        if "closed" in self.mapped("period_id.state"):
            raise UserError(self.env._("The cards of a closed period stay on record."))

    def action_open_facts(self):
        """Open the figures of the person in the period."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_kpi_fact_action"),
            "domain": [("period_id", "=", self.period_id.id), ("user_id", "=", self.user_id.id)],
            "context": {},
        }


#: What people write on a card, and what the host's chatter and activities do.
_BY_HAND = {"comment", "plan_of_action", "activity_ids", "message_follower_ids", "message_ids"}


class CardLine(models.Model):
    """An indicator on a card: plan, fact, where it is going, and what that is worth."""

    _name = "crmx.kpi.card.line"
    _description = "Indicator of a Scorecard"
    _order = "card_id, sequence, id"
    _rec_name = "indicator_id"

    card_id = fields.Many2one("crmx.kpi.card", required=True, readonly=True, ondelete="cascade", index=True)
    sequence = fields.Integer(readonly=True)
    indicator_id = fields.Many2one(
        "crmx.kpi.indicator", required=True, readonly=True, ondelete="restrict", index=True
    )
    level = fields.Selection(
        lambda self: self.env["crmx.kpi.card.template.line"]._fields["level"].selection,
        string="Whose",
        readonly=True,
    )
    subject_id = fields.Integer(readonly=True, aggregator=None)
    weight = fields.Float(string="Weight (%)", readonly=True, aggregator=None)
    has_plan = fields.Boolean(readonly=True)
    plan = fields.Float(string="Planned", readonly=True, digits=False, aggregator=None)
    low = fields.Float(readonly=True, digits=False, aggregator=None)
    high = fields.Float(readonly=True, digits=False, aggregator=None)
    has_fact = fields.Boolean(readonly=True)
    fact = fields.Float(string="Measured", readonly=True, digits=False, aggregator=None)
    is_scored = fields.Boolean(readonly=True)
    reached = fields.Float(string="Achievement", readonly=True, digits=False, aggregator=None)
    worth = fields.Float(string="Counted", readonly=True, digits=False, aggregator=None)
    light = fields.Selection(LIGHTS, readonly=True)
    rate_forecast = fields.Float(readonly=True, digits=False, aggregator=None)
    share_forecast = fields.Float(readonly=True, digits=False, aggregator=None)
    has_rate = fields.Boolean(readonly=True)
    has_share = fields.Boolean(readonly=True)
    pipeline_forecast = fields.Float(readonly=True, digits=False, aggregator=None)
    has_pipeline = fields.Boolean(readonly=True)
    trend = fields.Char(readonly=True)
    plan_text = fields.Char(string="Plan", compute="_compute_texts")
    fact_text = fields.Char(string="Fact", compute="_compute_texts")
    reached_text = fields.Char(string="Reached", compute="_compute_texts")
    worth_text = fields.Char(string="Worth", compute="_compute_texts")
    rate_text = fields.Char(
        string="At This Pace", compute="_compute_texts", help="To the period's end, by working days."
    )
    pipeline_text = fields.Char(
        string="With Pipeline", compute="_compute_texts", help="The fact, and what is still expected."
    )
    share_text = fields.Char(
        string="As Usual",
        compute="_compute_texts",
        help="When as much is there by today as in earlier periods.",
    )

    @api.depends("plan", "fact", "reached", "worth", "rate_forecast", "share_forecast", "pipeline_forecast")
    def _compute_texts(self):
        for line in self:
            line.plan_text = line._plan_words()
            line.fact_text = line._words(line.fact, line.has_fact)
            line.rate_text = line._words(line.rate_forecast, line.has_rate)
            line.share_text = line._words(line.share_forecast, line.has_share)
            line.pipeline_text = line._words(line.pipeline_forecast, line.has_pipeline)
            line.reached_text = f"{line.reached * 100:.1f} %" if line.is_scored else "–"
            line.worth_text = f"{line.worth * 100:.1f} %" if line.is_scored else "–"

    def _words(self, value, known):
        return self.indicator_id._in_words(value, self.card_id.company_id) if known else "–"

    def _plan_words(self):
        if self.has_plan and self.indicator_id.direction == "band":
            return f"{self._words(self.low, True)} – {self._words(self.high, True)}"
        return self._words(self.plan, self.has_plan)

    def action_open_fact(self):
        """Open the documents behind the figure, as far as one may see them."""
        self.ensure_one()
        fact = self.env["crmx.kpi.fact"].search(
            [
                ("indicator_id", "=", self.indicator_id.id),
                ("period_id", "=", self.card_id.period_id.id),
                ("level", "=", self.level),
                ("subject_id", "=", self.subject_id),
            ]
        )
        if not fact:
            raise UserError(self.env._("There is no document behind it."))
        return fact.action_open_documents()
