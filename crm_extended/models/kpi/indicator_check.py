"""What an indicator must be so that it can be measured, said in words; and the order of formulas."""

import re
from ast import literal_eval

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ...tools.kpi_formula import FormulaError, compute, names, order, problem
from .indicator import DEFINITION
from .paths import PathError, final_field

#: Names in formulas that are not indicators.
GIVEN = ("days", "working_days")
NUMBERS = ("integer", "float", "monetary")
DATES = ("date", "datetime")


class Indicator(models.Model):
    _inherit = "crmx.kpi.indicator"

    # === WHAT CAN BE MEASURED === #

    @api.constrains("code")
    def _check_code(self):
        for indicator in self:
            if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", indicator.code or "") or indicator.code in GIVEN:
                raise ValidationError(
                    self.env._(
                        "“%s” cannot be a code: small letters, digits and _, a letter first; not “days” nor "
                        "“working_days”.",
                        indicator.code or "",
                    )
                )

    @api.constrains(*DEFINITION)
    def _check_definition(self):
        for indicator in self:
            if words := indicator._definition_problem():
                raise ValidationError(
                    self.env._("“%(indicator)s”: %(problem)s", indicator=indicator.name, problem=words)
                )

    @api.private
    def _check_rights(self):
        """Whoever sets up an indicator may read what it measures: its figures are shown to others.

        Not a constraint: those are checked with all rights.
        """
        if not self.env.su:
            for indicator in self.filtered(lambda each: each.kind == "aggregate"):
                indicator._check_readable()

    def _check_readable(self):
        model = self.env[self.res_model]
        model.check_access("read")
        try:
            model._search(self._domain())
        except AccessError as error:
            raise ValidationError(self.env._("You may not read what the condition asks for.")) from error
        for path in self._paths().values():
            for step in range(path.count(".") + 1):
                ending, field = final_field(model, ".".join(path.split(".")[: step + 1]))
                ending.check_access("read")
                ending._check_field_access(field, "read")

    @api.private
    def _paths(self):
        """:return: ``{field of ours: path}`` of the paths that are given"""
        given = {
            name: self[name]
            for name in ("date_field", "owner_field", "team_field", "item_field", "company_field")
        }
        if self.measure not in ("count", False):
            given["measure_field"] = self.measure_field
            given["measure_from"] = self.measure_from
        if self.basis == "state":
            given.pop("date_field")
        return {name: path for name, path in given.items() if path}

    @api.private
    def _domain(self):
        """The condition.

        :raise ValueError: one that cannot be read
        """
        try:
            return Domain(literal_eval(self.domain or "[]"))
        except (SyntaxError, TypeError, ValueError, MemoryError, RecursionError) as error:
            raise ValueError(self.domain) from error

    @api.private
    def _definition_problem(self):
        """Say in words why the indicator cannot be measured; "" when it can."""
        if self.kind == "formula":
            return self._formula_problem()
        if not self.res_model:
            return self.env._("Choose the kind of documents.")
        model = self.env.get(self.res_model)
        if model is None or model._abstract or model._transient:
            return self.env._("There are no documents “%s” here: their app is not installed.", self.res_model)
        return self._paths_problem(model) or self._measure_problem(model) or self._domain_problem(model)

    def _domain_problem(self, model):
        try:
            # sudo: whether the condition can be read, by whomever
            self._domain().validate(model.sudo())
        except Exception as error:  # whatever a field's own search says
            return self.env._("The condition cannot be read: %s", error)
        return ""

    def _paths_problem(self, model):
        for path in self._paths().values():
            try:
                final_field(model, path)
            except PathError as error:
                return self._path_words(error)
        checks = (
            ("owner_field", lambda field: field.comodel_name == "res.users"),
            ("team_field", lambda field: field.comodel_name == "crm.team"),
            ("company_field", lambda field: field.comodel_name == "res.company"),
            ("item_field", lambda field: field.type == "many2one"),
            ("date_field", lambda field: field.type in DATES),
        )
        for name, fits in checks:
            path = self._paths().get(name)
            if path and not fits(final_field(model, path)[1]):
                return self.env._(
                    "“%(path)s” is not what is needed as “%(what)s”.",
                    path=path,
                    what=self._fields[name]._description_string(self.env),
                )
        if self.basis != "state" and not self.date_field:
            return self.env._("Choose the date on which a document counts.")
        return ""

    def _measure_problem(self, model):
        if self.measure in ("count", False):
            return "" if self.measure else self.env._("Choose what is measured.")
        if not self.measure_field:
            return self.env._("Choose the field that is measured.")
        kinds = NUMBERS
        if self.measure_from:
            kinds = DATES
        elif self.measure == "distinct":
            return ""
        for path in filter(None, (self.measure_field, self.measure_from)):
            if final_field(model, path)[1].type not in kinds:
                return self.env._("“%s” is no number, and no date with another one to count from.", path)
        if self.basis == "until" and self.measure not in ("count", "sum"):
            return self.env._("Up to the end of the period only numbers and sums can be told.")
        return ""

    def _path_words(self, error):
        if error.code == "missing":
            return self.env._(
                "There is no field “%(name)s” on “%(model)s”.", name=error.name, model=error.model
            )
        if error.code == "many":
            return self.env._(
                "“%(name)s” of “%(model)s” has several values, or none that can be measured.",
                name=error.name,
                model=error.model,
            )
        return self.env._(
            "“%(name)s” of “%(model)s” is computed when it is read, and is not in the database.",
            name=error.name,
            model=error.model,
        )

    # === FORMULAS === #

    def _formula_problem(self):
        code = problem(self.formula or "")
        if code:
            return self._formula_words(code, self.formula or "")
        formulas = {**self._formulas(), self.code: self.formula}
        used = names(self.formula) - {*GIVEN, self.code}
        others = self.with_context(active_test=False).search([("code", "in", list(used))])
        unknown = sorted(used - set(others.mapped("code")))
        if unknown:
            return self.env._("The formula uses “%s”, which is no code of an indicator.", ", ".join(unknown))
        if not names(self.formula) - set(GIVEN):
            return self.env._("The formula uses no indicator.")
        try:
            order(formulas)
            # what runs away by itself does so with any figures
            compute(self.formula, dict.fromkeys(names(self.formula), 1.0))
        except FormulaError as error:
            return self._formula_words(error.code, error.part)
        return ""

    @api.model
    def _formulas(self):
        """:return: ``{code: formula}`` of all formulas that can be read"""
        others = self.with_context(active_test=False).search([("kind", "=", "formula")])
        return {other.code: other.formula for other in others if other.code and not problem(other.formula)}

    @api.private
    def _formula_words(self, code, part):
        return {
            "empty": self.env._("Write the formula."),
            "cycle": self.env._("The formula needs its own result: %s", part),
            "length": self.env._("The formula is too long."),
            "size": self.env._("The formula has too many parts."),
            "nesting": self.env._("The formula is nested too deep."),
            "constant": self.env._("The formula holds something that is no number, or far too large."),
            "magnitude": self.env._("The formula gives a number beyond all measure."),
            "name": self.env._("The formula uses “%s”, which is not measured.", part),
        }.get(code) or self.env._(
            "In a formula there are only codes, numbers, + - * / **, comparisons, “a if b > 0 else c”, "
            "min, max, abs and round."
        )

    @api.private
    def _with_parts(self):
        """Return the indicators and all that their formulas need, in the order to compute them."""
        everything = {each.code: each for each in self.with_context(active_test=False).search([])}
        # what is being typed in comes before what is on record
        everything.update({each.code: each for each in self})
        wanted = queue = self | self.pipeline_id
        while queue:
            codes = set().union(*(names(each.formula) for each in queue if each._is_sound_formula()), ())
            queue = self.browse().concat(*(everything[code] for code in codes if code in everything)) - wanted
            wanted |= queue
        plain = wanted.filtered(lambda each: each.kind == "aggregate")
        formulas = {each.code: each.formula for each in wanted if each.kind == "formula"}
        sound = {code: formula for code, formula in formulas.items() if not problem(formula)}
        broken = [everything[code] for code in formulas.keys() - sound.keys()]
        return plain, [*broken, *(everything[code] for code in _in_order(sound))]

    def _is_sound_formula(self):
        return self.kind == "formula" and not problem(self.formula)

    @api.private
    def _formula_codes(self):
        return names(self.formula) - set(GIVEN)


def _in_order(formulas):
    """The codes of formulas, each after those that it needs; as they come when they go in a circle."""
    try:
        return order(formulas)
    except FormulaError:
        return list(formulas)
