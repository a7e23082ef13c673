from odoo import api, fields, models


class ApprovalLadder(models.Model):
    """Up to which amount the members of a group may approve something, in a company.

    Each domain adds what it wants approved to `purpose`, and says in `_manager_group` who may do so
    without limits in companies that have no line for it.
    """

    _name = "crmx.approval.ladder"
    _description = "Right to Approve"
    _inherit = "crmx.root.company"
    _order = "company_id, purpose, is_unlimited, amount, id"
    _rec_name = "group_id"

    purpose = fields.Selection([], string="May", required=True)
    group_id = fields.Many2one("res.groups", string="Members of", required=True, ondelete="cascade")
    is_unlimited = fields.Boolean(string="Any Amount")
    amount = fields.Monetary(
        string="Up to", aggregator=None, help="The total of the document, in the company's currency."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    _amount_positive = models.Constraint("CHECK (amount >= 0)", "An amount is not below zero.")
    _group_uniq = models.UniqueIndex("(company_id, purpose, group_id)", "Each group has one line.")

    @api.model
    @api.private
    def _manager_group(self, purpose):
        """Return the external id of the group that approves anything where there are no lines.

        :param purpose: one that the domain has added; others are the other domains'
        """
        raise NotImplementedError(purpose)

    @api.model
    @api.private
    def _most_of(self, user, purpose):
        """Return {root company: the most that the user may approve; None for any amount}."""
        groups = user.sudo().all_group_ids  # sudo: only what the user himself may do is returned
        companies = user.sudo().company_ids.root_id  # sudo: as above
        lines = self.sudo().search(  # sudo: as above
            [("company_id", "in", companies.ids), ("purpose", "=", purpose)]
        )
        by_company = lines.grouped("company_id")
        manager = user.has_group(self._manager_group(purpose))
        result = {}
        for company in companies:
            own = by_company.get(company, lines.browse())
            mine = own.filtered(lambda line: line.group_id in groups)
            if any(line.is_unlimited for line in mine) or (manager and not own):
                result[company] = None
            else:
                result[company] = max(mine.mapped("amount"), default=0.0)
        return result

    @api.model
    @api.private
    def _objection(self, most, document, amount, asked_by=None):
        """Return why the user may not approve a document, or an empty text when he may.

        :param most: what `_most_of` says of him
        :param document: record with a `company_id`
        :param amount: what it is about, in the company's currency
        :param asked_by: the user who asked, who does not approve it himself (four eyes); None where
            one pair is enough
        """
        currency = document.company_id.currency_id
        limit = most.get(document.company_id.root_id, 0.0)
        if limit is not None and currency.compare_amounts(amount, limit) > 0:
            return self.env._(
                "“%(document)s” is worth %(amount)s. You may approve up to %(most)s.",
                document=document.display_name,
                amount=currency.format(amount),
                most=currency.format(limit),
            )
        if asked_by == self.env.user:
            return self.env._(
                "You asked for “%s” yourself: somebody else approves it.", document.display_name
            )
        return ""
