"""Twelve vehicles with drivers, odometer readings, services and contracts over 24 months."""

from datetime import timedelta

#: key of the category: name
CATEGORIES = {"tractor": "Tractor unit", "truck": "Rigid truck", "van": "Van", "car": "Car"}

#: brand, model, category, fuel, power kW, CO2 g/km, value
MODELS = {
    "H480": ("Halvorsen", "H480 Tractor", "tractor", "diesel", 353, 760, 98000),
    "H260": ("Halvorsen", "H260 Distribution", "truck", "diesel", 191, 590, 71000),
    "K18": ("Karrow", "K18 Reefer", "truck", "diesel", 235, 640, 88000),
    "V3": ("Vantis", "Cargo 3.5", "van", "diesel", 103, 215, 34000),
    "E1": ("Vantis", "Cargo E", "van", "electric", 100, 0, 46000),
    "S2": ("Ostvik", "Saloon 2.0", "car", "diesel", 110, 128, 31000),
}

#: category: the kind of vehicle
KINDS = {"tractor": "truck", "truck": "truck", "van": "van", "car": "car"}

#: plate, model, driver, km a month, km two years ago, age in days when registered, company
VEHICLES = (
    ("241-D-9001", "H480", "Cormac Ballyrowan", 9800, 182000, 1510, "freight"),
    ("241-D-9002", "H480", "Łukasz Jaworzyński", 9400, 95000, 1040, "freight"),
    ("241-D-9003", "H480", "Niamh Mac Gearailt", 8900, 260400, 1890, "freight"),
    ("242-D-9004", "H480", "Wouter Terpmeijer", 9100, 0, 640, "freight"),
    ("231-D-9005", "H260", "Íñigo Castañar", 4200, 71000, 1220, "freight"),
    ("231-D-9006", "H260", "Torsten Brandtmeier", 3900, 68500, 1225, "freight"),
    ("222-D-9007", "K18", "Aoife Tierneagh", 6100, 143000, 1610, "freight"),
    ("222-D-9008", "K18", "Paweł Kłosek", 5800, 137500, 1612, "freight"),
    ("232-D-9009", "V3", "", 2100, 40200, 1100, "freight"),
    ("242-D-9010", "E1", "Gareth Thistlewick", 1400, 0, 520, "freight"),
    ("MD-4BX901", "V3", "Marcus Villanova", 1900, 22800, 900, "trading"),
    ("MD-7CQ902", "S2", "Wendy Sutterfield", 1700, 15600, 860, "trading"),
)

#: name of the service, every so many km, least and most cost
SERVICES = (
    ("Oil and filter change", 30000, 260, 520),
    ("Brake check", 45000, 90, 180),
    ("Tyre rotation", 60000, 60, 140),
    ("Major inspection", 100000, 850, 1600),
)


def make(demo):
    """Create the vehicles with what happened to them."""
    rng = demo.rng("fleet")
    models, types = _make_models(demo), _make_service_types(demo)
    state = demo.env.ref("fleet.fleet_vehicle_state_registered", raise_if_not_found=False)
    for row in VEHICLES:
        vehicle = _make_vehicle(demo, models, state, row)
        readings = _make_readings(demo, rng, vehicle, row)
        _make_services(demo, rng, vehicle, types, readings)
        _make_contracts(demo, vehicle, row)
        demo.vehicles.append(vehicle)


def _make_models(demo):
    env, models, brands = demo.env, {}, {}
    categories = {
        key: env["fleet.vehicle.model.category"].create({"name": name}) for key, name in CATEGORIES.items()
    }
    for key, (brand, name, category, fuel, power, co2, _value) in MODELS.items():
        if brand not in brands:
            brands[brand] = env["fleet.vehicle.model.brand"].create({"name": brand})
        models[key] = env["fleet.vehicle.model"].create(
            {
                "name": name,
                "brand_id": brands[brand].id,
                "vehicle_type": KINDS[category],
                "category_id": categories[category].id,
                "default_fuel_type": fuel,
                "power": power,
                "default_co2": co2,
                "transmission": "automatic",
            }
        )
    return models


def _make_service_types(demo):
    names = [name for name, _km, _low, _high in SERVICES] + ["Roadside assistance", "Washing"]
    types = demo.env["fleet.service.type"].create([{"name": name, "category": "service"} for name in names])
    return types.grouped("name")


