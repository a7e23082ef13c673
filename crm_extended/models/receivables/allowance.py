from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...tools.collection import round_to
from ..common.plain_fields import PlainMany2one

#: Set by what happens to the valuation, and by valuing, alone.
HAPPENED = {"move_id", "reversal_id", "receivable", "amount", "booked", "difference"}


class Allowance(models.Model):
    """What is set aside for doubtful debts at the end of a period, by customer and age.

    What stands on the allowance account is adjusted to it: up or down, by the difference alone, or in full
    and taken back on the next day.
    """

    _name = "crmx.allowance"
    _description = "Allowance for Doubtful Debts"
    _inherit = ["crmx.document", "mail.thread", "mail.activity.mixin"]
    _order = "date DESC, id DESC"
    _check_company_auto = True
    _happened = HAPPENED

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    method_id = fields.Many2one(
        "crmx.allowance.method",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        compute="_compute_method_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    date = fields.Date(
        required=True,
        tracking=True,
        default=lambda self: fields.Date.end_of(
            fields.Date.subtract(fields.Date.context_today(self), months=1), "month"
        ),
        help="The last day of the period: debts are as old as they were then, and the entry has this date.",
    )
    line_ids = fields.One2many("crmx.allowance.line", "allowance_id", string="Valuation", copy=False)
    receivable = fields.Monetary(string="Receivables", readonly=True, copy=False)
    amount = fields.Monetary(string="Allowance", readonly=True, copy=False, tracking=True)
    booked = fields.Monetary(
        string="Set Aside before",
        readonly=True,
        copy=False,
        help="What stood on the allowance account on that day, from posted entries.",
    )
    difference = fields.Monetary(
        string="To Book",
        compute="_compute_difference",
        store=True,
        help="The allowance less what was set aside before.",
    )
    drafts = fields.Monetary(
        string="In Drafts",
        compute="_compute_drafts",
        help="Draft entries on the allowance account up to that day: they do not count.",
    )
    state = fields.Selection(
        [("draft", "Valuation"), ("posted", "Posted"), ("cancelled", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    move_id = PlainMany2one("account.move", string="Entry", readonly=True, copy=False, index="btree_not_null")
    reversal_id = PlainMany2one("account.move", readonly=True, copy=False, index="btree_not_null")

    _posted_uniq = models.UniqueIndex(
        "(method_id, date) WHERE state = 'posted'", "The allowance of that day is posted already."
    )

    @api.depends("company_id")
    def _compute_method_id(self):
        for allowance in self:
            company = allowance.company_id or self.env.company
            if allowance.method_id.company_id != company:
                allowance.method_id = self.env["crmx.allowance.method"].search(
                    [("company_id", "=", company.id)], limit=1
                )

    @api.depends("amount", "booked")
    def _compute_difference(self):
        for allowance in self:
            allowance.difference = allowance.amount - allowance.booked

    @api.depends("method_id", "date", "state")
    def _compute_drafts(self):
        for allowance in self:
            balances = allowance._balances("draft") if allowance.state == "draft" else {}
            allowance.drafts = sum(balances.values())

    @api.depends("name", "date")
    def _compute_display_name(self):
        for allowance in self:
            parts = [allowance.name or self.env._("New valuation"), str(allowance.date or "")]
            allowance.display_name = " ".join(part for part in parts if part)

    def write(self, vals):
        fixed = {"company_id", "method_id", "date"} & vals.keys()
        if fixed and not self.env.su and self.filtered(lambda allowance: allowance.state != "draft"):
            raise UserError(self.env._("It is no valuation any more: cancel it, and make another."))
        return super().write(vals)

    # === VALUING === #

    def action_value(self):
        """Value the debts of that day anew."""
        for allowance in self:
            allowance._lock("draft")
            rows = allowance._values()
            # sudo: what follows from the ledger and the method, on a valuation that the user may change
            allowance.sudo().write(
                {
                    "line_ids": [Command.clear(), *(Command.create(row) for row in rows)],
                    "receivable": sum(row["gross"] for row in rows),
                    "amount": sum(row["amount"] for row in rows),
                    "booked": sum(allowance._balances("posted").values()),
                }
            )
            allowance._compute_drafts()

    @api.private
    def _values(self):
        """Return the values of lines: the debts of the day by customer and age."""
        self.ensure_one()
        method = self.method_id
        if not method:
            raise UserError(self.env._("Make a method of allowance first, under Configuration."))
        percents = method._percents(self.date)
        labels = method._labels()
        rounding = self.currency_id.rounding
        rows = []
        for partner_id, bucket, assessment_id, single, gross in method._exposures(self.date):
            percent = 0.0 if bucket is None else percents[bucket] if single is None else single
            rows.append(
                {
                    "partner_id": partner_id,
                    "bucket": 99 if bucket is None else bucket,
                    "label": self.env._("In credit") if bucket is None else labels[bucket],
                    "assessment_id": assessment_id,
                    "gross": round_to(gross, rounding),
                    "percent": percent,
                    "amount": round_to(gross * percent / 100, rounding),
                }
            )
        return rows

    @api.private
    def _balances(self, state):
        """Return {partner: what stands on the allowance account up to the day}, as a positive amount."""
        self.ensure_one()
        account = self.method_id.account_id
        if not account or not self.date:
            return {}
        # sudo: the balance of the allowance account of a valuation that the user reads
        items = self.env["account.move.line"].sudo()
        groups = items._read_group(
            [
                ("account_id", "=", account.id),
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", state),
                ("date", "<=", self.date),
            ],
            ["partner_id"],
            ["balance:sum"],
        )
        return {partner: -balance for partner, balance in groups}

    # === ACTIONS === #

    def action_print(self):
        """Print the valuation."""
        return self.env.ref("crm_extended.crmx_allowance_action_report").report_action(self, config=False)

    def action_open_entries(self):
        """List the entry and what reversed it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", (self.move_id | self.reversal_id).ids)],
        }

    def action_open_lines(self):
        """Analyse the valuation."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "crmx.allowance.line",
            "view_mode": "pivot,list",
            "domain": [("allowance_id", "=", self.id)],
        }

    @api.private
    def document(self):
        """Return what the valuation says by age: (label, receivables, allowance)."""
        self.ensure_one()
        return [
            (lines[0].label, sum(lines.mapped("gross")), sum(lines.mapped("amount")))
            for _bucket, lines in sorted(self.line_ids.grouped("bucket").items())
        ]
