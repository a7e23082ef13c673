"""How allowances get into the ledger, and out of it again."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class Allowance(models.Model):
    _inherit = "crmx.allowance"

    def action_post(self):
        """Post what is to be set aside, or taken back, in an entry of that day."""
        for allowance in self:
            allowance._lock("draft")
            allowance._check_postable()
            entry = allowance._post_entry()
            reversal = (
                allowance._reverse_next_day(entry) if allowance.method_id.is_reversed else entry.browse()
            )
            # sudo: only what became of a valuation that the user may post
            allowance.sudo().write({"state": "posted", "move_id": entry.id, "reversal_id": reversal.id})
        self._log("allowance_posted")

    @api.private
    def _check_postable(self):
        method = self.method_id
        if not (method.account_id and method.expense_account_id):
            raise UserError(
                self.env._("Choose the accounts of “%s” first: the allowance and the expense.", method.name)
            )
        later = self.search(
            [("method_id", "=", method.id), ("state", "=", "posted"), ("date", ">=", self.date)], limit=1
        )
        if later:
            raise UserError(
                self.env._(
                    "“%s” is posted already: allowances follow one another. Cancel it first.",
                    later.display_name,
                )
            )
        self.company_id._crmx_check_unlocked(self.date, self._journal())
        then = {
            self._key(line.partner_id.id, line.bucket, line.assessment_id.id): line.amount
            for line in self.line_ids
        }
        now = {
            self._key(row["partner_id"], row["bucket"], row["assessment_id"]): row["amount"]
            for row in self._values()
        }
        booked = sum(self._balances("posted").values())
        if then != now or self.currency_id.compare_amounts(booked, self.booked):
            raise UserError(
                self.env._("The ledger has changed since “%s” was valued: value it anew.", self.display_name)
            )
        if not self.line_ids and self.currency_id.is_zero(self.difference):
            raise UserError(self.env._("There is nothing to set aside, and nothing to take back."))

    @api.model
    def _key(self, partner_id, bucket, assessment_id):
        return partner_id or False, bucket, assessment_id or False

    @api.private
    def _journal(self):
        journal = self.method_id.journal_id or self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.company_id),
                ("type", "=", "general"),
            ],
            limit=1,
        )
        if not journal:
            raise UserError(self.env._("%s has no journal of type Miscellaneous.", self.company_id.name))
        return journal

    @api.private
    def _post_entry(self):
        """Post the difference to what was set aside before; none when there is no difference."""
        deltas = self._deltas()
        Move = self.env["account.move"].with_company(self.company_id)
        if not deltas:
            return Move.browse()
        lines = []
        method = self.method_id
        for partner, delta in deltas.items():
            common = {"name": self.env._("Allowance %s", self.display_name), "partner_id": partner.id}
            lines.append({**common, "account_id": method.account_id.id, "balance": -delta})
        total = sum(deltas.values())
        lines.insert(
            0,
            {
                "name": self.env._("Allowance %s", self.display_name),
                "account_id": method.expense_account_id.id,
                "balance": total,
            },
        )
        entry = Move.create(
            {
                "move_type": "entry",
                "journal_id": self._journal().id,
                "date": self.date,
                "ref": self.name,
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        entry.action_post()
        return entry

    @api.private
    def _deltas(self):
        """Return {partner, or none when there is one line for all: what is to be set aside more}."""
        nobody = self.env["res.partner"]
        target, booked = {nobody: self.amount}, {nobody: self.booked}
        if self.method_id.is_by_partner:
            booked = self._balances("posted")
            target = {
                partner: sum(lines.mapped("amount"))
                for partner, lines in self.line_ids.grouped("partner_id").items()
            }
        deltas = {
            partner: self.currency_id.round(target.get(partner, 0.0) - booked.get(partner, 0.0))
            for partner in [*target, *(partner for partner in booked if partner not in target)]
        }
        return {partner: delta for partner, delta in deltas.items() if delta}

    @api.private
    def _reverse_next_day(self, entry):
        """Make the entry that takes the allowance back; one of a day to come is posted by the host then."""
        if not entry:
            return entry
        day = fields.Date.add(self.date, days=1)
        is_future = day > fields.Date.context_today(self)
        reversal = entry._reverse_moves(
            [
                {
                    "date": day,
                    "ref": self.env._("Taken back: %s", self.name),
                    "auto_post": "at_date" if is_future else "no",
                }
            ]
        )
        if not is_future:
            self.company_id._crmx_check_unlocked(day, entry.journal_id)
            reversal.action_post()
        return reversal

    def action_cancel(self):
        """Take the entry back, on its own day unless that is locked."""
        for allowance in self:
            allowance._lock("draft", "posted")
            undone = allowance.move_id.browse()
            for move in allowance.move_id | allowance.reversal_id:
                undone |= allowance._undo(move)
            allowance._become("cancelled", reversal_id=undone[:1].id)
        self._log("allowance_cancelled")

    @api.private
    def _undo(self, move):
        if move.state == "draft":
            move.unlink()
            return self.env["account.move"]
        day = move.date
        if self.company_id._get_violated_lock_dates(day, False, move.journal_id):
            day = max(fields.Date.context_today(self), day)
        ref = self.env._("Cancelled: %s", self.name)
        return move._reverse_moves([{"date": day, "ref": ref}], cancel=True)

    @api.private
    def _log(self, kind):
        self.env["crmx.receivables.log"]._append(
            {
                "kind": kind,
                "record": allowance,
                "partner": self.env["res.partner"],
                "data": {
                    "date": allowance.date,
                    "method": allowance.method_id.name,
                    "receivables": allowance.receivable,
                    "allowance": allowance.amount,
                    "before": allowance.booked,
                    "entry": allowance.move_id.name or "",
                    "by_age": [list(row) for row in allowance.document()],
                },
            }
            for allowance in self
        )
