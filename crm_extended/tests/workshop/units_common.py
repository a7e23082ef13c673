from odoo import fields

from .common import WorkshopCommon
from .order_common import OrderMixin


class UnitsCommon(OrderMixin, WorkshopCommon):
    """A truck with two axles, and tyres with serial numbers, valued one by one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_shop()
        cls.layout = cls.env["crmx.axle.layout"].create({"name": "Two axles", "pattern": "2+4", "spares": 1})
        cls.truck_model.write({"crmx_layout_id": cls.layout.id, "crmx_tread_category": "N3"})
        cls.tyre = cls.part(
            "Tyre 315/80",
            0,
            tracking="serial",
            lot_valuated=True,
            crmx_component="tyre",
            crmx_life_distance=100000,
            crmx_tread_new=16,
        )
        cls.battery = cls.part(
            "Battery 225 Ah",
            0,
            tracking="serial",
            lot_valuated=True,
            crmx_component="battery",
            crmx_life_months=36,
            crmx_life_distance=200000,
        )
        # what the products cost at first is older than what was bought since
        values = cls.env["product.value"].search([("product_id", "in", (cls.tyre | cls.battery).ids)])
        values.date = "2020-01-01"
        cls.truck.write({"crmx_road_factor": 0.95, "crmx_work_factor": 0.95})

    @classmethod
    def buy(cls, serial, cost, product=None, date="2026-08-01"):
        """Buy a unit at that cost, on a day."""
        product = product or cls.tyre
        lot = cls.env["stock.lot"].create(
            {"name": serial, "product_id": product.id, "company_id": cls.company.id}
        )
        move = cls.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": 1,
                "product_uom": product.uom_id.id,
                "location_id": cls.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": cls.store.lot_stock_id.id,
                "company_id": cls.company.id,
                "picking_type_id": cls.store.in_type_id.id,
                "value_manual": cost,
            }
        )
        move._action_confirm()
        move.quantity = 1
        move.move_line_ids.lot_id = lot
        move.picked = True
        move._action_done()
        move.date = move.move_line_ids.date = date
        return lot

    def place(self, code, layout=None):
        return (layout or self.layout).position_ids.filtered(lambda position: position.code == code)

    def mount(self, lot, code, date="2026-09-01", vehicle=None, **values):
        """Mount a unit out of the store, as the mechanic, by the dialog."""
        vehicle = vehicle or self.truck
        wizard = self.env["crmx.component.mount"].with_user(self.user)
        wizard.create(
            {
                "vehicle_id": vehicle.id,
                "position_id": self.place(code, vehicle.crmx_layout_id).id,
                "lot_id": lot and lot.id,
                "date": date,
                **values,
            }
        ).action_apply()
        return self.mounted(code, vehicle)

    def mounted(self, code, vehicle=None):
        self.env.invalidate_all()
        return self.env["crmx.component.fitting"].search(
            [
                ("vehicle_id", "=", (vehicle or self.truck).id),
                ("position_id.code", "=", code),
                ("date_end", "=", False),
            ]
        )

    def take_off(self, fitting, destination="stock", date="2026-10-01", **values):
        wizard = self.env["crmx.component.dismount"].with_user(self.user)
        wizard.create(
            {
                "fitting_id": fitting.id,
                "action": "dismount",
                "destination": destination,
                "date": date,
                **values,
            }
        ).action_apply()
        self.env.invalidate_all()

    def rotate(self, fitting, code, date="2026-10-01", **values):
        wizard = self.env["crmx.component.dismount"].with_user(self.user)
        wizard.create(
            {
                "fitting_id": fitting.id,
                "action": "rotate",
                "position_id": self.place(code).id,
                "date": date,
                **values,
            }
        ).action_apply()
        return self.mounted(code)

    def in_store(self, lot):
        """Return how many the store has, and at what value."""
        self.env.invalidate_all()
        quants = lot.quant_ids.filtered(lambda quant: quant.location_id.usage == "internal")
        return sum(quants.mapped("quantity")), lot.with_company(self.company).total_value

    @staticmethod
    def moment(text):
        return fields.Datetime.to_datetime(text)
