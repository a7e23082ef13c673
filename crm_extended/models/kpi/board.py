"""Boards of figures: one's own day, a team, the company; each in one call of so many queries."""

import logging
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools import kpi, kpi_period

_logger = logging.getLogger(__name__)

#: So many periods can be chosen, and so many are drawn.
CHOICE = 24
DRAWN = 12
#: Columns of the table, unless one indicator was chosen; and its rows.
COLUMNS = 6
ROWS = 100
KINDS = ("week", "month", "quarter", "year")
#: By what the company's figures are told: whatever level of figures there is.
BY = ("team", "department", "user", "item")


class Subject(NamedTuple):
    """Whose board it is."""

    level: str
    id: int
    name: str

    @property
    def data(self):
        return {"level": self.level, "id": self.id, "name": self.name}


class Board(models.AbstractModel):
    """What boards show, under the rights of the reader: the stored figures, and never the documents."""

    _name = "crmx.kpi.board"
    _description = "Board of Figures"

    @api.model
    @api.readonly
    def get_board(self, view="mine", kind="month", period_id=None, level=None, subject_id=None, by=None,
                  indicator_id=None):  # fmt: skip
        """Return all that a board shows.

        :param view: `mine`, `team` or `management`
        :param level: with `subject_id`: whose figures, when one has gone deeper than where the view begins
        :param by: by what the company's figures are told: `team`, `department`, `user`, `item`
        :param indicator_id: the one that the table is about; otherwise about the first few
        """
        self.env["crmx.kpi.fact"].check_access("read")
        company = self.env.company.root_id
        kind = kind if kind in KINDS else "month"
        periods = self._periods(company, kind)
        period = periods.filtered(lambda each: each.id == period_id) or periods[:1]
        subjects = self._subjects(view, period)
        subject = self._subject(company, view, level, subject_id, subjects)
        data = {
            "view": view,
            "kind": kind,
            "kinds": self._kinds(),
            "periods": [{"id": each.id, "name": each.name} for each in periods],
            "period": self._period_data(period),
            "subjects": [each.data for each in subjects],
            "subject": subject and subject.data,
            "is_manager": self.env.user.has_group("crm_extended.group_kpi_manager"),
            **(self._of_day(period) if view == "mine" else {}),
        }
        if not period or not subject:
            return {**data, "tiles": [], "table": None, "empty": "period" if not period else "subject"}
        return {**data, **self._figures(subject, period, by if by in BY else "team", indicator_id)}

    # === WHAT CAN BE CHOSEN === #

    @api.model
    def _periods(self, company, kind):
        today = self.env["crmx.kpi.period"]._today(company)
        return self.env["crmx.kpi.period"].search(
            [("company_id", "=", company.id), ("kind", "=", kind), ("date_from", "<=", today)],
            order="date_from DESC",
            limit=CHOICE,
        )

    @api.model
    def _kinds(self):
        labels = dict(self.env["crmx.kpi.period"]._fields["kind"]._description_selection(self.env))
        weeks = self.env.company.root_id.sudo().crmx_kpi_weeks  # sudo: a setting
        return [[kind, labels[kind]] for kind in KINDS if kind != "week" or weeks]

    @api.model
    def _period_data(self, period):
        if not period:
            return None
        return {
            "id": period.id,
            "name": period.name,
            "state": period.state,
            "working_days": period.working_days,
            "worked_days": period.worked_days,
            "measured": fields.Datetime.to_string(period.date_measured) if period.date_measured else False,
        }

    @api.model
    def _subjects(self, view, period):
        """The teams that one may choose among."""
        if view != "team" or not period:
            return []
        groups = self.env["crmx.kpi.fact"]._read_group(
            [("period_id", "=", period.id), ("level", "=", "team")],
            ["subject_id", "subject_name"],
            order="subject_name",
        )
        return [Subject("team", subject_id, name or "") for subject_id, name in groups]

    @api.model
    def _subject(self, company, view, level, subject_id, subjects):
        if level and subject_id:
            return Subject(level, int(subject_id), "")
        if view == "mine":
            return Subject("user", self.env.uid, self.env.user.name)
        if view == "management":
            return Subject("company", company.id, company.name)
        own = self.env.user.sale_team_id.id
        return next((each for each in subjects if each.id == own), subjects[0] if subjects else None)

    # === THE DAY === #

    @api.model
    def _of_day(self, period):
        """The reader's card, what is due, and what alerts have told."""
        cards = self.env["crmx.kpi.card"].search(
            [("user_id", "=", self.env.uid), ("period_id", "=", period.id)]
        )
        today = fields.Date.context_today(self)
        due = self.env["mail.activity"].search(
            [("user_id", "=", self.env.uid), ("date_deadline", "<=", today), ("res_model", "!=", False)],
            order="date_deadline, id",
            limit=10,
        )
        alerts = self.env["crmx.kpi.alert.event"].search(
            [("user_ids", "=", self.env.uid), ("date_recovered", "=", False)], limit=5
        )
        return {
            "cards": [
                {
                    "id": card.id,
                    "name": card.template_id.name,
                    "score": card.score_text,
                    "light": card.light or "",
                    "place": card.place_text,
                    "trend": card.trend or "",
                }
                for card in cards
            ],
            "due": [
                {
                    "id": activity.id,
                    "name": activity.summary or activity.activity_type_id.name,
                    "document": activity.res_name or "",
                    "res_model": activity.res_model,
                    "res_id": activity.res_id,
                    "is_late": activity.date_deadline < today,
                    "deadline": fields.Date.to_string(activity.date_deadline),
                }
                for activity in due
            ],
            "alerts": [{"id": event.id, "name": event.title, "text": event.message} for event in alerts],
        }

    # === FIGURES === #

    @api.model
    def _figures(self, subject, period, by, indicator_id):
        drawn = self.env["crmx.kpi.period"].search(
            [
                ("company_id", "=", period.company_id.id),
                ("kind", "=", period.kind),
                ("date_from", "<=", period.date_from),
            ],
            order="date_from DESC",
            limit=DRAWN,
        )
        compared = [period._relative(move)[period] for move in (kpi_period.previous, kpi_period.year_ago)]
        own = self.env["crmx.kpi.fact"].search(
            [
                ("period_id", "in", drawn.union(*compared).ids),
                ("level", "=", subject.level),
                ("subject_id", "=", subject.id),
            ]
        )
        below = self.env["crmx.kpi.fact"].search(self._below(subject, period, by, indicator_id))
        indicators = (own | below).indicator_id.filtered("active")
        # sudo: the targets of those whose figures the reader has
        targets = self.env["crmx.kpi.target"].sudo()._holding(indicators, period)
        tiles = self._tiles(own, period, drawn.sorted("date_from"), compared, targets)
        if not subject.name and own:
            subject = subject._replace(name=own[0].subject_name or "")
        return {
            "subject": subject.data,
            "by": by if subject.level == "company" else "user",
            "indicator_id": indicator_id or False,
            "tiles": tiles,
            "table": self._side_by_side(below, tiles, targets, indicator_id),
            "empty": False if tiles else "figures",
        }

    @api.model
    def _below(self, subject, period, by, indicator_id):
        """The condition of the figures that the subject's are made of."""
        domain = Domain("period_id", "=", period.id)
        if subject.level == "company":
            domain &= Domain("level", "=", by)
        elif subject.level in ("team", "department"):
            domain &= Domain("level", "=", "user") & Domain(f"{subject.level}_id", "=", subject.id)
        else:
            return Domain.FALSE
        return domain & Domain("indicator_id", "=", indicator_id) if indicator_id else domain

    @api.model
    def _tiles(self, facts, period, drawn, compared, targets):
        by_indicator = facts.grouped("indicator_id")
        tiles = []
        for indicator, found in by_indicator.items():
            if not indicator.active:
                continue
            known = {fact.period_id: fact for fact in found}
            try:
                tiles.append(self._tile(indicator, known, period, drawn, compared, targets))
            except Exception as error:  # one that cannot be shown takes no other along
                _logger.exception("indicator %s cannot be shown", indicator.code)
                tiles.append({**self._tile_head(indicator), "problem": str(error), "order": (2, 0)})
        return sorted(tiles, key=lambda tile: (tile["order"], tile["sequence"], tile["name"]))

    @api.model
    def _tile_head(self, indicator):
        categories = dict(indicator._fields["category"]._description_selection(self.env))
        return {
            "id": indicator.id,
            "name": indicator.name,
            "description": indicator.description or "",
            "hint": indicator.hint or "",
            "category": categories[indicator.category],
            "sequence": indicator.sequence,
            "has_items": bool(indicator.item_field),
            "problem": indicator.problem or "",
            "text": "–",
            "light": "",
            "points": [],
        }

    @api.model
    def _tile(self, indicator, known, period, drawn, compared, targets):
        empty = self.env["crmx.kpi.fact"]
        fact = known.get(period, empty)
        before, older = (known.get(each, empty) for each in compared)
        values = [_value(known.get(each, empty)) for each in drawn]
        value = _value(fact)
        if not fact and indicator.basis == "within" and not indicator.problem:
            value = indicator._empty_value()  # no document: that is none, and not unknown
        change = _change(value, _value(before))
        return {
            **self._tile_head(indicator),
            "fact_id": fact.id,
            "text": indicator._in_words(value, period.company_id),
            "before": _words(before, _value(before)) if before else "",
            "year_ago": _words(older, _value(older)) if older else "",
            "change": f"{change:+.1f} %" if change and round(change, 1) else "",
            "is_better": _is_better(indicator, change),
            "points": values,
            **self._planned(indicator, fact, period, targets),
        }

    @api.model
    def _planned(self, indicator, fact, period, targets):
        """Target, what is reached of it, and where it goes at this pace."""
        target = targets.get((indicator.id, period.id, fact.level, fact.subject_id)) if fact else None
        reached = fact._reached(target) if target else None
        rate = None
        if fact.has_value and period.state == "open" and indicator._is_adding():
            rate = kpi.run_rate(fact.value, period.worked_days, period.working_days)
        return {
            "target": fact._target_words(target) if target else "",
            "reached": reached,
            "light": kpi.light(reached),
            "rate": fact._in_words(rate) if rate is not None else "",
            "order": (0, 0) if target else (1, 0),
        }

    @api.model
    def _side_by_side(self, facts, tiles, targets, indicator_id):
        """Figures of those below, side by side: who has most of the first one first."""
        order = {tile["id"]: number for number, tile in enumerate(tiles)}
        shown = facts.indicator_id.filtered(lambda each: each.active and not each.problem)
        columns = shown.sorted(lambda each: order.get(each.id, len(order)))[: 1 if indicator_id else COLUMNS]
        rows = {}
        for fact in facts:
            if fact.indicator_id not in columns:
                continue
            row = rows.setdefault(
                (fact.level, fact.subject_id),
                {"level": fact.level, "id": fact.subject_id, "name": fact.subject_name or "", "cells": {}},
            )
            row["cells"][fact.indicator_id.id] = self._cell(fact, targets)
        first = columns[:1].id
        ordered = sorted(
            rows.values(), key=lambda row: (-(row["cells"].get(first, {}).get("value") or 0), row["name"])
        )
        return {
            "columns": [{"id": each.id, "name": each.name} for each in columns],
            "rows": ordered[:ROWS],
            "more": max(0, len(ordered) - ROWS),
        }

    @api.model
    def _cell(self, fact, targets):
        target = targets.get((fact.indicator_id.id, fact.period_id.id, fact.level, fact.subject_id))
        reached = fact._reached(target) if target else None
        return {
            "fact_id": fact.id,
            "value": _value(fact),
            "text": _words(fact, _value(fact)),
            "reached": reached,
            "light": kpi.light(reached),
        }


def _value(fact):
    return fact.value if fact and fact.has_value else None


def _words(fact, value):
    return fact._in_words(value) if fact else "–"


def _change(value, before):
    """In per cent; None where nobody can say."""
    return (value - before) / abs(before) * 100 if value is not None and before else None


def _is_better(indicator, change):
    """Whether a change is for the better; None where it is neither."""
    if change is None or indicator.direction == "band" or not round(change, 1):
        return None
    return (change > 0) == (indicator.direction == "more")
