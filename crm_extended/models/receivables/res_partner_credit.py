from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ...tools.credit import GRADES, PARTS, Exposure, Standing, risk_grade
from .credit_habits import Habits
from .credit_limit import SCOPES

SUMMARY = "crm_extended.group_debt_summary"


def _amount(string, compute="_compute_crmx_credit", currency="crmx_currency_id", **options):
    return fields.Monetary(string=string, compute=compute, currency_field=currency, groups=SUMMARY, **options)


class ResPartner(models.Model):
    _inherit = "res.partner"

    crmx_exposure_total = _amount(
        "Exposure",
        help="What the customer owes and will owe for what is under way, in the active company and its "
        "branches, at today's rates.",
    )
    crmx_exposure_posted = _amount("Open items", help="Less unallocated payments and credit notes.")
    crmx_exposure_disputed = _amount("Disputed")
    crmx_exposure_in_transit = _amount("Payments in transit")
    crmx_exposure_drafts = _amount("Draft invoices")
    crmx_exposure_orders = _amount("Ordered, neither delivered nor invoiced")
    crmx_exposure_delivered = _amount("Delivered, not invoiced")
    crmx_credit_limit = _amount("Limit", help="The tightest of those that hold, at today's rate.")
    crmx_credit_free = _amount("Free Limit", help="What may still come. Below zero: so much too much.")
    crmx_credit_scope = fields.Selection(
        SCOPES, string="Limit of", compute="_compute_crmx_credit", groups=SUMMARY
    )
    crmx_limit_currency_id = fields.Many2one(
        "res.currency", string="Currency of the limit", compute="_compute_crmx_credit", groups=SUMMARY
    )
    crmx_limit_own = _amount("In its own currency", currency="crmx_limit_currency_id")
    crmx_exposure_own = _amount("Exposure in that currency", currency="crmx_limit_currency_id")
    crmx_oldest_due = fields.Date(string="Oldest Overdue", compute="_compute_crmx_credit", groups=SUMMARY)
    crmx_risk_grade = fields.Selection(
        [(grade, grade) for grade, _most in GRADES],
        string="Risk Grade",
        compute="_compute_crmx_habits",
        groups=SUMMARY,
        help="A: pays in time. B, C, D: up to 15, 30 and 60 days late, on average over 12 months or with the "
        "oldest debt now. E: later, or blocked. One grade lower after a broken promise.",
    )
    crmx_last_payment_date = fields.Date(
        string="Last Payment", compute="_compute_crmx_habits", groups=SUMMARY
    )
    crmx_last_payment = _amount("Amount of the last payment", "_compute_crmx_habits")
    crmx_days_late = fields.Float(
        string="Average Days Late",
        compute="_compute_crmx_habits",
        digits=(16, 1),
        groups=SUMMARY,
        help="Of payments in the last 12 months, weighted with their amounts.",
    )
    crmx_credit_summary = fields.Text(string="Credit", compute="_compute_crmx_credit_summary", groups=SUMMARY)

    @api.depends_context("uid", "company")
    def _compute_crmx_credit(self):
        company = self.env.company
        commercial = self.commercial_partner_id._origin if company.crmx_use_receivables else self.browse()
        standings = (
            self.env["crmx.credit.standing"]._read_standings(commercial, company) if commercial else {}
        )
        for partner in self:
            standing = standings.get(partner.commercial_partner_id._origin, Standing())
            for part in PARTS:
                partner[f"crmx_exposure_{part}"] = getattr(standing.exposure, part)
            partner.crmx_exposure_total = standing.exposure.total
            partner.crmx_oldest_due = standing.exposure.oldest
            partner._set_crmx_limit(standing)

    def _set_crmx_limit(self, standing):
        limit, exposure = standing.tightest() or (None, Exposure())
        own = limit.ref.currency_id if limit and limit.ref else self.env.company.currency_id
        self.crmx_credit_limit = limit.company_amount if limit else 0.0
        self.crmx_credit_free = standing.free or 0.0
        self.crmx_credit_scope = limit.scope if limit else False
        self.crmx_limit_currency_id = own
        self.crmx_limit_own = limit.amount if limit else 0.0
        self.crmx_exposure_own = exposure.total * (limit.rate or 0.0) if limit else 0.0

    @api.depends_context("uid", "company")
    def _compute_crmx_habits(self):
        company, today = self.env.company, fields.Date.context_today(self)
        commercial = self.commercial_partner_id._origin if company.crmx_use_receivables else self.browse()
        # sudo: totals of customers that the user reads
        habits = self.env["crmx.credit.habits"].sudo()._read_habits(commercial, company)
        broken = self._crmx_broken_counts(commercial, today)
        root = company.sudo().root_id  # sudo: which company a branch belongs to
        files = (
            self.env["crmx.credit.file"]
            .sudo()  # sudo: as above
            .search(
                [
                    ("partner_id", "in", commercial.ids),
                    ("company_id", "=", root.id),
                    ("is_blocked", "=", True),
                ]
            )
        )
        blocked = files.filtered(lambda file: file._is_blocked_on(today)).partner_id
        for partner in self:
            debtor = partner.commercial_partner_id._origin
            habit = habits.get(debtor.id, Habits())
            oldest = partner.crmx_oldest_due
            partner.crmx_last_payment_date = habit.last_date
            partner.crmx_last_payment = habit.last_amount
            partner.crmx_days_late = habit.average or 0.0
            partner.crmx_risk_grade = risk_grade(
                habit.average,
                (today - oldest).days if oldest else 0,
                broken.get(debtor, 0),
                debtor in blocked,
            )

    @api.model
    def _crmx_broken_counts(self, commercial, today):
        groups = (
            self.env["crmx.promise"]
            .sudo()  # sudo: counts of customers that the user reads
            ._read_group(
                [
                    ("commercial_partner_id", "in", commercial.ids),
                    ("company_id", "in", self.env.company._crmx_tree_ids()),
                    ("state", "in", ("partly", "broken")),
                    ("date_judged", ">=", today - relativedelta(years=1)),
                ],
                ["commercial_partner_id"],
                ["__count"],
            )
        )
        counts = dict(groups)
        plans = self.env["crmx.instalment.plan"].sudo()  # sudo: as above
        for debtor, days in plans._defaulted(commercial, self.env.company, today - relativedelta(years=1)):
            counts[debtor] = counts.get(debtor, 0) + len(days)
        return counts

    @api.depends_context("uid", "company", "lang")
    def _compute_crmx_credit_summary(self):
        for partner in self:
            partner.crmx_credit_summary = " · ".join(partner._crmx_credit_words())

    def _crmx_credit_words(self):
        """Return what sales people read, in words and figures."""
        money, day = self.crmx_currency_id.format, self.env["ir.qweb.field.date"].value_to_html
        words = [self.env._("Owes %(amount)s", amount=money(self.crmx_receivable_total))]
        if self.crmx_receivable_overdue:
            words.append(self.env._("overdue %(amount)s", amount=money(self.crmx_receivable_overdue)))
        if self.crmx_oldest_due:
            words.append(self.env._("oldest due on %(date)s", date=day(self.crmx_oldest_due, {})))
        if self.crmx_credit_scope:
            words.append(self.env._("limit %(amount)s", amount=money(self.crmx_credit_limit)))
            words.append(self.env._("free %(amount)s", amount=money(self.crmx_credit_free)))
        if self.crmx_risk_grade:
            words.append(self.env._("risk grade %(grade)s", grade=self.crmx_risk_grade))
        if self.crmx_last_payment_date:
            values = {
                "amount": money(self.crmx_last_payment),
                "date": day(self.crmx_last_payment_date, {}),
                "days": self.env["ir.qweb.field.float"].value_to_html(self.crmx_days_late, {"precision": 1}),
            }
            words.append(self.env._("last payment %(amount)s on %(date)s", **values))
            words.append(self.env._("%(days)s days late on average over 12 months", **values))
        if self.crmx_promise_kept_count or self.crmx_promise_broken_count:
            words.append(
                self.env._(
                    "promises kept %(kept)s, broken %(broken)s",
                    kept=self.crmx_promise_kept_count,
                    broken=self.crmx_promise_broken_count,
                )
            )
        return words

    def action_crmx_open_credit_file(self):
        """Open the customer's credit file of the active company."""
        self.ensure_one()
        company = self.env.company.root_id
        file = self.env["crmx.credit.file"].search(
            [("partner_id", "=", self.commercial_partner_id.id), ("company_id", "=", company.id)]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit File"),
            "res_model": "crmx.credit.file",
            "res_id": file.id,
            "view_mode": "form",
            "context": {
                "default_partner_id": self.commercial_partner_id.id,
                "default_company_id": company.id,
            },
        }

    def action_crmx_open_limits(self):
        """List the customer's own limits, of all times."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_credit_limit_action")
        return {
            **action,
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {"default_partner_id": self.commercial_partner_id.id},
        }

    def action_crmx_open_holds(self):
        """List the customer's orders and deliveries that are or were on hold."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_credit_hold_action")
        return {
            **action,
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {"create": False},
        }
