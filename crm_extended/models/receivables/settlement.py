from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.statement import net_amounts
from ..common.plain_fields import PlainMany2one

#: Set by what happens to the settlement alone.
HAPPENED = {"name", "state", "move_id", "reversal_id"}


class Settlement(models.Model):
    """Netting of what a party owes us against what we owe it, currency by currency, oldest first.

    Nothing is paid: an entry takes the same amount off both sides, and the host reconciles it with the
    items. Parties that are not one company take part when they have agreed to it.
    """

    _name = "crmx.settlement"
    _description = "Mutual Settlement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date DESC, id DESC"
    _check_company_auto = True
    _rec_names_search = ["name", "partner_id"]

    name = fields.Char(string="Number", readonly=True, copy=False, index="trigram")
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

    @api.model_create_multi
    def create(self, vals_list):
        self._check_given(*vals_list)
        settlements = super().create(vals_list)
        # sudo: the number of settlements that the user may create
        for settlement in settlements.sudo():
            sequences = self.env["ir.sequence"].sudo().with_company(settlement.company_id)  # sudo: as above
            settlement.name = sequences.next_by_code("crmx.settlement")
        return settlements

    def write(self, vals):
        self._check_given(vals)
        return super().write(vals)

    @api.model
    def _check_given(self, *vals_list):
        if not self.env.su and any(HAPPENED & vals.keys() for vals in vals_list):
            raise UserError(self.env._("Only posting and cancelling say what became of a settlement."))

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        if self.filtered("move_id"):
            raise UserError(self.env._("A settlement that was posted stays on record. Cancel it instead."))

    @api.private
    def parties(self):
        """Return the commercial partners that take part."""
        return (self.partner_id | self.linked_partner_ids).commercial_partner_id

    # === PROPOSING === #

    def action_propose(self):
        """List what is open on both sides, and propose to net the oldest as far as both sides go."""
        for settlement in self:
            settlement._check_draft()
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
            settlement._check_draft()
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

    # === POSTING === #

    def action_post(self):
        """Post the entry and reconcile it with the items."""
        for settlement in self:
            settlement._check_draft()
            chosen = settlement.line_ids.filtered(lambda line: line.is_chosen and line.amount)
            settlement._check_balanced(chosen)
            chosen._check_open()
            entry = settlement._post_entry(chosen)
            # sudo: only what became of a settlement that the user may post
            settlement.sudo().write({"state": "posted", "move_id": entry.id})
        self._log("settlement_posted")

    @api.private
    def _check_draft(self):
        self.check_access("write")
        self.lock_for_update()
        if self.state != "draft":
            raise UserError(self.env._("“%s” is no proposal any more.", self.display_name))

    @api.private
    def _check_balanced(self, chosen):
        if not chosen:
            raise UserError(self.env._("Choose items on both sides."))
        for currency, lines in chosen.grouped("currency_id").items():
            debts = sum(lines.filtered(lambda line: line.side == "receivable").mapped("amount"))
            claims = sum(lines.filtered(lambda line: line.side == "payable").mapped("amount"))
            if currency.compare_amounts(debts, claims):
                raise UserError(
                    self.env._(
                        "In %(currency)s, %(debts)s of their debts and %(claims)s of ours are chosen: both "
                        "must be the same. Use “Spread” to have it so.",
                        currency=currency.name,
                        debts=currency.format(debts),
                        claims=currency.format(claims),
                    )
                )

    @api.private
    def _post_entry(self, chosen):
        """Post an entry with a line for each item, and reconcile the pairs."""
        Move = self.env["account.move"].with_company(self.company_id)
        entry = Move.create(
            {
                "move_type": "entry",
                "journal_id": self.journal_id.id,
                "date": self.date,
                "ref": self.name,
                "line_ids": [Command.create(values) for values in self._entry_lines(chosen)],
            }
        )
        entry.action_post()
        counterparts = entry.line_ids.sorted("sequence")
        pairs = [line.move_line_id | own for line, own in zip(chosen, counterparts, strict=True)]
        self.env["account.move.line"]._reconcile_plan(pairs)
        return entry

    @api.private
    def _entry_lines(self, chosen):
        company = self.company_id.currency_id
        rows = []
        for number, line in enumerate(chosen, 1):
            sign = -1 if line.side == "receivable" else 1
            balance = line.currency_id._convert(line.amount, company, self.company_id, self.date)
            rows.append(
                {
                    "sequence": number,
                    "name": self.env._(
                        "Netting %(number)s: %(item)s", number=self.name, item=line.move_line_id.move_id.name
                    ),
                    "account_id": line.move_line_id.account_id.id,
                    "partner_id": line.move_line_id.partner_id.id,
                    "currency_id": line.currency_id.id,
                    "amount_currency": sign * line.amount,
                    "balance": sign * balance,
                }
            )
        # amounts of one currency are converted each on its own: the last one takes the rounding of each
        for currency, lines in chosen.grouped("currency_id").items():
            indexes = [index for index, line in enumerate(chosen) if line in lines]
            rest = company.round(sum(rows[index]["balance"] for index in indexes))
            if currency != company and rest:
                rows[indexes[-1]]["balance"] = company.round(rows[indexes[-1]]["balance"] - rest)
        return rows

    # === CANCELLING === #

    def action_cancel(self):
        """Reverse the entry; what was netted is open again."""
        for settlement in self:
            settlement.check_access("write")
            settlement.lock_for_update()
            if settlement.state == "cancelled":
                raise UserError(self.env._("“%s” is cancelled already.", settlement.display_name))
            reversal = settlement.move_id and settlement._reverse_entry()
            # sudo: only what became of a settlement that the user may cancel
            settlement.sudo().write({"state": "cancelled", "reversal_id": reversal and reversal.id})
        self._log("settlement_cancelled")

    @api.private
    def _reverse_entry(self):
        today = max(fields.Date.context_today(self), self.move_id.date)
        ref = self.env._("Cancelled: %s", self.name)
        return self.move_id._reverse_moves([{"date": today, "ref": ref}], cancel=True)

    @api.private
    def _log(self, kind):
        self.env["crmx.receivables.log"]._append(
            {
                "kind": kind,
                "record": settlement,
                "data": {
                    "entry": settlement.move_id.name or "",
                    "reversal": settlement.reversal_id.name or "",
                    "agreement": settlement.agreement or "",
                    "items": [
                        [line.move_line_id.move_id.name, line.side, line.amount, line.currency_id.name]
                        for line in settlement.line_ids
                        if line.is_chosen and line.amount
                    ],
                },
            }
            for settlement in self
        )

    # === ACTIONS === #

    def action_print(self):
        """Print the netting act."""
        return self.env.ref("crm_extended.crmx_settlement_action_report").report_action(self, config=False)

    def action_open_entries(self):
        """List the entry and its reversal."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", (self.move_id | self.reversal_id).ids)],
        }

    @api.private
    def document(self):
        """Return what the netting act says: what was netted, by currency."""
        self.ensure_one()
        chosen = self.line_ids.filtered(lambda line: line.is_chosen and line.amount)
        return [
            {
                "currency": currency,
                "debts": lines.filtered(lambda line: line.side == "receivable"),
                "claims": lines.filtered(lambda line: line.side == "payable"),
                "total": sum(lines.filtered(lambda line: line.side == "receivable").mapped("amount")),
            }
            for currency, lines in chosen.grouped("currency_id").items()
        ]


class SettlementLine(models.Model):
    """An item of one side, and what of it is netted."""

    _name = "crmx.settlement.line"
    _description = "Item of a mutual settlement"
    _order = "settlement_id, currency_id, side DESC, sequence, id"

    settlement_id = fields.Many2one("crmx.settlement", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer()
    side = fields.Selection(
        [("receivable", "They owe us"), ("payable", "We owe them")],
        required=True,
        default="receivable",
        readonly=True,
    )
    move_line_id = PlainMany2one(
        "account.move.line",
        string="Open Item",
        readonly=True,
        index="btree_not_null",
        help="Empty when the ledger has it no more.",
    )
    partner_id = fields.Many2one("res.partner", readonly=True, ondelete="restrict")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    date_maturity = fields.Date(string="Due", readonly=True)
    open_amount = fields.Monetary(string="Open", readonly=True, help="When it was proposed.")
    is_chosen = fields.Boolean(string="Take", default=True)
    amount = fields.Monetary(string="Netted", help="What is taken off both sides.")

    _amount_bounds = models.Constraint(
        "CHECK (amount >= 0 AND amount <= open_amount)",
        "What is netted of an item is between nothing and what is open.",
    )

    def write(self, vals):
        if not self.env.su:
            if self.settlement_id.filtered(lambda settlement: settlement.state != "draft"):
                raise UserError(self.env._("It is no proposal any more."))
            if vals.keys() - {"is_chosen", "amount"}:
                raise UserError(self.env._("Choose items and amounts; the rest is what the ledger says."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        if self.settlement_id.filtered("move_id"):
            raise UserError(self.env._("It is no proposal any more."))

    @api.private
    def _spread(self):
        """Net the chosen items of each currency, oldest first, as far as both sides go."""
        (self - self.filtered("is_chosen")).amount = 0
        for currency, lines in self.filtered("is_chosen").grouped("currency_id").items():
            debts = lines.filtered(lambda line: line.side == "receivable")
            claims = lines.filtered(lambda line: line.side == "payable")
            parts = net_amounts(
                debts.mapped("open_amount"), claims.mapped("open_amount"), currency.decimal_places
            )
            for side, amounts in zip((debts, claims), parts, strict=True):
                for line, amount in zip(side, amounts, strict=True):
                    line.amount = amount

    @api.private
    def _check_open(self):
        """Lock the items.

        :raise UserError: when less is open than is to be netted, or an item is somebody else's
        """
        self.move_line_id.lock_for_update()
        for line in self:
            item = line.move_line_id
            mine = item.partner_id.commercial_partner_id in line.settlement_id.parties()
            sign = 1 if line.side == "receivable" else -1
            now = sign * item.amount_residual_currency if mine and item.parent_state == "posted" else 0.0
            if line.currency_id.compare_amounts(line.amount, now) > 0:
                raise UserError(
                    self.env._(
                        "Only %(open)s of “%(item)s” is still open: propose anew.",
                        open=line.currency_id.format(max(now, 0.0)),
                        item=item.display_name,
                    )
                )
