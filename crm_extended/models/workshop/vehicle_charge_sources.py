"""Services, contracts and documents as sources of what vehicles cost; and the bills that name vehicles."""

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.vehicle_costs import contract_charges
from ..common.plain_fields import PlainMany2one
from .work_order_cost import OF_ORDER

#: Records that a scheduled action works off before it commits.
CHUNK = 500


class FleetVehicleLogServices(models.Model):
    _inherit = "fleet.vehicle.log.services"

    @api.model_create_multi
    def create(self, vals_list):
        logs = super().create(vals_list)
        if self.env.context.get("crmx_log") is not OF_ORDER:
            logs._crmx_keep_charges()
        return logs

    def write(self, vals):
        result = super().write(vals)
        keys = {"vehicle_id", "company_id", "date", "amount", "state", "active", "account_move_line_id"}
        if (keys | {"description", "service_type_id", "vendor_id"}) & vals.keys():
            self._crmx_keep_charges()
        return result

    def unlink(self):
        self.env["crmx.vehicle.charge"]._keep(self, [])
        return super().unlink()

    @api.private
    def _crmx_keep_charges(self):
        # sudo: what they cost, whoever enters them
        self.env["crmx.vehicle.charge"]._keep(self, self.sudo()._crmx_charges())

    @api.private
    def _crmx_charges(self):
        """Return what was entered by hand: bills and work orders have analytic lines of their own."""
        # sudo: whether they are of orders, whoever enters services
        orders = self.env["crmx.work.order"].sudo().search([("service_log_id", "in", self.ids)])
        return [
            {
                "res_id": log.id,
                "kind": "service",
                "name": log.description or log.service_type_id.name,
                "vehicle_id": log.vehicle_id.id,
                "company_id": log.company_id.id,
                "date": log.date,
                "amount": log.amount,
                "partner_id": log.vendor_id.id,
            }
            for log in self - orders.service_log_id
            if log._crmx_is_charged()
        ]

    @api.private
    def _crmx_is_charged(self):
        said = self.active and self.state != "cancelled" and self.amount and self.date
        return said and not self.account_move_line_id and self.company_id.crmx_use_workshop


