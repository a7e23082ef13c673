"""Registry of signals: what may be a reason to do something with a partner.

A signal is an abstract model that inherits ``crmx.recommendation.signal``. It looks at many partners
at once, under the rights of whoever asks, and says of whom it holds and with which figures. Rules
that administrators keep turn signals into recommendations: for whom, from which figure on, with
which words, and what to do. Other domains and add-ons join with one class each.
"""

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools.misc import format_amount, format_date


class RecommendationSignal(models.AbstractModel):
    _name = "crmx.recommendation.signal"
    _description = "Signal for recommended actions"

    #: Technical code, and what administrators read (a lazy translation).
    _signal_code = ""
    _signal_label = ""
    #: Names that the words of a rule may use, as ``%(name)s``.
    _signal_figures: tuple = ()
    #: Which parameters of a rule it reads: ``days``, ``amount``, ``percent``.
    _signal_parameters: tuple = ()
    #: Model of the records behind it, for the action *Open list*; empty: the partner's history.
    _signal_model = ""
    #: Field of that model that leads to the partner.
    _signal_partner = "partner_id"

    @api.model
    @tools.ormcache()
    def _signal_names(self):
        """``{code: name of the abstract model}`` of all signals, in the order of the registry."""
        base = self.env.registry["crmx.recommendation.signal"]
        return {
            cls._signal_code: name
            for name, cls in self.env.registry.items()
            if name != base._name and issubclass(cls, base)
        }

    @api.private
    def _signal(self, code):
        """The signal of a code; an empty recordset of its model."""
        return self.env[self._signal_names()[code]]

    @api.private
    def _evaluate(self, rule, partners):
        """Of whom it holds.

        :param rule: gives the parameters ``days``, ``amount`` (currency of the active company), ``percent``
        :param partners: commercial partners that the reader may read
        :return: ``{partner id: {figure: value}}`` with ``weight`` to rank partners under the same rule;
            nobody when the reader may not read what it looks at
        """
        raise NotImplementedError

    @api.private
    def _signal_domain(self, rule):
        """Domain of the records of ``_signal_model`` that raise it, whosever they are."""
        return Domain.TRUE

    @api.private
    def _records_domain(self, rule, partner):
        """Domain of the records behind the recommendation."""
        domain = Domain(f"{self._signal_partner}.commercial_partner_id", "=", partner.id)
        if "company_id" in self.env[self._signal_model]._fields:
            domain &= Domain("company_id", "in", (self.env.company.id, False))
        return domain & self._signal_domain(rule)

    # -- for words --------------------------------------------------------

    @api.private
    def _amount(self, amount):
        return format_amount(self.env, amount, self.env.company.currency_id)

    @api.private
    def _date(self, day):
        return format_date(self.env, day) if day else ""

    @api.private
    def _grouped(self, rule, partners, aggregates):
        """``{partner id: aggregates}`` of the records that raise it, of the active company.

        In one query; nobody when the reader may not read them.
        """
        Model = self.env[self._signal_model]
        if not Model.has_access("read"):
            return {}
        path = f"{self._signal_partner}.commercial_partner_id"
        domain = self._signal_domain(rule) & Domain(path, "in", partners.ids)
        domain &= Domain("company_id", "in", (self.env.company.id, False))
        return {partner.id: values for partner, *values in Model._read_group(domain, [path], aggregates)}

    @api.private
    def _waiting(self, rule, partners, date):
        """Figures ``count``, ``days`` and ``date`` of records that have waited since their field ``date``."""
        found = self._grouped(rule, partners, ["__count", f"{date}:min"])
        now = fields.Datetime.now()
        return {
            partner_id: {
                "count": count,
                "days": (now - first).days,
                "date": self._date(first),
                "weight": (now - first).days,
            }
            for partner_id, (count, first) in found.items()
        }
