from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from ...tools.receivables import MAX_BUCKETS, BucketError, Buckets


class AgingScheme(models.Model):
    """A named list of ageing buckets that users choose on the aged reports."""

    _name = "crmx.aging.scheme"
    _description = "Ageing Buckets"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Leave empty to share the buckets by all companies.")
    limits = fields.Char(
        string="Limits in Days",
        required=True,
        default="30, 60, 90, 120",
        help="The last day of each bucket, separated by commas: “30, 60, 90” makes Not due, 1–30, 31–60, "
        "61–90 and 91+ days. An item exactly 30 days late is in 1–30.",
    )
    preview = fields.Char(string="Buckets", compute="_compute_preview")

    @api.depends("limits")
    def _compute_preview(self):
        for scheme in self:
            try:
                buckets = Buckets.parse(scheme.limits or "")
            except BucketError:
                scheme.preview = False
            else:
                scheme.preview = " | ".join(self._bucket_labels(buckets))

    @api.constrains("limits")
    def _check_limits(self):
        for scheme in self:
            try:
                Buckets.parse(scheme.limits)
            except BucketError as error:
                raise ValidationError(
                    self.env._(
                        "Ageing buckets “%(scheme)s”: %(problem)s",
                        scheme=scheme.name,
                        problem=self._bucket_problem(error),
                    )
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create([self._normalized(vals) for vals in vals_list])

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(self._normalized(vals))

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    def _normalized(self, vals):
        """Store limits in one notation, as far as they can be read; the constraint reports the rest."""
        if not vals.get("limits"):
            return vals
        try:
            return {**vals, "limits": str(Buckets.parse(vals["limits"]))}
        except BucketError:
            return vals

    @api.model
    @api.private
    def buckets(self, limits):
        """Return the `Buckets` of a list of limits in days, or of the first scheme when there is none.

        :raise UserError: limits that make no buckets, in words
        """
        if limits is None:
            limits = self._default_limits(self.env.company.id)
        try:
            return Buckets.parse(limits) if isinstance(limits, str) else Buckets.check(limits)
        except BucketError as error:
            raise UserError(self._bucket_problem(error)) from error

    @api.model
    @ormcache("company_id")
    def _default_limits(self, company_id):
        # sudo: the company's own, whoever asks
        schemes = self.sudo().with_context(active_test=True)
        scheme = schemes.search(self._check_company_domain(company_id), limit=1)
        return scheme.limits or self.default_get(["limits"])["limits"]

    @api.model
    def _bucket_labels(self, buckets, basis="due"):
        first = self.env._("Not due") if basis == "due" else self.env._("Today")
        return [first, *(_days(start, end) for start, end in buckets.ranges[1:])]

    @api.model
    def _bucket_problem(self, error):
        return {
            "empty": self.env._("Give at least one limit in days, such as “30, 60, 90”."),
            "not_a_number": self.env._(
                "“%s” is no whole number of days. Write limits such as “30, 60, 90”.", error.value
            ),
            "not_positive": self.env._(
                "The limit %s is below 1 day. What is not late has its own bucket, “Not due”.",
                error.value,
            ),
            "not_rising": self.env._(
                "The limit %s does not rise above the one before it, so two buckets would overlap. "
                "Write the limits in rising order.",
                error.value,
            ),
            "too_many": self.env._(
                "%(count)s limits are too many: a report has %(most)s buckets at most.",
                count=error.value,
                most=MAX_BUCKETS,
            ),
        }[error.reason]


def _days(start, end):
    return f"{start}+" if end is None else f"{start}–{end}"
