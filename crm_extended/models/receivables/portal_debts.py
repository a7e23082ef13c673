from odoo import api, fields, models


class PortalDebts(models.AbstractModel):
    """What a customer sees of its own account in the portal, and what it may pay there.

    Everything is read as superuser, of one commercial partner that the caller answers for.
    """

    _name = "crmx.portal.debts"
    _description = "Debts in the portal"

    @api.model
    @api.private
    def groups(self, partner, item_ids=None):
        """Return the open items of a commercial partner, contacts included, by what is paid in one go.

        :param item_ids: only these of them
        :return: list of dictionaries of `company`, `currency`, `account` (records), `items` (records of
            crmx.open.item, oldest due date first), `total` (credits deducted), `overdue`
        """
        # sudo: the caller shows them to nobody but the partner himself
        companies = self.env["res.company"].sudo().search([("crmx_use_receivables", "=", True)])
        everybody = self.env["res.partner"].sudo().with_context(active_test=False)  # sudo: as above
        family = everybody._search([("commercial_partner_id", "=", partner.commercial_partner_id.id)])
        Item = self.env["crmx.open.item"].sudo()  # sudo: as above
        Item = Item.with_context(allowed_company_ids=companies.ids, crmx_side="receivable")
        domain = [("partner_id", "in", list(family)), ("residual_currency", "!=", 0)]
        if item_ids is not None:
            domain.append(("id", "in", item_ids))
        items = Item.search(domain, order="date_maturity, id") if companies else Item
        groups = []
        for (company, currency, account), some in items.grouped(
            lambda item: (item.company_id, item.currency_id, item.account_id)
        ).items():
            total = sum(some.mapped("residual_currency"))
            late = some.filtered(lambda item: item.residual_currency > 0 and item.age > 0)
            groups.append(
                {
                    "company": company,
                    "currency": currency,
                    "account": account,
                    "items": some,
                    "total": currency.round(total),
                    "overdue": currency.round(sum(late.mapped("residual_currency"))),
                }
            )
        return sorted(groups, key=lambda group: (group["company"].id, group["currency"].id))

    @api.model
    @api.private
    def under_way(self, items):
        """Return the ids of items for which a payment was begun that is not decided yet."""
        transactions = self.pending(items)
        busy_moves = transactions.invoice_ids
        busy_items = set(transactions.crmx_item_ids.ids)
        return {item.id for item in items if item.id in busy_items or item.move_id in busy_moves}

    @api.model
    @api.private
    def pending(self, items):
        """Return payments of journal items, or of their documents, that were begun and are not decided yet.

        Not those by a bank transfer that the customer only says he will make: nothing decides those.
        """
        # sudo: payments that the customer has begun
        return self.env["payment.transaction"].sudo().search(
            [
                ("state", "in", ("pending", "authorized")),
                ("provider_code", "!=", "custom"),
                "|",
                ("invoice_ids", "in", items.move_id.ids),
                ("crmx_item_ids", "in", items.ids),
            ]
        )  # fmt: skip

    @api.model
    @api.private
    def transaction_values(self, group):
        """Return what a payment transaction settles: whole documents, or the items of a group alone."""
        items = group["items"]
        moves = items.move_id
        if all(move.is_invoice(include_receipts=True) for move in moves):
            receivable = moves.line_ids.filtered(
                lambda line: line.account_id == group["account"] and not line.reconciled
            )
            if set(receivable.ids) == set(items.ids):
                return {"invoice_ids": [fields.Command.set(moves.ids)]}
        return {"crmx_item_ids": [fields.Command.set(items.ids)]}

    @api.model
    @api.private
    def reference(self, group):
        """Return what the payment is called."""
        moves = group["items"].move_id
        return moves.name if len(moves) == 1 else group["company"].get_next_batch_payment_communication()
