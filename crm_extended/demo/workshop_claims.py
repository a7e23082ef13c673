"""What the workshop of the transport company has approved, and gets back from vendors and insurers."""

from odoo import Command

#: Estimates above that are approved.
LIMIT = 2500


def make(demo, house, vehicles):
    """Plan mechanics; a claim to a vendor, an accident, and an estimate that waits for approval."""
    house.company.write({"crmx_mechanic_hour": 38})
    _plan_mechanics(demo, house)
    _claim(demo, house, vehicles[2])
    _accident(demo, house)
    house.company.write({"crmx_estimate_approval": True, "crmx_estimate_limit": LIMIT})
    _ask(demo, house, vehicles[3])


def _open_orders(house):
    states = ("draft", "confirmed", "progress")
    return house.env["crmx.work.order"].search(
        [("company_id", "=", house.company.id), ("state", "in", states)], order="id"
    )


def _plan_mechanics(demo, house):
    mechanics = [e for e in demo.employees.values() if e.job_title == "Mechanic"]
    jobs = _open_orders(house).job_ids
    for number, job in enumerate(jobs):
        job.employee_ids = mechanics[number % len(mechanics)]


def _claim(demo, house, vehicle):
    """Pads that were put on twelve days ago are worn through: their vendor is asked to pay."""
    pads = house.products["WS-201"][0]
    pads.write({"crmx_warranty_months": 24, "crmx_warranty_distance": 60000})
    order = house.env["crmx.work.order"].create(
        {
            "vehicle_id": vehicle.id,
            "title": "Brake pads worn through again",
            "origin": "defect",
            "company_id": house.company.id,
            "user_id": demo.users["fleet"].id,
            "date_planned": demo.moment(demo.workday(demo.day(1)), demo.rng("claim"), last=10),
            "description": "The pads that were replaced lately are worn down to the metal.",
            "part_ids": [Command.create({"product_id": pads.id, "quantity": 2})],
        }
    )
    order.action_confirm()
    order.action_claim()
    claim = order.claim_ids
    if not claim.partner_id:
        claim.partner_id = demo.suppliers["repair"][0][0]
    claim.user_id = demo.users["fleet"]
    claim.action_mark_sent()


def _accident(demo, house):
    """The mirror that was torn off: reported to the insurer."""
    order = _open_orders(house).filtered(lambda order: order.origin == "accident")[:1]
    order.action_insurance_case()
    case = order.insurance_case_id
    case.write(
        {
            "date": demo.moment(demo.day(-4), demo.rng("accident")),
            "place": "Lay-by on the ring road",
            "description": "Parked and locked. A passing lorry tore off the left mirror and drove on.",
            "fault": "other",
            "insurer_id": demo.suppliers["insurance"][0][0].id,
            "policy": "KA-2041-77",
            "insurer_reference": "S-118204",
            "deductible": 300,
            "user_id": demo.users["fleet"].id,
        }
    )
    case.action_take_costs()
    case.action_report()


def _ask(demo, house, vehicle):
    garage = demo.suppliers["repair"][0][0]
    service = house.env["product.product"].search([("default_code", "=", "WS-900")], limit=1)
    outside = {"partner_id": garage.id, "product_id": service.id}
    order = house.env["crmx.work.order"].create(
        {
            "vehicle_id": vehicle.id,
            "title": "Engine loses oil at the crankshaft",
            "origin": "defect",
            "company_id": house.company.id,
            "user_id": demo.users["fleet"].id,
            "date_planned": demo.moment(demo.workday(demo.day(4)), demo.rng("ask"), last=10),
            "outside_ids": [
                Command.create({**outside, "name": "Reseal the crankshaft, engine out", "price_unit": 4150})
            ],
        }
    )
    order.action_ask()
