"""Looking at the figures of a company, and telling what has broken a rule: once."""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools import kpi, kpi_alert

#: Kinds that ask whether a period was worse than those before: a running one always is.
OF_ENDED = ("falling", "rising")


class Case(NamedTuple):
    """A figure that breaks a rule, and what the reader is told about it."""

    alert: models.BaseModel
    period: models.BaseModel
    subject_id: int
    subject_name: str
    value: float
    values: tuple
    target: float | None
    reached: float | None
    heading: float | None


class Figures(NamedTuple):
    """What all rules of a company are held against, looked up once."""

    facts: dict
    names: dict
    targets: dict


class Alert(models.Model):
    _inherit = "crmx.kpi.alert"

    @api.model
    def _look_at(self, company):
        """Look at all figures of a company; called after they were measured."""
        self.search([("company_id", "=", company.id)])._look()

    @api.private
    def _look(self):
        """Tell what breaks a rule and was not told, and note what has recovered."""
        for company, alerts in self.grouped("company_id").items():
            spans = alerts._spans(company)
            figures = alerts._figures(spans)
            cases, sound = [], []
            for alert in alerts.filtered(lambda each: not each.indicator_id.problem):
                broken, recovered = alert._judge(spans[alert.period_kind], figures)
                cases += broken
                sound += recovered
            self.env["crmx.kpi.alert.event"]._tell(cases, sound)

    def _spans(self, company):
        """:return: {kind of period: those up to today, the newest first, as many as a rule needs}"""
        today = self.env["crmx.kpi.period"]._today(company)
        return {
            kind: self.env["crmx.kpi.period"].search(
                [("company_id", "=", company.id), ("kind", "=", kind), ("date_from", "<=", today)],
                order="date_from DESC",
                limit=max(alerts.mapped("times")) + 2,
            )
            for kind, alerts in self.grouped("period_kind").items()
        }

    def _figures(self, spans):
        periods = self.env["crmx.kpi.period"].union(*spans.values())
        facts = self.env["crmx.kpi.fact"].search_fetch(
            Domain("indicator_id", "in", self.indicator_id.ids)
            & Domain("period_id", "in", periods.ids)
            & Domain("level", "in", list(set(self.mapped("level")))),
            ["indicator_id", "period_id", "level", "subject_id", "subject_name", "has_value", "value"],
        )
        found, names = {}, {}
        for fact in facts:
            subject = (fact.indicator_id.id, fact.level, fact.subject_id)
            names[subject] = fact.subject_name
            found[(*subject, fact.period_id.id)] = fact.value if fact.has_value else None
        targets = self.env["crmx.kpi.target"]._holding(self.indicator_id, periods)
        return Figures(found, names, targets)

    def _judge(self, spans, figures):
        """:return: the cases that break the rule, and (rule, subject, period) of those that do not"""
        broken, sound = [], []
        for number, period in enumerate(spans):
            if not self._is_due(period, number, spans):
                continue
            for indicator_id, level, subject_id in figures.names:
                if (indicator_id, level) != (self.indicator_id.id, self.level):
                    continue
                case = self._case(spans[number:], subject_id, figures)
                verdict = kpi_alert.is_broken(self._rule(), case.values, case.reached, case.heading)
                if verdict:
                    broken.append(case)
                elif verdict is False:
                    sound.append((self, period, subject_id))
        return broken, sound

    def _is_due(self, period, number, spans):
        """Whether the rule looks at a period: the running one and the one that ended last."""
        today = period._today(period.company_id)
        is_over = period.date_to < today
        if number and not (number == 1 and spans[0].date_to >= today):
            return False
        if self.kind in OF_ENDED:
            return is_over
        if self.kind == "forecast" or not is_over:
            worked = period.worked_days / period.working_days * 100 if period.working_days else 100.0
            return not is_over and worked >= self.not_before
        return True

    def _case(self, periods, subject_id, figures):
        indicator, period = self.indicator_id, periods[0]
        subject = (indicator.id, self.level, subject_id)
        values = tuple(figures.facts.get((*subject, each.id)) for each in reversed(periods))
        target = figures.targets.get((indicator.id, period.id, self.level, subject_id))
        value = values[-1]
        reached = heading = None
        if target:
            reached = kpi.achievement(value, target[0], indicator.direction, *target[1:])
            if value is not None:
                rate = kpi.run_rate(value, period.worked_days, period.working_days)
                heading = kpi.achievement(rate, target[0], indicator.direction, *target[1:])
        return Case(
            self, period, subject_id, figures.names[subject], value, values,
            target and target[0], reached, heading,
        )  # fmt: skip


