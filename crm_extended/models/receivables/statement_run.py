from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .statement_ledger import ACCOUNT_TYPES, KINDS, SIDE_LABELS, SIDES

#: Customers that are looked at in one transaction.
CHUNK = 200


class StatementRun(models.Model):
    """Statements for many customers: made in committed chunks, then mailed one by one."""

    _name = "crmx.statement.run"
    _description = "Statements for many customers"
    _inherit = ["crmx.batch.progress", "mail.thread"]
    _order = "id DESC"
    _check_company_auto = True

    name = fields.Char(required=True, default=lambda self: self.env._("Statements"))
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    state = fields.Selection(
        selection_add=[("draft", "Draft"), ("waiting",)], default="draft", ondelete={"draft": "set default"}
    )
    kind = fields.Selection(KINDS, required=True, default="outstanding")
    side = fields.Selection(SIDE_LABELS, required=True, default="receivable")
    date_from = fields.Date(string="From", default=lambda self: self.env["crmx.statement.ledger"].period()[0])
    date_to = fields.Date(string="Up to", required=True, default=fields.Date.context_today)
    partner_ids = fields.Many2many(
        "res.partner",
        string="Customers",
        check_company=True,
        help="Whom to make statements for. Empty: all of whom something is to be said.",
    )
    category_ids = fields.Many2many("res.partner.category", string="Tags", help="Only customers with one of.")
    by_mail = fields.Boolean(
        string="Send by e-mail", default=True, help="Otherwise they are only made, to be printed."
    )
    statement_ids = fields.One2many("crmx.statement", "run_id", string="Statements")
    statement_count = fields.Integer(compute="_compute_counts", string="Made")
    sent_count = fields.Integer(compute="_compute_counts", string="Sent")
    waiting_count = fields.Integer(compute="_compute_counts", string="To be sent")
    problem_count = fields.Integer(
        compute="_compute_counts", string="Not arrived", help="Failed, unknown or came back."
    )

    @api.depends("statement_ids.send_state")
    def _compute_counts(self):
        groups = self.env["crmx.statement"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "send_state"], ["__count"]
        )
        counts = {(run.id, state): count for run, state, count in groups}
        for run in self:

            def count(*states, run=run):
                return sum(counts.get((run.id, state), 0) for state in states)

            run.sent_count = count("sent")
            run.waiting_count = count("queued", "sending")
            run.problem_count = count("failed", "unknown", "bounced")
            run.statement_count = run.sent_count + run.waiting_count + run.problem_count + count("draft")

    @api.constrains("kind", "date_from", "date_to")
    def _check_period(self):
        for run in self:
            if run.kind == "activity" and (not run.date_from or run.date_from > run.date_to):
                raise ValidationError(self.env._("The period ends before it begins."))

    # === CHUNKS === #

    @api.private
    def _begin(self):
        self.position = 0
        self.total = len(self._customers(0))

    @api.private
    def _do_chunk(self):
        ids = self._customers(self.position, CHUNK)
        if not ids:
            return 0
        partners = self.env["res.partner"].browse(ids)
        Statement = self.env["crmx.statement"]
        values = {
            "run_id": self.id,
            "company_id": self.company_id.id,
            "kind": self.kind,
            "side": self.side,
            "date_from": self.date_from,
            "date_to": self.date_to,
        }
        options = Statement.new({**values, "run_id": False}).options()
        found = self.env["crmx.statement.ledger"].statements(partners, self.company_id, options)
        statements = Statement.create([{**values, "partner_id": i} for i in ids if i in found])
        if self.by_mail and statements:
            statements._outgoing_queue()
        self.position = ids[-1]
        return len(ids)

    @api.private
    def _customers(self, position, limit=None):
        """Return the next commercial partners with items in the ledger, by id."""
        self.env["account.move.line"].flush_model(["partner_id", "account_id", "parent_state", "company_id"])
        # sudo: ids of the company's own accounts
        Account = self.env["account.account"].sudo().with_context(active_test=False)
        accounts = Account.search(
            [
                *Account._check_company_domain(self.company_id),
                ("account_type", "in", [ACCOUNT_TYPES[side] for side in SIDES[self.side]]),
            ]
        )
        wanted = self.env["res.partner"].with_context(active_test=False)._search(self._wanted_domain())
        rows = self.env.execute_query(
            SQL(
                _CUSTOMERS,
                wanted=wanted.select(),
                accounts=tuple(accounts.ids) or (0,),
                companies=self.company_id._crmx_branch_ids(),
                date_to=self.date_to,
                position=position,
                limit=limit,
            )
        )
        return [partner_id for [partner_id] in rows]

    @api.private
    def _wanted_domain(self):
        domain = []
        if self.partner_ids:
            domain.append(("id", "in", self.partner_ids.commercial_partner_id.ids))
        if self.category_ids:
            domain.append(("category_id", "in", self.category_ids.ids))
        return domain

    # === ACTIONS === #

    def action_start(self):
        """Have the statements made and, if so wanted, sent."""
        self.check_access("write")
        for run in self.filtered(lambda run: run.state in ("draft", "failed")):
            run._restart()
        # sudo: wakes the scheduled action that makes them
        self.env.ref("crm_extended.ir_cron_statement_run").sudo()._trigger()

    def action_open_statements(self):
        """List the statements of the run."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crmx.statement",
            "view_mode": "list,form",
            "domain": [("run_id", "=", self.id)],
            "context": {"search_default_group_send_state": 1},
        }

    @api.model
    def _cron_run(self):
        self.search([("state", "in", ("waiting", "running"))], order="id")._work_off()


# The customers are few against their items: each is looked up, rather than all items read.
_CUSTOMERS = """
    SELECT customer.id
      FROM res_partner customer
     WHERE customer.id > %(position)s
       AND customer.id = customer.commercial_partner_id
       AND customer.id IN (%(wanted)s)
       AND EXISTS (
           SELECT
             FROM res_partner contact
             JOIN account_move_line line ON line.partner_id = contact.id
            WHERE contact.commercial_partner_id = customer.id
              AND line.account_id IN %(accounts)s
              AND line.company_id IN %(companies)s
              AND line.parent_state = 'posted'
              AND line.date <= %(date_to)s)
     ORDER BY customer.id
     LIMIT %(limit)s
"""
