"""What sales people see of a customer's debts on their own documents."""

from odoo import api, fields, models

SUMMARY = "crm_extended.group_debt_summary"


class CreditSummary(models.AbstractModel):
    """A document that shows the credit summary of its customer; it says who that is."""

    _name = "crmx.credit.summary"
    _description = "Shows the credit summary of a customer"

    crmx_credit_summary = fields.Text(
        string="Customer's Credit", compute="_compute_crmx_credit_summary", groups=SUMMARY
    )

    @api.depends(lambda self: self._crmx_summary_depends())
    @api.depends_context("uid", "company", "lang")
    def _compute_crmx_credit_summary(self):
        for company, documents in self.grouped("company_id").items():
            partners = self.env["res.partner"]
            if self.env.user.has_group(SUMMARY) and (company or self.env.company).crmx_use_receivables:
                partners = partners.union(*(document._crmx_summary_partner() for document in documents))
            # sudo: the summary of the customer of a document that the user reads
            partners = partners.sudo().with_company(company or self.env.company)
            texts = {partner.id: partner.crmx_credit_summary for partner in partners}
            for document in documents:
                document.crmx_credit_summary = texts.get(document._crmx_summary_partner().id, False)

    @api.model
    def _crmx_summary_depends(self):
        return ("partner_id",) if "partner_id" in self._fields else ()

    @api.private
    def _crmx_summary_partner(self):
        """Return the commercial partner whose credit is shown."""
        self.ensure_one()
        return self.partner_id.commercial_partner_id._origin
