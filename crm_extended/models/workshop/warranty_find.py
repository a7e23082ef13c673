"""What of a work order was done before on the same vehicle, and is under warranty still."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...tools.workshop_warranty import Warranty


class WorkOrder(models.Model):
    _inherit = "crmx.work.order"

    claim_ids = fields.One2many("crmx.warranty.claim", "work_order_id", string="Warranty claims")
    claim_count = fields.Integer(compute="_compute_claims")
    cost_recovered = fields.Monetary(
        string="Recovered under warranty", compute="_compute_claims", help="Net, by posted credit notes."
    )
    warranty_notice = fields.Text(compute="_compute_warranty_notice")

    @api.depends("claim_ids.state", "claim_ids.amount_recovered")
    def _compute_claims(self):
        for order in self:
            order.claim_count = len(order.claim_ids)
            order.cost_recovered = sum(order.claim_ids.mapped("amount_recovered"))

    @api.depends("part_ids.product_id", "job_ids.job_id", "outside_ids.product_id", "vehicle_id", "claim_ids")
    def _compute_warranty_notice(self):
        for order in self:
            found = [] if order.claim_ids or order.state == "cancel" else order._under_warranty()
            order.warranty_notice = "\n".join(map(order._warranty_words, found)) or False

    @api.private
    def _warranty_words(self, found):
        until = found["warranty"].until
        distance = found["warranty"].until_distance
        limits = [until and format_date(self.env, until), distance and f"{distance:,.0f} km"]
        return self.env._(
            "Under warranty until %(until)s: %(what)s, %(order)s",
            until=" / ".join(filter(None, limits)),
            what=found["name"],
            order=found["order"].name,
        )

    @api.private
    def _under_warranty(self):
        """Return what is under warranty: a dictionary for each line of this order that was done before."""
        self.ensure_one()
        # sudo: what was put on, paid and read before on a vehicle whose order the user may read
        mine = self.sudo()
        if not mine.vehicle_id:
            return []
        found = [*mine._earlier_parts(), *mine._earlier_jobs(), *mine._earlier_outside()]
        moments = [(mine.vehicle_id.id, row["date"]) for row in found]
        at = self.env["crmx.coupling"]._distance_at(moments) if moments else {}
        today = fields.Date.context_today(self)
        for row in found:
            moment = row["date"]
            day = fields.Datetime.context_timestamp(self, moment).date()
            known = at.get((mine.vehicle_id.id, moment))
            row["warranty"] = Warranty(day, row["months"], known, row["distance_limit"])
        now = self.distance or mine.vehicle_id.crmx_distance or None
        return [row for row in found if row["warranty"].covers(today, now)]

    @api.private
    def _earlier_parts(self):
        lines = self.part_ids.filtered(lambda line: line.direction == "issue")
        moves = self.env["stock.move"].search(
            [
                ("picking_id.crmx_work_order_id.vehicle_id", "=", self.vehicle_id.id),
                ("picking_id.crmx_work_order_id", "!=", self._origin.id),
                ("product_id", "in", lines.product_id.ids),
                ("state", "=", "done"),
            ],
            order="date DESC, id DESC",
        )
        put_on = moves.filtered(lambda move: move._crmx_kind() == "issue" and move._crmx_left() > 0)
        for line in lines:
            if move := put_on.filtered(lambda move, product=line.product_id: move.product_id == product)[:1]:
                product = move.product_id
                quantity = min(line.quantity, move._crmx_left())
                yield {
                    "kind": "part",
                    "name": product.display_name,
                    "product": product,
                    "quantity": quantity,
                    "amount": move.value / move.quantity * quantity if move.quantity else 0.0,
                    "vendor": self._vendor_of(product),
                    "order": move.picking_id.crmx_work_order_id,
                    "date": move.date,
                    "months": product.crmx_warranty_months,
                    "distance_limit": product.crmx_warranty_distance,
                }

    @api.private
    def _vendor_of(self, product):
        """Return who sold the part last, or sells it."""
        bought = self.env["purchase.order.line"].search(
            [
                ("product_id", "=", product.id),
                ("company_id", "=", self.company_id.id),
                ("order_id.state", "=", "purchase"),
            ],
            order="id DESC",
            limit=1,
        )
        return (bought.partner_id or product.seller_ids[:1].partner_id).commercial_partner_id

    @api.private
    def _earlier(self, lines):
        """Return those of lines that are of finished orders of the same vehicle, the last one first."""
        return lines.filtered(lambda line: line.order_id.date_done).sorted(
            lambda line: line.order_id.date_done, reverse=True
        )

    @api.private
    def _others(self):
        return [
            ("order_id.vehicle_id", "=", self.vehicle_id.id),
            ("order_id", "!=", self._origin.id),
            ("order_id.state", "=", "done"),
        ]

    @api.private
    def _earlier_jobs(self):
        jobs = self.job_ids.job_id
        lines = self._earlier(self.job_ids.search([*self._others(), ("job_id", "in", jobs.ids)]))
        for job in jobs:
            if line := lines.filtered(lambda line, job=job: line.job_id == job)[:1]:
                yield {
                    "kind": "job",
                    "name": line.name,
                    "product": self.env["product.product"],
                    "quantity": 1.0,
                    "amount": sum(line.time_ids.mapped("amount")),
                    "vendor": self.env["res.partner"],
                    "order": line.order_id,
                    "date": line.order_id.date_done,
                    "months": job.warranty_months,
                    "distance_limit": job.warranty_distance,
                }

    @api.private
    def _earlier_outside(self):
        services = self.outside_ids.product_id
        lines = self._earlier(self.outside_ids.search([*self._others(), ("product_id", "in", services.ids)]))
        for service in services:
            if line := lines.filtered(lambda line, service=service: line.product_id == service)[:1]:
                yield {
                    "kind": "outside",
                    "name": line.name,
                    "product": service,
                    "quantity": line.quantity,
                    "amount": line.billed,
                    "vendor": line.partner_id.commercial_partner_id,
                    "order": line.order_id,
                    "date": line.order_id.date_done,
                    "months": line.warranty_months,
                    "distance_limit": line.warranty_distance,
                }

    # === CLAIMING === #

    def action_claim(self):
        """Propose a claim to each vendor for what is under warranty, or an empty one to be filled in."""
        self.ensure_one()
        self.check_access("write")
        if self.state == "cancel":
            raise UserError(self.env._("“%s” is cancelled: nothing is claimed for it.", self.display_name))
        by_vendor = {}
        for row in self._under_warranty():
            by_vendor.setdefault(row["vendor"], []).append(row)
        claims = self.env["crmx.warranty.claim"].create(
            [
                {
                    "work_order_id": self.id,
                    "partner_id": vendor.id,
                    "description": self.description,
                    "line_ids": [Command.create(self._claim_line(row)) for row in rows],
                }
                for vendor, rows in (by_vendor or {self.env["res.partner"]: []}).items()
            ]
        )
        return claims._open()

    @api.private
    def _claim_line(self, row):
        return {
            "kind": row["kind"],
            "name": row["name"],
            "product_id": row["product"].id,
            "quantity": row["quantity"],
            "amount": row["amount"],
            "earlier_order_id": row["order"].id,
            "date_done": row["date"],
            "distance_done": row["warranty"].distance or 0.0,
            "until": row["warranty"].until,
            "until_distance": row["warranty"].until_distance or 0.0,
        }

    def action_open_claims(self):
        """Open the warranty claims."""
        return self.claim_ids._open()
