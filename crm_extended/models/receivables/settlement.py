from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.plain_fields import PlainMany2one

#: Set by what happens to the settlement alone.
HAPPENED = {"move_id", "reversal_id"}


class Settlement(models.Model):
    """Netting of what a party owes us against what we owe it, currency by currency, oldest first.

    Nothing is paid: an entry takes the same amount off both sides, and the host reconciles it with the
    items. Parties that are not one company take part when they have agreed to it.
    """

    _name = "crmx.settlement"
    _description = "Mutual Settlement"
    _inherit = ["crmx.document", "mail.thread", "mail.activity.mixin"]
    _order = "date DESC, id DESC"
    _check_company_auto = True
    _rec_names_search = ["name", "partner_id"]
    _happened = HAPPENED

    partner_id = fields.Many2one(
        "res.partner",
        string="Other party",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    linked_partner_ids = fields.Many2many(
        "res.partner",
        "crmx_settlement_partner_rel",
        "settlement_id",
        "partner_id",
        string="Linked parties",
        check_company=True,
        help="Whose debts and claims are netted along, such as a parent company; they must have agreed.",
    )
    agreement = fields.Char(help="What was agreed with the linked parties, such as a contract and its date.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one("res.users", string="Responsible", default=lambda self: self.env.user)
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="Of the entry. What is open then, and the rate of this day, count.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain="[('type', '=', 'general'), ('company_id', '=', company_id)]",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    line_ids = fields.One2many("crmx.settlement.line", "settlement_id", string="Items", copy=False)
    state = fields.Selection(
        [("draft", "Proposal"), ("posted", "Posted"), ("cancelled", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    move_id = PlainMany2one("account.move", string="Entry", readonly=True, copy=False, index="btree_not_null")
    reversal_id = PlainMany2one("account.move", readonly=True, copy=False, index="btree_not_null")

    @api.depends("company_id")
    def _compute_journal_id(self):
        for settlement in self:
            company = settlement.company_id or self.env.company
            if settlement.journal_id.company_id != company:
                settlement.journal_id = self.env["account.journal"].search(
                    [*self.env["account.journal"]._check_company_domain(company), ("type", "=", "general")],
                    limit=1,
                )

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for settlement in self:
            parts = [settlement.name or self.env._("New settlement"), settlement.partner_id.name]
            settlement.display_name = " ".join(part for part in parts if part)

    @api.constrains("linked_partner_ids", "agreement")
    def _check_agreement(self):
        for settlement in self:
            if settlement.linked_partner_ids and not (settlement.agreement or "").strip():
                raise ValidationError(
                    self.env._("Say what was agreed with the linked parties: without it, nothing is netted.")
                )

    @api.private
    def parties(self):
        """Return the commercial partners that take part."""
        return (self.partner_id | self.linked_partner_ids).commercial_partner_id

    # === PROPOSING === #

    def action_propose(self):
        """List what is open on both sides, and propose to net the oldest as far as both sides go."""
        for settlement in self:
            settlement._lock("draft")
            rows = [*settlement._open_items("receivable"), *settlement._open_items("payable")]
            settlement.line_ids = [Command.clear(), *(Command.create(row) for row in rows)]
            settlement.line_ids._spread()
            if not any(settlement.line_ids.mapped("amount")):
                raise UserError(
                    self.env._(
                        "There is nothing to net: no currency in which both sides owe something on %s.",
                        self.env["ir.qweb.field.date"].value_to_html(settlement.date, {}),
                    )
                )

    def action_spread(self):
        """Spread the amounts anew over the items that are chosen, oldest first."""
        for settlement in self:
            settlement._lock("draft")
            settlement.line_ids._spread()

    @api.private
    def _open_items(self, side):
        Item = self.env["crmx.open.item"].with_context(
            allowed_company_ids=self.company_id.ids, crmx_side=side, crmx_as_of=str(self.date)
        )
        Item.invalidate_model()  # records keep the figures of before, in one transaction
        items = Item.search(
            [("commercial_partner_id", "in", self.parties().ids), ("residual_currency", ">", 0)],
            order="date_maturity, date, id",
        )
        return [
            {
                "side": side,
                "sequence": number,
                "move_line_id": item.move_line_id.id,
                "partner_id": item.partner_id.id,
                "currency_id": item.currency_id.id,
                "date_maturity": item.date_maturity,
                "open_amount": item.residual_currency,
            }
            for number, item in enumerate(items, 1)
        ]
