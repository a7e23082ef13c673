"""What vehicles cost, what comes due on them, and the work orders that follow.

- `costs by vehicle and month`: 36 months, with distances and the cost of a kilometre. The limit is plain SQL
  for the same rows. The peer is core's `fleet.vehicle.cost.report`, which knows no distance; in this ledger,
  of services without contracts, its costs are ours.
- `due forecast`: ten plans on each vehicle, at scale 1 on 2,000 of them. The limit is one UPDATE that knows
  the answer's arithmetic and no more.
- `orders from plans`: an order for each vehicle that something is due on; the limit is plain INSERT of the
  same rows.
"""

from functools import partial

from .core.measure import Bounds, Operation

ISSUE = 6
PLANS = 10
VEHICLES = 2_000
ORDERS = 500
#: What a meter may lack in the last digit.
TOLERANCE = 0.01

COSTS = """
    WITH span AS (
        SELECT m.vehicle_id, r.date AS first, r.lifetime AS from_km,
            lead(r.date) OVER w AS last, lead(r.lifetime) OVER w AS to_km
        FROM crmx_meter AS m JOIN crmx_meter_reading AS r ON r.meter_id = m.id AND r.state = 'valid'
        WHERE m.kind = 'distance' WINDOW w AS (PARTITION BY m.id ORDER BY r.date, r.lifetime)
    ),
    run AS (
        SELECT vehicle_id, month::date, sum((to_km - from_km) * extract(epoch FROM
            least(last, month + interval '1 month') - greatest(first, month))::float8
            / extract(epoch FROM last - first)::float8) AS km
        FROM span, generate_series(date_trunc('month', first), last - interval '1 microsecond', '1 month')
            AS month
        WHERE last > first AND to_km > from_km GROUP BY 1, 2
    ),
    spent AS (
        SELECT v.id AS vehicle_id, date_trunc('month', l.date)::date AS month, -sum(l.amount) AS amount
        FROM fleet_vehicle AS v JOIN account_analytic_line AS l ON l.{column} = v.crmx_analytic_account_id
        GROUP BY 1, 2
    )
    SELECT coalesce(s.vehicle_id, r.vehicle_id), coalesce(s.month, r.month), coalesce(amount, 0),
        coalesce(km, 0)
    FROM spent AS s FULL JOIN run AS r ON r.vehicle_id = s.vehicle_id AND r.month = s.month
    JOIN fleet_vehicle AS v ON v.id = coalesce(s.vehicle_id, r.vehicle_id) AND v.company_id = %(company)s
    WHERE coalesce(s.month, r.month) BETWEEN %(first)s AND %(last)s
"""
# The host's view, as its own model reads it in companies without the workshop.
PEER = """
    SELECT vehicle_id, date_start, sum(cost) FROM fleet_vehicle_cost_report
    WHERE date_start BETWEEN %(first)s AND %(last)s AND company_id = %(company)s GROUP BY 1, 2
"""
FORECAST = """
    WITH r AS (
        SELECT m.vehicle_id, r.date, r.lifetime, row_number() OVER w AS n,
            max(r.date) OVER (PARTITION BY r.meter_id) AS latest
        FROM crmx_meter AS m JOIN crmx_meter_reading AS r ON r.meter_id = m.id AND r.state = 'valid'
        WINDOW w AS (PARTITION BY r.meter_id ORDER BY r.date DESC, r.lifetime DESC)
    ),
    use AS (
        SELECT vehicle_id, max(date) AS date, max(lifetime) AS lifetime,
            (max(lifetime) - min(lifetime))
                / nullif(extract(epoch FROM max(date) - min(date)) / 86400, 0) AS a_day
        FROM r WHERE n <= 2 OR date >= latest - interval '90 days' GROUP BY 1
    )
    UPDATE crmx_maintenance AS m SET next_distance = last_distance + distance_interval,
        date_due = use.date::date + greatest(0,
            floor(round(((last_distance + distance_interval - lifetime) / a_day)::numeric, 6)))::int
    FROM crmx_maintenance_plan AS p, use
    WHERE p.id = m.plan_id AND use.vehicle_id = m.vehicle_id AND m.id = ANY(%s)
    RETURNING m.id, m.date_due
"""
INSERT = """
    WITH due AS (
        SELECT DISTINCT ON (m.vehicle_id) m.id, m.vehicle_id, v.model_id, m.company_id,
            p.id AS plan_id, p.name
        FROM crmx_maintenance AS m JOIN fleet_vehicle AS v ON v.id = m.vehicle_id
        JOIN crmx_maintenance_plan AS p ON p.id = m.plan_id WHERE m.id = ANY(%(rows)s)
    ),
    made AS (
        INSERT INTO crmx_work_order
            (name, title, vehicle_id, model_id, company_id, origin, state, approval, date_planned)
        SELECT 'B' || id, name->>'en_US', vehicle_id, model_id, company_id, 'plan', 'draft', 'none', now()
        FROM due
        RETURNING id, vehicle_id
    ),
    jobs AS (
        INSERT INTO crmx_work_order_job (order_id, sequence, job_id, name, norm_hours)
        SELECT made.id, 10, j.id, j.name->>'en_US', j.norm_hours
        FROM made JOIN due USING (vehicle_id)
        JOIN crmx_maintenance_plan_crmx_workshop_job_rel AS r ON r.crmx_maintenance_plan_id = due.plan_id
        JOIN crmx_workshop_job AS j ON j.id = r.crmx_workshop_job_id
        RETURNING id
    )
    UPDATE crmx_maintenance AS m SET work_order_id = made.id FROM made
    WHERE made.vehicle_id = m.vehicle_id AND m.id = ANY(%(rows)s)
"""


