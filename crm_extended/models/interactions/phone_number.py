from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools import phone


class PhoneNumber(models.Model):
    """A number under which a partner is reached, in any notation; several partners may share one.

    The numbers in the partner's field *Phone* are rows too, kept in step with it.
    """

    _name = "crmx.phone.number"
    _description = "Phone number"
    _order = "from_field DESC, sequence, id"
    _rec_name = "number"

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade", index=True)
    number = fields.Char(required=True, help="As it is typed, in any notation.")
    normalised = fields.Char(
        compute="_compute_normalised",
        store=True,
        precompute=True,
        help="With a plus: the international number. Without: digits whose country is not known.",
    )
    extension = fields.Char(compute="_compute_normalised", store=True, precompute=True)
    kind = fields.Selection(
        [
            ("work", "Work"),
            ("mobile", "Mobile"),
            ("home", "Home"),
            ("fax", "Fax"),
            ("other", "Other"),
        ],
        default="work",
        required=True,
    )
    sequence = fields.Integer(default=10)
    from_field = fields.Boolean(
        string="In the field Phone", readonly=True, help="Comes from the partner's field and goes with it."
    )
    is_manual = fields.Boolean(default=True, readonly=True)

    _number_uniq = models.UniqueIndex(
        "(partner_id, normalised, COALESCE(extension, ''))", "The partner has this number already."
    )
    _normalised_idx = models.Index("(normalised)")

    @api.depends("number", "partner_id")
    def _compute_normalised(self):
        codes = self.partner_id._crmx_calling_codes()
        for row in self:
            parsed = phone.parse(row.number, codes.get(row.partner_id._origin.id or row.partner_id.id))
            row.normalised = parsed.key or (row.number or "").strip()
            row.extension = parsed.extension or False

    def write(self, vals):
        if vals.keys() & {"number", "partner_id"} and any(self.mapped("from_field")):
            raise UserError(self.env._("This number is in the field Phone of the partner: change it there."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_clears_field(self):
        """A number that is deleted here must not come back from the field."""
        for row in self.filtered("from_field"):
            left = [n for n in phone.numbers(row.partner_id.phone) if n != row.number]
            row.partner_id.with_context(crmx_skip_phones=True).phone = ", ".join(left) or False

    # -- look up ----------------------------------------------------------

    @api.model
    @api.private
    def _find(self, number, country=None, company=None):
        """The partners behind a number, whoever may read them.

        :param str number: in any notation
        :param country: ``res.country`` from which the number is seen; default that of the company
        :param company: only partners of this company and shared ones
        :return: those that match the surest reading of the number, archived ones left out
        """
        country = country or (company or self.env.company).country_id
        keys = phone.keys(number, country.phone_code)
        if not keys:
            return self.env["res.partner"]
        self.flush_model(["normalised", "partner_id"])
        self.env["res.partner"].flush_model(["active", "company_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT n.normalised, n.partner_id FROM crmx_phone_number n
                   JOIN res_partner p ON p.id = n.partner_id
                   WHERE n.normalised = ANY(%s) AND p.active
                   AND (p.company_id IS NULL OR %s OR p.company_id = %s)
                   ORDER BY n.partner_id LIMIT 200""",
                keys,
                company is None,
                company.id if company else None,
            )
        )
        by_key = defaultdict(list)
        for key, partner_id in rows:
            by_key[key].append(partner_id)
        surest = next((by_key[key] for key in keys if key in by_key), [])
        return self.env["res.partner"].browse(dict.fromkeys(surest))

    @api.model
    @api.readonly
    def find_partners(self, number, limit=20):
        """Partners behind a number that the reader may read.

        :param str number: in any notation
        :return: ``[{"id", "name", "company"}]``, all of them when several share the number
        """
        partners = self._find(str(number or ""), company=self.env.company)._filtered_access("read")[:limit]
        return partners._crmx_as_candidates()
