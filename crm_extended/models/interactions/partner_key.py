from collections import defaultdict

from odoo import api, fields, models, tools
from odoo.tools import SQL

from ...tools import identity

#: Fields of a partner whose change makes him known by something else, or speaks for or against a pair.
WATCHED = frozenset(
    ("name", "email", "vat", "country_id", "is_company", "parent_id", "type", "company_id", "active")
)


class PartnerKey(models.Model):
    """What a partner is known by, in a form that can be compared: one row each name, address, number.

    Telephone numbers are rows of ``crmx.phone.number``. Nobody has access: the rows are derived from
    fields of partners and read in SQL only, whose results are checked against the reader's rights.
    """

    _name = "crmx.partner.key"
    _description = "Comparable form of what a partner is known by"
    _log_access = False
    _rec_name = "value"

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    kind = fields.Selection(
        [("name", "Name"), ("sound", "Sound"), ("email", "E-mail"), ("tax", "Tax ID"), ("bank", "Account")],
        required=True,
    )
    value = fields.Char(required=True)
    is_checked = fields.Boolean(help="Duplicates were looked for since the partner has changed.")

    _value_uniq = models.UniqueIndex("(partner_id, kind, value)")
    _value_idx = models.Index("(kind, value)")
    _pending_idx = models.Index("(partner_id) WHERE is_checked IS NOT TRUE")

    def init(self):
        result = super().init()
        if self.env.registry.has_trigram:
            # typing errors are found by sound alone where the database has no trigrams
            tools.create_index(
                self.env.cr,
                "crmx_partner_key_name_trgm_idx",
                self._table,
                ["value gin_trgm_ops"],
                "gin",
                "kind = 'name'",
            )
        return result

    @api.model
    @api.private
    def _keys_of(self, name, email, vat, country_code, accounts):
        """:return: set of pairs of kind and value"""
        keys = {("name", identity.name_key(name)), ("sound", identity.sound_key(name))}
        keys.add(("tax", identity.tax_key(vat, country_code)))
        addresses = tools.email_normalize_all(email or "")
        keys.update(("email", key) for key in identity.email_keys(addresses))
        keys.update(("bank", account.upper()) for account in accounts if account and len(account) > 5)
        return {(kind, value) for kind, value in keys if value}

    @api.model
    @api.private
    def _sync(self, partner_ids):
        """Make the rows what the partners' fields say, for all at once, and have their pairs looked for."""
        wanted = [
            (partner_id, kind, value)
            for partner_id, facts in self._facts(partner_ids).items()
            for kind, value in self._keys_of(*facts)
        ]
        self.flush_model()
        self.env.execute_query(
            SQL(
                """WITH wanted AS (
                       SELECT * FROM unnest(%(partners)s::int[], %(kinds)s::varchar[], %(values)s::varchar[])
                           AS w (partner_id, kind, value)
                   ), stale AS (
                       DELETE FROM crmx_partner_key k WHERE k.partner_id = ANY(%(ids)s) AND NOT EXISTS (
                           SELECT 1 FROM wanted w
                            WHERE (w.partner_id, w.kind, w.value) = (k.partner_id, k.kind, k.value))
                   )
                   INSERT INTO crmx_partner_key (partner_id, kind, value, is_checked)
                   SELECT partner_id, kind, value, FALSE FROM wanted ORDER BY 1, 2, 3
                   ON CONFLICT (partner_id, kind, value) DO UPDATE SET is_checked = FALSE
                   RETURNING id""",
                ids=list(partner_ids),
                partners=[row[0] for row in wanted],
                kinds=[row[1] for row in wanted],
                values=[row[2] for row in wanted],
            )
        )
        self.invalidate_model()

    @api.private
    def _facts(self, partner_ids):
        """:return: ``{partner id: arguments of _keys_of}``"""
        self.env["res.partner"].flush_model(["name", "email", "vat", "country_id"])
        self.env["res.partner.bank"].flush_model(["partner_id", "sanitized_acc_number", "active"])
        accounts = defaultdict(list)
        for partner_id, number in self.env.execute_query(
            SQL(
                """SELECT partner_id, sanitized_acc_number FROM res_partner_bank
                    WHERE partner_id = ANY(%s) AND active""",
                list(partner_ids),
            )
        ):
            accounts[partner_id].append(number)
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id, p.name, p.email, p.vat, c.code FROM res_partner p
                     LEFT JOIN res_country c ON c.id = p.country_id WHERE p.id = ANY(%s)""",
                list(partner_ids),
            )
        )
        return {row[0]: (*row[1:], accounts[row[0]]) for row in rows}

    @api.model
    @api.private
    def _mark(self, partner_ids):
        """Have the pairs of these partners looked for again."""
        self.env.execute_query(
            SQL(
                """UPDATE crmx_partner_key SET is_checked = FALSE
                    WHERE partner_id = ANY(%s) AND is_checked RETURNING id""",
                list(partner_ids),
            )
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners._crmx_sync_keys()
        return partners

    def write(self, vals):
        result = super().write(vals)
        if self and WATCHED & vals.keys():
            self._crmx_sync_keys()
        return result

    @api.private
    def _crmx_sync_keys(self):
        if self and self.env["res.company"]._crmx_any_uses_interactions():
            # sudo: derived from fields that the writer has just written
            self.env["crmx.partner.key"].sudo()._sync(self.ids)

    def _crmx_sync_phones(self):
        result = super()._crmx_sync_phones()
        # sudo: says only that there is something to look at
        self.env["crmx.partner.key"].sudo()._mark(self.ids)
        return result


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts.partner_id._crmx_sync_keys()
        return accounts

    def write(self, vals):
        before = self.partner_id if vals.keys() & {"partner_id", "acc_number", "active"} else self.browse()
        result = super().write(vals)
        if before:
            (before | self.partner_id)._crmx_sync_keys()
        return result

    def unlink(self):
        partners = self.partner_id
        result = super().unlink()
        partners.exists()._crmx_sync_keys()
        return result


class PhoneNumber(models.Model):
    _inherit = "crmx.phone.number"

    @api.model_create_multi
    def create(self, vals_list):
        numbers = super().create(vals_list)
        # sudo: says only that there is something to look at
        self.env["crmx.partner.key"].sudo()._mark(numbers.partner_id.ids)
        return numbers

    def write(self, vals):
        result = super().write(vals)
        # sudo: as above
        self.env["crmx.partner.key"].sudo()._mark(self.partner_id.ids)
        return result
