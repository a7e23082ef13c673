"""The workshop of the transport company: meters, trailers, and work orders from estimate to done."""

from datetime import timedelta

from odoo import Command

from . import stock, workshop_claims

#: Trailers: plate, model.
TRAILERS = (("TR-501", "Curtain 13.6"), ("TR-502", "Curtain 13.6"))

#: Jobs: code, name, hours.
JOBS = (
    ("ENG-10", "Oil and filter change", 1.2),
    ("BRK-20", "Replace the brake pads of an axle", 2.0),
    ("BRK-21", "Replace the brake discs of an axle", 3.5),
    ("ELE-30", "Replace the battery", 0.5),
    ("INS-40", "Inspection before the roadworthiness test", 1.5),
)

#: Orders: vehicle, title, reason, day planned, state, jobs, parts, hours of each mechanic, outside work.
ORDERS = (
    (0, "Service at 300,000 km", "plan", -34, "done", ("ENG-10", "INS-40"),
     (("WS-101", 1), ("WS-102", 38), ("WS-103", 1)), (2.5, 0.5), None),
    (2, "Brakes pull to the left", "defect", -12, "done", ("BRK-20",), (("WS-201", 2),), (2.25,), None),
    (4, "Gearbox slips in the fourth", "defect", -3, "progress", ("INS-40",), (), (1.0,),
     ("Overhaul of the gearbox", 3850)),
    (6, "Does not start", "defect", -1, "progress", ("ELE-30",), (("WS-401", 2),), (0.75,), None),
    (1, "Brake discs, front axle", "defect", 2, "confirmed", ("BRK-21",),
     (("WS-202", 2), ("WS-201", 1)), (), None),
    (8, "Mirror torn off while parked", "accident", 5, "draft", (), (), (), ("Mirror and paint", 640)),
)  # fmt: skip


def make(demo):
    """Switch the workshop on where the lorries are, and let it have worked."""
    house = demo.houses["freight"]
    house.company.crmx_use_workshop = True
    vehicles = house.env["fleet.vehicle"].browse(
        [v.id for v in demo.vehicles if v.company_id == house.company]
    )
    vehicles.action_crmx_keep_meters()
    _read_hours(demo, house, vehicles)
    _couple(demo, house, vehicles)
    jobs = house.env["crmx.workshop.job"].create(
        [{"code": code, "name": name, "norm_hours": hours} for code, name, hours in JOBS]
    )
    bays = house.env["crmx.workshop.bay"].create(
        [{"name": f"Bay {number}", "company_id": house.company.id, "color": number} for number in (1, 2, 3)]
    )
    _inspect(demo, house, vehicles)
    _plan(demo, house, jobs.grouped("code"))
    for number, row in enumerate(ORDERS):
        _order(demo, house, vehicles[row[0]], row, jobs.grouped("code"), bays[number % 3])
    workshop_claims.make(demo, house, vehicles)


def _read_hours(demo, house, vehicles):
    """Refrigerating units count hours."""
    coolers = vehicles.filtered(lambda vehicle: "Reefer" in vehicle.model_id.name)
    house.env["crmx.meter.reading"].create(
        [
            {
                "vehicle_id": vehicle.id,
                "kind": "hours",
                "date": demo.moment(demo.day(-30 * month), demo.rng("hours")),
                "value": 9800 - 260 * month,
            }
            for vehicle in coolers
            for month in range(12)
        ]
    )


def _couple(demo, house, vehicles):
    models = house.env["fleet.vehicle.model"]
    brand = house.env["fleet.vehicle.model.brand"].create({"name": "Trellwyn"})
    trailer_model = models.create({"name": TRAILERS[0][1], "brand_id": brand.id, "vehicle_type": "trailer"})
    couplings = []
    for number, (plate, _model) in enumerate(TRAILERS):
        trailer = house.env["fleet.vehicle"].create(
            {
                "license_plate": plate,
                "model_id": trailer_model.id,
                "company_id": house.company.id,
                "acquisition_date": demo.day(-700),
            }
        )
        changed = demo.moment(demo.day(-200 + 20 * number), demo.rng("couple"))
        for tractor, start, end in (
            (vehicles[number], demo.moment(demo.day(-600), demo.rng("couple")), changed),
            (vehicles[number + 2], changed, False),
        ):
            couplings.append(
                {"trailer_id": trailer.id, "tractor_id": tractor.id, "date_start": start, "date_end": end}
            )
    house.env["crmx.coupling"].create(couplings)


