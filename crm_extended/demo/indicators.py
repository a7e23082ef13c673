"""Figures of a year of months, the older ones closed, and of the running quarter and year."""

from dateutil.relativedelta import relativedelta

MONTHS = 13
#: The last two months are still worked on.
RUNNING = 2


def make(demo):
    """Measure both companies, and close what is long over."""
    for house in demo.houses.values():
        measured = house.env["crmx.kpi.period"]
        for number in reversed(range(MONTHS)):
            day = demo.today.replace(day=1) - relativedelta(months=number)
            measured |= measured._ensure(house.company, day, ["month"])
        measured |= measured._ensure(house.company, demo.today, ["quarter", "year"])
        measured._measure_all()
        for month in measured.filtered(lambda period: period.kind == "month").sorted("date_from")[:-RUNNING]:
            month._seal()
