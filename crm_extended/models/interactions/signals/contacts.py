"""Signals that come from being in contact, or from not being in contact."""

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ....tools.customer_card import next_birthday

_lt = LazyTranslate(__name__)


class SignalContactOverdue(models.AbstractModel):
    _name = "crmx.recommendation.signal.contact.overdue"
    _inherit = "crmx.recommendation.signal"
    _description = "Signal: the agreed contact is overdue"

    _signal_code = "contact_overdue"
    _signal_label = _lt("Agreed contact is overdue")
    _signal_figures = ("days", "interval", "last")
    _signal_parameters = ("days",)

    def _evaluate(self, rule, partners):
        if not self.env["crmx.contact.rhythm"].has_access("read"):
            return {}
        return {
            partner_id: {
                "days": row["days_overdue"],
                "interval": row["interval_days"],
                "last": self._date(row["last_contact"]) or self.env._("never"),
                "weight": row["days_overdue"] / row["interval_days"],
            }
            for partner_id, row in partners._crmx_rhythm().items()
            if row.get("days_overdue", 0) > max(0, rule.days)
        }


class SignalMatterStalled(models.AbstractModel):
    _name = "crmx.recommendation.signal.matter.stalled"
    _inherit = "crmx.recommendation.signal"
    _description = "Signal: an open matter has stood still"

    _signal_code = "matter_stalled"
    _signal_label = _lt("Open matter stands still")
    _signal_figures = ("count", "days", "date")
    _signal_parameters = ("days",)
    _signal_model = "crmx.interaction"

    def _signal_domain(self, rule):
        day = fields.Datetime.now() - timedelta(days=rule.days)
        source = self.env["crmx.matter.source.interaction"]
        return Domain(list(source._matter_domain)) & Domain("date", "<", day)

    def _evaluate(self, rule, partners):
        return self._waiting(rule, partners, "date")


class SignalBirthday(models.AbstractModel):
    _name = "crmx.recommendation.signal.birthday"
    _inherit = "crmx.recommendation.signal"
    _description = "Signal: a person has his birthday"

    _signal_code = "birthday"
    _signal_label = _lt("A person's birthday comes up")
    _signal_figures = ("name", "date", "days")
    _signal_parameters = ("days",)
    _signal_model = "res.partner"
    _signal_partner = "id"

    def _evaluate(self, rule, partners):
        today = fields.Date.context_today(self)
        persons = self.env["res.partner"].search_fetch(
            self._signal_domain(rule) & Domain("commercial_partner_id", "in", partners.ids),
            ["name", "commercial_partner_id", "crmx_birthdate"],
        )
        found = {}
        for person in persons.sorted(lambda p: next_birthday(p.crmx_birthdate, today), reverse=True):
            day = next_birthday(person.crmx_birthdate, today)
            found[person.commercial_partner_id.id] = {
                "name": person.name,
                "date": self._date(day),
                "days": (day - today).days,
                "weight": -(day - today).days,
            }
        return found

    def _signal_domain(self, rule):
        return Domain("crmx_birthday_days", "<=", rule.days) & Domain("is_company", "=", False)

    def _records_domain(self, rule, partner):
        return self._signal_domain(rule) & Domain("commercial_partner_id", "=", partner.id)


class SignalAlways(models.AbstractModel):
    """Holds for every partner: the condition of the rule alone decides."""

    _name = "crmx.recommendation.signal.always"
    _inherit = "crmx.recommendation.signal"
    _description = "Signal: the condition alone"

    _signal_code = "always"
    _signal_label = _lt("The condition alone")
    _signal_figures = ("name",)

    def _evaluate(self, rule, partners):
        return {partner.id: {"name": partner.name, "weight": 0} for partner in partners}
