"""The customer card: what one looks at first when a partner is opened, in one request."""

from odoo import api, fields, models
from odoo.exceptions import AccessError


class CustomerCard(models.AbstractModel):
    """Put together of blocks; each reads its sources under the rights of whoever looks.

    A block that the reader has no rights on is absent. All blocks are about the commercial partner and
    the active company, except who it is: that is the partner himself. The number of queries does not
    depend on how many contacts and documents there are.
    """

    _name = "crmx.customer.card"
    _description = "Customer card"

    @api.model
    @api.readonly
    def get_card(self, partner_id):
        """All that the card shows.

        :return: ``{"partner", "company", "can", "filled"}`` and, as far as the reader may see them,
            ``who``, ``relations``, ``matters``, ``activities``, ``offers``, ``opportunities``,
            ``deliveries``, ``orders``, ``receipts``, ``value``, ``purchases``, ``debt``, ``owed``,
            ``supply``, ``rhythm``, ``recommendations``; False when the company does not use it
        :raise AccessError: when the reader is no employee or may not read the partner
        """
        if not self.env.user._is_internal():
            raise AccessError(self.env._("The customer card is for employees."))
        company = self.env.company
        self = self.with_context(allowed_company_ids=company.ids)
        if not company.sudo().crmx_use_interactions:  # sudo: a switch of the reader's own company
            return False
        partner = self.env["res.partner"].browse(int(partner_id)).exists()
        partner.check_access("read")
        # sudo: which company a readable contact belongs to; it is shown if it may be read
        commercial = partner.sudo().commercial_partner_id.sudo(False)._filtered_access("read") or partner
        self.env.flush_all()
        # sudo: notes what this transaction has done and not yet written to the history; shows nothing
        self.env["crmx.timeline.event"].sudo()._write_pending()
        card = self._head(partner, commercial)
        for name, block in self._blocks():
            values = block(partner, commercial)
            if values is not None:
                card[name] = values
        return card

    @api.model
    @api.private
    def _blocks(self):
        """Pairs of a name and a method ``(partner, commercial) -> values``, None when it is not shown."""
        return [
            ("who", self._who),
            ("relations", self._relations),
            ("matters", self._matters),
            ("activities", self._activities),
            ("offers", self._offers),
            ("opportunities", self._opportunities),
            ("deliveries", self._deliveries),
            ("orders", self._purchase_orders),
            ("receipts", self._receipts),
            ("value", self._value),
            ("debt", self._debt),
            ("owed", self._owed),
            ("supply", self._supply),
            ("rhythm", self._rhythm),
            ("recommendations", self._recommendations),
        ]

    @api.model
    @api.private
    def _head(self, partner, commercial):
        user = self.env.user
        return {
            "partner": {
                "id": partner.id,
                "name": partner.name or partner.display_name,
                "is_company": partner.is_company,
                "commercial": partner != commercial
                and {"id": commercial.id, "name": commercial.display_name},
                # sudo: the name of the colleague who is responsible
                "owner": commercial.sudo().user_id.name or False,
                "is_customer": bool(commercial.customer_rank) or not commercial.supplier_rank,
                "is_supplier": bool(commercial.supplier_rank),
            },
            "company": len(user.company_ids) > 1 and self.env.company.name,
            "today": fields.Date.context_today(self),
            # sudo: how far the history is filled in, over all companies
            "filled": self.env["crmx.timeline.progress"].sudo()._filled(),
            "can": {
                "log": self.env["crmx.interaction"].has_access("create"),
                "offer": self.env["sale.order"].has_access("create"),
            },
        }

    # -- rhythm and recommendations ---------------------------------------

    @api.model
    @api.private
    def _rhythm(self, partner, commercial):
        if not self.env["crmx.contact.rhythm"].has_access("read"):
            return None
        row = commercial._crmx_rhythm().get(commercial.id, {})
        tier = commercial.crmx_tier_id._filtered_access("read")
        return {
            "tier": tier.name or False,
            "color": tier.color,
            "interval": row.get("interval_days"),
            "own": bool(commercial.crmx_contact_interval),
            "last": row.get("last_contact") or False,
            "next": row.get("next_contact") or False,
            "days_overdue": row.get("days_overdue", 0),
            "state": row.get("state") or False,
        }

    @api.model
    @api.private
    def _recommendations(self, partner, commercial):
        if not self.env["crmx.recommendation"].has_access("read"):
            return None
        return {
            "lines": self.env["crmx.recommendation.rule"]._recommend(commercial),
            "reasons": self.env["crmx.recommendation"]._dismiss_reasons(),
        }
