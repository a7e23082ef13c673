"""From a provider's message to the call, and from the call that is over to its interaction."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from ...tools import call_protocol, call_summary, phone

#: Nobody is told of a call, and no chatter is written: the call itself says all.
SILENT = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_create_nolog": True,
}


class Call(models.Model):
    _inherit = "crmx.call"

    @api.model
    @api.private
    def _receive(self, provider, found, received=None):
        """Take in one event. Doing it twice changes nothing.

        :param provider: the ``crmx.call.provider`` that has proved to be the sender, in sudo
        :param dict found: the event in the words of the contract, as ``_translate`` returns it
        :param received: when it came, default now
        :return: the call
        """
        received = received or self.env.cr.now().replace(microsecond=0)
        event = call_summary.Event(
            event=found["event"],
            received=received,
            at=call_protocol.moment(found.get("timestamp"), provider._zone()),
            direction=found.get("direction", ""),
            caller=found.get("from", ""),
            to=found.get("to", ""),
            answered_by=found.get("answeringNumber", ""),
            cause=found.get("cause", ""),
            **{name: call_protocol.seconds(found.get(name)) for name in ("ring", "talk", "hold")},
        )
        silent = self.with_user(SUPERUSER_ID).with_company(provider.company_id).with_context(**SILENT)
        call = silent._claim(provider, found["callId"], received)
        call._add_event(event)
        return call

    @api.model
    @api.private
    def _claim(self, provider, external_id, received):
        """The row of a call, made when this is the first that is heard of it, and locked.

        Two workers with the first two messages of one call meet on the unique key: one of them waits,
        and is run again by the host when it cannot see what the other has written.
        """
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO crmx_call (provider_id, external_id, company_id, state, date_received,
                       create_uid, write_uid, create_date, write_date)
                   VALUES (%s, %s, %s, 'ringing', %s, %s, %s, %s, %s)
                   ON CONFLICT (provider_id, external_id) DO NOTHING RETURNING id""",
                *(provider.id, external_id, provider.company_id.id, received),
                *(SUPERUSER_ID, SUPERUSER_ID, now, now),
            )
        )
        rows = rows or self.env.execute_query(
            SQL(
                "SELECT id FROM crmx_call WHERE provider_id = %s AND external_id = %s FOR UPDATE",
                provider.id,
                external_id,
            )
        )
        return self.browse(rows[0][0])

    @api.private
    def _lock(self):
        self.env.execute_query(SQL("SELECT id FROM crmx_call WHERE id = ANY(%s) FOR UPDATE", self.ids))
        self.invalidate_recordset()

    @api.private
    def _add_event(self, event):
        self.ensure_one()
        events = [call_summary.Event.from_json(values) for values in self.events or []]
        extended = call_summary.add(events, event)
        if extended == events:
            return
        summary = call_summary.summarise(extended)
        was_ringing = self.state == "ringing"
        values = self._values(summary, extended)
        self.write({name: value for name, value in values.items() if self[name] != value})
        new_users = self._add_ringing(summary) if event.event == "newCall" else self.env["res.users"]
        if self.state == "ended":
            self._log_end()
        self._tell_screens(new_users, was_ringing)

    @api.private
    def _values(self, summary, events):
        """What the row says, from the summary of its events."""
        direction = summary.direction or self._guess_direction(summary)
        outgoing = direction == "out"
        number = summary.called if outgoing else summary.caller
        line = summary.caller if outgoing else summary.called
        key = phone.parse(number, self.provider_id._calling_code()).key or False
        values = {
            "events": [event.to_json() for event in events],
            "state": summary.state,
            "direction": direction,
            "number": number or False,
            "normalised": key,
            "line": line or False,
            "answering_number": summary.answered_by or False,
            "cause": summary.cause or False,
            "date_start": _second(summary.start),
            "date_answer": _second(summary.answer),
            "date_end": _second(summary.end),
            "ring_seconds": summary.ring,
            "talk_seconds": summary.talk,
            "hold_seconds": summary.hold,
            "clock_difference": summary.clock,
            "is_missed": bool(summary.end and not summary.answer and not summary.talk),
        }
        lines = [line] if outgoing else [summary.answered_by, *summary.targets]
        values["user_id"] = self._owner(lines, summary.answered_by, outgoing)
        # at the end once more: the caller may have been entered during the call
        if not self.partner_id and key and (key != self.normalised or summary.end):
            values["partner_id"] = self._recognise(number)
        return values

    @api.private
    def _guess_direction(self, summary):
        """Of exchanges that do not say it: who calls from one of our lines calls out."""
        return "out" if self.provider_id._users_by_line([summary.caller]).get(summary.caller) else "in"

    @api.private
    def _owner(self, lines, answered_by, outgoing):
        """Whose call it is: of whoever took it, else of the only one at whom it rang."""
        users = self.provider_id._users_by_line(lines)
        taken = users.get(answered_by) or self.env["res.users"]
        if not taken or outgoing:
            taken = self.env["res.users"].union(*users.values())
        return taken if len(taken) == 1 else self.env["res.users"]

    @api.private
    def _recognise(self, number):
        """The partner behind a number; the company when several of its people share it."""
        found = self.env["crmx.phone.number"]._find(number, company=self.company_id)
        if len(found) > 1:
            companies = found.commercial_partner_id
            return companies if len(companies) == 1 else companies.browse()
        return found

    # -- the interaction --------------------------------------------------

    @api.private
    def _log_end(self):
        """Make the interaction of a call that is over, or correct its times after a late message."""
        if not self.is_logged:
            self._log()
        elif self.interaction_id:
            interaction = self.interaction_id
            values = self._measures()
            if not interaction.partner_id and self.partner_id:
                values["partner_id"] = self.partner_id.id
            if not interaction.user_id and self.user_id:
                values["user_id"] = self.user_id.id
            interaction.write(values)

    @api.private
    def _log(self, user=None):
        """:param user: who logs it while it is going on"""
        silent = self.with_user(SUPERUSER_ID).with_company(self.company_id).with_context(**SILENT)
        call = silent.browse(self.id)
        kind = self.env.ref("crm_extended.crmx_interaction_type_call", raise_if_not_found=False)
        values = {
            **call._measures(),
            "direction": call.direction or "in",
            "partner_id": call.partner_id.id,
            "user_id": (call.user_id or user or call.user_id).id,
            "company_id": call.company_id.id,
            "name": False if call.partner_id else call.number,
        }
        if kind:
            values["type_id"] = kind.id
        call.write({"interaction_id": call.env["crmx.interaction"].create(values).id, "is_logged": True})

    @api.private
    def _measures(self):
        """Times of the interaction; seconds beside hours, because hours are rounded."""
        values = {
            "date": self.date_start,
            "duration": (self.talk_seconds + self.hold_seconds) / 3600,
            "ring_seconds": self.ring_seconds,
            "talk_seconds": self.talk_seconds,
            "hold_seconds": self.hold_seconds,
        }
        missed = self.env.ref("crm_extended.crmx_interaction_outcome_no_answer", raise_if_not_found=False)
        if missed and self.is_missed and not self.interaction_id.outcome_id:
            values["outcome_id"] = missed.id
        elif missed and not self.is_missed and self.interaction_id.outcome_id == missed:
            values["outcome_id"] = False
        return values


def _second(moment):
    return moment.replace(microsecond=0) if moment else False


class Interaction(models.Model):
    _inherit = "crmx.interaction"

    call_ids = fields.One2many("crmx.call", "interaction_id", string="Telephone Calls", readonly=True)
    ring_seconds = fields.Integer(string="Rang (s)", readonly=True, aggregator="avg")
    talk_seconds = fields.Integer(string="Talked (s)", readonly=True, aggregator="sum")
    hold_seconds = fields.Integer(string="On Hold (s)", readonly=True, aggregator="sum")
