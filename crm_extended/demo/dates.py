"""Log dates of the past: whoever looks at when something was entered sees the day it happened.

The ORM writes its own clock into `create_date`, whatever one asks for, so this is done in SQL when
all records are there. The history of a partner is written later still, when the load is committed.
"""

from odoo.tools import SQL

#: Table with a company -> column that says when such a record was entered.
ENTERED = {
    "account.move": "date",
    "account.payment": "date",
    "crmx.interaction": "date",
    "crmx.defect": "date",
    "crmx.inspection": "date",
    "crmx.work.order": "date_planned",
    "fleet.vehicle": "acquisition_date",
    "fleet.vehicle.log.contract": "start_date",
    "fleet.vehicle.log.services": "date",
    "purchase.order": "date_order",
    "sale.order": "date_order",
}


def make(demo):
    """Date back what this load entered; times of day differ from record to record."""
    demo.env.flush_all()
    for model, column in ENTERED.items():
        _enter(demo, model, SQL("r.%s::date", SQL.identifier(column)))
    _enter(demo, "stock.picking", SQL("LEAST(r.scheduled_date, r.date_done, %s)::date - 3", demo.now))
    _reserve(demo)
    _enter(demo, "hr.employee", SQL("%s::date", demo.start))
    demo.env.cr.execute(
        SQL(
            "UPDATE stock_quant SET in_date = %s WHERE company_id = ANY(%s) AND in_date >= %s",
            demo.start,
            [house.company.id for house in demo.houses.values()],
            demo.began,
        )
    )
    demo.env.invalidate_all()
    _date_messages(demo)


def _reserve(demo):
    """What is reserved for planned deliveries was reserved yesterday."""
    lines = demo.env["stock.move.line"].search(
        [
            ("company_id", "in", [house.company.id for house in demo.houses.values()]),
            ("state", "not in", ("done", "cancel")),
        ]
    )
    lines.date = demo.moment(demo.day(-1), demo.rng("reserved"))


def enter(moments):
    """Set create_date of records of one model: `moments` are pairs of record and moment (UTC)."""
    moments = list(moments)
    if not moments:
        return
    model = moments[0][0].browse()
    model.env.flush_all()
    model.env.cr.execute(
        SQL(
            "UPDATE %s r SET create_date = v.moment FROM (VALUES %s) v (id, moment) WHERE r.id = v.id",
            SQL.identifier(model._table),
            SQL(", ").join(SQL("(%s, %s::timestamp)", record.id, moment) for record, moment in moments),
        )
    )
    model.env.invalidate_all()


def _enter(demo, model, day):
    """Set create_date to working hours of the day that an expression on `r` gives."""
    demo.env.cr.execute(
        SQL(
            """UPDATE %(table)s r
                  SET create_date = LEAST(
                          %(now)s, %(day)s + interval '8 hours' + r.id * 37 %% 500 * interval '1 minute'
                      )
                WHERE r.company_id = ANY(%(companies)s) AND r.create_date >= %(began)s""",
            table=SQL.identifier(demo.env[model]._table),
            now=demo.now,
            day=day,
            companies=[house.company.id for house in demo.houses.values()],
            began=demo.began,
        )
    )


def _date_messages(demo):
    """Messages that Odoo itself wrote during the load belong to the day of their document."""
    messages = demo.env["mail.message"].search(
        [("create_date", ">=", demo.began), ("date", ">=", demo.began), ("res_id", "!=", 0)]
    )
    for model, found in messages.grouped("model").items():
        documents = demo.env[model].browse(set(found.mapped("res_id"))).exists().grouped("id")
        for message in found:
            if document := documents.get(message.res_id):
                message.date = document.create_date
