from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

SUMMARY = "crm_extended.group_debt_summary"


class ResPartner(models.Model):
    _inherit = "res.partner"

    crmx_currency_id = fields.Many2one("res.currency", compute="_compute_crmx_currency", groups=SUMMARY)
    crmx_receivable_total = fields.Monetary(
        string="Owes",
        compute="_compute_crmx_receivable",
        currency_field="crmx_currency_id",
        groups=SUMMARY,
        help="All open receivables of the commercial partner in the active company today, less unallocated "
        "payments and credit notes.",
    )
    crmx_receivable_overdue = fields.Monetary(
        string="Overdue",
        compute="_compute_crmx_receivable",
        currency_field="crmx_currency_id",
        groups=SUMMARY,
        help="The part of the debts that is past its due date, before unallocated payments and credits.",
    )
    crmx_receivable_buckets = fields.Json(
        string="Ageing",
        compute="_compute_crmx_receivable",
        groups=SUMMARY,
        help="The open debts by age.",
    )
    crmx_payable_total = fields.Monetary(
        string="Owed by Us",
        compute="_compute_crmx_payable",
        currency_field="crmx_currency_id",
        groups="crm_extended.group_receivables_user",
        help="All open payables of the active company to the commercial partner today.",
    )

    @api.depends_context("company")
    def _compute_crmx_currency(self):
        self.crmx_currency_id = self.env.company.currency_id

    @api.depends_context("uid", "company")
    def _compute_crmx_receivable(self):
        report, rows = self._crmx_aged_rows("receivable")
        labels = [column["label"] for column in report["columns"]]
        for partner in self:
            row = rows.get(partner.commercial_partner_id._origin.id, report["none"])
            partner.crmx_receivable_total = row["total"]
            partner.crmx_receivable_overdue = sum(row["buckets"][1:])
            partner.crmx_receivable_buckets = [
                {"label": label, "amount": amount}
                for label, amount in zip(labels, row["buckets"], strict=False)
            ]

    @api.depends_context("uid", "company")
    def _compute_crmx_payable(self):
        report, rows = self._crmx_aged_rows("payable")
        for partner in self:
            row = rows.get(partner.commercial_partner_id._origin.id, report["none"])
            partner.crmx_payable_total = row["total"]

    def _crmx_aged_rows(self, side):
        """Return the aged report of the partners' open items today, and its rows by commercial partner.

        Set-based: the number of queries does not depend on the number of partners. In the active company
        only, so that a missing rate between two companies never keeps a partner from opening.
        """
        # sudo: totals of partners that the user reads, in his active company, are what the group of these
        # fields may see without rights on the ledger
        report = self.env["crmx.aged.report"].sudo().with_context(allowed_company_ids=self.env.company.ids)
        commercial = self.commercial_partner_id._origin
        if not self.env.company.crmx_use_receivables:
            commercial = commercial.browse()
        everybody = self.sudo().with_context(active_test=False)  # sudo: as above
        family = everybody._search([("commercial_partner_id", "in", commercial.ids)]).select()

        def of_family(_model, alias, _query):
            # as an array, the ids are looked up first, and the items by the index of the contacts
            return SQL("%s = ANY(ARRAY(%s))", SQL.identifier(alias, "partner_id"), family)

        page = report.get_page(
            {"side": side, "disputes": False},
            Domain.custom(to_sql=of_family) if commercial else Domain.FALSE,
            with_names=False,
        )
        page["none"] = {"total": 0.0, "buckets": [0.0] * len(page["total"]["buckets"])}
        return page, {row["key"]: row for row in page["rows"]}

    def action_crmx_open_receivables(self):
        """List the open receivables of the commercial partner, contacts included."""
        return self._crmx_open_items_action("receivable")

    def action_crmx_open_payables(self):
        """List the open payables to the commercial partner, contacts included."""
        return self._crmx_open_items_action("payable")

    def _crmx_open_items_action(self, side):
        self.ensure_one()
        return self.env["crmx.aged.report"].get_drill_action(
            {"side": side}, [("company_id", "=", self.env.company.id)], key=self.commercial_partner_id.id
        )
