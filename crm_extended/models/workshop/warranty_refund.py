"""Credit notes of vendors for warranty claims."""

from odoo import Command, api, models
from odoo.exceptions import UserError


class WarrantyClaim(models.Model):
    _inherit = "crmx.warranty.claim"

    def action_credit(self):
        """Prepare the vendor's credit note for what he has accepted; accountants check and post it."""
        self.ensure_one()
        self._lock("accepted")
        if self.refund_id:
            return self.action_open_refund()
        if self.currency_id.compare_amounts(self.amount_accepted, 0.0) <= 0:
            raise UserError(self.env._("“%s”: nothing was accepted.", self.display_name))
        # sudo: a draft; accountants complete and post it, as purchases are by those who buy
        moves = self.env["account.move"].sudo().with_company(self.company_id)
        refund = moves.create(
            {
                "move_type": "in_refund",
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "currency_id": self.currency_id.id,
                "ref": self.vendor_reference or self.name,
                "invoice_origin": self.name,
                "invoice_line_ids": [
                    Command.create(self._refund_line(line))
                    for line in self.line_ids
                    if not self.currency_id.is_zero(line.amount_accepted)
                ],
            }
        )
        self.refund_id = refund.id
        return self.action_open_refund()

    @api.private
    def _refund_line(self, line):
        """Return the line of the credit note: on the account that parts were issued to, and the vehicle."""
        order = self.work_order_id
        account = (
            order.warehouse_id.crmx_vehicle_location_id.valuation_account_id
            or self.company_id.expense_account_id
        )
        values = {
            "name": f"{line.name} · {self.vehicle_id.license_plate or ''} · {self.name}",
            "quantity": 1.0,
            "price_unit": line.amount_accepted,
            "vehicle_id": self.vehicle_id.id,
            "analytic_distribution": order._distribution(),
        }
        return {**values, "account_id": account.id} if account else values

    def action_open_refund(self):
        """Open the credit note."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.refund_id.id,
            "view_mode": "form",
        }

    @api.private
    def _follow_refunds(self):
        """Be credited as long as the credit note is posted."""
        # sudo: what became of claims, whoever posts their credit notes
        for claim in self.sudo():
            posted = claim.refund_id.exists().state == "posted"
            if claim.state == "accepted" and posted:
                claim._become("credited")
            elif claim.state == "credited" and not posted:
                claim._become("accepted")


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.private
    def _crmx_claims(self):
        # sudo: which claims they are for, whoever works on them
        claims = self.env["crmx.warranty.claim"].sudo()
        return claims.search([("refund_id", "in", self.filtered(lambda m: m.move_type == "in_refund").ids)])

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._crmx_claims()._follow_refunds()
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._crmx_claims()._follow_refunds()
        return result

    def unlink(self):
        """Let go of the claims: the field has no foreign key."""
        claims = self._crmx_claims()
        result = super().unlink()
        claims.write({"refund_id": False})
        return result
