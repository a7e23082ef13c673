"""What a bonus scheme needs, and who may set it up."""

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError

from ...tools.kpi import weights_fit


class BonusScheme(models.Model):
    _inherit = "crmx.bonus.scheme"

    @api.constrains(
        "who", "template_id", "job_ids", "member_ids", "times", "is_pool", "pool_by", "period_kind"
    )
    def _check_who(self):
        for scheme in self:
            scheme._refuse(scheme._who_problem())

    def _who_problem(self):
        needs_card = (
            self.who == "template" or self.times != "none" or self.is_pool and self.pool_by == "score"
        )
        if needs_card and not self.template_id:
            return self.env._("choose the kind of scorecard whose score counts.")
        if self.template_id and self.template_id.period_kind != self.period_kind:
            return self.env._("it is for the same kind of period as its scorecard.")
        if self.who == "job" and not self.job_ids:
            return self.env._("choose jobs.")
        if self.who == "person" and not self.member_ids:
            return self.env._("name the persons.")
        if self.is_pool and self.times != "none":
            return self.env._("what a pool has is not multiplied: let scores share it instead.")
        return ""

    @api.constrains(
        "base_kind", "base_indicator_id", "base_level", "is_pool", "pool_team_id", "pool_department_id",
        "unpaid_days", "is_clawback",
    )  # fmt: skip
    def _check_base(self):
        for scheme in self:
            scheme._refuse(scheme._base_problem())

    def _refuse(self, problem):
        if problem:
            raise ValidationError(self.env._("“%(scheme)s”: %(problem)s", scheme=self.name, problem=problem))

    def _base_problem(self):
        if self.base_kind == "indicator" and not self.base_indicator_id:
            return self.env._("choose the indicator that it is a part of.")
        if self.base_kind != "indicator" and self.is_clawback:
            return self.env._("only what is part of an indicator is corrected later.")
        if self.unpaid_days and not self.is_clawback:
            return self.env._("what is unpaid is taken back only when it is corrected later.")
        return self._pool_problem() if self.is_pool else ""

    def _pool_problem(self):
        if self.base_kind == "wage":
            return self.env._("a pool has no wage.")
        if self.base_kind == "indicator" and not self._pool_subject():
            return self.env._("say whose figure the pool is a part of: a team, a department or the company.")
        return ""

    @api.private
    def _pool_subject(self):
        """The id of the team, department or company whose figure a pool is a part of."""
        return {
            "team": self.pool_team_id.id,
            "department": self.pool_department_id.id,
            "company": self.company_id.id,
        }.get(self.base_level)

    @api.constrains("line_ids", "times", "template_id")
    def _check_lines(self):
        for scheme in self.filtered(lambda each: each.times == "lines"):
            if not weights_fit([line.share / 100 for line in scheme.line_ids]):
                raise ValidationError(
                    self.env._(
                        "The shares of the lines of “%(scheme)s” make %(sum)s %%, and not 100 %%.",
                        scheme=scheme.name,
                        sum=f"{sum(scheme.line_ids.mapped('share')):g}",
                    )
                )
            on_card = {(line.indicator_id, line.level) for line in scheme.template_id.line_ids}
            for line in scheme.line_ids:
                if (line.indicator_id, line.level) not in on_card:
                    raise ValidationError(
                        self.env._(
                            "“%(indicator)s” is not on the scorecard “%(card)s”.",
                            indicator=line.indicator_id.name,
                            card=scheme.template_id.name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        schemes = super().create(vals_list)
        schemes._check_wage_rights()
        return schemes

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"base_kind", "base_percent"}:
            self._check_wage_rights()
        return result

    def _check_wage_rights(self):
        """A bonus tells the wage that it is a part of: who may not read wages sets up none."""
        version = self.env["hr.version"]
        if "wage" in self.mapped("base_kind") and not version._has_field_access(
            version._fields["wage"], "read"
        ):
            raise AccessError(self.env._("You may not read wages: let somebody set it up who may."))
