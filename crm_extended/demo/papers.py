"""Papers of vehicles, trailers and drivers, some of which end soon; what vehicles should cost."""

from datetime import timedelta

#: kind, days until the last one ends for the first vehicle and from one to the next, length in days, cost
OF_VEHICLES = (
    ("insurance", 20, 27, 365, 0),
    ("inspection", -4, 31, 365, 95),
    ("tachograph", 45, 60, 730, 160),
)
OF_TRAILERS = (("trailer_inspection", 12, 40, 365, 80),)
#: kind, as above; categories
OF_DRIVERS = (("licence", 300, 90, 1825, ("CE",)), ("medical", 15, 70, 1825, ()))


def make(demo):
    """Enter papers of the transport company."""
    house = demo.houses["freight"]
    vehicles = house.env["fleet.vehicle"].search([("company_id", "=", house.company.id)], order="id")
    trailers = vehicles.filtered(lambda vehicle: vehicle.vehicle_type == "trailer")
    engines = vehicles - trailers
    engines.write({"crmx_planned_distance": 8500, "crmx_life_months": 96})
    vals_list = []
    for kinds, owners, name in (
        (OF_VEHICLES, engines, "vehicle_id"),
        (OF_TRAILERS, trailers, "vehicle_id"),
        (OF_DRIVERS, engines.driver_id, "partner_id"),
    ):
        for row in kinds:
            vals_list += _papers(demo, house, row, owners, name)
    documents = house.env["crmx.vehicle.document"].create(vals_list)
    charges = house.env["crmx.vehicle.charge"]
    for records, method in charges._sources(house.company):
        getattr(records, method)()  # bills, services and contracts from before
    documents.filtered(lambda paper: paper.date_warn and paper.date_warn <= demo.today)._remind()


def _papers(demo, house, row, owners, owner_name):
    key, first, step, length, extra = row
    kind = house.env.ref(f"crm_extended.crmx_vehicle_document_kind_{key}")
    concerned = kind._of(owners) if owner_name == "vehicle_id" else owners
    result = []
    for number, owner in enumerate(concerned):
        end = demo.day(first + step * number)
        values = {
            "kind_id": kind.id,
            owner_name: owner.id,
            "company_id": house.company.id,
            "number": f"{key[:3].upper()}-{1000 + 37 * number}",
            "date_from": end - timedelta(days=length - 1),
            "date_to": end,
            "user_id": demo.users["fleet"].id,
        }
        if owner_name == "partner_id":
            values["category_ids"] = [
                house.env.ref(f"crm_extended.crmx_licence_category_{name.lower()}").id for name in extra
            ]
        else:
            values["cost"] = extra and extra + 10 * number
        result.append(values)
    return result
