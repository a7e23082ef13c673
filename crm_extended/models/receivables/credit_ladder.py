from odoo import api, fields, models


class CreditLadder(models.Model):
    """How much the members of a group may release from credit hold, or write off."""

    _name = "crmx.credit.ladder"
    _description = "Right to Release"
    _inherit = "crmx.root.company"
    _order = "company_id, purpose, is_unlimited, amount, id"
    _rec_name = "group_id"

    purpose = fields.Selection(
        [("release", "Release from hold"), ("write_off", "Approve write-offs")],
        string="May",
        required=True,
        default="release",
    )
    group_id = fields.Many2one("res.groups", string="Members of", required=True, ondelete="cascade")
    is_unlimited = fields.Boolean(string="Any Amount")
    amount = fields.Monetary(
        string="Up to", aggregator=None, help="The total of the order, or of the write-off."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    _amount_positive = models.Constraint("CHECK (amount >= 0)", "An amount is not below zero.")
    _group_uniq = models.UniqueIndex("(company_id, purpose, group_id)", "Each group has one line.")

    @api.model
    @api.private
    def _most_of(self, user, purpose="release"):
        """Return {company: the most that the user may release, or write off; None for any amount}.

        Receivables administrators may do so with anything in a company that has no lines for it.
        """
        groups = user.sudo().all_group_ids  # sudo: only what the user himself may do is returned
        companies = user.sudo().company_ids.root_id  # sudo: as above
        lines = self.sudo().search(  # sudo: as above
            [("company_id", "in", companies.ids), ("purpose", "=", purpose)]
        )
        by_company = lines.grouped("company_id")
        manager = user.has_group("crm_extended.group_receivables_manager")
        result = {}
        for company in companies:
            own = by_company.get(company, lines.browse())
            mine = own.filtered(lambda line: line.group_id in groups)
            if any(line.is_unlimited for line in mine) or (manager and not own):
                result[company] = None
            else:
                result[company] = max(mine.mapped("amount"), default=0.0)
        return result