def operations(env):
    set_up(env)
    env.cr.execute("SELECT last_day, scale FROM bench_ledger")
    last_day, scale = env.cr.fetchone()
    scope = {
        "first": last_day.replace(year=last_day.year - 2, month=1, day=1),
        "last": last_day,
        "company": env.company.id,
    }
    yield Operation(
        "costs by vehicle and month",
        ours=partial(run_costs, scope),
        limit=partial(run_limit, scope, env["res.company"]._crmx_vehicle_plan()._column_name()),
        peer=partial(run_peer, scope),
        check=check_costs,
        bounds=Bounds(limit=2, queries=10),
    )
    rows = plan_vehicles(env, max(20, round(VEHICLES * scale)))
    yield Operation(
        f"due forecast, {len(rows)} rows",
        ours=partial(run_forecast, rows),
        limit=partial(run_update, rows),
        check=check_forecast,
        bounds=Bounds(queries=12),
        units=len(rows),
    )
    for number in (max(4, round(ORDERS * scale / 5)), max(20, round(ORDERS * scale))):
        due = rows[: number * PLANS : PLANS]
        yield Operation(
            f"{number} orders from plans",
            ours=partial(run_orders, due),
            limit=partial(run_insert, due),
            check=check_orders,
            units=number,
        )


# --- what is measured on ------------------------------------------------------


def set_up(env):
    """Switch the workshop on, take over the odometers, and count the services; kept for the next time."""
    company = env.company
    if company.crmx_use_workshop:
        return
    company.crmx_use_workshop = True
    vehicles = env["fleet.vehicle"].search([("company_id", "=", company.id)])
    vehicles.action_crmx_keep_meters()
    env["crmx.vehicle.charge"].sudo()._cron_keep()  # sudo: a benchmark's own database
    env.flush_all()
    env.cr.execute("ANALYZE")
    env.cr.commit()


