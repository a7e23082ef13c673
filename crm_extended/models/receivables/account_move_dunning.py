from odoo import api, models


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_crmx_dunning_exception(self):
        """Open what is different for the document's reminders, or begin it."""
        self.ensure_one()
        return self.env["crmx.dunning.exception"]._open_of(move_id=self, company_id=self.company_id)

    def unlink(self):
        """A document that is deleted takes its exception along."""
        # sudo: only of what is deleted; who deletes documents needs no rights on reminders
        self.env["crmx.dunning.exception"].sudo().search([("move_id", "in", self.ids)]).unlink()
        return super().unlink()

    @api.private
    def _crmx_pdf(self):
        """Return (name, content) of the invoice as PDF, or None when it has none and none can be printed."""
        self.ensure_one()
        if document := self.invoice_pdf_report_id:
            return document.name, document.raw
        reports = self.env["ir.actions.report"]
        if reports.get_wkhtmltopdf_state() not in ("ok", "upgrade", "workers"):
            return None
        content, _kind = reports._render_qweb_pdf("account.account_invoices", self.ids)
        return self._get_invoice_report_filename(), content
