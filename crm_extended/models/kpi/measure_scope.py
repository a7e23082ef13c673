"""What one query of indicators reads: which documents, over which periods of which company."""

from datetime import date
from typing import NamedTuple

from ...tools.kpi_period import Period


class Bucket(NamedTuple):
    """What indicators have in common that one query reads."""

    res_model: str
    domain: str
    basis: str
    date_field: str
    owner_field: str
    team_field: str
    item_field: str
    company_field: str

    @classmethod
    def of(cls, indicator):
        given = {name: indicator[name] or "" for name in cls._fields}
        if given["basis"] == "state":
            given["date_field"] = ""
        return cls(**given)


class Scope(NamedTuple):
    """The periods that a query is about, in which company, and the day whose state it reads, if so."""

    periods: tuple
    company: object
    zone: str
    day: date | None

    @classmethod
    def of(cls, periods, company, day=None):
        spans = tuple((period.id, Period(period.date_from, period.date_to)) for period in periods)
        return cls(spans, company, periods.env["crmx.kpi.period"]._zone(company), day)

    @property
    def period_ids(self):
        return [period_id for period_id, _span in self.periods]