class AlertEvent(models.Model):
    _inherit = "crmx.kpi.alert.event"

    @api.model
    def _tell(self, cases, sound):
        """Tell what is new among the cases; note what has recovered."""
        alerts = self.env["crmx.kpi.alert"].union(
            *(case.alert for case in cases), *(alert for alert, _period, _subject in sound)
        )
        standing = {
            (event.alert_id, event.period_id, event.subject_id): event
            for event in self.search([("alert_id", "in", alerts.ids), ("date_recovered", "=", False)])
        }
        self.union(*(standing[key] for key in sound if key in standing))._recover()
        fresh = [case for case in cases if (case.alert, case.period, case.subject_id) not in standing]
        places = self._places(fresh)
        for case in fresh:
            self._tell_case(case, places)

    @api.model
    def _places(self, cases):
        """In which team and department the persons of the cases are: {user id: (team, department)}."""
        users = self.env["res.users"].browse({c.subject_id for c in cases if c.alert.level == "user"})
        found = {}
        for company in {case.alert.company_id for case in cases}:
            for (_level, user_id), place in self.env["crmx.kpi.fact"]._user_places(users, company).items():
                found[user_id] = place[1:]
        return found

    @api.model
    def _tell_case(self, case, places):
        users = self._recipients(case, places)
        event = self.create(
            {
                "alert_id": case.alert.id,
                "period_id": case.period.id,
                "subject_id": case.subject_id,
                "subject_name": case.subject_name,
                "value": case.value or 0.0,
                "title": case.alert.name,
                "message": self._case_words(case),
                "user_ids": [(6, 0, users.ids)],
            }
        )
        for user in users:
            # each in the own language
            words = self.with_context(lang=user.lang)._case_words(case)
            title = case.alert.with_context(lang=user.lang).name
            if case.alert.channel == "activity":
                event.activity_schedule(
                    "mail.mail_activity_data_warning", summary=title, note=words, user_id=user.id
                )
            else:
                event.message_notify(partner_ids=user.partner_id.ids, subject=title, body=words)

    @api.model
    def _recipients(self, case, places):
        """Whom a rule names, as far as they use indicators; otherwise who is responsible for the rule."""
        alert, subject_id = case.alert, case.subject_id
        team, department = self.env["crm.team"], self.env["hr.department"]
        owner, leaders = self.env["res.users"], self.env["res.users"]
        if alert.level == "user":
            owner = owner.browse(subject_id)
            team_id, department_id = places.get(subject_id, (None, None))
            leaders = (
                team.browse(team_id or []).user_id | department.browse(department_id or []).manager_id.user_id
            )
        elif alert.level == "team":
            owner = team.browse(subject_id).user_id
        elif alert.level == "department":
            owner = department.browse(subject_id).manager_id.user_id
        told = (owner if alert.tell_owner else owner.browse()) | (
            leaders - owner if alert.tell_leader else owner.browse()
        )
        told = told.filtered(lambda user: user.active and user.has_group("crm_extended.group_kpi_user"))
        return told or alert.responsible_id

    @api.model
    def _case_words(self, case):
        """What broke the rule, with the numbers."""
        alert = case.alert.with_env(self.env)
        indicator, company = alert.indicator_id, alert.company_id
        words = [
            self.env._(
                "%(indicator)s of %(whose)s in %(period)s: %(value)s, %(broken)s.",
                indicator=indicator.name,
                whose=case.subject_name,
                period=case.period.name,
                value=indicator._in_words(case.value, company),
                broken=alert._kind_words(),
            )
        ]
        if case.reached is not None and alert.kind in ("target", "forecast"):
            words.append(
                self.env._(
                    "Target: %(target)s, of which %(share)s %% are reached.",
                    target=indicator._in_words(case.target, company),
                    share=f"{case.reached * 100:.1f}",
                )
            )
        if case.heading is not None and alert.kind == "forecast":
            words.append(self.env._("At this pace: %s %%.", f"{case.heading * 100:.1f}"))
        if alert.kind in OF_ENDED:
            values = case.values[-alert.times - 1 :]
            words.append(" → ".join(indicator._in_words(value, company) for value in values))
        return " ".join(words)

    @api.private
    def _recover(self):
        """The figures keep the rule again: who was told need not do anything, and the rule is armed anew."""
        if not self:
            return
        self.write({"date_recovered": fields.Datetime.now()})
        self.activity_unlink(["mail.mail_activity_data_warning"], only_automated=True)
        for event in self:
            event.message_post(body=self.env._("The figure has recovered."))
