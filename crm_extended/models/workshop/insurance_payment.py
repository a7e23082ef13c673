"""What insurers pay: by an invoice of the host, or by a payment without one."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class InsuranceCase(models.Model):
    _inherit = "crmx.insurance.case"

    amount_paid = fields.Monetary(
        string="Paid", compute="_compute_amount_paid", help="By the invoice, or the payment without one."
    )
    amount_open = fields.Monetary(string="Still to be paid", compute="_compute_amount_paid")
    amount_own = fields.Monetary(
        string="Borne by us", compute="_compute_amount_paid", help="The cost of the repair less what is paid."
    )

    # what was paid is said by documents that do not know of it
    @api.depends("invoice_id", "payment_id", "amount_agreed", "cost", "state")
    def _compute_amount_paid(self):
        for case in self:
            # sudo: how much of it is paid, whoever may read the case
            invoice, payment = case.sudo().invoice_id.exists(), case.sudo().payment_id.exists()
            paid = 0.0
            if invoice.state == "posted":
                paid = invoice.amount_total_signed - invoice.amount_residual_signed
            elif not invoice and payment.state in ("in_process", "paid"):
                paid = payment.amount_company_currency_signed
            case.amount_paid = paid
            case.amount_open = max(0.0, case.amount_agreed - paid)
            case.amount_own = case.cost - paid

    @api.constrains("invoice_id", "payment_id")
    def _check_documents(self):
        for case in self:
            # sudo: whether they are the insurer's, whoever links them
            invoice, payment = case.sudo().invoice_id.exists(), case.sudo().payment_id.exists()
            payer = case.insurer_id.commercial_partner_id
            wrong = (
                invoice and (invoice.move_type != "out_invoice" or invoice.commercial_partner_id != payer)
            ) or (
                payment
                and (
                    payment.payment_type != "inbound"
                    or payment.partner_id.commercial_partner_id != payer
                )
            )  # fmt: skip
            other = (invoice.company_id | payment.company_id) - case.company_id
            if wrong or other:
                raise UserError(
                    self.env._(
                        "“%s” takes an invoice to its insurer, or a payment of his, in its company.",
                        case.display_name,
                    )
                )

    def action_invoice(self):
        """Prepare an invoice over what the insurer agreed to; accountants check and post it."""
        self.ensure_one()
        self._lock("agreed")
        if self.invoice_id:
            return self.action_open_invoice()
        order = self.order_ids.filtered(lambda order: order.state != "cancel")[:1]
        # sudo: a draft; accountants complete and post it
        moves = self.env["account.move"].sudo().with_company(self.company_id)
        accounts = self.vehicle_id._crmx_analytic_accounts()
        line = {
            "name": f"{self.display_name} · {self.vehicle_id.license_plate or ''} · "
            f"{self.insurer_reference or order.name or ''}".strip(" ·"),
            "quantity": 1.0,
            "price_unit": self.amount_agreed,
            # compensation is no sale: no taxes unless the accountant says so
            "tax_ids": [Command.clear()],
            "vehicle_id": self.vehicle_id.id,
            "analytic_distribution": {str(accounts.id): 100},
        }
        invoice = moves.create(
            {
                "move_type": "out_invoice",
                "partner_id": self.insurer_id.id,
                "company_id": self.company_id.id,
                "currency_id": self.currency_id.id,
                "ref": self.insurer_reference,
                "invoice_origin": self.name,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        self.invoice_id = invoice.id
        return self.action_open_invoice()

    def action_open_invoice(self):
        """Open the invoice."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.invoice_id.id,
            "view_mode": "form",
        }


class AccountMove(models.Model):
    _inherit = "account.move"

    def unlink(self):
        """Let go of the insurance cases: the field has no foreign key."""
        # sudo: whichever cases they are for
        cases = self.env["crmx.insurance.case"].sudo().search([("invoice_id", "in", self.ids)])
        result = super().unlink()
        cases.write({"invoice_id": False})
        return result


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def unlink(self):
        """Let go of the insurance cases, as invoices do."""
        # sudo: as there
        cases = self.env["crmx.insurance.case"].sudo().search([("payment_id", "in", self.ids)])
        result = super().unlink()
        cases.write({"payment_id": False})
        return result
