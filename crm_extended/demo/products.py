"""What the two companies sell and keep in store."""

from odoo import Command

#: Goods of the trading company: code, name, sales price, cost (its own currency), units in stock
GOODS = (
    ("PK-110", "Corrugated box, double wall, 600 x 400 x 400", 3.4, 1.9, 60000),
    ("PK-120", "Pallet shrink film, 23 µm, 500 mm", 14.5, 8.2, 9000),
    ("PK-130", "Edge protector, 50 x 50 x 1200", 1.2, 0.55, 80000),
    ("PK-140", "Paper void fill, 450 m roll", 38.0, 21.0, 3000),
    ("FX-210", "Hex bolt M12 x 60, galvanised, box of 100", 46.0, 27.5, 4000),
    ("FX-220", "Wall anchor 10 x 80, box of 50", 29.0, 15.8, 5000),
    ("FX-230", "Threaded rod M10, 1 m", 4.9, 2.7, 20000),
    ("TL-310", "Torque wrench 40-200 Nm", 168.0, 104.0, 600),
    ("TL-320", "Cordless impact driver, two batteries", 289.0, 187.0, 500),
    ("TL-330", "Abrasive disc 125 mm, grit 80, box of 50", 54.0, 30.0, 4000),
    ("TL-340", "Welding helmet, automatic", 132.0, 79.0, 500),
    ("WH-410", "Hand pallet truck, 2.5 t", 465.0, 298.0, 250),
    ("WH-420", "Shelving bay, heavy duty, 2000 x 1800 x 600", 312.0, 201.0, 400),
    ("WH-430", "Stackable container, 120 l", 36.0, 20.5, 5000),
    ("WH-440", "Dock bumper, rubber", 58.0, 33.0, 800),
    ("SF-510", "Safety boots S3", 79.0, 44.0, 1500),
    ("SF-520", "Cut-resistant gloves, 12 pairs", 62.0, 35.0, 3000),
    ("SF-530", "Spill kit, 50 l", 145.0, 88.0, 400),
    ("CH-610", "Degreaser, 25 l canister", 96.0, 55.0, 1200),
    ("CH-620", "Wood glue D4, 10 kg", 74.0, 41.0, 1200),
    ("MC-710", "Pallet wrapping machine, semi-automatic", 4850.0, 3320.0, 25),
    ("MC-720", "Belt conveyor, 3 m", 2190.0, 1480.0, 40),
)

#: Services: company, code, name, price
SERVICES = (
    ("trading", "SV-810", "Assembly on site, hour", 68.0),
    ("trading", "SV-820", "Annual maintenance, packing line", 1450.0),
    ("trading", "SV-830", "Express delivery", 45.0),
    ("freight", "FR-110", "Full load Dublin - Rotterdam", 1980.0),
    ("freight", "FR-120", "Full load Cork - Lyon", 2640.0),
    ("freight", "FR-130", "Part load, pallet, Ireland - Benelux", 118.0),
    ("freight", "FR-140", "Refrigerated load Bremen - Dublin", 2890.0),
    ("freight", "FR-150", "Distribution tour, day", 690.0),
    ("freight", "FR-210", "Waiting time, hour", 52.0),
    ("freight", "FR-220", "Fuel surcharge", 145.0),
    ("freight", "FR-230", "Pallet storage, month", 9.5),
)

#: Spare parts of the transport company's workshop: code, name, cost, units in stock
PARTS = (
    ("WS-101", "Oil filter, heavy engine", 31.0, 60),
    ("WS-102", "Engine oil 15W-40, litre", 4.1, 900),
    ("WS-103", "Air filter element", 58.0, 40),
    ("WS-104", "Fuel filter with separator", 44.0, 50),
    ("WS-201", "Brake pad set, axle", 176.0, 24),
    ("WS-202", "Brake disc, ventilated", 142.0, 16),
    ("WS-301", "Tyre 315/80 R22.5, steer", 415.0, 18),
    ("WS-302", "Tyre 315/80 R22.5, drive", 398.0, 24),
    ("WS-401", "Battery 225 Ah", 236.0, 10),
    ("WS-501", "AdBlue, litre", 0.62, 2500),
)


def make(demo):
    """Create the products with what is in stock on the first day of the history."""
    for key, house in demo.houses.items():
        categories = house.env["product.category"]
        goods = categories.create({"name": f"Goods of {house.company.name}"})
        services = categories.create({"name": f"Services of {house.company.name}"})
        services.with_env(house.env).property_account_income_categ_id = house.accounts["freight_income"]
        if key == "trading":
            _make_stocked(house, goods, [(*row, True) for row in GOODS])
        else:
            _make_stocked(
                house,
                goods,
                [(code, name, 0, cost, units, False) for code, name, cost, units in PARTS],
            )
        _make_services(house, services, [row[1:] for row in SERVICES if row[0] == key])
    _stock_up(demo)


def _make_stocked(house, category, rows):
    products = house.env["product.product"].create(
        [
            {
                "default_code": code,
                "name": name,
                "type": "consu",
                "is_storable": True,
                "sale_ok": for_sale,
                "list_price": price,
                "standard_price": cost,
                "categ_id": category.id,
                "company_id": house.company.id,
                "invoice_policy": "delivery",
                "purchase_method": "receive",
            }
            for code, name, price, cost, _units, for_sale in rows
        ]
    )
    for product, (*_rest, units, _for_sale) in zip(products, rows, strict=True):
        house.products[product.default_code] = (product, units)


def _make_services(house, category, rows):
    products = house.env["product.product"].create(
        [
            {
                "default_code": code,
                "name": name,
                "type": "service",
                "purchase_ok": False,
                "list_price": price,
                "categ_id": category.id,
                "company_id": house.company.id,
                "invoice_policy": "order",
                "taxes_id": [Command.set(house.company.account_sale_tax_id.ids)],
            }
            for code, name, price in rows
        ]
    )
    for product in products:
        house.products[product.default_code] = (product, 0)


def _stock_up(demo):
    """Count the opening stock and date its moves to the first day."""
    moment = demo.moment(demo.start, demo.rng("stock"))
    for house in demo.houses.values():
        location = house.warehouse.lot_stock_id
        quants = (
            house.env["stock.quant"]
            .with_context(inventory_mode=True)
            .create(
                [
                    {
                        "product_id": product.id,
                        "location_id": location.id,
                        "inventory_quantity": units,
                    }
                    for product, units in house.products.values()
                    if units
                ]
            )
        )
        quants.action_apply_inventory()
        moves = house.env["stock.move"].search(
            [("company_id", "=", house.company.id), ("is_inventory", "=", True)]
        )
        moves.write({"date": moment})
        moves.move_line_ids.write({"date": moment})
