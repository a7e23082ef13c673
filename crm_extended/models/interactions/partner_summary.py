"""What sales know of a customer, in figures, for those who work beside them."""

from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def _crmx_crm_summary(self):
        """The CRM summary of commercial partners, in a number of queries that does not depend on how many.

        Rights: the caller decides who may see it. Beyond the right to read the partners themselves, which
        is checked here, nothing is asked of the reader: the figures are those of all that the selected
        companies (``env.companies``) have, whoever it belongs to. They are counts, sums, dates and names
        of colleagues; no subject, text, number or link of a document that the reader might not open.
        Companies that do not use interactions contribute nothing, and neither do those not selected.

        :return: ``{partner id: summary}`` for every partner in ``self``, each with

            * ``owner``: ``{"id", "name"}`` of the salesperson, or None
            * ``last_contact``: datetime (UTC) of the last contact of any kind, or None
            * ``matters``: ``[{"source", "label", "icon", "count"}]``, without those that have none
            * ``matter_count``: all of these together
            * ``offers``: ``{"count", "amount", "currency_id"}`` of quotations that are neither confirmed
              nor cancelled; untaxed, in the currency of the active company: from the quotation's currency
              at its own rate, between companies at today's
            * ``next_activity``: ``{"date", "user"}`` of the earliest planned activity on the partner, his
              contacts and documents for a colleague of a selected company, or None

        :raise AccessError: when the reader may not read one of the partners
        """
        self.check_access("read")
        companies = self.env.companies.filtered(lambda c: c.sudo().crmx_use_interactions)  # sudo: a switch
        everything = self.sudo()  # sudo: see above; what follows is limited to these companies
        if not companies:
            return {partner.id: partner._crmx_summary_of({}, {}, {}, {}) for partner in everything}
        partners = everything.with_context(allowed_company_ids=companies.ids)
        self.env.flush_all()
        partners.env["crmx.timeline.event"]._write_pending()
        parts = (
            partners._crmx_last_contacts(companies),
            partners._crmx_matter_counts(),
            partners._crmx_offers(companies, self.env.company.currency_id),
            partners._crmx_next_activities(companies),
        )
        return {partner.id: partner._crmx_summary_of(*parts) for partner in everything}

    @api.private
    def _crmx_summary_of(self, contacts, matters, offers, activities):
        none = {"count": 0, "amount": 0.0, "currency_id": self.env.company.currency_id.id}
        own = matters.get(self.id, [])
        return {
            "owner": {"id": self.user_id.id, "name": self.user_id.name} if self.user_id else None,
            "last_contact": contacts.get(self.id),
            "matters": own,
            "matter_count": sum(matter["count"] for matter in own),
            "offers": offers.get(self.id, none),
            "next_activity": activities.get(self.id),
        }

    @api.private
    def _crmx_matter_counts(self):
        """:return: ``{partner id: [{"source", "label", "icon", "count"}]}`` under the environment's rights"""
        found = {}
        for source in self.env["crmx.matter.source"]._sources():
            for partner_id, count in source._counts(self).items():
                found.setdefault(partner_id, []).append(
                    {
                        "source": source._matter_model,
                        "label": self.env._(source._matter_label),
                        "icon": source._matter_icon,
                        "count": count,
                    }
                )
        return found

    @api.private
    def _crmx_offers(self, companies, currency):
        """Quotations in the air of commercial partners, under the environment's rights.

        :param currency: of the amounts; from the quotation's currency at the quotation's own rate, then
            from the company's at today's
        :return: ``{partner id: {"count", "amount", "currency_id"}}``; amounts are untaxed
        """
        query = self.env["sale.order"]._search(
            Domain("state", "in", ("draft", "sent"))
            & Domain("company_id", "in", companies.ids)
            & Domain("partner_id.commercial_partner_id", "in", self.ids)
        )
        query.order = None
        column = partial(SQL.identifier, query.table)
        customer = SQL("crmx_customer.commercial_partner_id")
        query.add_join(
            "JOIN", "crmx_customer", "res_partner", SQL("crmx_customer.id = %s", column("partner_id"))
        )
        query.groupby = SQL("%s, %s", customer, column("company_id"))
        amount = SQL(
            "sum(%s / COALESCE(NULLIF(%s, 0), 1))", column("amount_untaxed"), column("currency_rate")
        )
        rows = self.env.execute_query(query.select(customer, column("company_id"), SQL("count(*)"), amount))
        today = fields.Date.context_today(self)
        found = {}
        for partner_id, company_id, count, amount in rows:
            company = companies.browse(company_id)
            offers = found.setdefault(partner_id, {"count": 0, "amount": 0.0, "currency_id": currency.id})
            offers["count"] += count
            offers["amount"] += company.currency_id._convert(float(amount), currency, company, today)
        return found

    @api.private
    def _crmx_next_activities(self, companies):
        """The earliest planned activity of each partner: its day and who is to do it."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (e.commercial_partner_id)
                          e.commercial_partner_id, a.date_deadline, p.name
                     FROM crmx_timeline_event e
                     JOIN mail_activity a ON a.id = e.res_id AND a.active
                     JOIN res_users u ON u.id = a.user_id
                     JOIN res_partner p ON p.id = u.partner_id
                    WHERE e.kind = 'planned' AND e.res_model = 'mail.activity'
                      AND e.commercial_partner_id = ANY(%s)
                      AND EXISTS (SELECT 1 FROM res_company_users_rel r
                                   WHERE r.user_id = a.user_id AND r.cid = ANY(%s))
                    ORDER BY e.commercial_partner_id, a.date_deadline, a.id""",
                self.ids,
                companies.ids,
            )
        )
        return {partner_id: {"date": day, "user": name} for partner_id, day, name in rows}
