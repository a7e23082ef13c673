from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class MaintenanceNeed(models.Model):
    """Parts that planned maintenance will need: a row for each part of what is due and not ordered yet.

    A small service needs none of its own when a large one that contains it is due by then.
    """

    _name = "crmx.maintenance.need"
    _description = "Parts for Planned Maintenance"
    _auto = False
    _order = "date_due, id"
    _rec_name = "product_id"
    _depends = {
        "crmx.maintenance": ["plan_id", "vehicle_id", "company_id", "date_due", "work_order_id"],
        "crmx.maintenance.plan.part": ["plan_id", "product_id", "quantity"],
    }

    date_due = fields.Date(string="Due", readonly=True)
    vehicle_id = fields.Many2one("fleet.vehicle", readonly=True)
    plan_id = fields.Many2one("crmx.maintenance.plan", string="Service", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    available = fields.Float(
        string="Forecast on stock",
        compute="_compute_shortage",
        digits="Product Unit",
        help="What the stores of the company will have: on hand, less what goes out, with what comes in.",
    )
    shortage = fields.Float(
        compute="_compute_shortage",
        digits="Product Unit",
        help="What the stock lacks when this one's turn comes, earlier ones served first.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT row_number() OVER (ORDER BY m.date_due, m.id, p.id)::int AS id, m.date_due, m.vehicle_id,
                   m.plan_id, m.company_id, p.product_id, p.quantity
              FROM crmx_maintenance m JOIN crmx_maintenance_plan_part p ON p.plan_id = m.plan_id
             WHERE m.work_order_id IS NULL AND m.date_due IS NOT NULL
               AND NOT EXISTS (
                   SELECT 1 FROM crmx_maintenance_plan_contains_rel r
                     JOIN crmx_maintenance big ON big.plan_id = r.plan_id AND big.vehicle_id = m.vehicle_id
                    WHERE r.contained_id = m.plan_id AND big.work_order_id IS NULL
                      AND big.date_due <= m.date_due
               )
            """
        )

    @api.depends("product_id", "date_due", "quantity")
    def _compute_shortage(self):
        """Serve all needs of the same parts in the order of their days."""
        served = defaultdict(float)
        lacking = {}
        stock = {}
        for company in self.company_id:
            # sudo: how many there will be, whoever keeps the stock
            products = self.product_id.sudo().with_context(allowed_company_ids=company.ids)
            stock.update({(company, product.id): product.virtual_available for product in products})
        for need in self.search([("product_id", "in", self.product_id.ids)]):
            key = (need.company_id, need.product_id.id)
            before = stock.get(key, 0.0) - served[key]
            served[key] += need.quantity
            lacking[need.id] = min(need.quantity, max(0.0, need.quantity - before))
        for need in self:
            need.available = stock.get((need.company_id, need.product_id.id), 0.0)
            need.shortage = lacking.get(need.id, 0.0)

    # === BUYING === #

    def action_buy(self):
        """Ask vendors for what the stock lacks, less what they were asked for already: one quotation each."""
        purchases = self.env["purchase.order"]
        for company, needs in self.grouped("company_id").items():
            lacking = needs._lacking(company)
            for vendor, rows in self._by_vendor(company, lacking).items():
                purchases += self._make_purchase(company, vendor, rows)
        if not purchases:
            raise UserError(self.env._("Nothing is lacking that vendors were not asked for already."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Purchases"),
            "res_model": "purchase.order",
            "view_mode": "list,form",
            "domain": [("id", "in", purchases.ids)],
            "context": {"create": False},
        }

    @api.private
    def _lacking(self, company):
        """Return what is lacking of each part: `{product: quantity}`."""
        # sudo: what vendors were asked for and have not confirmed, whoever asked
        groups = self.env["purchase.order.line"].sudo()._read_group(
            [
                ("product_id", "in", self.product_id.ids),
                ("company_id", "=", company.id),
                ("state", "in", ("draft", "sent", "to approve")),
            ],
            ["product_id"],
            ["product_uom_qty:sum"],
        )  # fmt: skip
        asked = {product.id: quantity for product, quantity in groups}
        lacking = defaultdict(float)
        for need in self:
            lacking[need.product_id] += need.shortage
        left = {product: quantity - asked.get(product.id, 0.0) for product, quantity in lacking.items()}
        return {product: quantity for product, quantity in left.items() if quantity > 0}

    @api.model
    @api.private
    def _by_vendor(self, company, lacking):
        """Return who sells it: `{vendor: [(product, quantity)]}`."""
        result = defaultdict(list)
        for product, quantity in lacking.items():
            # sudo: who sells it, whoever plans maintenance
            vendor = product.sudo().with_company(company)._select_seller(quantity=quantity).partner_id
            if not vendor:
                raise UserError(
                    self.env._("Who sells “%s”? Enter a vendor on the product.", product.display_name)
                )
            result[vendor].append((product, quantity))
        return result

    @api.model
    @api.private
    def _make_purchase(self, company, vendor, rows):
        # sudo: a request for quotation; those who buy send and confirm it
        purchases = self.env["purchase.order"].sudo().with_company(company)
        return purchases.create(
            {
                "partner_id": vendor.id,
                "company_id": company.id,
                "origin": self.env._("Planned maintenance"),
                "order_line": [
                    Command.create({"product_id": product.id, "product_qty": quantity})
                    for product, quantity in rows
                ],
            }
        )
