from odoo import api, models
from odoo.exceptions import AccessError

#: Who works beside sales: they see the figures without any right to sales' documents.
READERS = (
    "account.group_account_invoice",
    "account.group_account_readonly",
    "crm_extended.group_debt_summary",
    "crm_extended.group_interactions_user",
)


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.private
    def _crmx_sees_crm_summary(self):
        """Whether the CRM summary stands beside the ledger for this user."""
        self.ensure_one()
        return (
            self._is_internal()
            and self.has_group("crm_extended.group_use_interactions")
            and any(self.has_group(group) for group in READERS)
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.readonly
    def crmx_get_crm_summary(self):
        """What sales know of the partner's company, for those who work beside them.

        :return: ``_crmx_crm_summary`` of the company, and ``partner``: ``{"id", "name"}``
        :raise AccessError: when the reader may not read the partner, or is not meant to see it
        """
        self.ensure_one()
        if not self.env.user._crmx_sees_crm_summary():
            raise AccessError(self.env._("The CRM summary is for those who work beside sales."))
        self.check_access("read")
        company = self.commercial_partner_id
        if not company.has_access("read"):
            company = self
        summary = company._crmx_crm_summary()[company.id]
        return {**summary, "partner": {"id": company.id, "name": company.display_name}}


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Whether the web client shows the CRM summary on invoices, journal items and aged reports."""
        info = super().session_info()
        return {**info, "crmx_crm_summary": self.env.user._crmx_sees_crm_summary()}
