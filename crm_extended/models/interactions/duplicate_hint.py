"""What is shown on a partner about others like him: while somebody types, and side by side."""

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools import phone

#: Shown while somebody types, who can tell at once: less sure than what is queued.
MIN_HINT = 40
MAX_HINTS = 4
#: Fields of the comparison of which one is not asked for: they follow others, or are technical.
NOT_COMPARED = frozenset(
    ("active", "color", "company_type", "parent_id", "barcode", "signup_type", "partner_latitude")
    + (
        "partner_longitude",
        "message_bounce",
        "is_public",
        "contact_address_complete",
        "commercial_company_name",
    )
    + ("complete_name", "email_normalized", "phone_sanitized", "customer_rank", "supplier_rank", "tz_offset")
    + ("commercial_partner_id", "partner_share", "signup_token", "calendar_last_notif_ack", "employee")
)
COMPARED_TYPES = (
    *("char", "text", "html", "selection", "many2one"),
    *("boolean", "integer", "float", "monetary", "date", "datetime"),
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    crmx_duplicate_hint = fields.Json(
        compute="_compute_crmx_duplicate_hint", export_string_translation=False, string="Similar Contacts"
    )

    @api.depends("name", "email", "phone", "vat", "country_id", "bank_ids.acc_number")
    @api.depends("parent_id", "is_company", "company_id", "type")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_crmx_duplicate_hint(self):
        kept = self.env["res.company"]._crmx_any_uses_interactions()
        for partner in self:
            partner.crmx_duplicate_hint = kept and partner._crmx_find_like() or False

    @api.private
    def _crmx_find_like(self):
        """Others who may be this partner, stored or just being typed, of those the reader may read.

        :return: ``[{"id", "name", "detail", "reasons", "score"}]``, the surest first
        """
        self.ensure_one()
        keys = self._crmx_typed_keys()
        if not keys:
            return []
        Key = self.env["crmx.partner.key"].sudo()  # sudo: whatever is found is filtered below
        own_id = self._origin.id or 0
        mine = SQL(
            "SELECT %s::int, * FROM unnest(%s::varchar[], %s::varchar[]) AS t (kind, value)",
            own_id,
            [kind for kind, _value in keys],
            [value for _kind, value in keys],
        )
        verdicts = Key._judge(Key._pairs(mine), facts={own_id: self._crmx_typed_side()})
        found = {other: verdict for (_one, other), verdict in verdicts.items() if verdict.score >= MIN_HINT}
        if not found:
            return []
        decided = self._crmx_decided(own_id)
        others = self.browse(sorted((i for i in found if i not in decided), key=lambda i: -found[i].score))
        labels = self.env["crmx.duplicate"]._reason_labels()
        return [
            {
                "id": other.id,
                "name": other.display_name,
                "detail": ", ".join(part for part in (other.city, other.email, other.phone) if part),
                "reasons": [labels[reason] for reason in found[other.id].reasons],
                "score": found[other.id].score,
            }
            for other in others._filtered_access("read")[:MAX_HINTS]
        ]

    @api.private
    def _crmx_typed_keys(self):
        """What the partner is known by as the form stands, saved or not."""
        Key = self.env["crmx.partner.key"]
        accounts = self.bank_ids.mapped("sanitized_acc_number") if self.bank_ids else []
        keys = Key._keys_of(self.name, self.email, self.vat, self.country_id.code, accounts)
        # sudo: calling codes of countries
        country = self.country_id or self.sudo().parent_id.country_id or self.env.company.country_id
        for text in phone.numbers(self.phone):
            parsed = phone.parse(text, country.phone_code)
            keys |= {("phone", parsed.e164)} if parsed.e164 else set()
        return sorted(keys)

    @api.private
    def _crmx_typed_side(self):
        commercial = self.parent_id.commercial_partner_id if not self.is_company else self._origin
        return self.env["crmx.partner.key"]._side(
            self.is_company,
            commercial.id or self._origin.id or -1,
            self.vat,
            self.country_id.id,
            self.country_id.code,
            self.company_id.id or None,
            self.parent_id.id or None,
            self.type,
        )

    @api.private
    def _crmx_decided(self, own_id):
        """Others of whom somebody has said that they are not this partner."""
        rows = self.env.execute_query(
            SQL(
                """SELECT CASE WHEN partner_id = %(own)s THEN other_id ELSE partner_id END
                     FROM crmx_duplicate
                    WHERE state = 'rejected' AND (partner_id = %(own)s OR other_id = %(own)s)""",
                own=own_id,
            )
        )
        return {partner_id for [partner_id] in rows}

    # -- side by side ------------------------------------------------------

    @api.private
    def _crmx_comparison(self):
        """What partners have in different ways, a column each; who may not be read is absent.

        :return: ``{"partners": [{"id", "name", "facts"}], "fields": [{"name", "label", "values"}]}``
        """
        partners = self._filtered_access("read")
        rows = []
        for name, field in partners._crmx_compared_fields():
            texts = [partner._crmx_value_text(field) for partner in partners]
            if any(texts) and len(set(texts)) > 1:
                label = field._description_string(self.env)
                rows.append({"name": name, "label": label, "values": texts, "filled": list(map(bool, texts))})
        facts = partners._crmx_usage()
        columns = [
            {"id": partner.id, "name": partner.display_name, "facts": facts[partner.id]}
            for partner in partners
        ]
        return {"partners": columns, "fields": rows}

    @api.private
    def _crmx_compared_fields(self):
        """Fields of which one value is kept: pairs of name and field, as the form has them."""
        allowed = self.fields_get(attributes=["type"])
        for name, field in self._fields.items():
            if (
                name in allowed
                and name not in NOT_COMPARED
                and not name.startswith(
                    ("message_", "activity_", "crmx_", "my_", "signup_", "image_", "avatar_")
                )
                and field.type in COMPARED_TYPES
                and (field.store or field.company_dependent)
                and not (field.readonly or field.related)
            ):
                yield name, field

    @api.private
    def _crmx_value_text(self, field):
        value = self[field.name]
        if field.type == "many2one":
            # sudo: the name of what a readable record says
            return value.sudo().display_name or ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if field.type == "boolean":
            return self.env._("Yes") if value else ""
        if field.type == "html":
            return str(value or "")
        return str(field.convert_to_export(value, self) or "")

    @api.private
    def _crmx_usage(self):
        """How much hangs on each partner, as a help to choose which one stays: numbers of events."""
        rows = dict.fromkeys(self.ids, 0)
        rows.update(
            self.env.execute_query(
                SQL(
                    """SELECT p.id, (SELECT count(*) FROM (SELECT 1 FROM crmx_timeline_event t
                              WHERE t.partner_id = p.id LIMIT 1000) t)
                         FROM res_partner p WHERE p.id = ANY(%s)""",
                    self.ids,
                )
            )
        )
        return {
            partner.id: {
                "events": rows[partner.id],
                "created": fields.Date.to_string(partner.create_date.date()) if partner.create_date else "",
            }
            for partner in self
        }
