"""Promises, instalment plans, disputes, statements and acts in the history of a partner."""

from odoo import models
from odoo.tools.translate import LazyTranslate

from ..common.event_source import Event

_lt = LazyTranslate(__name__)


class EventSourcePromise(models.AbstractModel):
    _name = "crmx.event.source.promise"
    _inherit = "crmx.event.source"
    _description = "History source: promises to pay"

    _source_model = "crmx.promise"
    _source_events = (
        Event("promise", _lt("Promise to pay"), "fa-handshake-o", "account", "date", direction="in"),
        Event(
            "promise_kept",
            _lt("Promise kept"),
            "fa-check",
            "account",
            "date_judged",
            domain=[("state", "=", "kept")],
        ),
        Event(
            "promise_broken",
            _lt("Promise not kept"),
            "fa-chain-broken",
            "account",
            "date_judged",
            domain=[("state", "in", ("partly", "broken"))],
        ),
    )
    _source_amount = ("amount", "currency_id")
    _source_snippet = "note"


class EventSourceInstalmentPlan(models.AbstractModel):
    _name = "crmx.event.source.instalment.plan"
    _inherit = "crmx.event.source"
    _description = "History source: instalment plans"

    _source_model = "crmx.instalment.plan"
    _source_events = (
        Event(
            "instalment_plan",
            _lt("Instalment plan agreed"),
            "fa-calendar-check-o",
            "account",
            "date_start",
            domain=[("date_start", "!=", False)],
        ),
        Event(
            "instalment_plan_paid",
            _lt("Instalment plan paid"),
            "fa-check",
            "account",
            "date_judged",
            domain=[("state", "=", "paid")],
        ),
        Event(
            "instalment_plan_defaulted",
            _lt("Instalment missed"),
            "fa-chain-broken",
            "account",
            "date_judged",
            domain=[("state", "=", "defaulted")],
        ),
    )
    _source_amount = ("amount", "currency_id")
    _source_snippet = "note"


class EventSourceDispute(models.AbstractModel):
    _name = "crmx.event.source.dispute"
    _inherit = "crmx.event.source"
    _description = "History source: disputes"

    _source_model = "crmx.dispute"
    _source_events = (
        Event("dispute", _lt("Dispute"), "fa-gavel", "account", "date", direction="in"),
        Event(
            "dispute_closed",
            _lt("Dispute closed"),
            "fa-check-square-o",
            "account",
            "date_closed",
            domain=[("state", "in", ("resolved", "cleared"))],
        ),
    )
    _source_amount = ("amount_company", "currency_id")
    _source_snippet = "description"


class EventSourceStatement(models.AbstractModel):
    _name = "crmx.event.source.statement"
    _inherit = "crmx.event.source"
    _description = "History source: statements of account"

    _source_model = "crmx.statement"
    _source_events = (
        Event(
            "statement",
            _lt("Statement of account"),
            "fa-file-text-o",
            "account",
            "send_date",
            domain=[("send_date", "!=", False)],
            direction="out",
        ),
    )
    _source_user = "create_uid"
    _source_state = "send_state"


class EventSourceReconciliationAct(models.AbstractModel):
    _name = "crmx.event.source.reconciliation.act"
    _inherit = "crmx.event.source"
    _description = "History source: reconciliation acts"

    _source_model = "crmx.reconciliation.act"
    _source_events = (
        Event(
            "act",
            _lt("Reconciliation act"),
            "fa-balance-scale",
            "account",
            "send_date",
            domain=[("send_date", "!=", False)],
            direction="out",
        ),
        Event(
            "act_signed",
            _lt("Reconciliation act signed"),
            "fa-pencil-square-o",
            "account",
            "signed_on",
            domain=[("state", "=", "signed")],
            direction="in",
        ),
    )


class EventSourceSettlement(models.AbstractModel):
    _name = "crmx.event.source.settlement"
    _inherit = "crmx.event.source"
    _description = "History source: mutual settlements"

    _source_model = "crmx.settlement"
    _source_events = (
        Event(
            "settlement",
            _lt("Mutual settlement"),
            "fa-exchange",
            "account",
            "date",
            domain=[("state", "=", "posted")],
        ),
    )