class FleetVehicleLogContract(models.Model):
    _inherit = "fleet.vehicle.log.contract"

    crmx_by_bills = fields.Boolean(
        string="Costs come by bills",
        help="Vendor bills name the vehicle, so that the contract's costs are not counted a second time.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        contracts = super().create(vals_list)
        contracts._crmx_keep_charges()
        return contracts

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() - {"notes", "message_main_attachment_id"}:
            self._crmx_keep_charges()
        return result

    def unlink(self):
        self.env["crmx.vehicle.charge"]._keep(self, [])
        return super().unlink()

    @api.private
    def _crmx_keep_charges(self):
        # sudo: what they cost, whoever enters them
        self.env["crmx.vehicle.charge"]._keep(self, self.sudo()._crmx_charges())

    @api.private
    def _crmx_charges(self):
        """Return what they cost month by month until now, as the host's report spreads it."""
        today = fields.Date.context_today(self)
        # sudo: what those cost that are cancelled, until then
        kept = self.env["crmx.vehicle.charge"].sudo()
        result = []
        for contract in self.filtered(lambda c: c.company_id.crmx_use_workshop and not c.crmx_by_bills):
            if contract.state == "closed":
                charges = kept.search([("res_model", "=", self._name), ("res_id", "=", contract.id)])
                found = [(charge.date, charge.amount) for charge in charges]
            else:
                found = contract._crmx_spread(today)
            result += [
                {
                    "res_id": contract.id,
                    "kind": "contract",
                    "name": contract.name or contract.cost_subtype_id.name or self.env._("Contract"),
                    "vehicle_id": contract.vehicle_id.id,
                    "company_id": contract.company_id.id,
                    "date": day,
                    "amount": amount,
                    "partner_id": contract.insurer_id.id,
                }
                for day, amount in found
            ]
        return result

    @api.private
    def _crmx_spread(self, today):
        """Return pairs of a day and an amount: what it costs again and again, and what it cost once."""
        start = self.start_date or self.date
        if not self.active or not start:
            return []
        spread = dict(
            contract_charges(
                self.cost_frequency or "no", self.cost_generated, start, self.expiration_date or None, today
            )
        )
        if self.amount and (once := self.date or start) <= today:
            spread[once] = spread.get(once, 0.0) + self.amount
        return list(spread.items())


class VehicleDocument(models.Model):
    _inherit = "crmx.vehicle.document"

    cost = fields.Monetary(
        help="Without taxes. When a bill says it, choose the bill's line: it is not counted twice."
    )
    bill_line_id = PlainMany2one(
        "account.move.line",
        string="Line of the bill",
        copy=False,
        index="btree_not_null",
        check_company=True,
        groups="account.group_account_invoice,account.group_account_readonly",
        domain="[('display_type', '=', 'product'), ('parent_state', '!=', 'cancel'),"
        " ('move_id.move_type', 'in', ('in_invoice', 'in_receipt'))]",
    )
    is_billed = fields.Boolean(string="Billed", compute="_compute_is_billed", compute_sudo=True)

    _cost_positive = models.Constraint("CHECK (coalesce(cost, 0) >= 0)", "A cost is not below zero.")

    @api.depends("bill_line_id")
    def _compute_is_billed(self):
        for document in self:
            document.is_billed = bool(document.bill_line_id.exists())

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents._crmx_take_bill()
        documents._crmx_keep_charges()
        return documents

    def write(self, vals):
        result = super().write(vals)
        if "bill_line_id" in vals:
            self._crmx_take_bill()
        self._crmx_keep_charges()
        return result

    def unlink(self):
        self.env["crmx.vehicle.charge"]._keep(self, [])
        return super().unlink()

    @api.private
    def _crmx_take_bill(self):
        """Take over what the bill says it cost, net; the vehicle is on the bill's line then."""
        # sudo: of a line that the user chose, which only those may who read bills
        for document in self.sudo().filtered(lambda paper: paper.bill_line_id.exists()):
            line = document.bill_line_id
            document.cost = abs(line.balance)
            if document.vehicle_id and not line.vehicle_id:
                line.vehicle_id = document.vehicle_id
                line.move_id.filtered(lambda move: move.state == "posted")._crmx_log_vehicles()

    @api.private
    def _crmx_keep_charges(self):
        # sudo: what they cost, whoever enters them
        self.env["crmx.vehicle.charge"]._keep(self, self.sudo()._crmx_charges())

    @api.private
    def _crmx_charges(self):
        return [
            {
                "res_id": document.id,
                "kind": "document",
                "name": document.display_name,
                "vehicle_id": document.vehicle_id.id,
                "company_id": document.company_id.id,
                "date": document.date_from,
                "amount": document.cost,
                "partner_id": document.issuer_id.id,
            }
            for document in self
            if document.cost
            and document.vehicle_id
            and not document.bill_line_id.exists()
            and document.company_id.crmx_use_workshop
        ]


class VehicleCharge(models.Model):
    _inherit = "crmx.vehicle.charge"

    @api.model
    @api.private
    def _cron_keep(self):
        """Enter what contracts cost by now, and what was there before the workshop was switched on."""
        companies = self.env["res.company"].search([("crmx_use_workshop", "=", True)])
        for records, method in self._sources(companies):
            for start in range(0, len(records), CHUNK):
                chunk = records[start : start + CHUNK].exists()
                getattr(chunk, method)()
                left = len(records) - start - len(chunk)
                if not self.env["ir.cron"]._commit_progress(len(chunk), remaining=left):
                    return

    @api.model
    @api.private
    def _sources(self, companies):
        """Return pairs of records and the method that has them counted."""
        contracts = self.env["fleet.vehicle.log.contract"].search(
            [("company_id", "in", companies.ids), ("crmx_by_bills", "=", False), ("state", "!=", "closed")],
            order="id",
        )
        return (
            (self._bills_to_count(companies), "_crmx_put_on_vehicles"),
            (self._logs_to_count(companies), "_crmx_keep_charges"),
            (contracts, "_crmx_keep_charges"),
        )

    @api.model
    @api.private
    def _logs_to_count(self, companies):
        """Return services that were entered by hand and have no charge yet."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id FROM fleet_vehicle_log_services l
                 WHERE l.company_id = ANY(%s) AND l.active AND l.state <> 'cancelled' AND l.amount <> 0
                   AND l.account_move_line_id IS NULL
                   AND NOT EXISTS (SELECT FROM crmx_vehicle_charge c
                        WHERE c.res_model = 'fleet.vehicle.log.services' AND c.res_id = l.id)
                   AND NOT EXISTS (SELECT FROM crmx_work_order o WHERE o.service_log_id = l.id)
              ORDER BY l.id
                """,
                companies.ids,
            )
        )
        return self.env["fleet.vehicle.log.services"].browse([log_id for (log_id,) in rows])

    @api.model
    @api.private
    def _bills_to_count(self, companies):
        """Return posted entries with lines that name a vehicle and are on no vehicle's account."""
        plan = self.env["res.company"]._crmx_vehicle_plan()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT l.move_id
                  FROM account_move_line l JOIN account_account a ON a.id = l.account_id
             LEFT JOIN product_product p ON p.id = l.product_id
             LEFT JOIN product_template t ON t.id = p.product_tmpl_id
                 WHERE l.vehicle_id IS NOT NULL AND l.company_id = ANY(%s) AND l.parent_state = 'posted'
                   AND l.display_type = 'product' AND l.balance <> 0 AND a.account_type LIKE 'expense%%'
                   AND t.is_storable IS NOT TRUE
                   AND NOT EXISTS (SELECT FROM stock_move m WHERE m.account_move_id = l.move_id)
                   AND NOT EXISTS (SELECT FROM account_analytic_line x
                        WHERE x.move_line_id = l.id AND x.%s IS NOT NULL)
              ORDER BY l.move_id
                """,
                companies.ids,
                SQL.identifier(plan._column_name()),
            )
        )
        return self.env["account.move"].browse([move_id for (move_id,) in rows])
