from odoo import api, fields, models
from odoo.tools import format_date, format_time

#: Events of one print; a longer history is printed in shorter periods.
MAX_EVENTS = 2000
NO_TIME = (12, 0, 0)


class HistoryReport(models.AbstractModel):
    _name = "report.crm_extended.history"
    _description = "History of relations, Print"

    @api.model
    def _get_report_values(self, docids, data=None):
        wizards = self.env["crmx.history.print"].browse(docids)
        return {
            "docs": wizards,
            "histories": {wizard.id: self._history(wizard) for wizard in wizards},
            "currencies": self.env["res.currency"].browse,
        }

    @api.private
    def _history(self, wizard):
        """What the reader may see of the period.

        :return: ``{"days": [{"label", "events"}], "count", "is_cut"}``
        """
        events, is_cut = self._events(wizard)
        if wizard.with_text:
            self._add_texts(events)
        days = {}
        for event in events:
            moment = fields.Datetime.context_timestamp(self, event["date"])
            # what has no time of its own stands in the ledger at noon, UTC
            has_time = (event["date"].hour, event["date"].minute, event["date"].second) != NO_TIME
            event["time"] = has_time and format_time(self.env, event["date"], time_format="short")
            days.setdefault(moment.date(), []).append(event)
        return {
            "days": [{"label": format_date(self.env, day), "events": days[day]} for day in days],
            "count": len(events),
            "is_cut": is_cut,
        }

    @api.private
    def _events(self, wizard):
        """:return: the events, newest first, and whether there were more than are printed"""
        Ledger = self.env["crmx.timeline.event"]
        events, cursor = [], None
        while True:
            page = Ledger.get_page(
                partner_id=wizard.partner_id.id, filters=wizard._filters(), before=cursor, limit=100
            )
            events += page["events"]
            cursor = page["next"]
            if not cursor or len(events) >= MAX_EVENTS:
                return events[:MAX_EVENTS], bool(cursor) or len(events) > MAX_EVENTS

    @api.private
    def _add_texts(self, events):
        """Set ``html`` on the events that have a text."""
        ids_by_model = {}
        for event in events:
            if event["model"]:
                ids_by_model.setdefault(event["model"], set()).add(event["res_id"])
        texts = {}
        for model_name, ids in ids_by_model.items():
            records = self.env[model_name].with_context(active_test=False).browse(sorted(ids))
            for source in self.env["crmx.event.source"]._sources_of(model_name):
                texts.update({(model_name, r.id): html for r in records if (html := source._full_text(r))})
        for event in events:
            event["html"] = texts.get((event["model"], event["res_id"]))
