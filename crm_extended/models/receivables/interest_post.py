"""How interest notes get into the ledger, and out of it again."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

#: More notes at once are posted by the scheduled action, each in a transaction of its own.
AT_ONCE = 20


class InterestNote(models.Model):
    _inherit = "crmx.interest.note"

    # === POSTING === #

    def action_post(self):
        """Post debit notes; many are posted one by one in the background."""
        self._lock("draft")
        if len(self) > AT_ONCE:
            self.sudo().write({"state": "queued", "error": False})  # sudo: the state follows the button
            # sudo: lets the scheduled action run now
            self.env.ref("crm_extended.ir_cron_interest_post").sudo()._trigger()
            return
        for note in self:
            note._post_one()

    @api.model
    def _cron_post(self):
        """Post what is queued; what cannot be posted goes back to the proposals with the reason."""
        notes = self.search([("state", "=", "queued")], order="id")
        for done, note in enumerate(notes, start=1):
            if note.try_lock_for_update(allow_referencing=True):
                note = note.with_user(note.user_id or self.env.user).with_company(note.company_id)
                try:
                    with self.env.cr.savepoint():
                        note._post_one()
                except UserError as error:
                    note.sudo().write({"state": "draft", "error": str(error)})  # sudo: as it turned out
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(notes) - done):
                return

    @api.private
    def _post_one(self):
        self.ensure_one()
        self._check_current()
        move = self.env["account.move"].with_company(self.company_id).create(self._move_vals())
        move.action_post()
        # sudo: only what became of a note that the user may post
        self.sudo().write({"state": "posted", "move_id": move.id, "error": False})
        self._log("interest_posted")

    @api.private
    def _check_current(self):
        """Compute anew what is owed.

        :raise UserError: when it is not what the note says: something was paid, reversed or contested since
        """
        rows, problems = self._owed(self.company_id, self.date_to, self.partner_id, but=self.id)
        lines = rows.get((self.partner_id.id, self.currency_id.id, self.policy_id), [])
        now = {
            (line["document"], line["kind"], line["date_from"], line["date_to"], round(line["amount"], 4))
            for line in lines
        }
        then = {
            (line.document, line.kind, line.date_from, line.date_to, round(line.amount, 4))
            for line in self.line_ids
        }
        if now != then:
            changed = sorted({key[0] for key in now ^ then})
            raise UserError(
                self.env._(
                    "What %(partner)s owes has changed since it was computed: %(documents)s. Propose anew.",
                    partner=self.partner_id.display_name,
                    documents=", ".join(changed[:5]),
                )
                + "".join(f"\n{problem}" for problem in problems)
            )

    @api.private
    def _move_vals(self):
        company = self.company_id
        if not company.crmx_interest_account_id:
            raise UserError(
                self.env._(
                    "Choose the account of interest first, under CRM Extended ▸ Configuration ▸ Settings."
                )
            )
        self._check_currency_rate(self.currency_id | company.currency_id, company, self.date)
        documents = self.line_ids.move_line_id.move_id
        is_invoice = documents.move_type == "out_invoice" if len(documents) == 1 else False
        journal = company.crmx_interest_journal_id
        return {
            "move_type": "out_invoice",
            "partner_id": self.partner_id.id,
            "currency_id": self.currency_id.id,
            "invoice_date": self.date,
            "ref": self.name,
            "invoice_user_id": self.user_id.id,
            "debit_origin_id": documents.id if is_invoice else False,
            "invoice_line_ids": [Command.create(vals) for vals in self._move_lines()],
            **({"journal_id": journal.id} if journal else {}),
        }

    @api.private
    def _move_lines(self):
        """One line for the interest of each debt, and one for its fee."""
        company = self.company_id
        charged = self.line_ids.filtered(lambda line: not line.is_waived)
        result = []
        for (document, kind), lines in charged.grouped(lambda line: (line.document, line.kind)).items():
            values = {
                "document": document,
                "start": format_day(self, min(lines.mapped("date_from"))),
                "end": format_day(self, max(lines.mapped("date_to"))),
                "days": sum(lines.mapped("days")),
            }
            result.append(
                {
                    "name": self.env._("Late payment of %(document)s: fee", **values)
                    if kind == "fee"
                    else self.env._(
                        "Late payment of %(document)s: interest from %(start)s to %(end)s", **values
                    ),
                    "quantity": 1,
                    "price_unit": sum(lines.mapped("amount")),
                    "account_id": company.crmx_interest_account_id.id,
                    "tax_ids": [Command.set(company.crmx_interest_tax_ids.ids)],
                }
            )
        return result

    # === WAIVING AND CANCELLING === #

    @api.private
    def _waive(self, reason):
        """Let the customers off: what was charged is taken back, and the periods stay settled."""
        self._end("waived", "interest_waived", reason)
        # sudo: the lines of notes that the user may waive
        self.sudo().line_ids.is_waived = True

    @api.private
    def _cancel(self, reason):
        """Take notes back as wrong: the same debts and periods may be charged again."""
        self._end("cancelled", "interest_cancelled", reason)
        self.sudo().line_ids.is_claim = False  # sudo: as above

    @api.private
    def _end(self, state, kind, reason):
        self._lock("draft", "queued", "posted")
        for note in self:
            reversal = note._reverse() if note.move_id else note.move_id
            # sudo: only what became of a note that the user may end
            note.sudo().write({"state": state, "reason": reason, "reversal_id": reversal.id, "error": False})
        self._log(kind)

    @api.private
    def _reverse(self):
        """Reverse the debit note by a credit note of the host; what was paid of it is free again."""
        today = max(fields.Date.context_today(self), self.move_id.invoice_date)
        ref = self.env._("Cancelled: %s", self.name)
        return self.move_id._reverse_moves([{"invoice_date": today, "ref": ref}], cancel=True)

    @api.private
    def _log(self, kind):
        self.env["crmx.receivables.log"]._append(
            {
                "kind": kind,
                "record": note,
                "data": {
                    "amount": note.amount,
                    "currency": note.currency_id.name,
                    "until": note.date_to,
                    "terms": note.policy_id.name,
                    "debit_note": note.move_id.name or "",
                    "reversal": note.reversal_id.name or "",
                    "reason": note.reason or "",
                    "lines": [
                        [line.document, line.kind, str(line.date_from), str(line.date_to), line.amount]
                        for line in note.line_ids
                    ],
                },
            }
            for note in self
        )


def format_day(record, day):
    """Return a date as the language of the record's environment writes it."""
    return record.env["ir.qweb.field.date"].value_to_html(day, {})
