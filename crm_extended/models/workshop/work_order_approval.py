"""Estimates above a limit are approved before anything is spent, and again when they rise."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .work_order import OPEN

PURPOSE = "work_order"
#: So many of those who may approve are looked at to find whom to ask.
CANDIDATES = 50


class ApprovalLadder(models.Model):
    _inherit = "crmx.approval.ladder"

    purpose = fields.Selection(
        selection_add=[(PURPOSE, "Approve estimates of repairs")], ondelete={PURPOSE: "cascade"}
    )

    @api.model
    @api.private
    def _manager_group(self, purpose):
        if purpose == PURPOSE:
            return "crm_extended.group_workshop_manager"
        return super()._manager_group(purpose)


class WorkOrder(models.Model):
    _name = "crmx.work.order"
    _inherit = ["crmx.work.order", "crmx.workshop.reasoned"]
    _reasons = {"refuse": "_refuse"}

    approval = fields.Selection(
        [
            ("none", "Not asked for"),
            ("asked", "To be approved"),
            ("approved", "Approved"),
            ("refused", "Not approved"),
        ],
        default="none",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    approval_amount = fields.Monetary(
        string="Approved estimate", readonly=True, copy=False, aggregator=None, help="Or asked for."
    )
    asked_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", string="Approved by", readonly=True, copy=False)
    needs_approval = fields.Boolean(
        compute="_compute_needs_approval",
        help="The estimate is above what the workshop may spend by itself, or above what was approved.",
    )

    @api.depends("estimate", "approval", "approval_amount", "state", "company_id")
    def _compute_needs_approval(self):
        for order in self:
            company = order.company_id
            above = order.currency_id.compare_amounts(order.estimate, company.crmx_estimate_limit) > 0
            order.needs_approval = (
                company.crmx_estimate_approval
                and order.state in OPEN
                and above
                and (order.approval != "approved" or order._is_risen())
            )

    @api.private
    def _is_risen(self):
        """Whether the estimate is above what was asked for or approved, by more than is tolerated."""
        tolerated = self.company_id.crmx_estimate_tolerance if self.approval == "approved" else 0.0
        most = self.approval_amount * (1 + tolerated / 100)
        return self.currency_id.compare_amounts(self.estimate, most) > 0

    # === ASKING AND DECIDING === #

    def action_ask(self):
        """Ask for approval of the estimate."""
        for order in self:
            order._lock(*OPEN)
            if not order.needs_approval or order.approval == "asked":
                raise UserError(
                    self.env._("“%s” needs no approval, or was asked for already.", order.display_name)
                )
            # sudo: what becomes of an order that the user may write, as was checked
            order.sudo().write(
                {"approval": "asked", "approval_amount": order.estimate, "asked_by_id": self.env.uid}
            )
            order._tell_approver()

    def action_approve(self):
        """Approve what was asked for: as far as the ladder lets, and nobody his own."""
        for order in self:
            order._check_decide()
            order._decide("approved", approved_by_id=self.env.uid)
            order.message_post(
                body=self.env._("The estimate of %s is approved.", order._money(order.approval_amount))
            )

    def action_refuse(self):
        """Ask why it is not approved."""
        self._check_decide()
        return self._ask_reason("refuse", self.env._("Do Not Approve"))

    @api.private
    def _refuse(self, reason):
        self._check_decide()
        self._decide("refused", approved_by_id=False)
        self.message_post(body=self.env._("The estimate is not approved: %s", reason))

    @api.private
    def _check_decide(self):
        self.ensure_one()
        self._lock(*OPEN)
        self.invalidate_recordset(["approval", "estimate"])
        if self.approval != "asked":
            raise UserError(
                self.env._("Nobody asks for approval of “%s” any more. Look at it anew.", self.display_name)
            )
        ladder = self.env["crmx.approval.ladder"]
        most = ladder._most_of(self.env.user, PURPOSE)
        if objection := ladder._objection(most, self, self.approval_amount, self.asked_by_id):
            raise UserError(objection)

    @api.private
    def _decide(self, approval, **values):
        # sudo: the decision of one who is entitled to it, as was checked
        order = self.sudo()
        order.write({"approval": approval, **values})
        order.activity_unlink(["mail.mail_activity_data_todo"], user_id=self.env.uid, only_automated=True)

    @api.private
    def _money(self, amount):
        return self.currency_id.format(amount)

    @api.private
    def _tell_approver(self):
        """Give a to-do to somebody who may approve it: the vehicle's manager before others."""
        if not (user := self._approver()):
            return
        # sudo: whoever asks may not assign work to those who approve
        self.sudo().activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=user.id,
            summary=self.env._("Approve the estimate of %s", self._money(self.approval_amount)),
        )

    @api.private
    def _approver(self):
        ladder = self.env["crmx.approval.ladder"]
        # sudo: who may approve, whoever asks
        groups = ladder.sudo().search(
            [("purpose", "=", PURPOSE), ("company_id", "=", self.company_id.root_id.id)]
        ).group_id or self.env.ref(ladder._manager_group(PURPOSE))  # fmt: skip
        users = self.env["res.users"].sudo()  # sudo: as above
        users = users.search(
            [
                ("all_group_ids", "in", groups.ids),
                ("company_ids", "in", self.company_id.ids),
                ("share", "=", False),
                ("id", "!=", self.env.uid),
            ],
            limit=CANDIDATES,
        ).sorted(lambda user: user != self.vehicle_id.manager_id)
        for user in users:
            if not ladder._objection(ladder._most_of(user, PURPOSE), self, self.approval_amount):
                return user
        return users.browse()

    # === WHAT WAITS FOR IT === #

    @api.private
    def _check_approved(self):
        """:raise UserError: when an estimate has to be approved first"""
        self.invalidate_recordset(["estimate"])
        for order in self.filtered("needs_approval"):
            raise UserError(
                self.env._(
                    "“%(order)s” is estimated at %(amount)s. Above %(limit)s, it has to be approved first.",
                    order=order.display_name,
                    amount=order._money(order.estimate),
                    limit=order._money(
                        order.approval_amount
                        if order.approval == "approved"
                        else order.company_id.crmx_estimate_limit
                    ),
                )
            )

    def action_confirm(self):
        self._check_approved()
        return super().action_confirm()

    def action_start(self):
        self._check_approved()
        return super().action_start()

    def action_purchase(self):
        self._check_approved()
        return super().action_purchase()

    @api.private
    def _plan_parts(self):
        self._check_approved()
        return super()._plan_parts()

    @api.private
    def _ask_again(self):
        """Withdraw what was asked for or approved when the estimate has risen since."""
        orders = self.filtered(lambda order: order.approval in ("asked", "approved") and order.state in OPEN)
        orders.invalidate_recordset(["estimate"])
        for order in orders.filtered("needs_approval"):
            if not order._is_risen():
                continue
            before = order.approval_amount
            # sudo: what becomes of an order that the user may write
            order.sudo().approval = "none"
            order.message_post(
                body=self.env._(
                    "The estimate has risen from %(before)s to %(now)s: it has to be approved again.",
                    before=order._money(before),
                    now=order._money(order.estimate),
                )
            )


class WorkOrderLine(models.AbstractModel):
    _inherit = "crmx.work.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.order_id._ask_again()
        return lines

    def write(self, vals):
        result = super().write(vals)
        self.order_id._ask_again()
        return result
