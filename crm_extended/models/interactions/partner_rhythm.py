from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

EMPLOYEES = "base.group_user"


class ResPartner(models.Model):
    _inherit = "res.partner"

    crmx_tier_id = fields.Many2one(
        "crmx.contact.tier",
        string="Contact Tier",
        company_dependent=True,
        groups=EMPLOYEES,
        domain="[('company_id', 'in', (False, allowed_company_ids[0]))]",
        help="How important the partner is to the active company, and so how often he is contacted.",
    )
    crmx_contact_interval = fields.Integer(
        string="Contact Every (Days)",
        company_dependent=True,
        groups=EMPLOYEES,
        help="Agreed with this partner instead of the interval of his tier; 0: that of the tier.",
    )
    crmx_last_contact = fields.Datetime(
        string="Last Contact",
        compute="_compute_crmx_rhythm",
        groups=EMPLOYEES,
        help="When the partner or one of his contacts was last in contact with the active company.",
    )
    crmx_next_contact = fields.Date(
        string="Next Contact Due",
        compute="_compute_crmx_rhythm",
        groups=EMPLOYEES,
        help="Last contact and the agreed interval.",
    )
    crmx_contact_state = fields.Selection(
        [("ok", "In time"), ("soon", "Coming up"), ("overdue", "Overdue")],
        string="Contact Rhythm",
        compute="_compute_crmx_rhythm",
        search="_search_crmx_contact_state",
        groups=EMPLOYEES,
    )

    crmx_use_card = fields.Boolean(
        string="Has Customer Card",
        compute="_compute_crmx_use_card",
        help="Whether the active company uses interactions.",
    )

    @api.depends_context("company")
    def _compute_crmx_use_card(self):
        # sudo: a switch of the user's own company
        self.crmx_use_card = self.env.company.sudo().crmx_use_interactions

    @api.depends("crmx_tier_id.interval_days", "crmx_contact_interval", "commercial_partner_id")
    @api.depends_context("company")
    def _compute_crmx_rhythm(self):
        rhythm = self.commercial_partner_id._origin._crmx_rhythm()
        for partner in self:
            row = rhythm.get(partner.commercial_partner_id._origin.id, {})
            partner.crmx_last_contact = row.get("last_contact")
            partner.crmx_next_contact = row.get("next_contact")
            partner.crmx_contact_state = row.get("state")

    @api.model
    def _search_crmx_contact_state(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        # sudo: states alone, of partners that are searched under the reader's rights
        Rhythm = self.env["crmx.contact.rhythm"].sudo()
        Rhythm = Rhythm.with_context(allowed_company_ids=self.env.company.ids)
        query = Rhythm._search(Domain("state", "in", [state for state in value if state]))
        query.order = None
        family = Domain(
            "commercial_partner_id", "in", query.subselect(SQL.identifier(query.table, "partner_id"))
        )
        if False in value:
            timed = Rhythm._search(Domain.TRUE)
            timed.order = None
            family |= Domain(
                "commercial_partner_id", "not in", timed.subselect(SQL.identifier(timed.table, "partner_id"))
            )
        return family if operator == "in" else ~family

    @api.private
    def _crmx_rhythm(self):
        """Rhythm of commercial partners with the active company, in a constant number of queries.

        Dates of contacts only, of all that the company has: with whom and about what is read elsewhere,
        under the reader's rights.

        :return: ``{partner id: {"last_contact", "next_contact", "days_overdue", "state", "interval_days",
            "tier_id"}}``; without an agreed interval ``last_contact`` alone, if there was one
        """
        company = self.env.company
        found = {
            partner_id: {"last_contact": moment}
            for partner_id, moment in self._crmx_last_contacts(company).items()
        }
        names = ["next_contact", "days_overdue", "state", "interval_days", "tier_id"]
        # sudo: figures of partners that the reader may read
        Rhythm = self.env["crmx.contact.rhythm"].sudo().with_context(allowed_company_ids=company.ids)
        # what was read before may have changed since: rows follow from the history, unknown to the cache
        Rhythm.invalidate_model(flush=False)
        for row in Rhythm.search_read([("partner_id", "in", self.ids)], ["partner_id", *names], load=""):
            found.setdefault(row["partner_id"], {"last_contact": None}).update({n: row[n] for n in names})
        return found

    @api.private
    def _crmx_last_contacts(self, companies):
        """When commercial partners were last in contact with one of ``companies``.

        :return: ``{partner id: datetime}``, without those who never were
        """
        last = self.env["crmx.contact.rhythm"]._last_contact_sql(SQL.identifier("p", "id"), companies)
        rows = self.env.execute_query(SQL("SELECT p.id, %s FROM unnest(%s::int[]) AS p (id)", last, self.ids))
        return {partner_id: moment for partner_id, moment in rows if moment}
