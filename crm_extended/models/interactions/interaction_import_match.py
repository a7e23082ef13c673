from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import phone
from ...tools.interaction_import_headers import plain
from .interaction_import_values import IDENTITIES


class InteractionImport(models.Model):
    """Whom the rows mean, and what is there already."""

    _inherit = "crmx.interaction.import"

    def _find_partners(self, rows):
        """Set ``partner_id`` or ``unmatched`` of rows; a query for each kind of identity."""
        wanted = {name: set() for name in IDENTITIES}
        for row in rows:
            for name in IDENTITIES:
                if value := self._identity(row, name):
                    wanted[name].add(value)
        found = {name: self._lookup(name, values) for name, values in wanted.items() if values}
        for row in rows:
            self._choose_partner(row, found)

    @api.model
    def _identity(self, row, name):
        """The value of a row by which a partner is looked up."""
        if name == "phone":
            return row.values["number"]
        value = row.values.get(name) or ""
        if name == "vat":
            return "".join(filter(str.isalnum, value)).upper()
        return value.casefold() if name == "partner" else value

    def _lookup(self, name, values):
        """:return: ``{value: partners}`` that the importing user may read; colleagues are no partners"""
        Partner = self.env["res.partner"]
        scope = Domain("partner_share", "=", True) & Domain("company_id", "in", (False, self.company_id.id))
        if name == "phone":
            return self._lookup_numbers(values, scope)
        if name == "partner":
            # names are compared without case, which no index of the host helps
            pairs = self._pairs(SQL("lower(name)"), values) + self._pairs(SQL("lower(complete_name)"), values)
        elif name == "vat":
            digits = SQL("upper(regexp_replace(vat, '[^[:alnum:]]', '', 'g'))")
            pairs = self._pairs(digits, values)
        else:
            column = {"email": "email_normalized", "reference": "ref"}[name]
            pairs = self._pairs(SQL.identifier(column), values)
        allowed = Partner.search_fetch(
            scope & Domain("id", "in", [partner_id for partner_id, _value in pairs]),
            ["commercial_partner_id", "display_name"],
        )
        return self._gather(pairs, allowed)

    def _lookup_numbers(self, numbers, scope):
        """Partners by number; the one place that knows where numbers are kept.

        :param numbers: as made by ``_normal_number``
        :param scope: domain of partners to consider
        :return: ``{number: partners}``
        """
        code = self.company_id.country_id.phone_code
        keys = {number: phone.keys(number, code) for number in numbers}
        stored = self._numbers_of_partners({key for found in keys.values() for key in found})
        allowed = self.env["res.partner"].search_fetch(
            scope & Domain("id", "in", list({partner_id for ids in stored.values() for partner_id in ids})),
            ["commercial_partner_id", "display_name"],
        )
        # the surest reading of a number that somebody has
        surest = {
            number: next((key for key in found if key in stored), None) for number, found in keys.items()
        }
        pairs = [(partner_id, number) for number, key in surest.items() for partner_id in stored.get(key, ())]
        return self._gather(pairs, allowed)

    @api.model
    def _numbers_of_partners(self, keys):
        """:return: ``{key: partner ids}`` of partners with one of the keys, whoever may read them"""
        Number = self.env["crmx.phone.number"].sudo()  # sudo: `_lookup_numbers` asks for the partners
        stored = {}
        for number in Number.search_fetch(
            [("normalised", "in", list(keys))], ["normalised", "partner_id"], order="id"
        ):
            stored.setdefault(number.normalised, []).append(number.partner_id.id)
        return stored

    @api.model
    def _pairs(self, expression, values):
        """Partners of any right by a column; ``_lookup`` keeps those that the user may read."""
        self.env["res.partner"].flush_model()
        return self.env.execute_query(
            SQL(
                "SELECT id, %s FROM res_partner WHERE active AND %s = ANY(%s)",
                expression,
                expression,
                list(values),
            )
        )

    @api.model
    def _gather(self, pairs, allowed):
        ids, found = set(allowed.ids), {}
        for partner_id, value in pairs:
            if partner_id in ids:
                found.setdefault(value, set()).add(partner_id)
        Partner = allowed.browse().with_prefetch(allowed._prefetch_ids)
        return {value: Partner.browse(sorted(partner_ids)) for value, partner_ids in found.items()}

    def _choose_partner(self, row, found):
        """The surest identity decides; those after it choose among several."""
        candidates = None
        for name in IDENTITIES:
            partners = found.get(name, {}).get(self._identity(row, name))
            if not partners:
                continue
            candidates = (candidates & partners or candidates) if candidates else partners
            if len(candidates) == 1:
                break
        if not candidates:
            row.unmatched = self.env._("Nobody is known as %(contact)s.", contact=row.contact)
            return
        companies = candidates.commercial_partner_id
        if len(candidates) > 1 and len(companies) == 1:
            # people who share a number: their company
            candidates = companies & candidates or candidates[0]
        if len(candidates) == 1:
            row.partner_id = candidates.id
        else:
            row.unmatched = self.env._(
                "Several partners are known as %(contact)s: %(partners)s.",
                contact=row.contact,
                partners=", ".join(candidates[:5].mapped("display_name")),
            )

    # -- what is there already --------------------------------------------

    def _find_duplicates(self, rows, position):
        """Set ``duplicate`` of rows that are in the file before, or in the database.

        :param position: of the block that the rows are in
        """
        rows = [row for row in rows if row.good]
        keys = [row.key for row in rows]
        first = dict(
            self.env.execute_query(
                SQL(
                    """SELECT k.key, min(k.value::int)
                         FROM crmx_interaction_import_block b, jsonb_each_text(b.keys) k
                        WHERE b.import_id = %s AND b.position < %s AND k.key = ANY(%s)
                        GROUP BY k.key""",
                    self.id,
                    position,
                    keys,
                )
            )
        )
        # sudo: a contact that the user may not read is there all the same
        Interaction = self.env["crmx.interaction"].sudo()
        existing = Interaction.search(
            [("company_id", "=", self.company_id.id), ("import_key", "in", keys)]
        ).grouped("import_key")
        calls = self._known_calls(rows)
        for row in rows:
            there = existing.get(row.key)
            if there and there.import_id.id == self.id and there.import_row == row.number:
                row.existing_id = there.id
            elif row.key in first:
                row.duplicate = self.env._("The same contact is in row %s already.", first[row.key])
            elif there:
                row.duplicate = self.env._(
                    "This contact was imported before, on %s.", there.create_date.date()
                )
            elif row.values.get("external_id") in calls:
                row.duplicate = self.env._("The telephone system has told of this call already.")
            first.setdefault(row.key, row.number)

    def _known_calls(self, rows):
        """:return: identifiers of calls that came from the source of the file by themselves"""
        ids = [row.values["external_id"] for row in rows if row.values.get("external_id")]
        if not ids or not self.provider:
            return set()
        Call = self.env["crmx.call"].sudo()  # sudo: a call that the user may not read was made all the same
        calls = Call.search(
            [
                ("company_id", "=", self.company_id.id),
                ("external_id", "in", ids),
                ("interaction_id", "!=", False),
            ]
        )
        source = plain(self.provider)
        return {
            call.external_id
            for call in calls
            if source in (plain(call.provider_id.name), plain(call.provider_id.code or ""))
        }
