"""Promises, instalment plans, disputes and unsigned acts among what is going on with a partner."""

from odoo import models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


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


class MatterSourceInstalmentPlan(models.AbstractModel):
    _name = "crmx.matter.source.instalment.plan"
    _inherit = "crmx.matter.source"
    _description = "Open matters: instalment plans"

    _matter_model = "crmx.instalment.plan"
    _matter_label = _lt("Instalment plans")
    _matter_icon = "fa-calendar-check-o"
    _matter_domain = (("state", "in", ("offered", "live")),)
    _matter_date = "date_end"
    _matter_amount = ("amount", "currency_id")


class MatterSourceDispute(models.AbstractModel):
    _name = "crmx.matter.source.dispute"
    _inherit = "crmx.matter.source"
    _description = "Open matters: disputes"

    _matter_model = "crmx.dispute"
    _matter_label = _lt("Disputes")
    _matter_icon = "fa-gavel"
    _matter_domain = (("state", "not in", ("resolved", "cleared")),)
    _matter_date = "date_deadline"
    _matter_amount = ("amount_company", "currency_id")


class MatterSourceReconciliationAct(models.AbstractModel):
    _name = "crmx.matter.source.reconciliation.act"
    _inherit = "crmx.matter.source"
    _description = "Open matters: reconciliation acts"

    _matter_model = "crmx.reconciliation.act"
    _matter_label = _lt("Reconciliation acts")
    _matter_icon = "fa-balance-scale"
    _matter_domain = (("state", "in", ("sent", "seen", "differs")),)
    _matter_company = "company_id"
    _matter_date = "date_to"
