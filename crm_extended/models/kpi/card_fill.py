"""Filling cards in: plan and fact of every line, where it is going, the score, and the rank."""

from typing import NamedTuple

from odoo import api, fields, models

from ...tools import kpi
from ...tools.kpi_period import Period, previous
from .measure import Key

#: Earlier periods that show how much of a figure is usually there by a day.
EARLIER = 3
#: Scores and figures of so many periods are drawn.
DRAWN = 6


class Situation(NamedTuple):
    """What cards are filled in from, looked up once for all of them."""

    facts: dict
    targets: dict
    shares: dict


class Card(models.Model):
    _inherit = "crmx.kpi.card"

    @api.model
    def _fill(self, periods):
        """Make and fill in the cards of running periods of one company."""
        templates = self.env["crmx.kpi.card.template"].search(
            [("company_id", "=", periods.company_id.id), ("line_ids", "!=", False)]
        )
        cards = self.browse()
        for template in templates:
            those = periods.filtered(
                lambda period, kind=template.period_kind: period.kind == kind and period.state == "open"
            )
            if those:
                cards |= self._of_template(template, those)
        cards._fill_in()
        return cards

    @api.model
    def _of_template(self, template, periods):
        """The cards of a kind in periods; those that are not there yet are made."""
        cards = self.search([("template_id", "=", template.id), ("period_id", "in", periods.ids)])
        there = {(card.user_id, card.period_id) for card in cards}
        places = self.env["crmx.kpi.fact"]._user_places(template._persons(), template.company_id)
        return cards | self.create(
            [
                {
                    "template_id": template.id,
                    "user_id": user.id,
                    "period_id": period.id,
                    "company_id": template.company_id.id,
                    "team_id": places["user", user.id][1],
                    "department_id": places["user", user.id][2],
                }
                for user in template._persons()
                for period in periods
                if (user, period) not in there
            ]
        )

    @api.private
    def _fill_in(self):
        """Fill in cards of one company, all together."""
        if not self:
            return
        situation = self._situation()
        for card in self:
            card._fill_lines(situation)
            lines = card.line_ids
            score = kpi.score(
                [kpi.Part(line.weight / 100, line.worth if line.is_scored else None) for line in lines]
            )
            card.write(
                {
                    "score": score.value or 0.0,
                    "measured": score.measured,
                    "light": kpi.light(score.value, card.template_id.amber / 100) or False,
                }
            )
        self._rank()
        self._draw()

    def _situation(self):
        indicators = self.template_id.line_ids.indicator_id
        facts = self.env["crmx.kpi.fact"].search(
            [
                ("indicator_id", "in", (indicators | indicators.pipeline_id).ids),
                ("period_id", "in", self.period_id.ids),
            ]
        )
        known = {
            (fact.indicator_id.id, fact.period_id.id, fact.level, fact.subject_id): fact.value
            for fact in facts
            if fact.has_value
        }
        targets = self.env["crmx.kpi.target"]._holding(indicators, self.period_id)
        adding = indicators.filtered(lambda each: each._is_adding())
        shares = {
            (indicator_id, period.id): share
            for period in self.period_id
            for indicator_id, share in adding._usual_shares(period).items()
        }
        return Situation(known, targets, shares)

    def _fill_lines(self, situation):
        present = {(line.indicator_id, line.level): line for line in self.line_ids}
        for number, each in enumerate(self.template_id.line_ids, 1):
            line = present.pop((each.indicator_id, each.level), None)
            vals = {"sequence": number, **self._line_vals(each, situation)}
            if line:
                line.write(vals)
            else:
                key = {"card_id": self.id, "indicator_id": each.indicator_id.id, "level": each.level}
                self.env["crmx.kpi.card.line"].create({**key, **vals})
        self.env["crmx.kpi.card.line"].concat(*present.values()).unlink()

    def _subject_of(self, level):
        subject = self.company_id if level == "company" else self[f"{level}_id"]
        return subject.id or 0

    def _line_vals(self, each, situation):
        indicator, period = each.indicator_id, self.period_id
        key = (indicator.id, period.id, each.level, self._subject_of(each.level))
        fact = situation.facts.get(key, indicator._empty_value() if not indicator.problem else None)
        plan, low, high = situation.targets.get(key, (None, 0.0, 0.0))
        is_band = indicator.direction == "band"
        planned = (high > low) if is_band else plan is not None
        reached = kpi.achievement(fact, plan, indicator.direction, low, high) if planned else None
        scored = reached is not None
        vals = {
            "subject_id": key[3],
            "weight": each.weight,
            "has_plan": planned,
            "plan": plan or 0.0,
            "low": low,
            "high": high,
            "has_fact": fact is not None,
            "fact": fact or 0.0,
            "is_scored": scored,
            "reached": reached or 0.0,
            "worth": each._curve().worth(reached) if scored else 0.0,
            "light": kpi.light(reached, self.template_id.amber / 100) or False,
        }
        return {**vals, **self._forecasts(indicator, fact, key, situation)}

    def _forecasts(self, indicator, fact, key, situation):
        """Where the figure ends: at this pace, as usual by this day, with what is still expected."""
        rate = share = pipeline = None
        if fact is not None and indicator._is_adding():
            period = self.period_id
            rate = kpi.run_rate(fact, period.worked_days, period.working_days)
            share = kpi.by_usual_share(fact, situation.shares.get((indicator.id, period.id)))
            if indicator.pipeline_id:
                pipeline = fact + situation.facts.get((indicator.pipeline_id.id, *key[1:]), 0.0)
        return {
            "has_rate": rate is not None,
            "rate_forecast": rate or 0.0,
            "has_share": share is not None,
            "share_forecast": share or 0.0,
            "has_pipeline": pipeline is not None,
            "pipeline_forecast": pipeline or 0.0,
        }

    def _rank(self):
        """The place of each card among all of its kind and period."""
        for (template, period), cards in self.grouped(
            lambda card: (card.template_id, card.period_id)
        ).items():
            peers = self.search([("template_id", "=", template.id), ("period_id", "=", period.id)])
            scores = [card.score for card in peers if card.measured]
            for card in cards:
                scored = bool(card.measured)
                card.place = kpi.rank(card.score, scores) if scored else 0
                card.peers = len(scores)

    def _draw(self):
        """The scores and figures of the periods before, and these, as small bars."""
        past = self.search(
            [
                ("template_id", "in", self.template_id.ids),
                ("user_id", "in", self.user_id.ids),
                ("date_from", "<=", max(self.mapped("date_from"))),
            ],
            order="date_from",
        )
        for cards in past.grouped(lambda card: (card.template_id, card.user_id)).values():
            for card in cards & self:
                until = cards.filtered(lambda other, card=card: other.date_from <= card.date_from)[-DRAWN:]
                card.trend = kpi.sparkline([each.score if each.measured else None for each in until])
                for line in card.line_ids:
                    same = [
                        until_line
                        for until_line in until.line_ids.sorted(lambda each: each.card_id.date_from)
                        if (until_line.indicator_id, until_line.level) == (line.indicator_id, line.level)
                    ]
                    line.trend = kpi.sparkline([each.fact if each.has_fact else None for each in same])


