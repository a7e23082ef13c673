"""Forgetting a person: what is ours is deleted or made anonymous, what the law wants stays; in numbers.

A model says what becomes of its rows by ``_crmx_forget``: ``delete``, ``clear`` (texts are emptied, the row
stays with the person made anonymous) or ``keep``. Without it, rows that the database deletes along with the
partner are deleted, and others are kept. In all that stays, texts lose names, addresses and numbers; except
in logs that cannot be changed, which say so by ``_crmx_redact = False``.
"""

import json
import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..common.forgetting import FORGETTING

REMOVED = "[…]"
#: What becomes of our rows that lead to the person; see above.
FORGET = {
    "crmx.interaction": "clear",
    "crmx.call": "clear",
    "crmx.phone.number": "delete",
    "crmx.duplicate": "delete",
    "crmx.merged.partner": "delete",
    "crmx.interaction.import.row": "delete",
}
FILE_ROWS = {"crmx.interaction.import.row"}
#: Texts that belong to the person whose row it is; others are searched for what names him.
CLEARED = {
    "crmx.interaction": {"name": False, "description": False},
    "crmx.call": {
        "number": False,
        "normalised": False,
        "events": False,
        "partner_id": False,
        "line": False,
        "answering_number": False,
    },
}
#: Of a contact in the books: what an invoice has to show.
LAWFUL = frozenset(
    ("name", "street", "street2", "zip", "city", "state_id", "country_id", "vat", "ref", "lang")
)
#: Not about the person, or needed for the record to be valid.
STAYS = frozenset(
    ("is_company", "company_id", "lang", "tz", "type", "user_id", "company_registry_placeholder")
)


