"""What the other party answers to an act: seen, signed, differs."""

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

#: States in which the other party may answer.
OPEN = ("sent", "seen", "differs")
#: Lines that somebody may add to an act.
MOST_ADDED = 50


class ReconciliationAct(models.Model):
    _inherit = "crmx.reconciliation.act"

    @api.private
    def _set_seen(self):
        """The other party has opened the page."""
        self.ensure_one()
        if self.state == "sent":
            self.write({"state": "seen", "seen_on": fields.Datetime.now()})
            self._log("act_seen")

    @api.private
    def _answerable(self, shown):
        """Lock the act for an answer.

        :param shown: digest of what the other party has before its eyes
        :return: why it cannot be answered, in words, or an empty string
        """
        self.ensure_one()
        self.lock_for_update()
        if self.state not in OPEN:
            return self.env._("This act cannot be answered any more.")
        if shown != self.digest:
            return self.env._(
                "The act has changed since you opened this page. Load the page again and read the new "
                "version."
            )
        return ""

    @api.private
    def _answer_signed(self, shown, name, signature, partner):
        """The other party agrees with every figure, whatever it said before.

        :param partner: from whose account
        :return: why it cannot be signed, in words, or an empty string
        """
        problem = self._answerable(shown)
        if problem:
            return problem
        if not self._check_books():
            return self.env._(
                "Our books have changed since this act was drawn up, so it cannot be signed as it is. We "
                "have been told, and will send you a new version."
            )
        try:
            with self.env.cr.savepoint():
                self._forget_differences()
                self._sign(name, signature, partner, state="signed")
        except UserError as error:
            return str(error)
        self._log("act_signed", by=self.signed_by, sha256=self.signed_sha256)
        self.message_post(
            body=self.env._("Signed by %s.", self.signed_by), author_id=partner.id, message_type="comment"
        )
        return ""

    @api.private
    def _answer_differs(self, shown, differences, added, note, partner):
        """The other party has other figures; a dispute is opened about them.

        :param differences: {line id: (their amount with our sign, remark)}
        :param added: list of values of lines that we do not have: `date`, `name`, `amount`, `currency_id`
        :return: why it cannot be taken down, in words, or an empty string
        """
        problem = self._answerable(shown)
        if problem:
            return problem
        lines = self.line_ids.filtered(lambda line: line.id in differences and line.kind != "theirs")
        if not lines and not added and not (note or "").strip():
            return self.env._("Say which figures differ.")
        self._forget_differences()
        for line in lines:
            amount, remark = differences[line.id]
            line.write({"is_different": True, "their_amount": amount, "their_note": remark})
        last = max(self.line_ids.mapped("sequence"), default=0)
        theirs = [
            {
                "kind": "theirs",
                "sequence": last + number,
                "date": values["date"],
                "name": values["name"],
                "currency_id": values["currency_id"],
                "is_different": True,
                "their_amount": values["amount"],
            }
            for number, values in enumerate(added[:MOST_ADDED], 1)
        ]
        self.write({"state": "differs", "line_ids": [Command.create(values) for values in theirs]})
        self._open_dispute(note, partner)
        self._log("act_differs", lines=self._difference_rows())
        return ""

    @api.private
    def _forget_differences(self):
        """Take away what was said before; the dispute about it keeps it."""
        self.line_ids.filtered(lambda line: line.kind == "theirs").unlink()
        self.line_ids.write({"is_different": False, "their_amount": 0, "their_note": False})

    @api.private
    def _difference_rows(self):
        return [
            {
                "line": line.display_name,
                "ours": line.amount,
                "theirs": line.their_amount,
                "currency": line.currency_id.name,
                "remark": line.their_note or "",
            }
            for line in self.line_ids.filtered("is_different")
        ]

    @api.private
    def _open_dispute(self, note, partner):
        """Open a dispute about the differences, or add them to the one that is still open."""
        claim = self._claim(note)
        dispute = self.dispute_id
        if dispute and dispute.state not in ("resolved", "cleared"):
            dispute.message_post(body=claim, author_id=partner.id)
            return
        owner = self.user_id if self.user_id.active else self.create_uid
        reason = self.env.ref("crm_extended.crmx_dispute_reason_document", raise_if_not_found=False)
        values = {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "user_id": (reason and reason.user_id or owner).id,
            "description": claim,
            "line_ids": [Command.create(values) for values in self._disputed_items()],
        }
        if reason:
            values["reason_id"] = reason.id
        self.dispute_id = self.env["crmx.dispute"].create(values)
        self.dispute_id.message_post(
            body=self.env._("The other party's books differ from %s.", self._get_html_link()),
            author_id=partner.id,
        )

    @api.private
    def _disputed_items(self):
        """Return values of dispute lines: open debts of which the other party has less than we have."""
        lines = self.line_ids.filtered(lambda line: line.is_different and line.difference < 0)
        items = lines.move_line_id.exists()
        Line = self.env["crmx.dispute.line"]
        residuals = Line._open_residuals(items)
        contested = Line.search(
            [
                ("move_line_id", "in", items.ids),
                ("dispute_id.state", "not in", ("resolved", "cleared")),
            ]
        ).move_line_id
        return [
            {
                "move_line_id": line.move_line_id.id,
                "amount": min(-line.difference, residuals[line.move_line_id.id]),
                "claim": line.their_note,
            }
            for line in lines
            if residuals.get(line.move_line_id.id, 0) > 0 and line.move_line_id not in contested
        ]

    @api.private
    def _claim(self, note):
        """Return the differences as HTML."""
        head = Markup("<tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr>") % (
            self.env._("Document"),
            self.env._("Our figure"),
            self.env._("Their figure"),
            self.env._("Remark"),
        )
        rows = Markup("").join(
            Markup("<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>")
            % (
                line.display_name,
                line.currency_id.format(line.amount),
                line.currency_id.format(line.their_amount),
                line.their_note or "",
            )
            for line in self.line_ids.filtered("is_different")
        )
        table = Markup('<table class="table table-sm">%s%s</table>') % (head, rows) if rows else Markup("")
        return Markup("<p>%s</p>%s") % ((note or "").strip()[:2000], table)
