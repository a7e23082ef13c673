"""Records that are added and then neither changed nor deleted."""

import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.append_only import SEPARATOR, content, link

#: What a record's hash covers, in order. `partner_id` is left out: merging partners moves it.
HASHED = ("number", "company_id", "date", "user_id", "kind", "res_model", "res_id", "name", "data")


class AppendOnly(models.AbstractModel):
    """A log of which no entry can be changed, deleted, put in or left out without being noticed.

    The entries of a company form a chain: each has the next number and a hash over its contents and the
    hash before it, as the host's inalterable journal entries have. The ORM refuses changes to everybody,
    the superuser included; whoever changes the table itself breaks the chain, and `_verify` says where.
    The end of the chain can only be cut off unnoticed by one who knows that nobody has written down the
    last hash.

    A model of ours that inherits this declares the unique index::

        _chain_uniq = models.UniqueIndex("(company_id, number)")
    """

    _name = "crmx.append.only"
    _description = "Append-only record"
    _order = "id DESC"
    # the privacy requests leave it alone: it is kept for the books
    _crmx_forget = "keep"
    _crmx_redact = False

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    number = fields.Integer(required=True, readonly=True, aggregator=None)
    date = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True, ondelete="restrict")
    kind = fields.Char(required=True, readonly=True, help="What happened, as a code.")
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(string="Document ID", model_field="res_model", readonly=True)
    name = fields.Char(string="Document", readonly=True, help="The document's name at that time.")
    partner_id = fields.Many2one(
        "res.partner",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="For looking up; the name at that time is part of the contents.",
    )
    data = fields.Text(string="Contents", required=True, readonly=True, help="What it was about, as JSON.")
    hash = fields.Char(required=True, readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        entries = [self._complete_entry(vals) for vals in vals_list]
        for company_id in sorted({entry["company_id"] for entry in entries}):
            number, digest = self._lock_chain(company_id)
            for entry in entries:
                if entry["company_id"] == company_id:
                    number += 1
                    entry["number"] = number
                    digest = entry["hash"] = link(digest, content(entry[name] for name in HASHED))
        return super().create(entries)

    def write(self, vals):
        if self:
            raise UserError(self.env._("“%s” only grows: nothing in it can be changed.", self._description))
        return super().write(vals)

    @api.ondelete(at_uninstall=True)
    def _unlink_never(self):
        raise UserError(self.env._("“%s” only grows: nothing in it can be deleted.", self._description))

    # === APPENDING === #

    @api.private
    def _append(self, entries):
        """Take down what happened; it is written right before the transaction commits.

        So late that the lock on the chain is the last one that a transaction takes, and is held for a
        moment only. What a savepoint takes back is not written.

        :param entries: dictionaries of `kind`, `record` (the document), `data` (JSON), and, unless the
            document has `company_id` and `partner_id`, `company` and `partner`
        """
        now = fields.Datetime.now()
        precommit = self.env.cr.precommit
        pending = precommit.data.get(self._pending_key)
        if pending is None:
            pending = precommit.data[self._pending_key] = []
            # sudo: nobody has the right to write this log by himself; what is written is prepared here
            precommit.add(self.browse().sudo()._append_pending)
        pending += [self._prepare_entry(entry, now) for entry in entries]

    @property
    def _pending_key(self):
        return f"crmx.append.only:{self._name}"

    @api.private
    def _append_pending(self):
        self.create(self.env.cr.precommit.data.pop(self._pending_key, []))

    @api.model
    def _prepare_entry(self, entry, now):
        record = entry["record"]
        partner = entry.get("partner", record.partner_id if "partner_id" in record else None)
        return {
            "company_id": entry.get("company", record.company_id).id,
            "date": now,
            "user_id": self.env.uid,
            "kind": entry["kind"],
            "res_model": record._name,
            "res_id": record.id,
            "name": record.display_name,
            "partner_id": partner.id if partner else False,
            "data": {**entry.get("data", {}), **({"partner": partner.display_name} if partner else {})},
        }

    @api.model
    def _complete_entry(self, vals):
        """Return values of an entry in the form that its hash is computed of, whatever the caller gave."""
        data = vals.get("data") or {}
        if not isinstance(data, str):
            data = json.dumps(data, sort_keys=True, ensure_ascii=False, default=str)
        date = fields.Datetime.to_datetime(vals.get("date")) or fields.Datetime.now()
        return {
            "company_id": vals.get("company_id") or self.env.company.id,
            "date": date.replace(microsecond=0),
            "user_id": vals.get("user_id") or self.env.uid,
            "kind": vals["kind"],
            "res_model": vals.get("res_model") or False,
            "res_id": vals.get("res_id") or False,
            "name": (vals.get("name") or "").replace(SEPARATOR, " ") or False,
            "partner_id": vals.get("partner_id") or False,
            "data": data,
        }

    @api.model
    def _lock_chain(self, company_id):
        """Wait for everybody else who appends to the company's chain; return its last number and hash.

        This transaction may have begun before the last entry was committed and would not see it, hence the
        look from outside. While modules are loaded there is nobody else, and the table may be locked.
        """
        self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", self._table, company_id))
        last = self._last_entry(self.env.cr, company_id)
        if self.env.registry.ready:
            with self.env.registry.cursor() as cr:
                last = max(last, self._last_entry(cr, company_id))
        return last

    @api.model
    def _last_entry(self, cr, company_id):
        cr.execute(
            SQL(
                "SELECT number, hash FROM %s WHERE company_id = %s ORDER BY number DESC LIMIT 1",
                SQL.identifier(self._table),
                company_id,
            )
        )
        return cr.fetchone() or (0, "")

    # === VERIFYING === #

    @api.private
    def _verify(self, company):
        """Compute the whole chain of a company anew, in one query.

        :return: dict of `count`, `broken` (number of the first entry that does not fit, or None) and
            `hash` (the last one, or "")
        """
        [[count, broken]] = self.env.execute_query(
            SQL(
                _VERIFY,
                table=SQL.identifier(self._table),
                company=company.id,
                separator=SEPARATOR,
                content=SQL(" || %s || ", SEPARATOR).join(_hashed_sql(name) for name in HASHED),
            )
        )
        return {"count": count, "broken": broken, "hash": self._last_entry(self.env.cr, company.id)[1]}

    def action_verify(self):
        """Say whether the log of the active company is as it was written."""
        self.check_access("read")
        result = self._verify(self.env.company)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if result["broken"] else "success",
                "sticky": True,
                "title": self.env.company.name,
                "message": self._verify_text(result),
            },
        }

    @api.model
    def _verify_text(self, result):
        if result["broken"]:
            return self.env._(
                "The chain of %(count)s entries is broken at number %(number)s: it, or one before it, has "
                "been changed, put in or removed.",
                count=result["count"],
                number=result["broken"],
            )
        if not result["count"]:
            return self.env._("There are no entries yet.")
        return self.env._(
            "All %(count)s entries are as they were written. The last hash is %(hash)s: kept elsewhere, it "
            "proves later that none was cut off.",
            count=result["count"],
            hash=result["hash"],
        )


def _hashed_sql(name):
    column = SQL.identifier(name)
    if name == "date":
        column = SQL("to_char(%s, 'YYYY-MM-DD HH24:MI:SS')", column)
    return SQL("COALESCE(%s::text, '')", column)


_VERIFY = """
    SELECT COUNT(*), MIN(number) FILTER (WHERE NOT sound)
      FROM (SELECT number,
                   number = ROW_NUMBER() OVER chain
                   AND hash = encode(sha256(convert_to(
                       COALESCE(LAG(hash) OVER chain, '') || %(separator)s || %(content)s, 'UTF8'
                   )), 'hex') AS sound
              FROM %(table)s
             WHERE company_id = %(company)s
            WINDOW chain AS (ORDER BY number)) entry
"""
