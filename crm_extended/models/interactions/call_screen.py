"""The card of a call on the screens of those at whom it rings."""

from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

RINGING = "crmx.call/ringing"
CHANGED = "crmx.call/changed"
#: A browser that hears of a call later shows nothing.
STALE_SECONDS = 30
LAST_EVENTS = 5
MAX_CANDIDATES = 5
MAX_MATTERS = 5
#: What else a caller may be calling about: open offers, newest first.
OFFERS = (
    ("sale.order", _lt("Quotation"), [("state", "in", ("draft", "sent"))]),
    ("crm.lead", _lt("Opportunity"), [("type", "=", "opportunity"), ("won_status", "=", "pending")]),
)


class Call(models.Model):
    _inherit = "crmx.call"

    @api.private
    def _add_ringing(self, summary):
        """:return: users at whom an incoming call rings and who have not been told yet"""
        if self.direction != "in" or self.state != "ringing":
            return self.env["res.users"]
        users = self.env["res.users"].union(*self.provider_id._users_by_line(summary.targets).values())
        new = users - self.ringing_user_ids
        if new:
            self.ringing_user_ids |= new
        return new

    @api.private
    def _tell_screens(self, new_users, was_ringing):
        """Send the id alone: whoever hears it reads the rest under his own rights."""
        new_users._bus_send(RINGING, {"call_id": self.id})
        if was_ringing and self.state != "ringing":
            (self.ringing_user_ids - new_users)._bus_send(CHANGED, {"call_id": self.id, "state": self.state})

    @api.model
    @api.readonly
    def get_card(self, call_id):
        """What the card of a call shows, as far as the reader may see it.

        :return: dictionary; ``is_stale`` alone when the call came too long ago, or is gone
        :raise AccessError: when the reader may not read the call
        """
        call = self._for_reader(int(call_id))
        if not call:
            return {"is_stale": True}
        call.check_access("read")
        age = (self.env.cr.now() - call.date_received).total_seconds()
        if age > STALE_SECONDS or call.state == "ended":
            return {"is_stale": True}
        candidates = call.candidate_ids
        partner = call.partner_id._filtered_access("read")
        return {
            "is_stale": False,
            "id": call.id,
            "state": call.state,
            "direction": call.direction,
            "number": call.number or "",
            "line": call.line or "",
            "company": call.company_id.name if len(self.env.user.company_ids) > 1 else False,
            "partner": (partner._crmx_as_candidates() or [False])[0],
            "candidates": [] if partner else candidates[:MAX_CANDIDATES]._crmx_as_candidates(),
            "events": call._last_events(partner),
            "matters": call._open_matters(partner),
            "debt": call._debt(partner),
            "can_create": self.env["res.partner"].has_access("create"),
            "can_log": self.env["crmx.interaction"].has_access("create"),
        }

    @api.model
    @api.private
    def _for_reader(self, call_id):
        """The call, seen from its own company when the reader belongs to it, whatever he has selected."""
        # sudo: the company of a call, to be able to check the right to read it there
        company = self.sudo().browse(call_id).exists().company_id
        if company and company in self.env.user.company_ids:
            others = [c for c in self.env.context.get("allowed_company_ids", []) if c != company.id]
            self = self.with_context(allowed_company_ids=[company.id, *others])
        return self.browse(call_id).exists()

    @api.private
    def _last_events(self, partner):
        if not partner:
            return []
        page = self.env["crmx.timeline.event"].get_page(partner_id=partner.id, limit=LAST_EVENTS)
        names = ("id", "label", "icon", "date", "title", "snippet", "state", "direction", "author")
        return [{name: event.get(name) for name in names} for event in page["events"]]

    @api.private
    def _open_matters(self, partner):
        """What is open with the partner's company, as far as the reader may read it.

        :return: list of ``{"model", "id", "name", "label"}``, matters first, then offers
        """
        # sudo: which company a readable contact belongs to; only its id is used
        company = partner.sudo().commercial_partner_id.sudo(False)
        if not company:
            return []
        groups = [
            (self.env._(source._matter_label), source._open_matters(company, limit=MAX_MATTERS))
            for source in self.env["crmx.matter.source"]._sources()
        ]
        of_company = [
            ("partner_id", "child_of", company.id),
            ("company_id", "in", [self.company_id.id, False]),
        ]
        for model_name, label, is_open in OFFERS:
            Model = self.env[model_name]
            if Model.has_access("read"):
                found = Model.search(of_company + is_open, order="id DESC", limit=MAX_MATTERS)
                groups.append((self.env._(label), found))
        lines = [
            {"model": record._name, "id": record.id, "name": record.display_name, "label": label}
            for label, records in groups
            for record in records
        ]
        return lines[:MAX_MATTERS]

    @api.private
    def _debt(self, partner):
        """What the partner owes, for those who see it on the partner too; None for others."""
        if (
            not partner
            or not self.env.user.has_group("crm_extended.group_debt_summary")
            or not self.env.company.crmx_use_receivables
        ):
            return None
        return {
            "total": partner.crmx_receivable_total,
            "overdue": partner.crmx_receivable_overdue,
            "currency_id": partner.crmx_currency_id.id,
        }

    @api.model
    def choose_partner(self, call_id, partner_id):
        """Say which of those who share the number is calling."""
        call = self._for_reader(int(call_id))
        call._link(call.env["res.partner"].browse(int(partner_id)))
        return self.get_card(call.id)
