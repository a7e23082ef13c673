from odoo import fields, models
from odoo.tools import SQL

#: Ids of rows of several tables, kept apart: the row's own id times the number of tables, plus the table's.
TABLES = 3


class WorkCost(models.Model):
    """What work orders cost, a row for each source document: a move of parts, hours, or the line of a bill.

    In the company's currency; what comes back is negative. Dated by the document.
    """

    _name = "crmx.work.cost"
    _description = "Cost of Work Orders"
    _auto = False
    _order = "date DESC, id DESC"
    _rec_name = "name"
    _depends = {
        "account.move.line": ["balance", "date", "display_type", "parent_state", "purchase_line_id"],
        "crmx.work.order": ["vehicle_id", "company_id", "model_id", "origin"],
        "crmx.work.order.outside": ["order_id", "purchase_line_id"],
        "crmx.work.order.time": ["amount", "hours", "date_start", "order_id", "employee_id"],
        "product.product": ["default_code", "product_tmpl_id"],
        "stock.move": ["state", "value", "is_in", "is_out", "quantity", "date", "picking_id", "product_id"],
        "stock.picking": ["crmx_work_order_id"],
    }

    order_id = fields.Many2one("crmx.work.order", readonly=True)
    vehicle_id = fields.Many2one("fleet.vehicle", readonly=True)
    model_id = fields.Many2one("fleet.vehicle.model", string="Vehicle model", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", related="company_id.currency_id")
    origin = fields.Selection(
        lambda self: self.env["crmx.work.order"]._fields["origin"].selection, string="Reason", readonly=True
    )
    kind = fields.Selection(
        [("parts", "Parts"), ("labour", "Labour"), ("outside", "Outside work")], readonly=True
    )
    date = fields.Date(readonly=True)
    name = fields.Char(string="Document", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    employee_id = fields.Many2one("hr.employee", string="Mechanic", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Vendor", readonly=True)
    outside_id = fields.Many2one("crmx.work.order.outside", readonly=True)
    quantity = fields.Float(readonly=True, aggregator="sum")
    amount = fields.Monetary(string="Cost", readonly=True, aggregator="sum")
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT c.*, o.vehicle_id, o.model_id, o.company_id, o.origin
              FROM (%s UNION ALL %s UNION ALL %s) AS c JOIN crmx_work_order o ON o.id = c.order_id
            """,
            self._parts(),
            self._labour(),
            self._outside(),
        )

    def _parts(self):
        """Return rows of moves, at the value at which the stock gave them or took them back."""
        return SQL(
            """
            SELECT m.id::bigint * %(tables)s AS id, p.crmx_work_order_id AS order_id, 'parts' AS kind,
                   m.date::date AS date, p.name AS name, m.product_id, NULL::int AS employee_id,
                   NULL::int AS partner_id, NULL::int AS outside_id,
                   CASE WHEN m.is_in THEN -m.quantity ELSE m.quantity END AS quantity,
                   CASE WHEN m.is_out THEN m.value WHEN m.is_in THEN -m.value ELSE 0 END AS amount,
                   'stock.picking' AS res_model, p.id AS res_id
              FROM stock_picking p JOIN stock_move m ON m.picking_id = p.id
             WHERE p.crmx_work_order_id IS NOT NULL AND m.state = 'done' AND (m.is_in OR m.is_out)
            """,
            tables=TABLES,
        )

    def _labour(self):
        return SQL(
            """
            SELECT t.id::bigint * %(tables)s + 1, t.order_id, 'labour', t.date_start::date, e.name,
                   NULL::int, t.employee_id, NULL::int, NULL::int, t.hours, t.amount,
                   'crmx.work.order.time', t.id
              FROM crmx_work_order_time t JOIN hr_employee e ON e.id = t.employee_id
             WHERE t.hours <> 0
            """,
            tables=TABLES,
        )

    def _outside(self):
        """Return rows of posted bills and credit notes, net of tax."""
        return SQL(
            """
            SELECT l.id::bigint * %(tables)s + 2, w.order_id, 'outside', l.date, l.move_name,
                   l.product_id, NULL::int, l.partner_id, w.id,
                   CASE WHEN l.balance < 0 THEN -l.quantity ELSE l.quantity END, l.balance,
                   'account.move', l.move_id
              FROM crmx_work_order_outside w
              JOIN account_move_line l ON l.purchase_line_id = w.purchase_line_id
             WHERE l.parent_state = 'posted' AND l.display_type = 'product'
            """,
            tables=TABLES,
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
