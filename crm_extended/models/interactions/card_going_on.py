from datetime import datetime, time

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Lines of each list; the rest is counted.
LINES = 4
#: Planned activities that are looked at: some may be hidden from the reader.
MAX_ACTIVITIES = 60


class CustomerCard(models.AbstractModel):
    """What is going on: matters, activities, offers, opportunities, goods on their way."""

    _inherit = "crmx.customer.card"

    @api.model
    @api.private
    def _matters(self, partner, commercial):
        """Open matters by source; sources that the reader has no rights on are left out."""
        groups, allowed = [], False
        for source in self.env["crmx.matter.source"]._sources():
            if not self.env[source._matter_model].has_access("read"):
                continue
            allowed = True
            matters = source._open_matters(commercial, limit=LINES)
            if matters:
                count = len(matters)
                groups.append(
                    {
                        "model": source._matter_model,
                        "label": self.env._(source._matter_label),
                        "icon": source._matter_icon,
                        "count": source._counts(commercial).get(commercial.id, count),
                        "lines": source._matter_lines(matters),
                        "domain": list(source._open_domain(commercial)),
                    }
                )
        return groups if allowed else None

    @api.model
    @api.private
    def _activities(self, partner, commercial):
        """Planned activities on the partner, his contacts and their documents, soonest first."""
        rows = self.env.execute_query(
            SQL(
                """SELECT res_id, doc_model, doc_res_id FROM crmx_timeline_event
                    WHERE kind = 'planned' AND res_model = 'mail.activity' AND commercial_partner_id = %s
                    ORDER BY date, res_id LIMIT %s""",
                commercial.id,
                MAX_ACTIVITIES,
            )
        )
        Activity = self.env["mail.activity"]
        activities = Activity.browse(dict.fromkeys(row[0] for row in rows)).exists()
        activities = activities._filtered_access("read")
        shown = activities[:LINES]
        shown.fetch(["summary", "activity_type_id", "date_deadline", "user_id", "res_model", "res_name"])
        return {
            "total": len(activities),
            "lines": [
                {
                    "id": activity.id,
                    "name": activity.summary or activity.activity_type_id.name,
                    "icon": activity.activity_type_id.icon or "fa-tasks",
                    "date": activity.date_deadline,
                    # sudo: the name of the colleague who is to do it
                    "user": activity.sudo().user_id.name or False,
                    "model": activity.res_model,
                    "res_id": activity.res_id,
                    "document": activity.res_name if activity.res_model != "res.partner" else False,
                }
                for activity in shown
            ],
        }

    @api.model
    @api.private
    def _documents(self, model_name, commercial, domain, order, line, names, path="partner_id"):
        """The first documents of a commercial partner in the active company, and how many there are.

        :return: ``{"lines", "total", "domain"}``, None when the reader has no rights on the model
        """
        Model = self.env[model_name]
        if not Model.has_access("read"):
            return None
        domain = Domain(domain) & Domain(f"{path}.commercial_partner_id", "=", commercial.id)
        domain &= Domain("company_id", "in", (self.env.company.id, False))
        records = Model.search_fetch(domain, names, order=order, limit=LINES)
        return {
            "lines": [{"id": record.id, "name": record.display_name, **line(record)} for record in records],
            "total": len(records) if len(records) < LINES else Model.search_count(domain),
            "model": model_name,
            "domain": list(domain),
        }

    @api.model
    @api.private
    def _offers(self, partner, commercial):
        offers = self._documents(
            "sale.order",
            commercial,
            [("state", "in", ("draft", "sent"))],
            "date_order DESC, id DESC",
            lambda order: {
                "date": order.validity_date or order.date_order,
                "state": order.state,
                "amount": order.amount_untaxed,
                "currency_id": order.currency_id.id,
                "late": bool(order.validity_date and order.validity_date < self._today()),
            },
            ["name", "date_order", "validity_date", "state", "amount_untaxed", "currency_id"],
        )
        if offers is not None:
            sums = commercial._crmx_offers(self.env.company, self.env.company.currency_id)
            offers["amount"] = sums.get(commercial.id, {}).get("amount", 0.0)
            offers["currency_id"] = self.env.company.currency_id.id
        return offers

    @api.model
    @api.private
    def _opportunities(self, partner, commercial):
        return self._documents(
            "crm.lead",
            commercial,
            [("won_status", "=", "pending")],
            "date_deadline, id",
            lambda lead: {
                "date": lead.date_deadline,
                # sudo: the name of the stage of a lead that the reader may read
                "state": lead.sudo().stage_id.name,
                "amount": lead.expected_revenue,
                "currency_id": lead.company_currency.id,
                "late": bool(lead.date_deadline and lead.date_deadline < self._today()),
            },
            ["name", "date_deadline", "stage_id", "expected_revenue"],
        )

    @api.model
    @api.private
    def _deliveries(self, partner, commercial):
        return self._transfers(commercial, "outgoing")

    @api.model
    @api.private
    def _receipts(self, partner, commercial):
        """Goods that are to come from the partner."""
        return self._transfers(commercial, "incoming")

    @api.model
    @api.private
    def _transfers(self, commercial, code):
        now = fields.Datetime.now()
        states = dict(self.env["stock.picking"]._fields["state"]._description_selection(self.env))
        return self._documents(
            "stock.picking",
            commercial,
            [("state", "not in", ("draft", "done", "cancel")), ("picking_type_id.code", "=", code)],
            "scheduled_date, id",
            lambda picking: {
                "date": picking.scheduled_date,
                "state": states.get(picking.state),
                "origin": picking.origin or False,
                "late": bool(picking.scheduled_date and picking.scheduled_date < now),
            },
            ["name", "scheduled_date", "state", "origin"],
        )

    @api.model
    @api.private
    def _purchase_orders(self, partner, commercial):
        """Open purchase orders: requests that wait, and orders of which not all has come."""
        states = dict(self.env["purchase.order"]._fields["state"]._description_selection(self.env))
        domain = Domain("state", "in", ("draft", "sent", "to approve")) | (
            Domain("state", "=", "purchase") & Domain("receipt_status", "in", ("pending", "partial"))
        )
        midnight = datetime.combine(self._today(), time.min)
        return self._documents(
            "purchase.order",
            commercial,
            domain,
            "date_planned, id",
            lambda order: {
                "date": order.date_planned,
                "state": states.get(order.state),
                "amount": order.amount_untaxed,
                "currency_id": order.currency_id.id,
                "late": bool(order.date_planned and order.date_planned < midnight),
            },
            ["name", "date_planned", "state", "amount_untaxed", "currency_id"],
        )

    def _today(self):
        return fields.Date.context_today(self)
