"""Who is to be contacted when: agreed interval, last contact, next one due."""

from odoo import api, fields, models
from odoo.tools import SQL

from .sources.contact_kinds import CONTACT_KINDS

#: Contact is what was exchanged with the partner; notes among colleagues and things done are not.
EXCHANGES = [kind for kind in CONTACT_KINDS if kind not in ("note", "activity")]
#: Days before the next contact is due in which it shows as coming.
SOON_DAYS = 7


class ContactRhythm(models.Model):
    """One row a commercial partner with an agreed interval and selected company; nothing is stored."""

    _name = "crmx.contact.rhythm"
    _description = "Contact rhythm"
    _auto = False
    _order = "next_contact, partner_id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    tier_id = fields.Many2one("crmx.contact.tier", readonly=True)
    interval_days = fields.Integer(string="Interval (Days)", readonly=True, aggregator="avg")
    last_contact = fields.Datetime(readonly=True)
    next_contact = fields.Date(string="Next Contact Due", readonly=True)
    days_overdue = fields.Integer(
        readonly=True, aggregator="max", help="Days since the contact was due; 0 when it is not due yet."
    )
    state = fields.Selection(
        [("ok", "In time"), ("soon", "Coming up"), ("overdue", "Overdue")], readonly=True
    )

    _depends = {
        "res.partner": [
            "active",
            "commercial_partner_id",
            "company_id",
            "country_id",
            "crmx_contact_interval",
            "crmx_tier_id",
            "user_id",
        ],
        "crmx.contact.tier": ["interval_days"],
        "res.company": ["crmx_use_interactions"],
    }

    @property
    def _table_query(self):
        # sudo: which of the companies that the reader has selected use the feature
        companies = self.env.companies.sudo().filtered("crmx_use_interactions")
        if not companies:
            return SQL("%s WHERE FALSE", self._of_company(self.env.company, 1, 0))
        parts = [self._of_company(c, len(companies), index) for index, c in enumerate(companies)]
        return SQL(" UNION ALL ").join(parts)

    @api.private
    def _of_company(self, company, count, index):
        """The rows of one company; ids differ from those of the others, and follow the partner."""
        today = fields.Date.context_today(self)
        return SQL(
            """SELECT r.id * %(count)s + %(index)s AS id, r.id AS partner_id, %(company)s AS company_id,
                      r.user_id, r.country_id, r.tier_id, r.interval_days, r.last_contact, r.next_contact,
                      GREATEST(0, %(today)s::date - r.next_contact) AS days_overdue,
                      CASE WHEN r.next_contact < %(today)s::date THEN 'overdue'
                           WHEN r.next_contact <= %(today)s::date + %(soon)s THEN 'soon'
                           ELSE 'ok' END AS state
                 FROM (%(rhythm)s) r""",
            count=count,
            index=index,
            company=company.id,
            today=today,
            soon=SOON_DAYS,
            rhythm=self._rhythm_sql(company),
        )

    @api.private
    def _rhythm_sql(self, company):
        """Partners with an interval: id, user, country, tier, interval, last and next contact.

        Who was never contacted counts from the day he was entered.
        """
        Partner = self.env["res.partner"].with_company(company)
        tier = Partner._field_to_sql("p", "crmx_tier_id")
        own = Partner._field_to_sql("p", "crmx_contact_interval")
        return SQL(
            """SELECT s.*, COALESCE(s.last_contact, s.create_date)::date + s.interval_days AS next_contact
                 FROM (
                    SELECT p.id, p.user_id, p.country_id, t.id AS tier_id, p.create_date,
                           COALESCE(NULLIF(%(own)s, 0), t.interval_days) AS interval_days,
                           %(last)s AS last_contact
                      FROM res_partner p
                      LEFT JOIN crmx_contact_tier t ON t.id = %(tier)s
                     WHERE p.active AND p.commercial_partner_id = p.id
                       AND (p.company_id IS NULL OR p.company_id = %(company)s)
                       AND COALESCE(NULLIF(%(own)s, 0), t.interval_days) > 0
                 ) s""",
            own=own,
            tier=tier,
            last=self._last_contact_sql(SQL.identifier("p", "id"), company),
            company=company.id,
        )

    @api.private
    def _last_contact_sql(self, partner, companies):
        """When a commercial partner was last in contact with one of the companies; one index look-up."""
        return SQL(
            """(SELECT e.date FROM crmx_timeline_event e
                 WHERE e.commercial_partner_id = %(partner)s AND e.kind = ANY(%(kinds)s)
                   AND e.date <= %(now)s AND (e.company_id IS NULL OR e.company_id = ANY(%(companies)s))
                 ORDER BY e.date DESC LIMIT 1)""",
            partner=partner,
            kinds=EXCHANGES,
            now=fields.Datetime.now(),
            companies=companies.ids,
        )

    def action_open_partner(self):
        """Open the partner of the row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }
