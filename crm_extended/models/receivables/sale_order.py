from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.credit import strictest
from .credit_check import Case
from .credit_cleared import cleared, is_cleared
from .credit_hold import STATES


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "crmx.credit.summary"]

    crmx_hold_ids = fields.One2many(
        "crmx.credit.hold", "order_id", string="Credit Holds", groups="base.group_user"
    )
    crmx_credit_state = fields.Selection(
        STATES,
        string="Credit",
        compute="_compute_crmx_credit_state",
        search="_search_crmx_credit_state",
        compute_sudo=True,
        groups="base.group_user",
    )
    crmx_credit_reason = fields.Text(
        compute="_compute_crmx_credit_state", compute_sudo=True, groups="base.group_user"
    )
    crmx_credit_warning = fields.Text(
        compute="_compute_crmx_credit_warning",
        groups="base.group_user",
        help="What the rules say before it is confirmed.",
    )

    @api.depends("crmx_hold_ids.state", "crmx_hold_ids.findings", "state")
    def _compute_crmx_credit_state(self):
        for order in self:
            holds = order.crmx_hold_ids.filtered(lambda hold: not hold.picking_id)
            last = holds.sorted("id")[-1:]
            order.crmx_credit_state = order.state != "cancel" and last.state
            order.crmx_credit_reason = last.state in ("held", "refused") and last.reason

    def _search_crmx_credit_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: which orders are held is no secret to those who see the orders
        Hold = self.env["crmx.credit.hold"].sudo()
        domain = [("order_id", "!=", False), ("picking_id", "=", False)]
        last = Hold.browse(id_ for _order, id_ in Hold._read_group(domain, ["order_id"], ["id:max"]))
        found = last.filtered(lambda hold: hold.state in value).order_id
        domain = [("id", "in", found.ids), ("state", "!=", "cancel")]
        return ["|", *domain, ("id", "not in", last.order_id.ids)] if False in value else domain

    @api.depends_context("uid", "lang")
    @api.depends("partner_invoice_id", "amount_total", "state", "company_id")
    def _compute_crmx_credit_warning(self):
        self.crmx_credit_warning = False
        waiting = self.filtered(lambda order: order.state in ("draft", "sent") and order._origin.id)
        for order, findings in waiting._crmx_judge().items():
            hold = self.env["crmx.credit.hold"].sudo().new({"company_id": order.company_id.id})  # sudo: words
            data = hold._findings_data(findings)
            order.crmx_credit_warning = "\n".join(hold._finding_text(finding) for finding in data)

    # === CHECKING === #

    @api.private
    def _crmx_debtor(self):
        """Return who will owe the money."""
        self.ensure_one()
        return (self.partner_invoice_id or self.partner_id).commercial_partner_id

    @api.model
    def _crmx_summary_depends(self):
        return ("partner_id", "partner_invoice_id")

    @api.private
    def _crmx_summary_partner(self):
        return self._crmx_debtor()._origin

    @api.private
    def _crmx_credit_amount(self):
        """Return the order's total less what is authorized, in the company's currency at today's rate.

        Payments that were received are in the ledger, and so in the exposure.
        """
        self.ensure_one()
        authorized = self.transaction_ids.filtered(lambda transaction: transaction.state == "authorized")
        return self.currency_id._convert(
            self.amount_total - sum(authorized.mapped("amount")),
            self.company_id.currency_id,
            self.company_id,
            fields.Date.context_today(self),
        )

    @api.private
    def _crmx_is_paid(self):
        """Return whether it is paid: by transactions, or all of it by invoices that are settled."""
        self.ensure_one()
        if self.amount_total <= 0:
            return False
        if self._is_paid():
            return True
        invoices = self.invoice_ids.filtered(lambda move: move.state == "posted")
        settled = sum(move.direction_sign * (move.amount_residual - move.amount_total) for move in invoices)
        return self.currency_id.compare_amounts(settled, self.amount_total) >= 0

    @api.private
    def _crmx_is_released(self):
        """Return whether somebody released it as it is now, or a further one of the customer."""
        self.ensure_one()
        currency = self.company_id.currency_id
        released = self.crmx_hold_ids.filtered(
            lambda hold: hold.state == "released" and not hold.picking_id
        ).sorted("id")[-1:]
        return bool(
            released
            and released.partner_id == self._crmx_debtor()
            and currency.compare_amounts(self._crmx_credit_amount(), released.amount) <= 0
        )

    @api.private
    def _crmx_judge(self, least="warn"):
        """Return {order: findings} of those with which the rules find fault; released and paid ones pass.

        The number of queries does not depend on that of the orders.
        """
        result = {}
        # sudo: what holds does so whoever looks or confirms
        everything = self.sudo()
        for company, orders in everything.grouped("company_id").items():
            if not self.env["crmx.credit.rule"]._rules_of(company):
                continue
            passes = self.env["crmx.credit.hold"]._passes(orders)
            cases = [
                Case(order.id, order._crmx_debtor(), order._crmx_new_amount())
                for order in orders
                if not (order in passes or order._crmx_is_paid() or order._crmx_is_released())
            ]
            found = self.env["crmx.credit.check"]._judge(cases, company, least)
            result.update((self.browse(id_), findings) for id_, findings in found.items())
        return result

    @api.private
    def _crmx_new_amount(self):
        """What it adds to the exposure: nothing once it is confirmed, as it is a part of it then.

        What was invoiced before it became a quotation again is there as an invoice.
        """
        if self.state == "sale":
            return 0.0
        lines = self.order_line.invoice_lines.filtered(lambda line: line.parent_state != "cancel")
        invoiced = sum(-line.move_id.direction_sign * line.price_total for line in lines)
        amount = self._crmx_credit_amount()
        return (
            amount * max(0.0, 1 - invoiced / self.amount_total) if invoiced and self.amount_total else amount
        )

    @api.private
    def _crmx_hold(self, found):
        """Hold orders; those that need prepayment ask the customer for it."""
        holds = self.env["crmx.credit.hold"]._hold(found, lambda order: order._crmx_hold_values())
        unpaid = holds.filtered(lambda hold: hold.action == "prepayment").order_id.filtered(
            lambda order: order.state in ("draft", "sent")
        )
        if unpaid:
            unpaid.write({"require_payment": True, "prepayment_percent": 1.0})
        return holds

    @api.private
    def _crmx_hold_values(self):
        order = self.sudo()  # sudo: what holds does so whoever confirms
        return {
            "order_id": order.id,
            "company_id": order.company_id.id,
            "partner_id": order._crmx_debtor().id,
            "user_id": order.user_id.id,
            "amount": order._crmx_credit_amount(),
            "sends_email": bool(self.env.context.get("send_email")),
        }

    # === CONFIRMING === #

    def action_confirm(self):
        """Confirm what may be; what may not is held, without an error that would take back the rest.

        What the host refuses is refused by the host.
        """
        waiting = self.filtered(lambda order: not order._confirmation_error_message())
        waiting._crmx_pass_gate()
        found = waiting._crmx_judge(least="delivery")
        held = {
            order: findings
            for order, findings in found.items()
            if strictest(findings) in ("order", "prepayment")
        }
        if held:
            self._crmx_hold(held)
        passed = self.browse(order.id for order in self if order not in held)
        if not passed:
            return True
        self.env["crmx.credit.hold"].sudo()._holds_of(passed)._end()  # sudo: nothing stands against them
        quiet = passed.filtered(lambda order: order not in found)
        with cleared("confirm", passed), cleared("deliver", quiet):
            return super(SaleOrder, passed).action_confirm()

    @api.private
    def _crmx_pass_gate(self):
        # sudo: who confirms may not see the credit files
        File = self.env["crmx.credit.file"].sudo()
        for company, orders in self.sudo().grouped("company_id").items():  # sudo: as above
            if self.env["crmx.credit.rule"]._rules_of(company):
                debtors = self.env["res.partner"].union(*(order._crmx_debtor() for order in orders))
                File._pass_gate(debtors, company)

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state == "sale")._crmx_refuse_bypass()
        return orders

    def write(self, vals):
        if vals.get("state") == "sale":
            self.filtered(lambda order: order.state != "sale")._crmx_refuse_bypass()
        if vals.get("state") == "cancel":
            self.env["crmx.credit.hold"].sudo()._holds_of(self)._end()  # sudo: nothing is left to hold
        if not {"partner_id", "partner_invoice_id"} & vals.keys():
            return super().write(vals)
        debtors = {order: order._crmx_debtor() for order in self if order.state == "sale"}
        result = super().write(vals)
        changed = [order.id for order, debtor in debtors.items() if order._crmx_debtor() != debtor]
        self.browse(changed)._crmx_recheck()
        return result

    @api.private
    def _crmx_refuse_bypass(self):
        """Refuse to be confirmed past the check, by an import for instance.

        :raise UserError: when a rule would hold an order
        """
        found = self.filtered(lambda order: not is_cleared("confirm", order))._crmx_judge(least="order")
        if not found:
            return
        texts = []
        for order, findings in found.items():
            hold = self.env["crmx.credit.hold"].sudo().new({"company_id": order.company_id.id})  # sudo: words
            reasons = " ".join(hold._finding_text(finding) for finding in hold._findings_data(findings))
            texts.append(f"{order.display_name}: {reasons}")
        raise UserError(
            self.env._(
                "These orders would be held, and cannot be set to confirmed past the check. Use “Confirm”.\n"
                "%(orders)s",
                orders="\n".join(texts),
            )
        )

    # === CHANGING === #

    @contextmanager
    def _crmx_watch_worth(self):
        """Look again at confirmed orders that are worth more afterwards."""
        watched = self.filtered(
            lambda order: order.state == "sale" and self.env["crmx.credit.rule"]._rules_of(order.company_id)
        )
        before = {order: order.amount_total for order in watched}
        free = watched.filtered(lambda order: order.sudo().crmx_credit_state != "held")  # sudo: a state
        with cleared("deliver", free):
            yield
        watched.filtered(
            lambda order: order.currency_id.compare_amounts(order.amount_total, before[order]) > 0
        )._crmx_recheck()

    @api.private
    def _crmx_recheck(self):
        """Hold confirmed orders again that are not what was let through, or let them go."""
        confirmed = self.filtered(lambda order: order.state == "sale")
        if not confirmed:
            return
        found = confirmed._crmx_judge(least="order")
        if found:
            holds = self._crmx_hold(found)
            waiting = holds.order_id.picking_ids.filtered(
                lambda picking: picking._crmx_is_delivery() and picking.state not in ("done", "cancel")
            )
            waiting.do_unreserve()
        free = confirmed.filtered(lambda order: order not in found)
        self.env["crmx.credit.hold"].sudo()._holds_of(free)._end()  # sudo: nothing stands against them

    def action_crmx_open_holds(self):
        """List the holds of the order and of its deliveries."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_credit_hold_action")
        return {**action, "domain": [("order_id", "=", self.id)], "context": {"create": False}}
