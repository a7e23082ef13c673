from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.credit import strictest
from .credit_rule import ACTIONS

STATES = [
    ("held", "On hold"),
    ("released", "Released"),
    ("refused", "Refused"),
    ("over", "Over"),
]


class CreditHold(models.Model):
    """An order or a delivery that waits for the customer to pay, or for somebody to let it go.

    Made by the check, never by hand; what becomes of it is in the register.
    """

    _name = "crmx.credit.hold"
    _description = "Credit Hold"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id DESC"
    _mail_post_access = "read"  # who sees why it waits may say something about it

    state = fields.Selection(
        STATES, required=True, default="held", readonly=True, index=True, tracking=True, group_expand=True
    )
    order_id = fields.Many2one("sale.order", readonly=True, index="btree_not_null", ondelete="cascade")
    picking_id = fields.Many2one(
        "stock.picking", string="Delivery", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Who will owe the money.",
    )
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True, index="btree_not_null")
    action = fields.Selection(ACTIONS, string="Held for", readonly=True)
    findings = fields.Json(readonly=True)
    reason = fields.Text(compute="_compute_reason", compute_sudo=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(readonly=True, help="The order's total, at the rate of the day.")
    date_held = fields.Datetime(string="Since", readonly=True, default=fields.Datetime.now)
    held_by_id = fields.Many2one(
        "res.users", string="Confirmed by", readonly=True, default=lambda self: self.env.user
    )
    sends_email = fields.Boolean(readonly=True, help="The customer waits for the mail of confirmation.")
    released_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    date_released = fields.Datetime(string="Decided on", readonly=True)
    comment = fields.Text(readonly=True)
    date_until = fields.Date(
        string="Lets through until",
        readonly=True,
        help="Further documents of the customer pass until that day. Empty: this document only.",
    )
    may_release = fields.Boolean(compute="_compute_may_release")

    _order_uniq = models.UniqueIndex(
        "(order_id) WHERE state = 'held' AND picking_id IS NULL", "The order is on hold already."
    )
    _picking_uniq = models.UniqueIndex(
        "(picking_id) WHERE state = 'held'", "The delivery is on hold already."
    )
    _until_idx = models.Index("(partner_id, date_until) WHERE date_until IS NOT NULL")

    @api.depends("order_id", "picking_id")
    def _compute_display_name(self):
        # sudo: the name of the document, for those who see the hold
        for hold in self.sudo():
            hold.display_name = (hold.picking_id or hold.order_id).display_name

    @api.depends_context("lang")
    @api.depends("findings", "company_id")
    def _compute_reason(self):
        for hold in self:
            texts = [hold._finding_text(finding) for finding in hold.findings or []]
            hold.reason = "\n".join(texts)

    @api.depends_context("uid")
    @api.depends("state", "amount")
    def _compute_may_release(self):
        most = self.env["crmx.approval.ladder"]._most_of(self.env.user, "release")
        for hold in self:
            hold.may_release = hold.state == "held" and hold._is_within(most)

    @api.private
    def _is_within(self, most):
        """Return whether somebody who may release so much (see `_most_of`) may release this."""
        self.ensure_one()
        amount = most.get(self.company_id.root_id, 0.0)
        return amount is None or self.currency_id.compare_amounts(self.amount, amount) <= 0

    # === HOLDING === #

    @api.model
    @api.private
    def _hold(self, found, prepare):
        """Hold documents, or go on holding them with what is found now.

        :param found: {document: findings}
        :param prepare: function of a document that returns the values of its hold
        :return: the holds
        """
        Hold = self.sudo()  # sudo: whoever confirms is told, and nobody makes holds by hand
        held = {hold._document(): hold for hold in Hold._holds_of(found)}
        fresh = []
        for document, findings in found.items():
            values = {
                **prepare(document),
                "findings": self._findings_data(findings),
                "action": strictest(findings),
            }
            if document in held:
                held[document].write({name: values[name] for name in ("findings", "action", "amount")})
            else:
                fresh.append({**values, "held_by_id": self.env.uid})
        made = Hold.create(fresh)
        made._log("hold_set")
        made._tell_document()
        return made.union(*held.values())

    @api.model
    @api.private
    def _holds_of(self, documents):
        """Return the live holds of orders (themselves, not of their deliveries) and of deliveries."""
        orders = [document.id for document in documents if document._name == "sale.order"]
        pickings = [document.id for document in documents if document._name == "stock.picking"]
        return self.search(
            Domain("state", "=", "held")
            & (
                Domain("order_id", "in", orders) & Domain("picking_id", "=", False)
                | Domain("picking_id", "in", pickings)
            )
        )

    @api.model
    @api.private
    def _passes(self, orders):
        """Return the orders that a release until a date lets through.

        Each may be worth what the one who released could have released.
        """
        today = fields.Date.context_today(self)
        releases = self.sudo().search(  # sudo: what holds does so whoever confirms
            [
                ("state", "=", "released"),
                ("date_until", ">=", today),
                ("company_id", "in", orders.company_id._crmx_tree_ids()),
                ("partner_id", "in", [order._crmx_debtor().id for order in orders]),
            ]
        )
        by_debtor = releases.grouped("partner_id")
        ladders = {
            user: self.env["crmx.approval.ladder"]._most_of(user, "release")
            for user in releases.released_by_id
        }

        def lets_through(release, order):
            most = ladders[release.released_by_id].get(order.company_id.root_id, 0.0)
            currency = order.company_id.currency_id
            return most is None or currency.compare_amounts(order._crmx_credit_amount(), most) <= 0

        return orders.filtered(
            lambda order: any(
                lets_through(release, order) for release in by_debtor.get(order._crmx_debtor(), ())
            )
        )

    @api.private
    def _document(self):
        """Return the delivery or the order that is held."""
        self.ensure_one()
        return self.picking_id or self.order_id

    @api.private
    def _tell_document(self):
        for holds in self.grouped(lambda hold: bool(hold.picking_id)).values():
            documents = holds[0]._document().union(*(hold._document() for hold in holds))
            documents._message_log_batch(
                bodies={
                    hold._document().id: self.env._("On credit hold. %(reason)s", reason=hold.reason)
                    for hold in holds
                }
            )

    @api.private
    def _end(self, kind="over"):
        """Let go what nothing stands against any more."""
        live = self.filtered(lambda hold: hold.state == "held")
        live.write({"state": "over", "date_released": fields.Datetime.now()})
        live._log(f"hold_{kind}")

    @api.private
    def _log(self, kind):
        self.env["crmx.receivables.log"]._append(
            {
                "kind": kind,
                "record": hold,
                "data": {
                    "document": hold._document().display_name,
                    "amount": hold.amount,
                    "currency": hold.currency_id.name,
                    "reason": hold.reason,
                    "findings": hold.findings,
                    "comment": hold.comment,
                    "until": hold.date_until,
                },
            }
            for hold in self
        )

    def action_open_document(self):
        """Open the order or the delivery."""
        document = self._document()
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "views": [(False, "form")],
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A hold stays on record."))