def _plan(demo, house, jobs):
    """Two services of the tractor units, the large one with the small one in it, and a yearly inspection."""
    models = house.env["fleet.vehicle.model"].search([("name", "in", ("H480 Tractor", "K18 Reefer"))])
    common = {"company_id": house.company.id, "model_ids": [Command.set(models.ids)], "makes_orders": False}
    plans = house.env["crmx.maintenance.plan"]
    small = plans.create(
        {
            **common,
            "name": "Small service",
            "distance_interval": 30000,
            "distance_tolerance": 2000,
            "job_ids": [Command.set(jobs["ENG-10"].ids)],
            "part_ids": [
                Command.create({"product_id": house.products[code][0].id, "quantity": quantity})
                for code, quantity in (("WS-101", 1), ("WS-102", 38))
            ],
        }
    )
    plans.create(
        {
            **common,
            "name": "Large service",
            "distance_interval": 90000,
            "time_interval": 1,
            "time_unit": "years",
            "distance_tolerance": 3000,
            "contains_ids": [Command.set(small.ids)],
            "job_ids": [Command.set((jobs["ENG-10"] | jobs["INS-40"]).ids)],
            "part_ids": [
                Command.create({"product_id": house.products[code][0].id, "quantity": quantity})
                for code, quantity in (("WS-101", 1), ("WS-102", 38), ("WS-103", 1), ("WS-104", 2))
            ],
        }
    )


def _inspect(demo, house, vehicles):
    """A checklist, inspections of two vehicles, and defects that drivers reported."""
    checklist = house.env["crmx.inspection.template"].create(
        {
            "name": "Before the trip",
            "vehicle_type": "truck",
            "line_ids": [
                Command.create({"name": name, "severity": severity})
                for name, severity in (
                    ("Lights and indicators", "critical"),
                    ("Brakes, tried", "critical"),
                    ("Windscreen and mirrors", "major"),
                    ("Load secured", "major"),
                )
            ]
            + [
                Command.create(
                    {
                        "name": "Tread of the worst tyre",
                        "answer": "value",
                        "has_low": True,
                        "low": 1.6,
                        "uom": "mm",
                    }
                )
            ],
        }
    )
    for vehicle, failed in ((vehicles[0], None), (vehicles[3], "Windscreen and mirrors")):
        inspection = house.env["crmx.inspection"].create(
            {
                "vehicle_id": vehicle.id,
                "template_id": checklist.id,
                "user_id": demo.users["fleet"].id,
                "date": demo.moment(demo.day(-2), demo.rng("inspect")),
            }
        )
        for line in inspection.line_ids:
            if line.answer == "value":
                line.write({"is_measured": True, "value": 6.5})
            else:
                line.verdict = "fail" if line.name == failed else "pass"
        inspection.action_finish()
    house.env["crmx.defect"].create(
        [
            {
                "vehicle_id": vehicle.id,
                "title": title,
                "severity": severity,
                "partner_id": vehicle.driver_id.id or house.env.user.partner_id.id,
                "date": demo.moment(demo.day(day), demo.rng(title)),
            }
            for vehicle, title, severity, day in (
                (vehicles[5], "Tail lift is slow", "minor", -6),
                (vehicles[7], "Air leaks from the brake line", "critical", -1),
            )
        ]
    )


def _order(demo, house, vehicle, row, jobs, bay):
    _vehicle, title, origin, day, state, codes, parts, hours, outside = row
    rng = demo.rng(title)
    begin = demo.moment(demo.workday(demo.day(day)), rng, last=10)
    garage = demo.suppliers["repair"][0][0]
    order = house.env["crmx.work.order"].create(
        {
            "vehicle_id": vehicle.id,
            "title": title,
            "origin": origin,
            "company_id": house.company.id,
            "user_id": demo.users["fleet"].id,
            "bay_id": bay.id,
            "date_planned": begin,
            "job_ids": [Command.create({"job_id": jobs[code].id}) for code in codes],
            "part_ids": [
                Command.create({"product_id": house.products[code][0].id, "quantity": quantity})
                for code, quantity in parts
            ],
            "outside_ids": [
                Command.create(
                    {
                        "partner_id": garage.id,
                        "product_id": _service(house).id,
                        "name": outside[0],
                        "price_unit": outside[1],
                    }
                )
            ]
            if outside
            else [],
        }
    )
    if state != "draft":
        order.action_confirm()
    if state in ("progress", "done"):
        _work(demo, house, order, begin, hours, rng)
    if state == "done":
        order.job_ids.is_done = True
        order.result = "Done, and tried on the road."
        order.action_finish()
        end = min(begin + timedelta(hours=6), demo.now)
        order.write({"date_end": end, "date_done": end})
        order.service_log_id.date = end.date()


def _service(house):
    """The service that outside work is bought as."""
    found = house.env["product.product"].search([("default_code", "=", "WS-900")], limit=1)
    return found or found.create(
        {
            "default_code": "WS-900",
            "name": "Repair by another workshop",
            "type": "service",
            "sale_ok": False,
            "purchase_method": "purchase",
            "company_id": house.company.id,
        }
    )


def _work(demo, house, order, begin, hours, rng):
    order.date_start = begin
    order.action_start()
    mechanics = [e for e in demo.employees.values() if e.job_title == "Mechanic"]
    house.env["crmx.work.order.time"].create(
        [
            {
                "order_id": order.id,
                "job_id": order.job_ids[:1].id,
                "employee_id": mechanic.id,
                "date_start": begin,
                "hours": spent,
            }
            for mechanic, spent in zip(mechanics, hours, strict=False)
        ]
    )
    stock.validate(house.env, dict.fromkeys(order.picking_ids, begin), {})
