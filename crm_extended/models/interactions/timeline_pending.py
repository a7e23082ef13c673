"""What a transaction has touched and the ledger does not know yet.

Collected while the transaction runs and written in one go before it commits, in the same
transaction. Core's field tracking works the same way.
"""

from collections import defaultdict

from odoo import api, models

from ..common.event_source import Scope

PENDING_KEY = "crmx.timeline.pending"


class Pending:
    """Sets of ids, by what has to be done with them."""

    def __init__(self):
        self.created = defaultdict(set)  # model -> records that no row can exist for yet
        self.changed = defaultdict(set)  # model -> records whose rows may have to change or go
        self.documents = defaultdict(set)  # model -> documents given to another partner
        self.partners = set()  # partners whose commercial partner was written
        self.new_partners = set()  # among them, those that can have no row yet


class TimelineEvent(models.Model):
    _inherit = "crmx.timeline.event"

    @api.private
    def _pending(self):
        """The collection of the current transaction, to be written before it commits."""
        precommit = self.env.cr.precommit
        pending = precommit.data.get(PENDING_KEY)
        if pending is None:
            pending = precommit.data[PENDING_KEY] = Pending()
            # sudo: writes pointers, which are shown only after an access check at their source
            precommit.add(self.browse().sudo()._write_pending)
        return pending

    @api.private
    def _write_pending(self):
        """Write the ledger for all that the transaction has touched so far."""
        self.env.flush_all()
        pending = self.env.cr.precommit.data.pop(PENDING_KEY, None)
        if pending is None:
            return
        if moved := pending.partners - pending.new_partners:
            self._repoint_commercial(moved)
            pending.changed["mail.message"].update(self._authored_by(moved))
        for model_name, ids in pending.documents.items():
            for source in self.env["crmx.event.source"]._sources():
                pending.changed[source._source_model].update(source._hanging_on(model_name, ids))
        for model_name, ids in pending.created.items():
            self._write_sources(self._append, model_name, ids)
        for model_name, ids in pending.changed.items():
            self._write_sources(self._refresh, model_name, ids - pending.created[model_name])

    @api.private
    def _write_sources(self, write, model_name, ids):
        if ids:
            for source in self.env["crmx.event.source"]._sources_of(model_name):
                write(source, Scope(ids=sorted(ids)))

    @api.private
    def _authored_by(self, partner_ids):
        """Messages of these authors: whether they came from the customer is decided anew."""
        query = self.env["mail.message"]._search([("author_id", "in", list(partner_ids))], bypass_access=True)
        return [message_id for [message_id] in self.env.execute_query(query.select())]
