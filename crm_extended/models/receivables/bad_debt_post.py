"""How doubtful and lost debts get into the ledger, out of it again, and what is recovered."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class BadDebt(models.Model):
    _inherit = "crmx.bad.debt"

    @api.private
    def _post(self):
        """Post the entry and reconcile it with the debts."""
        chosen = self._chosen()
        chosen._check_open()
        journal = self._journal()
        rows, counterparts = [], []
        for line in chosen:
            rows.append(self._item_row(line, -1))
            counterparts += self._counterparts(line)
        has_tax = any(row.get("is_tax") for row in counterparts)
        self.company_id._crmx_check_unlocked(self.date, journal, has_tax)
        tax = sum(row["balance"] for row in counterparts if row.pop("is_tax", False))
        entry = self._make_entry(journal, self.date, self.name, rows + counterparts)
        own = entry.line_ids.sorted("sequence")[: len(chosen)]
        self.env["account.move.line"]._reconcile_plan(
            [line.move_line_id | mine for line, mine in zip(chosen, own, strict=True)]
        )
        # sudo: only what became of a document that the user may post
        self.sudo().write({"state": "posted", "move_id": entry.id, "tax": tax})

    @api.private
    def _make_entry(self, journal, day, ref, rows):
        for number, row in enumerate(rows, 1):
            row["sequence"] = number
        entry = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": journal.id,
                    "date": day,
                    "ref": ref,
                    "line_ids": [Command.create(row) for row in rows],
                }
            )
        )
        entry.action_post()
        return entry

    @api.private
    def _journal(self):
        company = self.company_id
        journal = company.crmx_write_off_journal_id or self.env["account.journal"].search(
            [*self.env["account.journal"]._check_company_domain(company), ("type", "=", "general")], limit=1
        )
        if not journal:
            raise UserError(self.env._("%s has no journal of type Miscellaneous.", company.name))
        return journal

    @api.private
    def _account(self, name, *others):
        """Return an account of the company's settings.

        :raise UserError: when none is chosen
        """
        for one in (name, *others):
            if account := self.company_id[one]:
                return account
        raise UserError(
            self.env._(
                "Choose the “%s” first, under CRM Extended ▸ Configuration ▸ Settings.",
                self.company_id._fields[name]._description_string(self.env),
            )
        )

    @api.private
    def _item_row(self, line, sign, account=None):
        """Return the values of a row on a receivable account; what the ledger has open decides the rate."""
        item = line.move_line_id
        share = line.amount / item.amount_residual_currency
        balance = self.currency_id.round(item.amount_residual * share)
        return {
            "name": f"{self.name}: {line.document}",
            "account_id": (account or item.account_id).id,
            "partner_id": item.partner_id.id,
            "currency_id": line.currency_id.id,
            "amount_currency": sign * line.amount,
            "balance": sign * balance,
            "date_maturity": line.date_due,
        }

    @api.private
    def _counterparts(self, line):
        """Return what stands against a debt that is taken off its account."""
        if self.kind == "doubtful":
            account = self._account("crmx_doubtful_account_id")
            if account == line.move_line_id.account_id:
                raise UserError(self.env._("“%s” is a doubtful debt already.", line.document))
            # no reminders lose it, and it is as old as before
            return [{**self._item_row(line, 1, account), "no_followup": line.move_line_id.no_followup}]
        row = self._item_row(line, 1, self._account("crmx_write_off_account_id"))
        row.pop("date_maturity")
        taxes = self._tax_rows(line, row) if self.company_id.crmx_write_off_tax == "relief" else []
        for tax in taxes:
            for name in ("balance", "amount_currency"):
                row[name] -= tax[name]
        row["balance"] = self.currency_id.round(row["balance"])
        row["amount_currency"] = line.currency_id.round(row["amount_currency"])
        return [row, *taxes]

    @api.private
    def _tax_rows(self, line, whole):
        """Return the part of the invoice's taxes that is lost with the debt, on the taxes' own accounts."""
        move = line.move_line_id.move_id
        if move.move_type != "out_invoice" or not move.amount_total_signed:
            return []
        rows = []
        for tax_line in move.line_ids.filtered("tax_repartition_line_id"):
            share = -tax_line.balance / move.amount_total_signed
            rows.append(
                {
                    "name": f"{self.name}: {tax_line.name or ''} {line.document}",
                    "account_id": tax_line.account_id.id,
                    "partner_id": whole["partner_id"],
                    "currency_id": whole["currency_id"],
                    "balance": self.currency_id.round(whole["balance"] * share),
                    "amount_currency": line.currency_id.round(whole["amount_currency"] * share),
                    "tax_tag_ids": [Command.set(self._refund_tags(tax_line).ids)],
                    "is_tax": True,
                }
            )
        return [row for row in rows if row["balance"]]

    @api.private
    def _refund_tags(self, tax_line):
        """Return the tags by which a credit note with the tax is reported."""
        own = tax_line.tax_repartition_line_id
        tax = own.tax_id
        is_tax = ("repartition_type", "=", "tax")
        sold = tax.invoice_repartition_line_ids.filtered_domain([is_tax])
        back = tax.refund_repartition_line_ids.filtered_domain([is_tax])
        position = sold.ids.index(own.id) if own in sold else 0
        return back[position : position + 1].tag_ids

    # === TAKING BACK AND RECOVERING === #

    def action_cancel(self):
        """Take it back: the debts are open again as before."""
        for document in self:
            document._lock("draft", "asked", "posted")
            if document.recovered:
                raise UserError(
                    self.env._("Part of “%s” was recovered: it cannot be taken back.", document.display_name)
                )
            reversal = document.move_id and document._reverse()
            document._become("cancelled", reversal_id=reversal and reversal.id)
        self._log("bad_debt_cancelled")

    @api.private
    def _reverse(self):
        moved = self.move_id.line_ids.filtered(
            lambda line: self.kind == "doubtful" and line.balance > 0 and line.matched_credit_ids
        )
        if moved:
            raise UserError(
                self.env._("Something was paid on “%s” since: it stays a doubtful debt.", self.display_name)
            )
        day = max(fields.Date.context_today(self), self.date)
        debts = self._chosen().move_line_id
        ref = self.env._("Cancelled: %s", self.name)
        reversal = self.move_id._reverse_moves([{"date": day, "ref": ref}], cancel=True)
        debts.invalidate_recordset()
        return reversal

    @api.private
    def _recover(self, day, amount):
        """Book what came in after all: the debt is open again so far, for the money to settle.

        :return: the entry
        """
        self.check_access("write")
        self._lock("posted")
        left = self.currency_id.round(self.amount - self.recovered)
        if self.kind != "write_off" or self.currency_id.compare_amounts(amount, left) > 0 or amount <= 0:
            raise UserError(
                self.env._("Of this write-off, up to %s can be recovered.", self.currency_id.format(left))
            )
        journal = self._journal()
        tax_part = self.currency_id.round(self.tax * amount / self.amount) if self.amount else 0.0
        self.company_id._crmx_check_unlocked(day, journal, bool(tax_part))
        rows = self._recovery_rows(day, amount, tax_part)
        entry = self._make_entry(journal, day, self.env._("Recovered: %s", self.name), rows)
        # sudo: only what became of a document that the user may recover
        self.sudo().write({"recovered": self.recovered + amount, "recovery_ids": [Command.link(entry.id)]})
        self._settle(entry)
        self._log("debt_recovered")
        return entry

    @api.private
    def _recovery_rows(self, day, amount, tax_part):
        item = self._chosen()[:1].move_line_id
        account = item.account_id or self.partner_id.property_account_receivable_id
        common = {"name": self.env._("Recovered: %s", self.name), "partner_id": self.partner_id.id}
        rows = [
            {**common, "account_id": account.id, "balance": amount, "date_maturity": day},
            {
                **common,
                "account_id": self._account("crmx_recovery_account_id", "crmx_write_off_account_id").id,
                "balance": -(amount - tax_part),
            },
        ]
        taxed = self.move_id.line_ids.filtered("tax_tag_ids") or self.move_id.line_ids.filtered(
            lambda line: line.account_id in self._tax_accounts()
        )
        total = sum(taxed.mapped("balance"))
        rows += [
            {
                **common,
                "account_id": line.account_id.id,
                "balance": -self.currency_id.round(tax_part * line.balance / total),
            }
            for line in (taxed if tax_part else ())
        ]
        rest = self.currency_id.round(sum(row["balance"] for row in rows))
        rows[-1]["balance"] = self.currency_id.round(rows[-1]["balance"] - rest)
        return rows

    @api.private
    def _tax_accounts(self):
        invoices = self.line_ids.move_line_id.move_id
        return invoices.line_ids.filtered("tax_repartition_line_id").account_id

    @api.private
    def _settle(self, entry):
        """Reconcile what is recovered with money of the customer that is not allocated yet."""
        [debt] = entry.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        money = self.env["account.move.line"].search(
            [
                ("account_id", "=", debt.account_id.id),
                ("partner_id", "child_of", self.partner_id.commercial_partner_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", "<", 0),
                ("currency_id", "=", debt.currency_id.id),
            ],
            order="date, id",
        )
        if money:
            self.env["account.move.line"]._reconcile_plan([debt | money])
