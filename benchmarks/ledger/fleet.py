"""Writes vehicles with their odometer readings and services."""

from .plan import DAYS
from .writer import stamps


def fill(to):
    vehicles_after = write_vehicles(to)
    source = draft_logs(to, vehicles_after)
    common = {"vehicle_id": "s.vehicle_id", "date": "s.day", **stamps("s.day")}
    readings_after = to.last_id("fleet_vehicle_odometer")
    reading = f"{readings_after} + s.n"
    to.copy_template(
        "fleet_vehicle_odometer",
        source,
        to.template("odometer"),
        {**common, "id": reading, "value": "1000 + s.n * 3", "name": "'Odometer ' || s.n"},
    )
    to.copy_template(
        "fleet_vehicle_log_services",
        source,
        to.template("service_log"),
        {
            **common,
            "id": f"{to.last_id('fleet_vehicle_log_services')} + s.n",
            "amount": "round((30 + 600 * s.luck * s.luck)::numeric, 2)",
            "odometer_id": reading,
        },
    )


def write_vehicles(to):
    """Returns the id before the first."""
    after = to.last_id("fleet_vehicle")
    source = f"""
        (SELECT n, partner_id FROM generate_series(1, {to.plan.vehicles}) AS n
        JOIN draft.customer ON number = n * 3) AS s
    """
    to.copy_template(
        "fleet_vehicle",
        source,
        to.template("vehicle"),
        {
            "id": f"{after} + s.n",
            "name": "'Vehicle ' || s.n",
            "license_plate": "'B-' || s.n",
            "driver_id": "s.partner_id",
        },
    )
    return after


def draft_logs(to, vehicles_after):
    """Returns a FROM item: one reading and one service each, vehicles in turn, over the period."""
    count = to.plan.vehicle_logs
    to.draft(
        "vehicle_log",
        f"""
        SELECT n, {vehicles_after} + 1 + n % {to.plan.vehicles} AS vehicle_id,
            {to.plan.last_day} - {DAYS} + (n::bigint * {DAYS} / {count})::int AS day,
            {to.dice.uniform("n", 121)} AS luck
        FROM generate_series(1, {count}) AS n
        """,
        key="n",
    )
    return "draft.vehicle_log AS s"
