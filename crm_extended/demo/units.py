"""Tyres and batteries of the transport company: on axles, measured, one of them too worn to drive on."""

#: Axle layouts of models: name of the model, external id of the layout, category.
LAYOUTS = (
    ("H480 Tractor", "axle_layout_truck", "N3"),
    ("H260 Distribution", "axle_layout_truck", "N3"),
    ("K18 Reefer", "axle_layout_truck", "N3"),
    ("Cargo 3.5", "axle_layout_car", "N1"),
    ("Curtain 13.6", "axle_layout_trailer", "O4"),
)

#: Products: code, name, kind, cost, life in km, life in months, tread when new.
PRODUCTS = (
    ("WS-311", "Tyre 315/80 R22.5, numbered", "tyre", 398.0, 240000, 0, 16),
    ("WS-312", "Tyre 385/65 R22.5, numbered", "tyre", 436.0, 210000, 0, 15),
    ("WS-411", "Battery 225 Ah, numbered", "battery", 236.0, 0, 48, 0),
)

#: In the catalogue: code of the part, model, kind, number of the vehicle's maker.
FITS = (
    ("WS-101", "H480 Tractor", None, "A 000 180 2909"),
    ("WS-103", "H480 Tractor", None, "A 004 094 2404"),
    ("WS-201", "H480 Tractor", None, "A 000 420 5020"),
    ("WS-202", "K18 Reefer", None, "A 942 421 1212"),
    ("WS-102", None, "truck", "228.51-15W40"),
    ("WS-401", None, "truck", "A 004 541 9201"),
)


def make(demo):
    """Give the lorries and trailers their tyres, and the store some more."""
    house = demo.houses["freight"]
    models = _lay_axles(house)
    products = _make_products(house)
    vehicles = house.env["fleet.vehicle"].search(
        [("company_id", "=", house.company.id), ("model_id", "in", models.ids)], order="id"
    )
    rng = demo.rng("units")
    trailer = vehicles.filtered(lambda vehicle: vehicle.vehicle_type == "trailer")[:1]
    for number, vehicle in enumerate((vehicles - trailer)[:5] | trailer):
        _mount(demo, rng, vehicle, products, since=160 + 55 * number)
    _stock(house, products["tyre"][0], demo.moment(demo.day(-30), rng))
    _catalogue(house)


def _lay_axles(house):
    models = house.env["fleet.vehicle.model"]
    for name, layout, category in LAYOUTS:
        found = models.search([("name", "=", name)], limit=1)
        found.write(
            {"crmx_layout_id": house.env.ref(f"crm_extended.{layout}").id, "crmx_tread_category": category}
        )
        models |= found
    return models


def _make_products(house):
    products = house.env["product.product"].create(
        [
            {
                "default_code": code,
                "name": name,
                "is_storable": True,
                "tracking": "serial",
                "lot_valuated": True,
                "categ_id": house.products["WS-101"][0].categ_id.id,
                "company_id": house.company.id,
                "sale_ok": False,
                "standard_price": cost,
                "crmx_component": kind,
                "crmx_life_distance": distance,
                "crmx_life_months": months,
                "crmx_tread_new": tread,
            }
            for code, name, kind, cost, distance, months, tread in PRODUCTS
        ]
    )
    return products.grouped("crmx_component")


def _mount(demo, rng, vehicle, products, since):
    """Everything that the vehicle came with, a tyre exchanged since, and what was measured."""
    fittings = vehicle.env["crmx.component.fitting"]
    checks = []
    tread_new = 16
    for position in vehicle.crmx_layout_id.position_ids:
        of_kind = products[position.component]
        product = of_kind[:1] if position.component == "battery" or position.axle else of_kind[-1:]
        lot = vehicle.env["stock.lot"].create(
            {
                "name": f"{vehicle.license_plate[-4:]}-{position.code}",
                "product_id": product.id,
                "company_id": vehicle.company_id.id,
            }
        )
        moment = demo.moment(demo.day(-since - rng.randint(0, 90)), rng)
        row = fittings._mount(
            vehicle, position, lot, "vehicle", date_start=moment, value=product.standard_price
        )
        if position.component == "tyre" and position.axle:
            tread = max(1.4, tread_new - 13.5 * row.worn - rng.uniform(0, 1))
            checks.append(
                {"lot_id": lot.id, "tread": round(tread, 1), "date": demo.moment(demo.day(-5), rng)}
            )
    checks[-1]["tread"] = 0.8 if since == 215 else checks[-1]["tread"]
    rows = fittings.search([("vehicle_id", "=", vehicle.id), ("date_end", "=", False)])
    front = rows.filtered(lambda row: row.position_id.code == "1L")
    right = rows.position_id.filtered(lambda position: position.code == "1R")
    front._rotate(right, demo.moment(demo.day(-60), rng))
    vehicle.env["crmx.component.check"].create(checks)


def _stock(house, product, moment):
    """Some of them in the store, to be mounted; counted at a moment."""
    store = house.env["stock.warehouse"].search([("company_id", "=", house.company.id)], limit=1)
    lots = house.env["stock.lot"].create(
        [
            {"name": f"DOT-{2640 + number}", "product_id": product.id, "company_id": house.company.id}
            for number in range(8)
        ]
    )
    quants = house.env["stock.quant"].create(
        [
            {
                "product_id": product.id,
                "location_id": store.lot_stock_id.id,
                "lot_id": lot.id,
                "inventory_quantity": 1,
            }
            for lot in lots
        ]
    )
    quants.action_apply_inventory()
    moves = house.env["stock.move"].search([("product_id", "=", product.id), ("is_inventory", "=", True)])
    moves.date = moves.move_line_ids.date = moment


def _catalogue(house):
    models = house.env["fleet.vehicle.model"]
    for code, name, kind, number in FITS:
        template = house.products[code][0].product_tmpl_id
        template.write(
            {
                "crmx_fit_ids": [
                    (0, 0, {"model_id": models.search([("name", "=", name)], limit=1).id})
                    if name
                    else (0, 0, {"vehicle_type": kind})
                ],
                "crmx_number_ids": [(0, 0, {"number": number, "brand": "Halvorsen"})],
            }
        )
    steer, drive = (house.products[code][0].product_tmpl_id for code in ("WS-301", "WS-302"))
    steer.crmx_replacement_ids = [(0, 0, {"replacement_id": drive.id, "both_ways": False})]