class PrivacyRequest(models.Model):
    _inherit = "crmx.privacy.request"

    @api.private
    def _forget(self):
        self.ensure_one()
        # sudo: whoever handles a request about a person removes all that is held
        partner = self.partner_id.sudo().with_context(active_test=False, tracking_disable=True)
        self._check_forgettable(partner)
        words = self.env["crmx.privacy.holdings"]._words(partner)
        lines = []
        for name, (linked, named) in self.env["crmx.privacy.holdings"]._find(partner).items():
            # a row of a file says nothing but whom it names
            lines += self._forget_rows(name, linked | named if name in FILE_ROWS else linked, partner)
            kept = (linked | named).exists().with_context(tracking_disable=True)
            if count := self._redact(kept, words):
                lines.append(self.env._("%(model)s: %(count)s texts", model=kept._description, count=count))
        subject = self._masked(partner.name)
        lines.append(self._forget_partner(partner))
        self.write({"subject": subject, "log": "\n".join(lines), "file": False, "file_name": False})
        self._mask_other_requests(partner, subject)

    @api.private
    def _check_forgettable(self, partner):
        users = partner.user_ids
        if users.filtered(lambda user: not user.share):
            raise UserError(
                self.env._(
                    "“%(name)s” is a colleague: his user account has to be deleted first.", name=partner.name
                )
            )
        if self.env["res.company"].search_count([("partner_id", "=", partner.id)], limit=1):
            raise UserError(self.env._("“%(name)s” is your own company.", name=partner.name))

    @api.private
    def _forget_rows(self, model_name, records, partner):
        """:return: lines of the log"""
        if not records:
            return []
        policy = self._policy(records)
        if policy == "delete":
            count = len(records)
            records.with_context(crmx_forget=FORGETTING).unlink()
            return [self.env._("%(model)s: %(count)s deleted", model=records._description, count=count)]
        mine = records
        for field in records._fields.values():
            if field.type == "many2many" and field.comodel_name == "res.partner" and field.store:
                records.write({field.name: [fields.Command.unlink(partner.id)]})
        if policy == "clear" and "partner_id" in records._fields:
            mine = records.filtered(lambda record: record.partner_id == partner)
            # sudo of _forget(): files and talk about the contact go with its text
            self._forget_talk(mine)
            mine.with_context(tracking_disable=True).write(
                CLEARED.get(model_name, dict.fromkeys(self._clearable(records), False))
            )
        verb = self.env._("cleared") if policy == "clear" else self.env._("kept")
        return [f"{records._description}: {len(records)} {verb}"]

    @api.private
    def _policy(self, records):
        if policy := getattr(records, "_crmx_forget", None) or FORGET.get(records._name):
            return policy
        cascades = [
            field
            for field in records._fields.values()
            if field.type == "many2one"
            and field.comodel_name == "res.partner"
            and field.ondelete == "cascade"
        ]
        return "delete" if cascades else "keep"

    @api.private
    def _clearable(self, records):
        return [
            name
            for name in self.env["crmx.privacy.holdings"]._text_fields(records)
            if not records._fields[name].required and not records._fields[name].readonly
        ]

    @api.private
    def _forget_talk(self, records):
        """Messages and files on our records."""
        domain = [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        self.env["ir.attachment"].sudo().search(domain).unlink()  # sudo: as in _forget()
        if hasattr(records, "message_post"):
            domain = [("model", "=", records._name), ("res_id", "in", records.ids)]
            self.env["mail.message"].sudo().search(domain).unlink()  # sudo: as in _forget()

    @api.private
    def _redact(self, records, words):
        """Take what names the person out of texts.

        :return: number of texts changed
        """
        if not words or not getattr(records, "_crmx_redact", True):
            return 0
        found = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.I)
        count = 0
        records = records.with_context(crmx_forget=FORGETTING)
        for name in self.env["crmx.privacy.holdings"]._text_fields(records):
            for record in records:
                if (value := record[name]) and (new := _without(found, value)) != value:
                    record.write({name: new})
                    count += 1
        return count

    @api.private
    def _forget_partner(self, partner):
        """Make the contact itself anonymous, except what the books need; archive it.

        It stays with its company: whose contact nobody was is no personal data.

        :return: line of the log
        """
        lawful = self._is_in_books(partner)
        values = {}
        for name, field in partner._fields.items():
            if self._is_personal(field) and partner[name] and not (lawful and name in LAWFUL):
                values[name] = False
        if not lawful:
            values["name"] = self.env._("Forgotten contact %(id)s", id=partner.id)
        users = partner.user_ids
        users.action_archive()
        partner.write(values)
        partner.category_id = False
        # sudo: as _forget(); what the chatter says of changes names the old values
        Message = self.env["mail.message"].sudo()
        messages = Message.search([("model", "=", "res.partner"), ("res_id", "=", partner.id)])
        messages.tracking_value_ids.unlink()
        partner.bank_ids.unlink() if not lawful else None
        if partner.active:
            partner.action_archive()
        if lawful:
            return self.env._("Contact: name, address and tax number kept for the books, the rest removed")
        return self.env._("Contact: made anonymous")

    @api.private
    def _is_personal(self, field):
        return (
            field.store
            and field.type in ("char", "text", "html", "binary", "image", "date", "many2one", "json")
            and (field.type != "many2one" or field.name in ("state_id", "country_id", "industry_id"))
            and field.name not in STAYS
            and not field.company_dependent
            and not field.related
            and (not field.compute or not field.readonly)
            and not (field.required and field.type == "char")
        )

    @api.private
    def _is_in_books(self, partner):
        """Whether posted entries or confirmed orders name the contact."""
        tables = {
            "account_move_line": "parent_state = 'posted'",
            "account_move": "state = 'posted'",
            "sale_order": "state = 'sale'",
            "purchase_order": "state IN ('purchase', 'done')",
        }
        self.env.flush_all()
        checks = [
            SQL(
                "SELECT 1 FROM %s WHERE partner_id = %s AND %s LIMIT 1",
                SQL.identifier(table),
                partner.id,
                SQL(c),
            )
            for table, c in tables.items()
        ]
        return any(self.env.execute_query(query) for query in checks)

    @api.private
    def _masked(self, name):
        return " ".join(f"{word[0]}***" for word in (name or "").split()) or REMOVED

    @api.private
    def _mask_other_requests(self, partner, subject):
        """Earlier requests of the same person, and the files made for them."""
        # sudo: as in _forget()
        others = self.sudo().search([("partner_id", "=", partner.id)])
        others.write({"subject": subject, "file": False, "file_name": False, "is_released": False})


def _without(found, value):
    """A text or JSON value without what the expression finds."""
    if isinstance(value, str):
        return found.sub(REMOVED, value)
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(found.sub(REMOVED, text))
