import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.kpi_bonus import compute
from ..common.plain_fields import PlainMany2one

#: What accountants change by hand; the rest follows from the scheme, the figures and the buttons.
BY_HAND = {"date", "note", "message_follower_ids", "message_ids", "activity_ids"}


class BonusAccrual(models.Model):
    """What somebody is paid for a period, and what it was computed from: kept, so that it can be done again.

    A draft is computed anew every night. When the period is closed it is approved, posted and paid. Later
    changes make a correction in the next period.
    """

    _name = "crmx.bonus.accrual"
    _description = "Bonus"
    _inherit = ["crmx.document", "mail.thread", "mail.activity.mixin"]
    _order = "date_from DESC, scheme_id, employee_id, id"
    _check_company_auto = True
    _rec_names_search = ["name", "employee_id"]
    _happened = {
        "move_id", "reversal_id", "amount", "inputs", "date_approved", "approved_by_id", "date_paid",
        "date_exported", "prepared_by_id",
    }  # fmt: skip

    kind = fields.Selection(
        [("ordinary", "Bonus"), ("correction", "Correction")],
        default="ordinary",
        required=True,
        readonly=True,
    )
    scheme_id = fields.Many2one(
        "crmx.bonus.scheme", required=True, readonly=True, ondelete="restrict", index=True
    )
    employee_id = fields.Many2one(
        "hr.employee", required=True, readonly=True, ondelete="restrict", index=True, check_company=True
    )
    user_id = fields.Many2one("res.users", readonly=True, ondelete="restrict", index="btree_not_null")
    department_id = fields.Many2one(
        "hr.department", readonly=True, ondelete="set null", index="btree_not_null"
    )
    period_id = fields.Many2one(
        "crmx.kpi.period", required=True, readonly=True, ondelete="restrict", index=True
    )
    date_from = fields.Date(related="period_id.date_from", store=True)
    period_state = fields.Selection(related="period_id.state", string="State of the Period")
    origin_id = fields.Many2one(
        "crmx.bonus.accrual",
        string="Corrects",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    correction_ids = fields.One2many("crmx.bonus.accrual", "origin_id", string="Corrections")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(readonly=True, tracking=True)
    base = fields.Monetary(readonly=True, aggregator=None, help="What is multiplied by the score.")
    factor_text = fields.Char(string="Times", compute="_compute_texts")
    days_text = fields.Char(
        string="Working Days",
        compute="_compute_texts",
        help="On which the person took part, of those of the period.",
    )
    limit_text = fields.Char(string="Limit", compute="_compute_texts")
    inputs = fields.Text(
        readonly=True,
        groups="crm_extended.group_kpi_manager,account.group_account_user,account.group_account_manager",
        help="All that it was computed from, as JSON, with the version of the rules.",
    )
    date = fields.Date(string="Entry Date", tracking=True, help="Of the entry. Empty: the period's last day.")
    note = fields.Text()
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approved", "Approved"),
            ("posted", "Posted"),
            ("paid", "Paid"),
            ("reversed", "Reversed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    prepared_by_id = fields.Many2one("res.users", string="Computed by", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", string="Approved by", readonly=True, copy=False)
    date_approved = fields.Datetime(string="Approved on", readonly=True, copy=False)
    date_paid = fields.Date(string="Paid on", readonly=True, copy=False)
    date_exported = fields.Datetime(string="Given to Payroll on", readonly=True, copy=False)
    move_id = PlainMany2one("account.move", string="Entry", readonly=True, copy=False, index="btree_not_null")
    reversal_id = PlainMany2one("account.move", readonly=True, copy=False, index="btree_not_null")

    _ordinary_uniq = models.UniqueIndex(
        "(employee_id, scheme_id, period_id) WHERE kind = 'ordinary' AND state != 'reversed'",
        "This person has a bonus of this scheme and period already.",
    )
    _correction_uniq = models.UniqueIndex(
        "(origin_id, period_id) WHERE kind = 'correction' AND state != 'reversed'",
        "This bonus is corrected in this period already.",
    )

    @api.depends("name", "employee_id", "period_id", "kind")
    def _compute_display_name(self):
        # sudo: only names
        for accrual in self.sudo():
            parts = [
                accrual.name or self.env._("New bonus"),
                accrual.employee_id.name,
                accrual.period_id.name,
            ]
            accrual.display_name = " ".join(part for part in parts if part)

    @api.depends("amount", "base")
    def _compute_texts(self):
        # sudo: of bonuses that the reader may see, and nothing of other persons
        for accrual in self.sudo():
            inputs = accrual._inputs()
            if not inputs or accrual.kind == "correction":
                accrual.factor_text = accrual.days_text = accrual.limit_text = ""
                continue
            found = compute(inputs)
            accrual.factor_text = f"{found.factor * 100:.1f} %"
            accrual.days_text = self.env._("%(days)s of %(all)s", days=inputs["days"], all=inputs["of_days"])
            accrual.limit_text = {
                "guarantee": self.env._("At least"),
                "ceiling": self.env._("No more than"),
                "zero": self.env._("Not below zero"),
            }.get(found.limit, "")

    @api.private
    def _inputs(self):
        self.ensure_one()
        return json.loads(self.inputs) if self.inputs else {}

    def write(self, vals):
        if not self.env.su and vals.keys() - BY_HAND - self._happened - {"name", "state"}:
            raise UserError(
                self.env._("A bonus follows from its scheme and the figures; it is not typed in.")
            )
        if "date" in vals and not self.env.su and set(self.mapped("state")) & {"posted", "paid", "reversed"}:
            raise UserError(self.env._("It is in the books already: its date stays."))
        return super().write(vals)

    # === REPLAY === #

    @api.private
    def _replayed(self):
        """Return the amount that follows from what was kept, by the rules of that time."""
        inputs = self._inputs()
        if self.kind == "correction":
            return self._replayed_correction(inputs)
        return compute(inputs).amount

    def action_replay(self):
        """Compute bonuses again from what was kept with them, and say whether they are the same."""
        self.check_access("read")
        different = [
            accrual.display_name
            # sudo: of bonuses that the reader may see; nothing of it is told but whether it fits
            for accrual in self.sudo()
            if accrual.currency_id.compare_amounts(accrual._replayed(), accrual.amount)
        ]
        if different:
            message = self.env._("These are not what follows from what was kept: %s.", ", ".join(different))
        else:
            message = self.env._("Computed again from what was kept: equal.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if different else "success",
                "sticky": bool(different),
                "message": message,
            },
        }

    # === ACTIONS === #

    def action_print(self):
        """Print the statement for the person."""
        return self.env.ref("crm_extended.crmx_bonus_accrual_report").report_action(self, config=False)

    def action_open_entries(self):
        """List the entry and its reversal."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", (self.move_id | self.reversal_id).ids)],
        }

    @api.private
    def _log(self, kind):
        self.env["crmx.kpi.log"]._append(
            {
                "kind": kind,
                "record": accrual,
                "company": accrual.company_id.root_id,
                "data": {
                    "scheme": accrual.scheme_id.name,
                    "employee": accrual.employee_id.name,
                    "period": accrual.period_id.name,
                    "amount": accrual.amount,
                    "currency": accrual.currency_id.name,
                    "computed_by": accrual.prepared_by_id.name or "",
                    "approved_by": accrual.approved_by_id.name or "",
                    "entry": accrual.move_id.name or "",
                    "inputs": accrual._inputs(),
                },
            }
            for accrual in self.sudo()  # sudo: the register says what was done, whoever did it
        )
