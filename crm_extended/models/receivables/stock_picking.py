from odoo import api, fields, models

from .credit_check import Case
from .credit_cleared import cleared, is_cleared
from .credit_hold import STATES


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "crmx.credit.summary"]

    crmx_hold_ids = fields.One2many("crmx.credit.hold", "picking_id", string="Credit Holds")
    crmx_credit_state = fields.Selection(
        STATES,
        string="Credit",
        compute="_compute_crmx_credit_state",
        compute_sudo=True,
        help="Of the delivery, or of its order.",
    )
    crmx_credit_reason = fields.Text(compute="_compute_crmx_credit_state", compute_sudo=True)

    @api.depends("crmx_hold_ids.state", "sale_id.crmx_hold_ids.state", "state")
    def _compute_crmx_credit_state(self):
        for picking in self:
            last = picking.crmx_hold_ids.sorted("id")[-1:]
            order = picking.sale_id
            live = picking.state not in ("done", "cancel") and picking._crmx_is_delivery()
            if live and order.crmx_credit_state == "held":
                state, reason = "held", order.crmx_credit_reason
            else:
                state = live and last.state
                reason = last.state in ("held", "refused") and last.reason
            picking.crmx_credit_state = state
            picking.crmx_credit_reason = state in ("held", "refused") and reason

    @api.private
    def _crmx_is_delivery(self):
        """Return whether it brings goods to a customer."""
        self.ensure_one()
        return self.location_dest_id.usage == "customer"

    @api.private
    def _crmx_payer(self):
        """Return who will owe the money for the goods."""
        self.ensure_one()
        return self.sale_id._crmx_debtor() if self.sale_id else self.partner_id.commercial_partner_id

    @api.model
    def _crmx_summary_depends(self):
        return ("partner_id", "sale_id", "location_dest_id")

    @api.private
    def _crmx_summary_partner(self):
        # sudo: whose order it is, also for those who may not read orders
        payer = self.sudo()._crmx_payer() if self._crmx_is_delivery() else self.env["res.partner"]
        return payer._origin

    @api.private
    def _crmx_hold_deliveries(self):
        """Hold the deliveries that the rules stop, let go those that they do not; return the held ones.

        The number of queries does not depend on that of the deliveries.
        """
        everything = self.sudo()  # sudo: what holds does so whoever moves the goods
        live = everything.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and picking._crmx_is_delivery()
                and not is_cleared("deliver", picking)
                and not (picking.sale_id and is_cleared("deliver", picking.sale_id))
                and picking._crmx_payer()
            )
        )
        held = self.browse()
        for company, pickings in live.grouped("company_id").items():
            if self.env["crmx.credit.rule"]._rules_of(company):
                held |= self.browse(pickings._crmx_judge_deliveries(company).ids)
        return held

    @api.private
    def _crmx_judge_deliveries(self, company):
        """Return those of one company's deliveries that are held now."""
        Hold = self.env["crmx.credit.hold"]
        with_order = self.filtered(lambda picking: picking.sale_id.crmx_credit_state == "held")
        passes = Hold._passes(self.sale_id)
        cases = [
            Case(picking.id, picking._crmx_payer(), 0.0)
            for picking in self - with_order
            if not (picking._crmx_is_released() or picking.sale_id in passes)
        ]
        found = self.env["crmx.credit.check"]._judge(cases, company, least="delivery")
        found = {self.browse(id_): findings for id_, findings in found.items()}
        if found:
            Hold._hold(found, lambda picking: picking._crmx_hold_values())
        Hold._holds_of([picking for picking in self if picking not in found])._end()
        return with_order.union(*found)

    @api.private
    def _crmx_is_released(self):
        """Return whether somebody released it, or its order as that is now, or all is paid."""
        self.ensure_one()
        last = self.crmx_hold_ids.sorted("id")[-1:]
        if last.state == "released" and last.partner_id == self._crmx_payer():
            order = self.sale_id
            return (
                not order or order.currency_id.compare_amounts(order._crmx_credit_amount(), last.amount) <= 0
            )
        return bool(self.sale_id) and (self.sale_id._crmx_is_paid() or self.sale_id._crmx_is_released())

    @api.private
    def _crmx_hold_values(self):
        order = self.sale_id
        return {
            "picking_id": self.id,
            "order_id": order.id,
            "company_id": self.company_id.id,
            "partner_id": self._crmx_payer().id,
            "user_id": (order.user_id or self.user_id).id,
            "amount": order._crmx_credit_amount() if order else 0.0,
        }

    def button_validate(self):
        """Validate what may leave; what may not is held, and the rest goes on without it."""
        held = self._crmx_hold_deliveries()
        passed = self - held
        with cleared("deliver", passed):
            result = super(StockPicking, passed).button_validate() if passed else True
        if not held or result is not True:
            return result
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("On credit hold: %s", ", ".join(held.mapped("name"))),
                "message": "\n".join({text for text in held.mapped("crmx_credit_reason") if text}),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
