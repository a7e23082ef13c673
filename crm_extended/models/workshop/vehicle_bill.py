"""Bills and entries that name a vehicle are on its analytic account, each line once."""

from odoo import api, models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        self._crmx_put_on_vehicles()
        return super()._post(soft)

    @api.private
    def _crmx_put_on_vehicles(self):
        """Distribute lines that name a vehicle to its account, unless somebody has done so already.

        Entries of stock moves are left alone, and so are lines of what is kept in stock: their analytic
        lines come with the move that issues them.
        """
        # sudo: what bills cost vehicles, whoever posts them
        moves = self.sudo().filtered(lambda move: move.company_id.crmx_use_workshop)
        lines = moves.line_ids.filtered(lambda line: line.vehicle_id and line.display_type == "product")
        if not lines:
            return
        stocked = moves.filtered("stock_move_ids").line_ids
        spent = (lines - stocked).filtered(
            lambda line: (
                line.account_id.account_type.startswith("expense") and not line.product_id.is_storable
            )
        )
        spent.vehicle_id._crmx_analytic_accounts()
        for line in spent:
            account = line.vehicle_id.crmx_analytic_account_id
            given = line.analytic_distribution or {}
            accounts = account.browse({int(key) for keys in given for key in keys.split(",")}).exists()
            if account.root_plan_id not in accounts.root_plan_id:
                line.analytic_distribution = {
                    f"{keys},{account.id}": share for keys, share in given.items()
                } or {str(account.id): 100}

    @api.private
    def _crmx_log_vehicles(self):
        """Count vehicles that were named after the bill was posted, here and in the host's log."""
        self._crmx_put_on_vehicles()
        lines = self.invoice_line_ids.filtered(
            lambda line: line.vehicle_id and line.display_type == "product"
        )
        self._crmx_enter_log(lines)
