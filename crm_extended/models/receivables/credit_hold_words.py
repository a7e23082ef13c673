import json

from odoo import api, models

#: What a total is made of.
PARTS = ("owed", "drafts", "under_way", "coming")


class CreditHold(models.Model):
    """What was found against documents, in words and figures, in the language of who reads it."""

    _inherit = "crmx.credit.hold"

    @api.private
    def _finding_text(self, finding):
        """Return a finding in words and figures."""
        figures = finding["figures"]
        currency = self.company_id.currency_id
        values = {
            name: currency.format(figures[name])
            for name in ("limit", "total", "over", "late", *PARTS)
            if isinstance(figures.get(name), int | float)
        }
        values.update(
            (name, self.env["ir.qweb.field.date"].value_to_html(figures[name], {}))
            for name in ("oldest", "last", "date", "until")
            if figures.get(name)
        )
        values.update({name: figures[name] for name in ("days", "count", "reason") if name in figures})
        return getattr(self, f"_text_{finding['kind']}")(values)

    def _text_limit(self, values):
        if "total" not in values:
            return self.env._("The limit is in a currency without a rate: nothing can be compared with it.")
        text = self.env._("%(total)s would be owed, and the limit is %(limit)s: %(over)s too much.", **values)
        if not all(name in values for name in PARTS):  # held before they were written down
            return text
        parts = self.env._(
            "That is %(owed)s owed, %(drafts)s in draft invoices, %(under_way)s in confirmed orders and "
            "%(coming)s now.",
            **values,
        )
        return f"{text} {parts}"

    def _text_overdue(self, values):
        if values["days"]:
            return self.env._(
                "%(late)s is overdue by more than %(days)s days; the oldest item was due on %(oldest)s.",
                **values,
            )
        return self.env._("%(late)s is overdue; the oldest item was due on %(oldest)s.", **values)

    def _text_promise(self, values):
        return self.env._(
            "Promises and instalment plans that were not kept: %(count)s, the last on %(last)s; %(late)s is "
            "overdue.",
            **values,
        )

    def _text_expired(self, values):
        return self.env._("The limit ended on %(date)s, and no other followed.", **values)

    def _text_blocked(self, values):
        if values.get("until"):
            return self.env._("Blocked until %(until)s: %(reason)s", **values)
        return self.env._("Blocked: %(reason)s", **values)

    def _text_new(self, _values):
        return self.env._("A new customer whom nobody has approved yet.")

    @api.model
    @api.private
    def _findings_data(self, findings):
        """Return findings of the kernel as they are stored."""
        data = [
            {
                "kind": finding.rule.kind,
                "action": finding.rule.action,
                "rule": finding.rule.ref,
                "figures": dict(finding.figures),
            }
            for finding in findings
        ]
        return json.loads(json.dumps(data, default=str))
