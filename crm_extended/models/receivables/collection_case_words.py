"""What the worklist says to its reader: why, what to say, and what was said before."""

from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL, format_amount

#: Contacts that the form shows.
LAST_CONTACTS = 5


class CollectionCase(models.Model):
    _inherit = "crmx.collection.case"

    @api.depends("points", "overdue", "date_oldest", "average_late", "broken_count", "limit_use")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for case in self:
            points = sorted((case.points or {}).items(), key=lambda point: -point[1])
            case.explanation = " · ".join(
                self.env._("%(what)s (+%(points)s)", what=case._words_for(factor), points=f"{count:g}")
                for factor, count in points
            )

    def _words_for(self, factor):
        """Return what a factor says of the customer, in words and figures."""
        words = {
            "amount": lambda: self.env._(
                "%(amount)s overdue", amount=format_amount(self.env, self.overdue, self.currency_id)
            ),
            "lateness": lambda: self.env._("the oldest for %(days)s days", days=self.days_late),
            "behaviour": lambda: self.env._(
                "pays %(days)s days late on average", days=f"{self.average_late:.0f}"
            ),
            "broken": lambda: self.env._("not kept in a year: %(count)s", count=self.broken_count),
            "limit": lambda: self.env._(
                "%(percent)s %% of the limit is used", percent=f"{self.limit_use:.0f}"
            ),
        }
        return words[factor]()

    @api.depends("reason", "company_id", "partner_id", "amounts", "date_oldest")
    @api.depends_context("lang", "uid")
    def _compute_script(self):
        scripts = self.env["crmx.collection.script"]._scripts_of(self.company_id)
        for case in self:
            script = scripts.get((case.company_id, case.reason), scripts.get((case.company_id, "amount")))
            case.script = script and script._fill_in(case._script_words())

    def _script_words(self):
        day = self.env["ir.qweb.field.date"].value_to_html
        return {
            "customer": self.partner_id.name or "",
            "amount": self.amounts or "",
            "oldest": day(self.date_oldest, {}) if self.date_oldest else "",
            "days": str(self.days_late),
            "collector": self.env.user.name,
            "company": self.company_id.name,
        }

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_interaction_ids(self):
        """The last contacts with the customer and his people that the reader may read, in one query."""
        Interaction = self.env["crmx.interaction"]
        last = defaultdict(Interaction.browse)
        if Interaction.has_access("read"):
            for id_, partner_id, company_id in self.env.execute_query(self._last_contacts_sql()):
                last[partner_id, company_id] += Interaction.browse(id_)
        Interaction.union(*last.values()).fetch(["date", "outcome_id"])
        for case in self:
            found = last[case.partner_id.id, case.company_id.id]
            case.interaction_ids = found
            case.date_contact = found[:1].date
            case.last_outcome = found[:1].outcome_id.name

    @api.private
    def _last_contacts_sql(self):
        Interaction = self.env["crmx.interaction"]
        query = Interaction._search(
            [
                ("commercial_partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ]
        )
        id_, partner, company, day = (
            Interaction._field_to_sql(query.table, name, query)
            for name in ("id", "commercial_partner_id", "company_id", "date")
        )
        ranked = query.select(
            SQL("%s AS id", id_),
            SQL("%s AS partner_id", partner),
            SQL("%s AS company_id", company),
            SQL(
                "ROW_NUMBER() OVER (PARTITION BY %s, %s ORDER BY %s DESC, %s DESC) AS place",
                partner,
                company,
                day,
                id_,
            ),
        )
        return SQL(
            "SELECT id, partner_id, company_id FROM (%s) ranked WHERE place <= %s ORDER BY place",
            ranked,
            LAST_CONTACTS,
        )