def plan_vehicles(env, number):
    """Ten plans on so many vehicles with two readings each; the rows' ids, by vehicle. Kept as well."""
    Plan, Row = env["crmx.maintenance.plan"], env["crmx.maintenance"]
    model = env["fleet.vehicle.model"].search([("name", "=", "Planned")], limit=1)
    if not model:
        brand = env["fleet.vehicle.model.brand"].search([], limit=1)
        model = model.create({"name": "Planned", "brand_id": brand.id, "vehicle_type": "truck"})
        vehicles = env["fleet.vehicle"].create(
            [
                {"model_id": model.id, "license_plate": f"P-{n}", "company_id": env.company.id}
                for n in range(number)
            ]
        )
        for value, day in ((1_000, "2025-10-01"), (10_000, "2025-12-31")):
            env["crmx.meter.reading"].create(
                [
                    {"vehicle_id": vehicle.id, "date": day, "value": value + vehicle.id % 50}
                    for vehicle in vehicles
                ]
            )
        job = env["crmx.workshop.job"].create({"name": "Service", "norm_hours": 1.5})
        Plan.create(
            [
                {
                    "name": f"Every {n + 11} thousand",
                    "company_id": env.company.id,
                    "distance_interval": 1_000 * (n + 11),
                    "model_ids": [(6, 0, model.ids)],
                    "job_ids": [(6, 0, job.ids)],
                    "makes_orders": False,
                }
                for n in range(PLANS)
            ]
        )
        env.flush_all()
        env.cr.commit()
    return Row.search([("vehicle_id.model_id", "=", model.id)], order="vehicle_id, plan_id").ids


# --- sides --------------------------------------------------------------------


def run_costs(scope, env):
    rows = env["crmx.vehicle.month"]._read_group(
        [
            ("month", ">=", scope["first"]),
            ("month", "<=", scope["last"]),
            ("company_id", "=", scope["company"]),
        ],
        ["vehicle_id", "month:month"],
        ["amount:sum", "distance:sum", "cost_per_km:avg"],
    )
    return {(vehicle.id, month): (amount, distance) for vehicle, month, amount, distance, _rate in rows}


def run_limit(scope, column, env):
    env.cr.execute(COSTS.format(column=column), scope)
    return {(vehicle, month): (float(amount), km) for vehicle, month, amount, km in env.cr.fetchall()}


def run_peer(scope, env):
    env.cr.execute(PEER, scope)
    return {(vehicle, month): float(cost) for vehicle, month, cost in env.cr.fetchall() if cost}


def run_forecast(rows, env):
    records = env["crmx.maintenance"].browse(rows)
    records._refresh()
    env.flush_all()
    env.cr.execute("SELECT id, date_due FROM crmx_maintenance WHERE id = ANY(%s)", [rows])
    return dict(env.cr.fetchall())


def run_update(rows, env):
    env.cr.execute(FORECAST, [rows])
    return dict(env.cr.fetchall())


def run_orders(rows, env):
    orders = env["crmx.maintenance"].browse(rows)._make_orders()
    env.flush_all()
    return len(orders), len(orders.job_ids)


def run_insert(rows, env):
    env.cr.execute(INSERT, {"rows": rows})
    return env.cr.rowcount, env.cr.rowcount


# --- comparing ----------------------------------------------------------------


def check_costs(results):
    ours, limit, peer = results["ours"], results["limit"], results["peer"]
    found = [key for key in ours.keys() ^ limit.keys() if any(ours.get(key) or limit[key])]
    found += [
        (key, ours[key], limit[key])
        for key in ours.keys() & limit.keys()
        if any(abs(a - b) > TOLERANCE for a, b in zip(ours[key], limit[key], strict=True))
    ]
    spent = {key: amount for key, (amount, _distance) in ours.items() if amount}
    found += [
        (key, spent.get(key), peer.get(key))
        for key in spent.keys() | peer.keys()
        if abs(spent.get(key, 0) - peer.get(key, 0)) > TOLERANCE
    ]
    return found[:5]


def check_forecast(results):
    ours, limit = results["ours"], results["limit"]
    return [(key, ours[key], limit[key]) for key in ours if ours[key] != limit[key]][:5]


def check_orders(results):
    return [] if results["ours"] == results["limit"] else [results]
