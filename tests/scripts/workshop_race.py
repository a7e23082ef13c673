# Several people in the workshop at the same moment; after together.py.
from odoo import Command

company = env.company
company.crmx_use_workshop = True
brand = env["fleet.vehicle.model.brand"].create({"name": "Race"})
kinds = ("truck", "trailer")
models = env["fleet.vehicle.model"].create(
    [{"name": kind, "brand_id": brand.id, "vehicle_type": kind} for kind in kinds]
)
truck, other, trailer = env["fleet.vehicle"].create(
    [{"model_id": model.id, "company_id": company.id} for model in (models[0], models[0], models[1])]
)
part = env["product.product"].create({"name": "Race", "is_storable": True, "standard_price": 50})
store = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
env["stock.quant"]._update_available_quantity(part, store.lot_stock_id, 2)
order = env["crmx.work.order"].create(
    {
        "title": "Race",
        "vehicle_id": truck.id,
        "company_id": company.id,
        "part_ids": [Command.create({"product_id": part.id, "quantity": 2})],
    }
)
order.action_confirm()
order.action_start()
env["crmx.meter.reading"].create({"vehicle_id": truck.id, "date": "2026-09-01", "value": 1000})
env.cr.commit()


def read(mine, value):
    """On the same day, one higher than the other, an hour earlier."""
    hour = 8 if value == 1200 else 9
    mine["crmx.meter.reading"].create(
        {"vehicle_id": truck.id, "date": f"2026-09-02 0{hour}:00:00", "value": value}
    )


def couple(mine, number):
    mine["crmx.coupling"].create(
        {
            "trailer_id": trailer.id,
            "tractor_id": (truck, other)[number].id,
            "date_start": "2026-09-01",
            "date_end": "2026-09-05",
        }
    )


def couplings():
    return env["crmx.coupling"].search_count([("trailer_id", "=", trailer.id)])


print("issued:", together(2, lambda mine, _number: mine["crmx.work.order"].browse(order.id).action_issue()))
print("cost:", order.cost_parts)
print(
    "finished:", together(2, lambda mine, _number: mine["crmx.work.order"].browse(order.id).action_finish())
)
print("logs:", len(truck.log_services))
print("read:", together(2, lambda mine, number: read(mine, (1200, 1100)[number])))
print("coupled:", together(2, couple))
print("couplings:", couplings())
env["crmx.coupling"].search([("trailer_id", "=", trailer.id)]).unlink()
for name in ("crmx_coupling_trailer_once", "crmx_coupling_place_once"):
    env.cr.execute(f"ALTER TABLE crmx_coupling DROP CONSTRAINT IF EXISTS {name}")
env.cr.commit()
print("by locks:", together(2, couple))
print("left:", couplings())
axles = env["crmx.axle.layout"].create({"name": "Race", "pattern": "2+4"})
models[0].crmx_layout_id = axles
tyre = env["product.product"].create(
    {"name": "Race", "is_storable": True, "tracking": "serial", "crmx_component": "tyre"}
)
unit = env["stock.lot"].create({"name": "R-1", "product_id": tyre.id, "company_id": company.id})
env["stock.quant"]._update_available_quantity(tyre, store.lot_stock_id, 1, lot_id=unit)
env.cr.commit()


def mount(mine, number):
    """The same tyre on two vehicles."""
    browse = {name: mine[name].browse for name in ("fleet.vehicle", "crmx.component.position", "stock.lot")}
    mine["crmx.component.fitting"]._mount(
        browse["fleet.vehicle"]((truck, other)[number].id),
        browse["crmx.component.position"](axles.position_ids[0].id),
        browse["stock.lot"](unit.id),
    )


print("mounted:", together(2, mount))
print("fittings:", env["crmx.component.fitting"].search_count([("lot_id", "=", unit.id)]))
plan = env["crmx.maintenance.plan"].create(
    {
        "name": "Race",
        "company_id": company.id,
        "time_interval": 1,
        "vehicle_ids": [Command.set((truck | other).ids)],
    }
)
rows = plan.maintenance_ids
rows.write({"last_date": "2026-01-01"})
env.cr.commit()
print("planned:", together(3, lambda mine, _number: mine["crmx.maintenance"].browse(rows.ids)._make_orders()))
print("orders:", env["crmx.work.order"].search_count([("title", "=", "Race"), ("origin", "=", "plan")]))
