from odoo import api, fields, models
from odoo.tools import SQL

from ...tools import phone


class ResPartner(models.Model):
    _inherit = "res.partner"

    crmx_phone_ids = fields.One2many("crmx.phone.number", "partner_id", string="Phone Numbers")

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        with_phone = partners.filtered("phone")
        if with_phone:
            with_phone._crmx_sync_phones()
        return partners

    def write(self, vals):
        result = super().write(vals)
        if self and not self.env.context.get("crmx_skip_phones") and vals.keys() & {"phone", "country_id"}:
            self._crmx_sync_phones()
        return result

    @api.private
    def _crmx_as_candidates(self):
        # sudo: the name of the company of a readable person, as its own display name tells
        companies = {partner.id: partner.commercial_partner_id for partner in self.sudo()}
        return [
            {
                "id": partner.id,
                "name": partner.name or partner.display_name,
                "company": companies[partner.id].id != partner.id and companies[partner.id].name,
            }
            for partner in self
        ]

    @api.private
    def _crmx_calling_codes(self):
        """:return: ``{partner id: country code}`` from which his numbers are seen"""
        default = self.env.company.country_id.phone_code
        codes = {}
        for partner in self.sudo():  # sudo: countries, to read a number that the reader sees
            country = (
                partner.country_id
                or partner.commercial_partner_id.country_id
                or partner.company_id.country_id
            )
            codes[partner._origin.id or partner.id] = country.phone_code or default
        return codes

    @api.private
    def _crmx_sync_phones(self):
        """Make the rows what the fields *Phone* say, for all partners at once."""
        if not self.env["res.company"]._crmx_any_uses_interactions():
            return
        partners = self.sudo()  # sudo: derived from a field that the writer may write
        codes = partners._crmx_calling_codes()
        wanted = {}
        for partner in partners:
            for position, text in enumerate(phone.numbers(partner.phone)):
                parsed = phone.parse(text, codes[partner.id])
                if parsed.digits:
                    wanted[partner.id, parsed.key, parsed.extension] = (text, position)
        Number = self.env["crmx.phone.number"].sudo()  # sudo: as above
        Number.flush_model()
        Number._renormalise(codes)
        Number._drop_stale(partners.ids, wanted)
        Number._upsert(wanted)
        Number.invalidate_model()
        partners.invalidate_recordset(["crmx_phone_ids"])


class PhoneNumber(models.Model):
    _inherit = "crmx.phone.number"

    @api.private
    def _renormalise(self, codes):
        """Read the numbers that people added again, after the country has changed.

        :param codes: ``{partner id: country code}``
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT id, partner_id, number, normalised, COALESCE(extension, '')
                   FROM crmx_phone_number WHERE partner_id = ANY(%s) AND is_manual FOR UPDATE""",
                list(codes),
            )
        )
        changed = {}
        for row_id, partner_id, number, key, extension in rows:
            parsed = phone.parse(number, codes[partner_id])
            if parsed.digits and (parsed.key, parsed.extension) != (key, extension):
                changed[row_id] = parsed
        if not changed:
            return
        read = SQL(
            "unnest(%s::int[], %s::varchar[], %s::varchar[]) AS w (id, key, extension)",
            list(changed),
            [parsed.key for parsed in changed.values()],
            [parsed.extension or None for parsed in changed.values()],
        )
        self.env.cr.execute(SQL(_DROP_SAME, read=read))
        self.env.cr.execute(SQL(_READ_ANEW, read=read))

    @api.private
    def _drop_stale(self, partner_ids, wanted):
        """Remove rows whose number is in the field no more; those that somebody added stay."""
        rows = self.env.execute_query(
            SQL(
                """SELECT id, partner_id, normalised, COALESCE(extension, ''), is_manual
                   FROM crmx_phone_number WHERE partner_id = ANY(%s) AND from_field FOR UPDATE""",
                list(partner_ids),
            )
        )
        stale = [(row[0], row[4]) for row in rows if tuple(row[1:4]) not in wanted]
        if kept := [row_id for row_id, is_manual in stale if is_manual]:
            self.env.execute_query(
                SQL("UPDATE crmx_phone_number SET from_field = FALSE WHERE id = ANY(%s) RETURNING id", kept)
            )
        if gone := [row_id for row_id, is_manual in stale if not is_manual]:
            self.env.execute_query(SQL("DELETE FROM crmx_phone_number WHERE id = ANY(%s) RETURNING id", gone))

    @api.private
    def _upsert(self, wanted):
        if not wanted:
            return 0
        columns = list(
            zip(
                *(
                    (partner_id, text, key, extension or None, position)
                    for (partner_id, key, extension), (text, position) in sorted(wanted.items())
                ),
                strict=True,
            )
        )
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO crmx_phone_number (partner_id, number, normalised, extension, sequence,
                       kind, from_field, is_manual, create_uid, write_uid, create_date, write_date)
                   SELECT partner_id, number, normalised, extension, sequence, 'work', TRUE, FALSE,
                       %(uid)s, %(uid)s, %(now)s, %(now)s
                   FROM unnest(%(partners)s::int[], %(numbers)s::varchar[], %(keys)s::varchar[],
                       %(extensions)s::varchar[], %(positions)s::int[])
                       AS wanted (partner_id, number, normalised, extension, sequence)
                   ON CONFLICT (partner_id, normalised, COALESCE(extension, ''))
                   DO UPDATE SET number = EXCLUDED.number, from_field = TRUE
                   RETURNING id""",
                uid=self.env.uid,
                now=fields.Datetime.now(),
                partners=list(columns[0]),
                numbers=list(columns[1]),
                keys=list(columns[2]),
                extensions=list(columns[3]),
                positions=list(columns[4]),
            )
        )
        return len(rows)


# A number that is there already under its new reading stays once.
_DROP_SAME = """
    DELETE FROM crmx_phone_number n
     USING %(read)s
      JOIN crmx_phone_number changing ON changing.id = w.id
     WHERE n.partner_id = changing.partner_id AND n.normalised = w.key
       AND COALESCE(n.extension, '') = COALESCE(w.extension, '')
       AND n.id != w.id AND NOT n.is_manual
"""

_READ_ANEW = """
    UPDATE crmx_phone_number n SET normalised = w.key, extension = w.extension
      FROM (SELECT DISTINCT ON (c.partner_id, w.key, w.extension) w.*
              FROM %(read)s
              JOIN crmx_phone_number c ON c.id = w.id
             ORDER BY c.partner_id, w.key, w.extension, w.id) AS w
     WHERE n.id = w.id AND NOT EXISTS (
           SELECT 1 FROM crmx_phone_number other
            WHERE other.partner_id = n.partner_id AND other.normalised = w.key
              AND COALESCE(other.extension, '') = COALESCE(w.extension, ''))
"""
