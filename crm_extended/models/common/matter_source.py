"""Registry of open matters: what is going on with a partner and not finished yet.

A source is an abstract model that inherits ``crmx.matter.source`` and says which records of one
model are open matters, and of whom. It takes part as soon as its model is installed; the customer
card lists what the reader may read of it, the CRM summary beside the ledger counts it::

    class MatterSourcePromise(models.AbstractModel):
        _name = "crmx.matter.source.promise"
        _inherit = "crmx.matter.source"
        _description = "Open matters: promises to pay"
        _matter_model = "crmx.promise"
        _matter_label = _lt("Promises to pay")
        _matter_icon = "fa-handshake-o"
        _matter_domain = (("state", "=", "open"),)
        _matter_date = "date_promised"
        _matter_amount = ("amount", "currency_id")
"""

from odoo import api, models, tools
from odoo.fields import Domain


class MatterSource(models.AbstractModel):
    _name = "crmx.matter.source"
    _description = "Source of open matters of a partner"

    #: Model whose records are the matters.
    _matter_model = ""
    #: What a group of them is called (a lazy translation), and its Font Awesome class.
    _matter_label = ""
    _matter_icon = "fa-circle-o"
    #: Which records are open.
    _matter_domain: tuple | list = ()
    #: Stored many2one fields: of whom, in which company, who of us deals with it; company and user may be
    #: empty.
    _matter_partner = "partner_id"
    _matter_company = "company_id"
    _matter_user = "user_id"
    #: Since when, or until when; oldest first.
    _matter_date = "create_date"
    #: (amount, currency) fields, where a matter is about money.
    _matter_amount: tuple = ()

    @api.model
    @tools.ormcache()
    def _source_names(self):
        """Names of the sources whose model is installed, in the order of the registry."""
        base = self.env.registry["crmx.matter.source"]
        return tuple(
            name
            for name, cls in self.env.registry.items()
            if name != base._name and issubclass(cls, base) and cls._matter_model in self.env
        )

    @api.private
    def _sources(self):
        """The sources, each an empty recordset of its abstract model."""
        return [self.env[name] for name in self._source_names()]

    @api.private
    def _open_domain(self, commercials):
        """Domain of the open matters of commercial partners, contacts included.

        In the selected companies only, whatever rights the environment has.
        """
        path = f"{self._matter_partner}.commercial_partner_id"
        domain = Domain(list(self._matter_domain)) & Domain(path, "in", commercials.ids)
        if self._matter_company:
            domain &= Domain(self._matter_company, "in", [*self.env.companies.ids, False])
        return domain

    @api.private
    def _counts(self, commercials):
        """Number of open matters, in one query under the rights of the environment.

        :return: ``{commercial partner id: number}``, without those who have none
        """
        groups = self.env[self._matter_model]._read_group(
            self._open_domain(commercials), [f"{self._matter_partner}.commercial_partner_id"], ["__count"]
        )
        return {partner.id: count for partner, count in groups}

    @api.private
    def _open_matters(self, commercials, limit=None):
        """The open matters that the reader may read, oldest first; none without access to the model."""
        Model = self.env[self._matter_model]
        if not Model.has_access("read"):
            return Model.browse()
        return Model.search(self._open_domain(commercials), order=f"{self._matter_date}, id", limit=limit)

    @api.private
    def _matter_lines(self, matters):
        """What a list says of each matter.

        :return: list of ``{"model", "id", "name", "date", "user", "amount", "currency_id"}``
        """
        amount, currency = self._matter_amount or ("", "")
        names = [name for name in (self._matter_date, self._matter_user, amount, currency) if name]
        matters.fetch(["display_name", *names])
        return [
            {
                "model": matter._name,
                "id": matter.id,
                "name": matter.display_name,
                "date": matter[self._matter_date],
                # sudo: the name of the colleague who deals with a matter that the reader may read
                "user": self._matter_user and matter.sudo()[self._matter_user].name or False,
                "amount": matter[amount] if amount else None,
                "currency_id": matter[currency].id if currency else None,
            }
            for matter in matters
        ]
