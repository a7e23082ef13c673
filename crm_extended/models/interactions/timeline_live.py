"""Tell whoever looks at a history that it has changed: they read it again, under their rights."""

import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .timeline_pending import PENDING_KEY

SUBCHANNEL = "crmx_timeline"
NOTIFICATION = "crmx.timeline/changed"
#: What the browser asks to hear of: a partner's history, by the partner's id.
CHANNEL = re.compile(r"crmx\.timeline_(\d{1,9})")
#: How long a history counts as looked at. Browsers ask anew whenever they connect, which is at
#: least once an hour.
LOOKED_AT = timedelta(hours=12)


class TimelineViewer(models.Model):
    """Companies whose history somebody looks at: nobody else's changes need be told.

    A message for every event would cost each posted message and each order more than its pointer.
    """

    _name = "crmx.timeline.viewer"
    _description = "History that somebody looks at"
    _log_access = False
    _rec_name = "partner_id"

    # a plain number, like the ledger's: rows live for hours
    partner_id = fields.Integer(required=True)
    until = fields.Datetime(required=True)

    _partner_uniq = models.UniqueIndex("(partner_id)")

    @api.private
    def _look_at(self, companies):
        """Note that somebody looks at the histories of ``companies``."""
        until = fields.Datetime.now() + LOOKED_AT
        self.env.cr.execute(
            SQL(
                """INSERT INTO crmx_timeline_viewer AS v (partner_id, until)
                   SELECT partner_id, %(until)s FROM unnest(%(ids)s) AS partner_id
                   ORDER BY partner_id
                   ON CONFLICT (partner_id) DO UPDATE SET until = EXCLUDED.until
                    WHERE v.until < %(renew)s""",
                ids=companies.ids,
                until=until,
                renew=until - LOOKED_AT / 2,
            )
        )

    @api.autovacuum
    def _gc_viewers(self):
        self.env.cr.execute(SQL("DELETE FROM crmx_timeline_viewer WHERE until < %s", fields.Datetime.now()))


class TimelineEvent(models.Model):
    _inherit = "crmx.timeline.event"

    @api.private
    def _write_pending(self):
        self.env.flush_all()
        pending = self.env.cr.precommit.data.get(PENDING_KEY)
        result = super()._write_pending()
        if pending is not None:
            self._tell_viewers(pending)
        return result

    @api.private
    def _refresh(self, source, scope):
        changes = super()._refresh(source, scope)
        if scope.ids is not None and changes:
            # rows that are gone name their partner nowhere else
            self.env.cr.precommit.data.setdefault(SUBCHANNEL, set()).update(c[2] for c in changes)
        return changes

    @api.private
    def _tell_viewers(self, pending):
        """Send a message for each history that has changed and is looked at; it says no more."""
        changed = self.env.cr.precommit.data.pop(SUBCHANNEL, set())
        for partner in self.env["res.partner"].browse(self._viewed(changed, pending)):
            partner._bus_send(NOTIFICATION, {"partner_id": partner.id}, subchannel=SUBCHANNEL)

    @api.private
    def _viewed(self, changed, pending):
        """:return: ids of the companies that somebody looks at, among those of ``changed`` and of
        the rows of the records that the transaction touched"""
        touched = SQL(" OR ").join(
            SQL("(t.res_model = %s AND t.res_id = ANY(%s))", model_name, sorted(ids))
            for model_name in {*pending.created, *pending.changed}
            if (ids := pending.created[model_name] | pending.changed[model_name])
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT v.partner_id FROM crmx_timeline_viewer v
                    WHERE v.until > %s AND (v.partner_id = ANY(%s) OR v.partner_id IN (
                        SELECT t.commercial_partner_id FROM crmx_timeline_event t WHERE %s))
                    ORDER BY v.partner_id""",
                fields.Datetime.now(),
                list(changed),
                touched or SQL("FALSE"),
            )
        )
        return [partner_id for [partner_id] in rows]


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _prepare_subscribe_data(self, channels, last):
        """Let colleagues listen to the histories of the partners that they may read."""
        asked = {name: match for name in channels if (match := self._crmx_match(name))}
        data = super()._prepare_subscribe_data([name for name in channels if name not in asked], last)
        if asked and self.env.user._is_internal():
            ids = {int(match[1]) for match in asked.values()}
            partners = self.env["res.partner"].browse(ids).exists()._filtered_access("read")
            # sudo: which company a readable contact belongs to; only that it changed is told
            companies = partners.sudo().commercial_partner_id.sudo(False)
            if companies:
                self.env["crmx.timeline.viewer"]._look_at(companies)
            data["channels"].update((company, SUBCHANNEL) for company in companies)
        return data

    @api.model
    def _crmx_match(self, channel):
        return CHANNEL.fullmatch(channel) if isinstance(channel, str) else None
