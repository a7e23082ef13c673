from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.kpi_formula import names
from .paths import PathError

#: What says which figure it is.
DEFINITION = frozenset(
    (
        *("kind", "res_model", "domain", "measure", "measure_field", "measure_from", "basis", "date_field"),
        *("owner_field", "team_field", "item_field", "company_field", "formula", "code"),
    )
)


class Indicator(models.Model):
    """A figure that is read from documents, set up without code; or computed from other figures.

    It is a model, a condition, a measure, the date and the owner of a document; or a formula over other
    indicators. Amounts are in the company's currency, at the rates of the documents' dates.
    """

    _name = "crmx.kpi.indicator"
    _description = "Indicator"
    _inherit = ["mail.thread"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(
        required=True,
        copy=False,
        tracking=True,
        help="How formulas call it: small letters, digits and _.",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    category = fields.Selection(
        [
            ("sales", "Sales"),
            ("invoicing", "Invoicing and margin"),
            ("collection", "Collection"),
            ("pipeline", "Opportunities"),
            ("contact", "Contacts with customers"),
            ("purchase", "Purchases"),
            ("stock", "Stock and delivery"),
            ("fleet", "Fleet"),
            ("people", "People"),
        ],
        default="sales",
        required=True,
    )
    description = fields.Text(string="Definition", translate=True, help="What is counted, in a sentence.")
    hint = fields.Text(string="How to Move It", translate=True, help="What one does to make it better.")
    kind = fields.Selection(
        [("aggregate", "Documents"), ("formula", "Formula")],
        string="Read From",
        default="aggregate",
        required=True,
        tracking=True,
    )

    res_model = fields.Selection(
        selection="_selection_res_model", string="Kind of Document", tracking=True, index=True
    )
    domain = fields.Char(string="Condition", default="[]", tracking=True, help="Which of them count.")
    measure = fields.Selection(
        [
            ("count", "Number of documents"),
            ("distinct", "Number of different values"),
            ("sum", "Sum"),
            ("average", "Average"),
            ("minimum", "Smallest"),
            ("maximum", "Largest"),
            ("median", "Median"),
            ("within", "Share up to a limit"),
        ],
        default="count",
        tracking=True,
    )
    measure_field = fields.Char(string="Of", tracking=True, help="The field that is measured.")
    measure_from = fields.Char(
        string="Since",
        tracking=True,
        help="Of two dates, the earlier: then the days between the two are measured.",
    )
    limit = fields.Float(string="Up to", tracking=True, help="The share of values that are not above this.")
    factor = fields.Float(
        string="Times", default=1.0, tracking=True, help="-1 turns the sign, 100 makes per cent of a share."
    )
    basis = fields.Selection(
        [
            ("within", "Documents of the period"),
            ("until", "All up to the end of the period"),
            ("state", "As it is on the day"),
        ],
        string="Counts",
        default="within",
        tracking=True,
        help="As it is on the day: what has no history is measured while the period runs, and then kept.",
    )
    date_field = fields.Char(string="Date", tracking=True, help="The day on which a document counts.")
    owner_field = fields.Char(string="Owner", tracking=True, help="Whose figure it is: a user.")
    team_field = fields.Char(
        string="Team",
        tracking=True,
        help="The sales team of the document. Without it, all counts for the team that the owner is in "
        "when it is measured.",
    )
    item_field = fields.Char(
        string="Also by",
        tracking=True,
        help="What it is told by besides people: product, country, campaign, vehicle.",
    )
    company_field = fields.Char(
        string="Company",
        default="company_id",
        tracking=True,
        help="Documents without a company count in that of their owner.",
    )
    formula = fields.Char(
        tracking=True,
        help="Over the codes of other indicators, such as: won / (won + lost) * 100. Also: days and "
        "working_days of the period (so far, while it runs); min, max, abs, round; a if b > 0 else c.",
    )
    unit = fields.Selection(
        [
            ("number", "Number"),
            ("money", "Amount"),
            ("percent", "Per cent"),
            ("days", "Days"),
            ("hours", "Hours"),
        ],
        default="number",
        required=True,
    )
    direction = fields.Selection(
        [("more", "More is better"), ("less", "Less is better"), ("band", "Within a band")],
        default="more",
        required=True,
        tracking=True,
    )
    is_measured = fields.Boolean(
        string="Measured",
        default=True,
        tracking=True,
        help="Measured every night for every owner, team and department. What a formula needs is measured "
        "along.",
    )
    rule_text = fields.Char(string="How It Is Computed", compute="_compute_rule_text")
    problem = fields.Text(readonly=True, copy=False, help="Why it could not be measured last time.")

    _code_uniq = models.UniqueIndex("(code)", "Another indicator has this code.")

    @api.model
    def _selection_res_model(self):
        """Kinds of documents; those that the user may read, unless the server asks."""
        # sudo: the names of the kinds of documents
        known = self.env["ir.model"].sudo().search_fetch([("transient", "=", False)], ["model", "name"])
        return sorted(
            (
                (each.model, each.name)
                for each in known
                if each.model in self.env
                and not self.env[each.model]._abstract
                and self.env[each.model].has_access("read")
            ),
            key=lambda pair: pair[1].lower(),
        )

    @api.onchange("res_model")
    def _onchange_res_model(self):
        """Propose what most documents have; what was chosen for another model means nothing here."""
        if not self.res_model or self.res_model not in self.env:
            return
        model = self.env[self.res_model]
        known = model._fields
        self.domain = "[]"
        self.measure_field = self.measure_from = self.item_field = False
        self.date_field = _first(known, "invoice_date", "date_order", "date", "date_done", "create_date")
        self.owner_field = _first(known, "invoice_user_id", "user_id")
        self.team_field = _first(known, "team_id") if "team_id" in known else False
        self.company_field = _first(known, "company_id")

    @api.depends(
        "kind", "formula", "measure", "measure_field", "measure_from", "res_model", "limit", "factor"
    )
    def _compute_rule_text(self):
        for indicator in self:
            indicator.rule_text = indicator._rule_words()

    def _rule_words(self):
        if self.kind == "formula":
            return self.formula or ""
        if not self.res_model or self.res_model not in self.env:
            return ""
        words = [dict(self._fields["measure"]._description_selection(self.env)).get(self.measure, "")]
        try:
            if self.measure_field:
                words.append(self._path_label(self.measure_field))
            if self.measure_from:
                words.append(self.env._("since %s", self._path_label(self.measure_from)))
        except PathError:
            return ""
        if self.measure == "within":
            words.append(self.env._("up to %s", f"{self.limit:g}"))
        if self.factor not in (1, 0):
            words.append(f"× {self.factor:g}")
        # sudo: the name of a kind of documents
        return f"{self.env['ir.model'].sudo()._get(self.res_model).name}: {' '.join(words)}"

    def _path_label(self, path):
        labels, model = [], self.env[self.res_model]
        for name in path.split("."):
            if name not in model._fields:
                raise PathError("missing", name, model._name)
            field = model._fields[name]
            labels.append(field._description_string(self.env))
            if field.relational:
                model = self.env[field.comodel_name]
        return " / ".join(labels)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            model = self.env.get(vals.get("res_model"))
            if model is not None and "company_id" not in model._fields:
                # the form does not show it, and the default is nothing that there is
                vals.setdefault("company_field", False)
        indicators = super().create(vals_list)
        indicators._check_rights()
        return indicators

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & DEFINITION:
            self._check_rights()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        using = {
            needed: code for code, formula in self._formulas().items() for needed in names(formula) - {code}
        }
        own = set(self.mapped("code"))
        for indicator in self:
            if indicator.code in using and using[indicator.code] not in own:
                raise ValidationError(
                    self.env._(
                        "“%(indicator)s” is needed by the formula of “%(other)s”.",
                        indicator=indicator.name,
                        other=using[indicator.code],
                    )
                )


def _first(known, *wanted):
    return next((name for name in wanted if name in known), False)
