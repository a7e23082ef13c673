from odoo import api, models


class ReconciliationAct(models.Model):
    _inherit = "crmx.reconciliation.act"

    @api.private
    def document(self, lang=None):
        """Return what the print and the page say: the parties, and the lines by currency."""
        self.ensure_one()
        act = self.with_context(lang=lang or self.partner_id.lang)
        sections = []
        for currency, lines in act.line_ids.grouped("currency_id").items():
            ours = lines.filtered(lambda line: line.kind == "movement")
            closing = lines.filtered(lambda line: line.kind == "closing")
            sections.append(
                {
                    "currency": currency,
                    "lines": lines.sorted("sequence"),
                    "debit": sum(line.amount for line in ours if line.amount > 0),
                    "credit": -sum(line.amount for line in ours if line.amount < 0),
                    "closing": sum(closing.mapped("amount")),
                }
            )
        return {
            "act": act,
            "company": act.company_id,
            "partner": act.partner_id.commercial_partner_id,
            "sections": sections,
            "differs": bool(act.line_ids.filtered("is_different")),
        }


class ReconciliationActPrint(models.AbstractModel):
    _name = "report.crm_extended.reconciliation_act"
    _description = "Reconciliation Act, Print"

    @api.model
    def _get_report_values(self, docids, data=None):
        acts = self.env["crmx.reconciliation.act"]
        return {"doc_model": acts._name, "docs": acts.browse(docids)}
