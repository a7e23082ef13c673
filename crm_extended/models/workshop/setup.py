"""What a company needs before its workshop can work: made when it is switched on, and kept when it goes."""

from odoo import api, fields, models


def remembered(records, key, values):
    """Return the record that a system parameter names; make it when there is none.

    Such records are the company's own, not the add-on's: costs hang on them that outlast it.
    """
    # sudo: the parameter holds an id, read and written for whoever needs the record first
    parameters = records.env["ir.config_parameter"].sudo()
    name = f"crm_extended.workshop_{key}"
    found = records.browse(int(parameters.get_param(name, 0))).exists()
    if not found:
        found = records.create(values)
        parameters.set_param(name, str(found.id))
    return found


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies.filtered("crmx_use_workshop")._crmx_set_up_workshop()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if vals.get("crmx_use_workshop"):
            self._crmx_set_up_workshop()
        return result

    @api.private
    def _crmx_set_up_workshop(self):
        """Make the places and the operation type of each warehouse, and the analytic plan of vehicles."""
        self._crmx_vehicle_plan()
        # sudo: whoever may switch it on may not manage warehouses; branches have those of their company
        warehouses = self.env["stock.warehouse"].sudo()
        warehouses.search([("company_id", "child_of", self.ids)])._crmx_add_workshop()

    @api.model
    @api.private
    def _crmx_vehicle_plan(self):
        """Return the analytic plan with one account for each vehicle."""
        # sudo: as in setting up
        plans = self.env["account.analytic.plan"].sudo()
        return remembered(plans, "plan_id", {"name": self.env._("Vehicles")})


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    crmx_workshop_type_id = fields.Many2one(
        "stock.picking.type", string="Parts for Vehicles", check_company=True, copy=False
    )
    crmx_vehicle_location_id = fields.Many2one(
        "stock.location",
        string="On Vehicles",
        check_company=True,
        copy=False,
        help="Where parts are once they are on a vehicle: no stock any more. With an account on it, products "
        "valued in real time are booked there when they are issued.",
    )
    crmx_repair_location_id = fields.Many2one(
        "stock.location", string="Repair Pool", check_company=True, copy=False, help="Old units to be mended."
    )

    @api.model_create_multi
    def create(self, vals_list):
        warehouses = super().create(vals_list)
        warehouses.filtered("company_id.crmx_use_workshop")._crmx_add_workshop()
        return warehouses

    @api.private
    def _crmx_add_workshop(self):
        """Give warehouses what they lack for issuing parts to vehicles."""
        for warehouse in self.filtered(lambda w: not w.crmx_workshop_type_id):
            places = self.env["stock.location"].create(
                [
                    {
                        "name": self.env._("Vehicles of %s", warehouse.code),
                        "usage": "production",
                        "company_id": warehouse.company_id.id,
                        "valuation_account_id": warehouse.company_id.expense_account_id.id,
                    },
                    {
                        "name": self.env._("Repair pool"),
                        "usage": "internal",
                        "location_id": warehouse.view_location_id.id,
                        "company_id": warehouse.company_id.id,
                    },
                ]
            )
            operation = self.env["stock.picking.type"].create(
                {
                    "name": self.env._("Parts for Vehicles"),
                    "code": "internal",
                    "sequence_code": "WS",
                    "warehouse_id": warehouse.id,
                    "company_id": warehouse.company_id.id,
                    "default_location_src_id": warehouse.lot_stock_id.id,
                    "default_location_dest_id": places[0].id,
                    "use_create_lots": True,
                    "use_existing_lots": True,
                    "sequence": 80,
                }
            )
            warehouse.write(
                {
                    "crmx_workshop_type_id": operation.id,
                    "crmx_vehicle_location_id": places[0].id,
                    "crmx_repair_location_id": places[1].id,
                }
            )


class FleetVehicle(models.Model):
    _inherit = "fleet.vehicle"

    crmx_analytic_account_id = fields.Many2one(
        "account.analytic.account",
        string="Analytic account",
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
        help="What the vehicle costs is seen there, line by line.",
    )
    crmx_work_order_ids = fields.One2many("crmx.work.order", "vehicle_id", string="Work orders")
    crmx_work_order_count = fields.Integer(compute="_compute_crmx_work_order_count")
    crmx_in_workshop = fields.Boolean(
        string="Out of service", compute="_compute_crmx_in_workshop", search="_search_crmx_in_workshop"
    )

    def _compute_crmx_work_order_count(self):
        counts = dict(
            self.env["crmx.work.order"]._read_group(
                [("vehicle_id", "in", self.ids)], ["vehicle_id"], ["__count"]
            )
        )
        for vehicle in self:
            vehicle.crmx_work_order_count = counts.get(vehicle, 0)

    @api.depends(
        "crmx_work_order_ids.state", "crmx_work_order_ids.date_start", "crmx_work_order_ids.date_end"
    )
    def _compute_crmx_in_workshop(self):
        # sudo: whether it can be used, whoever asks
        orders = self.env["crmx.work.order"].sudo()
        standing = orders.search(
            orders._standing_domain(fields.Datetime.now()) & fields.Domain("vehicle_id", "in", self.ids)
        ).vehicle_id
        for vehicle in self:
            vehicle.crmx_in_workshop = vehicle in standing.sudo(False)

    @api.model
    def _search_crmx_in_workshop(self, operator, value):
        if operator != "in":
            return NotImplemented
        orders = self.env["crmx.work.order"].sudo()  # sudo: as in the compute
        standing = orders._search(orders._standing_domain(fields.Datetime.now()))
        return [("crmx_work_order_ids", "in", standing)]

    @api.private
    def _crmx_analytic_accounts(self):
        """Return the analytic accounts, made for those that have none."""
        # sudo: an account for a vehicle that something is spent on, whoever spends it
        vehicles = self.sudo()
        for vehicle in vehicles.filtered(lambda v: not v.crmx_analytic_account_id):
            vehicle.crmx_analytic_account_id = vehicle.env["account.analytic.account"].create(
                {
                    "name": vehicle.license_plate or vehicle.name,
                    "plan_id": vehicle.env["res.company"]._crmx_vehicle_plan().id,
                    "company_id": vehicle.company_id.id,
                }
            )
        return vehicles.crmx_analytic_account_id

    def action_crmx_open_work_orders(self):
        """List the work orders."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_work_order_action"),
            "domain": [("vehicle_id", "in", self.ids)],
            "context": {"default_vehicle_id": self[:1].id},
        }
