from odoo import Command, api, fields, models
from odoo.exceptions import AccessError

from ...tools import kpi
from ...tools.kpi_bonus import compute


class BonusSimulation(models.TransientModel):
    """What somebody would earn if his figures were others. Nothing of it is kept."""

    _name = "crmx.bonus.simulation"
    _description = "What Do I Earn If"

    card_id = fields.Many2one("crmx.kpi.card", string="Scorecard", required=True)
    line_ids = fields.One2many("crmx.bonus.simulation.line", "simulation_id", string="Indicators")
    has_base = fields.Boolean(compute="_compute_base")
    base_name = fields.Char(compute="_compute_base")
    base_fact = fields.Float(
        string="Brought In", digits=False, help="Of which the bonus is a part. Change it as you like."
    )
    currency_id = fields.Many2one(related="card_id.company_id.currency_id")
    score_text = fields.Char(string="Score", compute="_compute_bonus")
    bonus = fields.Monetary(compute="_compute_bonus")
    bonus_now = fields.Monetary(string="As It Is Now", compute="_compute_bonus")
    difference = fields.Monetary(compute="_compute_bonus")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        card = self.env["crmx.kpi.card"].browse(values.get("card_id"))
        if card:
            self._check_own(card)
            rows = [{"card_line_id": line.id, "fact": line.fact} for line in card.line_ids]
            values["line_ids"] = [Command.create(row) for row in rows]
            base = self._base_of(card)
            values["base_fact"] = base[1] if base else 0.0
        return values

    @api.model
    def _check_own(self, card):
        """One simulates with his own card only: what others would earn is not told."""
        card.check_access("read")
        if card.user_id != self.env.user:
            raise AccessError(self.env._("This is the scorecard of %s.", card.user_id.name))

    @api.model
    def _inputs_of(self, card):
        """What the bonuses of the card's person are computed from."""
        # sudo: the own bonuses of the user, as `_check_own` has seen
        schemes = self.env["crmx.bonus.scheme"].sudo().search(
            [("template_id", "=", card.template_id.id), ("date_from", "<=", card.date_from)]
        )  # fmt: skip
        accruals = schemes.env["crmx.bonus.accrual"].search(
            [
                ("scheme_id", "in", schemes.ids),
                ("user_id", "=", card.user_id.id),
                ("period_id", "=", card.period_id.id),
                ("kind", "=", "ordinary"),
                ("state", "!=", "reversed"),
            ]
        )
        found = {accrual.scheme_id: accrual._inputs() for accrual in accruals}
        for scheme in schemes - accruals.scheme_id:
            for member, inputs in scheme._inputs_of(card.period_id.sudo()):  # sudo: as above
                if member.user == card.user_id:
                    found[scheme] = inputs
        return found

    @api.model
    def _base_of(self, card):
        """The name and figure of the own indicator that a bonus is a part of, unless it is on the card."""
        on_card = {line.indicator_id for line in card.line_ids if line.level == "user"}
        for scheme, inputs in self._inputs_of(card).items():
            own = scheme.base_kind == "indicator" and not scheme.is_pool and scheme.base_level == "user"
            if own and scheme.base_indicator_id.with_env(self.env) not in on_card:
                return scheme.base_indicator_id.name, inputs["base"]["figure"]
        return None

    @api.depends("card_id")
    def _compute_base(self):
        for simulation in self:
            base = None
            if simulation.card_id:
                self._check_own(simulation.card_id)
                base = self._base_of(simulation.card_id)
            simulation.has_base = bool(base)
            simulation.base_name = base[0] if base else ""

    @api.depends("card_id", "line_ids.fact", "base_fact")
    def _compute_bonus(self):
        for simulation in self:
            card = simulation.card_id
            now = then = 0.0
            score = kpi.Score(None, 0.0)
            if card:
                self._check_own(card)
                score = simulation._score()
                for scheme, inputs in self._inputs_of(card).items():
                    now += compute(inputs).amount
                    then += compute(simulation._changed(scheme, inputs, score.value)).amount
            simulation.score_text = f"{score.value * 100:.1f} %" if score.measured else "–"
            simulation.bonus, simulation.bonus_now, simulation.difference = then, now, then - now

    def _score(self):
        return kpi.score([kpi.Part(line.weight / 100, line._worth()) for line in self.line_ids])

    def _changed(self, scheme, inputs, score):
        """The inputs of a bonus with the figures of the simulation."""
        reached = {
            (line.indicator_id.id, line.card_line_id.level): (line._reached(), line.fact)
            for line in self.line_ids
        }
        base = dict(inputs["base"])
        if base["kind"] == "indicator" and not scheme.is_pool and scheme.base_level == "user":
            key = (scheme.base_indicator_id.id, "user")
            base["figure"] = reached[key][1] if key in reached else self.base_fact
        lines = [
            {**row, "reached": reached.get((line.indicator_id.id, line.level), (row["reached"],))[0]}
            for row, line in zip(inputs["lines"], scheme.line_ids, strict=False)
        ]
        changed = {**inputs, "base": base, "score": score, "lines": lines}
        pool = inputs.get("pool")
        if pool and scheme.pool_by == "score" and inputs["score"]:
            weights = list(pool["weights"])
            weights[pool["own"]] *= max(0.0, score or 0.0) / inputs["score"]
            changed["pool"] = {**pool, "weights": weights}
        return changed


class BonusSimulationLine(models.TransientModel):
    """An indicator of a scorecard, with another figure."""

    _name = "crmx.bonus.simulation.line"
    _description = "Figure of a Simulation"
    _rec_name = "card_line_id"

    simulation_id = fields.Many2one("crmx.bonus.simulation", required=True, ondelete="cascade")
    card_line_id = fields.Many2one("crmx.kpi.card.line", required=True, ondelete="cascade")
    indicator_id = fields.Many2one(related="card_line_id.indicator_id")
    weight = fields.Float(related="card_line_id.weight")
    plan_text = fields.Char(related="card_line_id.plan_text")
    fact_text = fields.Char(related="card_line_id.fact_text", string="Measured")
    fact = fields.Float(string="If It Were", digits=False)
    reached_text = fields.Char(string="Reached", compute="_compute_texts")
    worth_text = fields.Char(string="Worth", compute="_compute_texts")

    @api.depends("fact")
    def _compute_texts(self):
        for line in self:
            reached, worth = line._reached(), line._worth()
            line.reached_text = f"{reached * 100:.1f} %" if reached is not None else "–"
            line.worth_text = f"{worth * 100:.1f} %" if worth is not None else "–"

    def _reached(self):
        line = self.card_line_id
        if not line.has_plan:
            return None
        plan = line.plan if line.indicator_id.direction != "band" else None
        return kpi.achievement(self.fact, plan, line.indicator_id.direction, line.low, line.high)

    def _worth(self):
        reached = self._reached()
        each = self.card_line_id.card_id.template_id.line_ids.filtered(
            lambda row: (row.indicator_id, row.level) == (self.indicator_id, self.card_line_id.level)
        )
        return each._curve().worth(reached) if reached is not None and each else None
