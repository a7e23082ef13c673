from odoo import models


class KpiLog(models.Model):
    """The register of closed periods and of what was decided about targets and pay."""

    _name = "crmx.kpi.log"
    _inherit = "crmx.append.only"
    _description = "Register of Indicators"

    _chain_uniq = models.UniqueIndex("(company_id, number)")
