from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

#: Partners that the list of recommendations looks at, and lines that it shows.
MAX_PARTNERS = 1000
MAX_LINES = 80


class RecommendationReason(models.Model):
    _name = "crmx.recommendation.reason"
    _description = "Reason to dismiss a recommendation"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)


class Recommendation(models.Model):
    """What became of a recommendation; one row when somebody accepts or dismisses it."""

    _name = "crmx.recommendation"
    _description = "Outcome of a recommended action"
    _order = "date DESC, id DESC"
    _rec_name = "rule_id"

    rule_id = fields.Many2one(
        "crmx.recommendation.rule",
        string="Recommendation",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one("res.partner", required=True, readonly=True, index=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    outcome = fields.Selection(
        [("accepted", "Accepted"), ("dismissed", "Dismissed")], required=True, readonly=True
    )
    acceptance = fields.Float(
        string="Acceptance (%)",
        compute="_compute_acceptance",
        store=True,
        aggregator="avg",
        help="Share of those accepted.",
    )
    reason = fields.Char(string="Was Recommended Because", readonly=True)
    dismiss_reason_id = fields.Many2one(
        "crmx.recommendation.reason", string="Dismissed Because", readonly=True, ondelete="restrict"
    )
    rest_until = fields.Date(string="Not Again Before", readonly=True)

    @api.depends("outcome")
    def _compute_acceptance(self):
        for recommendation in self:
            recommendation.acceptance = 100.0 if recommendation.outcome == "accepted" else 0.0

    # -- reading ----------------------------------------------------------

    @api.model
    @api.private
    def _resting(self, partners):
        """:return: ``{(rule id, partner id)}`` that nobody is to see now"""
        # sudo: whether a colleague dealt with it, nothing of what he made of it
        rows = self.sudo()._read_group(
            Domain("partner_id", "in", partners.ids)
            & Domain("company_id", "=", self.env.company.id)
            & Domain("rest_until", ">", fields.Date.context_today(self)),
            ["rule_id", "partner_id"],
        )
        return {(rule.id, partner.id) for rule, partner in rows}

    @api.model
    @api.readonly
    def get_list(self, mine=True):
        """What is recommended for customers and suppliers, most important first.

        :param bool mine: only partners whose salesperson the reader is
        :return: ``{"lines", "reasons", "cut"}``; ``cut`` when there are more partners than it looks at
        :raise AccessError: for those who do not use interactions
        """
        self.check_access("read")
        self = self.with_context(allowed_company_ids=self.env.company.ids)
        domain = Domain("parent_id", "=", False) & (
            Domain("customer_rank", ">", 0) | Domain("supplier_rank", ">", 0) | Domain("user_id", "!=", False)
        )
        if mine:
            domain &= Domain("user_id", "=", self.env.uid)
        partners = self.env["res.partner"].search(domain, limit=MAX_PARTNERS + 1)
        lines = self.env["crmx.recommendation.rule"]._recommend(partners[:MAX_PARTNERS])
        return {
            "lines": lines[:MAX_LINES],
            "reasons": self._dismiss_reasons(),
            "cut": len(partners) > MAX_PARTNERS or len(lines) > MAX_LINES,
        }

    @api.model
    @api.private
    def _dismiss_reasons(self):
        return self.env["crmx.recommendation.reason"].search_read([("active", "=", True)], ["name"])

    # -- answering --------------------------------------------------------

    @api.model
    def accept(self, rule_id, partner_id):
        """Do what is recommended.

        :return: action to open, or ``{"done": what was done}``
        :raise UserError: when it is not recommended any more
        """
        rule, partner, figures = self._recommended(rule_id, partner_id)
        result = getattr(self, f"_do_{rule.action}")(rule, partner, figures)
        self._record(rule, partner, figures, outcome="accepted")
        return result

    @api.model
    def dismiss(self, rule_id, partner_id, reason_id=None):
        """Leave it, for the days of the rule.

        :raise UserError: when it is not recommended any more
        """
        rule, partner, figures = self._recommended(rule_id, partner_id)
        reason = self.env["crmx.recommendation.reason"].browse(int(reason_id or 0)).exists()
        self._record(rule, partner, figures, outcome="dismissed", dismiss_reason_id=reason.id)
        return True

    @api.model
    @api.private
    def _recommended(self, rule_id, partner_id):
        """Look again, under the reader's rights: he may answer what he is shown, nothing else."""
        self.check_access("read")
        rule = self.env["crmx.recommendation.rule"].browse(int(rule_id)).exists()
        partner = self.env["res.partner"].browse(int(partner_id)).exists()
        if not rule.active or not partner:
            raise UserError(self.env._("This is not recommended any more."))
        (rule + self.env["crmx.recommendation.rule"]).check_access("read")
        partner.check_access("read")
        if rule.company_id and rule.company_id != self.env.company:
            raise AccessError(self.env._("This is recommended in another company."))
        figures = rule._evaluate(partner).get(partner.id)
        if figures is None or (rule.id, partner.id) in self._resting(partner):
            raise UserError(self.env._("This is not recommended any more."))
        return rule, partner, figures

    @api.model
    @api.private
    def _record(self, rule, partner, figures, **values):
        today = fields.Date.context_today(self)
        # sudo: outcomes are written here alone, after the right to see the recommendation was checked
        return self.sudo().create(
            {
                "rule_id": rule.id,
                "partner_id": partner.id,
                "user_id": self.env.uid,
                "company_id": self.env.company.id,
                "reason": rule._reason(figures),
                "rest_until": today + timedelta(days=rule.rest_days),
                **values,
            }
        )

    # -- actions ----------------------------------------------------------

    @api.model
    @api.private
    def _do_activity(self, rule, partner, figures):
        kind = rule.activity_type_id or self.env.ref("mail.mail_activity_data_todo")
        deadline = fields.Date.context_today(self) + timedelta(days=rule.activity_days)
        partner.activity_schedule(
            activity_type_id=kind.id,
            date_deadline=deadline,
            summary=rule.name,
            note=rule._reason(figures),
            user_id=self.env.uid,
        )
        return {"done": self.env._("Planned: %(what)s", what=rule.name)}

    @api.model
    @api.private
    def _do_call(self, rule, partner, figures):
        context = self.env["crmx.interaction"].get_log_context("res.partner", partner.id)
        kind = self.env.ref("crm_extended.crmx_interaction_type_call", raise_if_not_found=False)
        if kind:
            context["default_type_id"] = kind.id
        return self._form("crmx.interaction", {**context, "default_name": rule.name}, target="new")

    @api.model
    @api.private
    def _do_meeting(self, rule, partner, figures):
        day = fields.Date.context_today(self) + timedelta(days=max(1, rule.activity_days))
        context = {
            "default_name": self.env._("%(what)s: %(partner)s", what=rule.name, partner=partner.name),
            "default_partner_ids": (partner | self.env.user.partner_id).ids,
            "default_start": fields.Datetime.to_string(datetime.combine(day, time(9))),
            "default_description": rule._reason(figures),
        }
        return self._form("calendar.event", context)

    @api.model
    @api.private
    def _do_offer(self, rule, partner, figures):
        self.env["sale.order"].check_access("create")
        return self._form("sale.order", {"default_partner_id": partner.id})

    @api.model
    @api.private
    def _do_list(self, rule, partner, figures):
        signal = self.env["crmx.recommendation.signal"]._signal(rule.signal)
        action = {
            "type": "ir.actions.act_window",
            "name": f"{rule.name}: {partner.display_name}",
            "res_model": signal._signal_model or "res.partner",
        }
        if not signal._signal_model:
            return {**action, "res_id": partner.id, "views": [[False, "form"]]}
        views = [[False, "list"], [False, "form"]]
        if not self.env[signal._signal_model]._auto:
            views = [[False, "pivot"], [False, "graph"]]
        return {**action, "domain": list(signal._records_domain(rule, partner)), "views": views}

    @api.model
    @api.private
    def _form(self, model_name, context, target="current"):
        return {
            "type": "ir.actions.act_window",
            "res_model": model_name,
            "views": [[False, "form"]],
            "context": context,
            "target": target,
        }
