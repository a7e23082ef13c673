from odoo import api, fields, models
from odoo.tools import SQL

KINDS = [
    ("parts", "Parts"),
    ("labour", "Labour"),
    ("outside", "Outside work"),
    ("bill", "Other bills"),
    ("service", "Service log"),
    ("contract", "Contracts"),
    ("document", "Documents"),
    ("depreciation", "Depreciation"),
    ("other", "Other"),
]
#: Kinds that cost the same however far the vehicle runs.
FIXED = ("contract", "document", "depreciation")

#: What the costs are read from.
DEPENDS = {
    "account.analytic.line": [
        "account_id",
        "amount",
        "company_id",
        "date",
        "general_account_id",
        "move_line_id",
    ],
    "account.move.line": ["move_id", "purchase_line_id"],
    "crmx.vehicle.charge": ["analytic_line_id", "kind", "res_id", "res_model"],
    "crmx.work.order.outside": ["order_id", "purchase_line_id"],
    "crmx.work.order.time": ["analytic_line_id", "order_id"],
    "fleet.vehicle": ["crmx_analytic_account_id", "model_id"],
    "stock.move": ["analytic_account_line_ids", "picking_id"],
}


class VehicleCost(models.Model):
    """What vehicles cost: a row for each analytic line on a vehicle's account, with its document.

    In the company's currency, dated by the document; what comes back is negative.
    """

    _name = "crmx.vehicle.cost"
    _description = "Cost of Vehicles"
    _auto = False
    _order = "date DESC, id DESC"
    _rec_name = "name"
    _depends = DEPENDS

    vehicle_id = fields.Many2one("fleet.vehicle", readonly=True)
    model_id = fields.Many2one("fleet.vehicle.model", string="Vehicle model", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", related="company_id.currency_id")
    date = fields.Date(readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    nature = fields.Selection([("fixed", "Fixed"), ("variable", "Variable")], readonly=True)
    name = fields.Char(string="Document", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Vendor", readonly=True)
    order_id = fields.Many2one("crmx.work.order", readonly=True)
    amount = fields.Monetary(string="Cost", readonly=True, aggregator="sum")
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)

    @property
    def _table_query(self):
        return self._lines(SQL(", ").join(map(SQL, DETAILS)))

    @api.model
    @api.private
    def _plan_columns(self):
        """Return the columns of analytic lines in which vehicles' accounts are: mostly one."""
        # sudo: the plans' columns alone
        plans = self.env["account.analytic.plan"].sudo()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT split_part(p.parent_path, '/', 1)::int
                     FROM fleet_vehicle v JOIN account_analytic_account a ON a.id = v.crmx_analytic_account_id
                     JOIN account_analytic_plan p ON p.id = a.plan_id"""
            )
        )
        return [plans.browse(plan_id)._column_name() for (plan_id,) in rows] or ["account_id"]

    @api.model
    @api.private
    def _lines(self, columns):
        """Return a query of the analytic lines of vehicles."""
        return SQL(" UNION ALL ").join(
            SQL(
                _LINES,
                columns=columns,
                account=SQL.identifier(column),
                fixed=FIXED,
            )
            for column in self._plan_columns()
        )

    def action_open_source(self):
        """Open the document that says so."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }


#: What the rows of costs have beside vehicle, month and amount.
DETAILS = (
    "id", "vehicle_id", "model_id", "company_id", "date", "kind", "nature", "name", "product_id",
    "partner_id", "order_id", "amount", "res_model", "res_id",
)  # fmt: skip

# Journal items are looked up one by one (`OFFSET 0`): the planner would otherwise hash the whole ledger.
_LINES = """
    SELECT %(columns)s FROM (
        SELECT l.id, v.id AS vehicle_id, v.model_id, v.company_id AS owner_id, l.company_id, l.date, k.kind,
               CASE WHEN k.kind IN %(fixed)s THEN 'fixed' ELSE 'variable' END AS nature,
               l.name, l.product_id, l.partner_id, coalesce(t.order_id, p.crmx_work_order_id, w.order_id)
                   AS order_id, -l.amount AS amount,
               CASE WHEN t.id IS NOT NULL THEN 'crmx.work.order.time'
                    WHEN p.id IS NOT NULL THEN 'stock.picking'
                    WHEN i.id IS NOT NULL THEN 'account.move'
                    WHEN c.id IS NOT NULL THEN c.res_model
                    ELSE 'account.analytic.line' END AS res_model,
               coalesce(t.id, p.id, i.move_id, c.res_id, l.id) AS res_id
          FROM fleet_vehicle v
          JOIN account_analytic_line l ON l.%(account)s = v.crmx_analytic_account_id
     LEFT JOIN crmx_work_order_time t ON t.analytic_line_id = l.id
     LEFT JOIN crmx_vehicle_charge c ON c.analytic_line_id = l.id
     LEFT JOIN account_analytic_line_stock_move_rel r ON r.account_analytic_line_id = l.id
     LEFT JOIN stock_move m ON m.id = r.stock_move_id
     LEFT JOIN stock_picking p ON p.id = m.picking_id
     LEFT JOIN LATERAL (
            SELECT id, move_id, purchase_line_id FROM account_move_line WHERE id = l.move_line_id OFFSET 0
          ) AS i ON TRUE
     LEFT JOIN crmx_work_order_outside w ON w.purchase_line_id = i.purchase_line_id
     LEFT JOIN account_account a ON a.id = l.general_account_id
    CROSS JOIN LATERAL (
            SELECT CASE WHEN t.id IS NOT NULL THEN 'labour'
                        WHEN m.id IS NOT NULL THEN 'parts'
                        WHEN c.id IS NOT NULL THEN c.kind
                        WHEN w.id IS NOT NULL THEN 'outside'
                        WHEN a.account_type = 'expense_depreciation' THEN 'depreciation'
                        WHEN i.id IS NOT NULL THEN 'bill'
                        ELSE 'other' END AS kind
          ) AS k
    ) AS line
"""