class Indicator(models.Model):
    _inherit = "crmx.kpi.indicator"

    pipeline_id = fields.Many2one(
        "crmx.kpi.indicator",
        string="Still Expected",
        domain="[('id', '!=', id)]",
        ondelete="set null",
        help="What is added to the figure to forecast the end of its period: such as the opportunities that "
        "are to close in it, times their probability.",
    )

    @api.private
    def _usual_shares(self, period):
        """Which share of a figure was there by this day, in the periods before: of the company.

        :return: ``{indicator id: share}``; only where something was measured
        """
        today = period._today(period.company_id)
        if not self or not period.date_from <= today < period.date_to:
            return {}
        elapsed = today - period.date_from
        pairs, span = [], Period(period.date_from, period.date_to)
        for _number in range(EARLIER):
            span = previous(period.kind, span)
            pairs.append((Period(span.start, min(span.start + elapsed, span.end)), span))
        spans = period.browse().concat(
            *(
                period.new(
                    {
                        "company_id": period.company_id.id,
                        "kind": "custom",
                        "date_from": each.start,
                        "date_to": each.end,
                    },
                    ref=number,
                )
                for number, each in enumerate((each for pair in pairs for each in pair), 1)
            )
        )
        result = self.env["crmx.kpi.measure"]._measure(self, spans, period.company_id, ("company",))
        shares = {}
        for indicator in self:
            found = result.figures.get(indicator, {})
            values = [
                figure.value if (figure := found.get(Key(each.id, "company", period.company_id.id))) else 0.0
                for each in spans
            ]
            if whole := sum(values[1::2]):
                shares[indicator.id] = sum(values[0::2]) / whole
        return shares