def _make_vehicle(demo, models, state, row):
    plate, model, driver, _km, _start, age, house_key = row
    house = demo.houses[house_key]
    employee = demo.employees.get(driver)
    registered = demo.day(-age)
    vehicle = house.env["fleet.vehicle"].create(
        {
            "license_plate": plate,
            "vin_sn": f"DEMO{plate.replace('-', '').rjust(13, '0')}",
            "model_id": models[model].id,
            "company_id": house.company.id,
            "driver_id": employee.work_contact_id.id if employee else False,
            "manager_id": demo.users["fleet" if house_key == "freight" else "manager"].id,
            "state_id": state.id if state else False,
            "acquisition_date": registered,
            "order_date": registered - timedelta(days=60),
            "contract_date_start": registered,
            "model_year": str(registered.year),
            "car_value": MODELS[model][-1],
            "net_car_value": round(MODELS[model][-1] * 0.93),
            "residual_value": round(MODELS[model][-1] * 0.25),
            "location": house.company.city,
        }
    )
    # Odoo dates the driver's assignment to this moment
    vehicle.log_drivers.write({"date_start": max(registered, demo.start)})
    return demo.register(f"vehicle_{plate.split('-')[-1]}", vehicle)


def _make_readings(demo, rng, vehicle, row):
    """Monthly readings of the odometer, rising; returns them by day."""
    _plate, _model, _driver, km_month, start, age, _house = row
    day = max(demo.start, demo.day(-age))
    value, readings = float(start), {}
    while day < demo.today:
        readings[day] = round(value)
        day += timedelta(days=30 + rng.randint(-4, 4))
        value += km_month * rng.uniform(0.8, 1.15)
    records = vehicle.env["fleet.vehicle.odometer"].create(
        [{"vehicle_id": vehicle.id, "date": day, "value": value} for day, value in readings.items() if value]
    )
    return {record.date: record for record in records}


def _make_services(demo, rng, vehicle, types, readings):
    """A service whenever a reading passes a multiple of its interval, and one planned ahead."""
    vals_list, previous = [], None
    for day, reading in readings.items():
        for name, interval, low, high in SERVICES:
            passed = previous is not None and reading.value // interval > previous // interval
            if passed:
                vals_list.append(_service(demo, rng, vehicle, types[name], day, low, high))
                vals_list[-1]["odometer_id"] = reading.id
        if rng.random() < 0.12:
            vals_list.append(_service(demo, rng, vehicle, types["Washing"], day, 25, 60))
        if rng.random() < 0.02:
            name = "Roadside assistance"
            vals_list.append(_service(demo, rng, vehicle, types[name], day, 180, 640))
        previous = reading.value
    planned = _service(demo, rng, vehicle, types["Brake check"], demo.day(12), 90, 180)
    vals_list.append({**planned, "state": "new"})
    vehicle.env["fleet.vehicle.log.services"].create(vals_list)


def _service(demo, rng, vehicle, kind, day, low, high):
    repairs = demo.suppliers["repair"][0][0]
    return {
        "vehicle_id": vehicle.id,
        "service_type_id": kind.id,
        "date": day,
        "amount": round(rng.uniform(low, high), 2),
        "vendor_id": repairs.id if rng.random() < 0.3 else False,
        "state": "done",
        "company_id": vehicle.company_id.id,
        "description": kind.name,
    }


def _make_contracts(demo, vehicle, row):
    """Insurance year by year; the current one ends within weeks for some, has ended for one."""
    number = VEHICLES.index(row)
    end = demo.day(-9 if number == 5 else 20 + 27 * number)
    insurance = vehicle.env.ref("fleet.type_contract_omnium", raise_if_not_found=False)
    insurer = demo.suppliers["insurance"][0][0]
    vals_list = []
    for years in range(2):
        expiry = end - timedelta(days=365 * years)
        vals_list.append(
            {
                "vehicle_id": vehicle.id,
                "cost_subtype_id": insurance.id if insurance else False,
                "start_date": expiry - timedelta(days=364),
                "date": expiry - timedelta(days=364),
                "expiration_date": expiry,
                "state": "open" if expiry >= demo.today else "expired",
                "insurer_id": insurer.id,
                "user_id": vehicle.manager_id.id,
                "company_id": vehicle.company_id.id,
                "ins_ref": f"SM-{number + 1:02d}/{expiry.year}",
                "cost_generated": 115 + 12 * number,
                "cost_frequency": "monthly",
            }
        )
    vehicle.env["fleet.vehicle.log.contract"].create(vals_list)
