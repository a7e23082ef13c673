"""How settlements get into the ledger, and out of it again."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class Settlement(models.Model):
    _inherit = "crmx.settlement"

    # === POSTING === #

    def action_post(self):
        """Post the entry and reconcile it with the items."""
        for settlement in self:
            settlement._lock("draft")
            chosen = settlement.line_ids.filtered(lambda line: line.is_chosen and line.amount)
            settlement._check_balanced(chosen)
            chosen._check_open()
            entry = settlement._post_entry(chosen)
            settlement._become("posted", move_id=entry.id)
        self._log("settlement_posted")

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
            settlement._lock("draft", "posted")
            reversal = settlement.move_id and settlement._reverse_entry()
            settlement._become("cancelled", reversal_id=reversal and reversal.id)
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
