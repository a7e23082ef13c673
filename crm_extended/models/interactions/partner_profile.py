"""What is known of a person beside his address: birthday, languages, how and when to reach him."""

from datetime import datetime
from functools import partial

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import customer_card as kernel
from .consent import BLACKLISTS
from .sources.contact_kinds import CONTACT_KINDS

EMPLOYEES = "base.group_user"
PREFERABLE = ("call", "email", "sms", "messenger", "letter", "visit")


class ResPartner(models.Model):
    _inherit = "res.partner"

    crmx_birthdate = fields.Date(string="Birthday", groups=EMPLOYEES)
    crmx_birthday_days = fields.Integer(
        string="Days to the Birthday",
        compute="_compute_crmx_birthday_days",
        search="_search_crmx_birthday_days",
        groups=EMPLOYEES,
        help="0 is today. Who was born on 29 February has his birthday on the 28th in other years.",
    )
    crmx_language_ids = fields.Many2many(
        "res.lang",
        "crmx_partner_language_rel",
        "partner_id",
        "lang_id",
        string="Speaks",
        context={"active_test": False},
        groups=EMPLOYEES,
        help="Languages beside the one in which documents are sent.",
    )
    crmx_preferred_channel = fields.Selection(
        selection=lambda self: [(kind, self.env._(CONTACT_KINDS[kind][0])) for kind in PREFERABLE],
        string="Prefers",
        groups=EMPLOYEES,
        help="How the partner likes to be contacted.",
    )
    crmx_hour_from = fields.Float(string="Reach From", groups=EMPLOYEES, help="In the partner's timezone.")
    crmx_hour_to = fields.Float(string="Reach Until", groups=EMPLOYEES, help="In the partner's timezone.")
    crmx_consent_ids = fields.One2many("crmx.consent", "partner_id", string="Consents")

    @api.depends("crmx_birthdate")
    def _compute_crmx_birthday_days(self):
        today = fields.Date.context_today(self)
        for partner in self:
            born = partner.crmx_birthdate
            partner.crmx_birthday_days = (kernel.next_birthday(born, today) - today).days if born else 0

    @api.model
    def _search_crmx_birthday_days(self, operator, value):
        """Within so many days: by day of the month, so across the end of the year."""
        ranges = {
            "<=": lambda days: [(0, int(days))],
            "<": lambda days: [(0, int(days) - 1)],
            "in": lambda days: [(int(day), int(day)) for day in days if day is not False],
        }
        if operator not in ranges:
            return NotImplemented
        today = fields.Date.context_today(self)
        keys = set().union(*(kernel.birthday_keys(today, *span) for span in ranges[operator](value)))

        def condition(model, alias, query):
            born = model._field_to_sql(alias, "crmx_birthdate", query)
            return SQL("to_char(%s, 'MM-DD') = ANY(%s)", born, sorted(keys))

        return Domain("crmx_birthdate", "!=", False) & Domain.custom(to_sql=condition)

    @api.constrains("crmx_hour_from", "crmx_hour_to")
    def _check_crmx_hours(self):
        for partner in self:
            if not 0 <= partner.crmx_hour_from <= partner.crmx_hour_to <= 24:
                raise ValidationError(
                    self.env._("The hours to be reached end after they begin, within a day.")
                )

    @api.constrains("crmx_birthdate")
    def _check_crmx_birthdate(self):
        today = fields.Date.context_today(self)
        if any(partner.crmx_birthdate and partner.crmx_birthdate > today for partner in self):
            raise ValidationError(self.env._("A birthday lies in the past."))

    # -- for the card -----------------------------------------------------

    @api.private
    def _crmx_profile(self):
        """Birthday, languages, preferred channel, hours and consents of partners that the reader may read.

        In a number of queries that does not depend on how many they are.

        :return: ``{partner id: {"birthday", "languages", "channel", "hours", "consents"}}``
        """
        self.fetch(
            ["lang", "tz", "crmx_birthdate", "crmx_preferred_channel", "crmx_hour_from", "crmx_hour_to"]
        )
        channels = dict(self._fields["crmx_preferred_channel"]._description_selection(self.env))
        documents = dict(self.env["res.lang"].get_installed())
        consents = self._crmx_consents()
        return {
            partner.id: {
                "birthday": partner._crmx_birthday(),
                "languages": [
                    *filter(None, [documents.get(partner.lang)]),
                    *(lang.name for lang in partner.crmx_language_ids if lang.code != partner.lang),
                ],
                "channel": channels.get(partner.crmx_preferred_channel),
                "hours": partner._crmx_hours(),
                "consents": consents.get(partner.id, []),
            }
            for partner in self
        }

    def _crmx_birthday(self):
        if not self.crmx_birthdate:
            return None
        today = fields.Date.context_today(self)
        coming = kernel.next_birthday(self.crmx_birthdate, today)
        return {
            "date": coming,
            "days": (coming - today).days,
            "age": coming.year - self.crmx_birthdate.year,
        }

    def _crmx_hours(self):
        """When to reach the partner, in his timezone, and whether it is that time now."""
        if not self.crmx_hour_to:
            return None
        zone = pytz.timezone(self.tz or self.env.user.tz or "UTC")
        now = datetime.now(zone)
        hour = now.hour + now.minute / 60
        return {
            "from": self.crmx_hour_from,
            "to": self.crmx_hour_to,
            "zone": self.tz or False,
            "now": kernel.is_within_hours(hour, self.crmx_hour_from, self.crmx_hour_to),
            "local": f"{now:%H:%M}",
        }

    @api.private
    def _crmx_consents(self):
        """Consent of each partner by channel, with the blacklists of the host, which outrank it.

        :return: ``{partner id: [{"channel", "label", "status", "date", "source", "blacklisted"}]}`` with
            the channels of which something is known; empty where the reader may not read consents
        """
        Consent = self.env["crmx.consent"]
        if not Consent.has_access("read"):
            return {}
        current = Consent._current(self)
        labels = Consent._fields["channel"]._description_selection(self.env)
        line = partial(dict, status="unknown", date=None, source=None)
        found = {}
        for partner in self:
            known = current.get(partner.id, {})
            listed = {channel for channel, name in BLACKLISTS.items() if partner[name]}
            found[partner.id] = [
                {
                    **line(**known.get(channel, {})),
                    "channel": channel,
                    "label": label,
                    "blacklisted": channel in listed,
                }
                for channel, label in labels
                if channel in known or channel in listed
            ]
        return found
