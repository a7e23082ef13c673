"""Figures of a year of months, the older ones closed; targets for the year that runs."""

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

MONTHS = 13
#: The last two months are still worked on.
RUNNING = 2
#: What is planned, over what the twelve months before brought.
GROWTH = 1.04
PLANNED = ("revenue", "collected")


def make(demo):
    """Plan and measure both companies, and close what is long over."""
    for house in demo.houses.values():
        measured = house.env["crmx.kpi.period"]
        for number in reversed(range(MONTHS)):
            day = demo.today.replace(day=1) - relativedelta(months=number)
            measured |= measured._ensure(house.company, day, ["month"])
        measured |= measured._ensure(house.company, demo.today, ["quarter", "year"])
        measured._measure_all()
        for code in PLANNED:
            _plan(demo, house, demo.env.ref(f"crm_extended.crmx_kpi_indicator_{code}"))
        _score(demo, house)
        _watch(demo, house)
        house.env["crmx.kpi.card"]._fill(measured)
        for month in measured.filtered(lambda period: period.kind == "month").sorted("date_from")[:-RUNNING]:
            month._seal()


def _watch(demo, house):
    """What campaigns cost, and who is told when collecting falls behind."""
    campaigns = house.env["utm.campaign"].search([], limit=2)
    house.env["crmx.kpi.input"].create(
        [
            {
                "kind": "campaign_cost",
                "campaign_id": campaign.id,
                "company_id": house.company.id,
                "date": demo.today.replace(day=1) - relativedelta(months=1),
                "amount": 500 * number,
            }
            for number, campaign in enumerate(campaigns, 1)
        ]
    )
    alerts = house.env["crmx.kpi.alert"].create(
        {
            "name": "Collecting is behind its target",
            "company_id": house.company.id,
            "indicator_id": demo.env.ref("crm_extended.crmx_kpi_indicator_collected").id,
            "level": "user",
            "kind": "target",
            "share": 90,
            "tell_leader": True,
            "responsible_id": demo.users["manager"].id,
        }
    )
    alerts._look()


def _score(demo, house):
    """Cards for everybody who sells."""
    house.env["crmx.kpi.card.template"].create(
        {
            "name": "Account Manager",
            "company_id": house.company.id,
            "user_ids": [Command.set([user.id for team in house.teams.values() for user in team.member_ids])],
            "line_ids": [
                Command.create(
                    {
                        "indicator_id": demo.env.ref(f"crm_extended.crmx_kpi_indicator_{code}").id,
                        "weight": weight,
                        "cap": 150,
                    }
                )
                for code, weight in zip(PLANNED, (60, 40), strict=True)
            ],
        }
    )


def _plan(demo, house, indicator):
    """What the company is to bring this year, and its teams and their members of it; approved."""
    facts = house.env["crmx.kpi.fact"].search(
        [
            ("indicator_id", "=", indicator.id),
            ("company_id", "=", house.company.id),
            ("level", "=", "company"),
            ("period_kind", "=", "month"),
            ("date_from", "<", demo.today.replace(day=1)),
        ]
    )
    plan = house.env["crmx.kpi.plan"].create(
        {
            "indicator_id": indicator.id,
            "company_id": house.company.id,
            "date_from": demo.today.replace(month=1, day=1),
            "date_to": demo.today.replace(month=12, day=31),
            "profile": "working",
            "line_ids": [
                Command.create(
                    {"level": "company", "amount": round(sum(facts.mapped("value")) * GROWTH, -3) or 1000}
                )
            ],
        }
    )
    plan.action_propose()
    plan._spread()
    plan.write(
        {
            "state": "approved",
            "submitted_by_id": demo.users["accountant"].id,
            "approved_by_id": demo.users["manager"].id,
            "date_approved": fields.Datetime.now(),
        }
    )
