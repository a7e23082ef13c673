"""Tell whoever looks at a history that it has changed: they read it again, under their rights."""

import re

from odoo import api, models
from odoo.tools import SQL

from .timeline_pending import PENDING_KEY

SUBCHANNEL = "crmx_timeline"
NOTIFICATION = "crmx.timeline/changed"
#: What the browser asks to hear of: a partner's history, by the partner's id.
CHANNEL = re.compile(r"crmx\.timeline_(\d{1,10})")
#: From so many partners on, one message to all colleagues costs less than one for each partner.
MANY = 50


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
        """Send a message for each company whose history has changed; it says no more than that."""
        changed = self.env.cr.precommit.data.pop(SUBCHANNEL, set())
        changed |= self._touched_partners(pending)
        if len(changed) > MANY:
            self.env.ref("base.group_user")._bus_send(NOTIFICATION, {"partner_id": False})
            return
        for partner in self.env["res.partner"].browse(sorted(changed)):
            partner._bus_send(NOTIFICATION, {"partner_id": partner.id}, subchannel=SUBCHANNEL)

    @api.private
    def _touched_partners(self, pending):
        """:return: ids of the companies with rows of the records that the transaction touched"""
        ids_by_model = {
            model_name: sorted(pending.created[model_name] | pending.changed[model_name])
            for model_name in {*pending.created, *pending.changed}
        }
        conditions = [
            SQL("res_model = %s AND res_id = ANY(%s)", model_name, ids)
            for model_name, ids in ids_by_model.items()
            if ids
        ]
        if not conditions:
            return set()
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT commercial_partner_id FROM crmx_timeline_event WHERE %s LIMIT %s",
                SQL(" OR ").join(SQL("(%s)", condition) for condition in conditions),
                MANY + 1,
            )
        )
        return {partner_id for [partner_id] in rows}


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
            data["channels"].update((company, SUBCHANNEL) for company in companies)
        return data

    @api.model
    def _crmx_match(self, channel):
        return CHANNEL.fullmatch(channel) if isinstance(channel, str) else None
