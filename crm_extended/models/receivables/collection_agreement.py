from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CollectionAgreement(models.AbstractModel):
    """An amount that a customer is to pay, in one currency; what became of it is read from the ledger.

    A model of ours that inherits this says how (`_judge`), which ones the scheduled action looks at
    (`_judge_domain`), and which task the collector gets when the money did not come (`_judge_activity`).
    """

    _name = "crmx.collection.agreement"
    _inherit = "crmx.collection.document"
    _description = "Agreed about open debts"

    #: Agreements that are judged and committed at once.
    _crmx_chunk = 500
    #: XML id of the type of activity.
    _judge_activity = ""

    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        default=lambda self: self.env.user,
        index="btree_not_null",
        tracking=True,
        help="Who agreed it, and gets the task when the money does not come.",
    )
    date = fields.Date(
        string="Made on", required=True, default=fields.Date.context_today, help="Payments count from then."
    )
    tolerance_days = fields.Integer(
        string="Tolerance",
        default=lambda self: self.env.company.crmx_promise_tolerance,
        aggregator=None,
        help="Days after the agreed one on which a payment still counts.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    amount = fields.Monetary(
        compute="_compute_amount", store=True, readonly=False, aggregator=None, help="The sum of the items."
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company currency")
    amount_company = fields.Monetary(
        string="In Company Currency",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
        help="At the rate of the day it was made.",
    )
    received = fields.Monetary(readonly=True, copy=False, aggregator=None)
    date_judged = fields.Date(string="Judged on", readonly=True, copy=False)
    date_checked = fields.Date(readonly=True, copy=False, help="When it was last compared with the ledger.")
    note = fields.Text(help="What was said.")

    # === COMPUTES === #

    @api.depends(lambda self: ("line_ids.move_line_id", "company_id") if self._has_lines() else ())
    def _compute_currency_id(self):
        for document in self:
            # sudo: the currency of the items that it is about
            items = document.sudo().line_ids.move_line_id
            document.currency_id = (
                items[:1].currency_id or document.currency_id or document.company_id.currency_id
            )

    @api.depends(lambda self: ("line_ids.amount",) if self._has_lines() else ())
    def _compute_amount(self):
        for document in self:
            # sudo: who may not see the items sees their sum
            lines = document.sudo().line_ids
            document.amount = sum(lines.mapped("amount")) if lines else document.amount

    @api.depends("amount", "currency_id", "date", "company_id")
    def _compute_amount_company(self):
        for document in self:
            company = document.company_id
            document.amount_company = (
                document.currency_id._convert(
                    document.amount, company.currency_id, company, document.date or fields.Date.today()
                )
                if document.currency_id and company
                else document.amount
            )

    @api.model
    def _has_lines(self):
        return "line_ids" in self._fields

    @api.constrains(lambda self: ("currency_id", "line_ids") if self._has_lines() else ("currency_id",))
    def _check_currency(self):
        # sudo: compares currencies of the items that the document is about
        for document in self.sudo():
            lines = document.line_ids.filtered("move_line_id")  # the ledger may have lost some
            if lines and lines.item_currency_id != document.currency_id:
                raise ValidationError(
                    self.env._("All items are in one currency. Make one document for each currency.")
                )

    # === WHAT THE LEDGER SAYS === #

    @api.model
    def _judge_domain(self, today):
        """Return which ones are compared with the ledger."""
        raise NotImplementedError

    @api.private
    def _judge(self):
        """Read from the ledger what was received, and say what became of them."""
        raise NotImplementedError

    @api.model
    def _cron_judge(self):
        """Compare with the ledger, in committed chunks; a run that was killed goes on."""
        today = fields.Date.context_today(self)
        due = [
            *self._judge_domain(today),
            "|",
            ("date_checked", "=", False),
            ("date_checked", "<", today),
        ]
        while documents := self.search(due, order="id", limit=self._crmx_chunk):
            # those that somebody else changes right now come with the next run
            documents = documents.try_lock_for_update()
            if not documents:
                return
            documents._judge()
            remaining = self.search_count(due)
            if not self.env["ir.cron"]._commit_progress(len(documents), remaining=remaining):
                return

    def action_judge(self):
        """Compare them with the ledger now."""
        self.check_access("write")
        # sudo: reads open items and payments of documents that the user may change
        self.sudo()._judge()

    @api.private
    def _tell_received(self, state):
        """Say in the chatter what has become of them."""
        words = dict(self._fields["state"]._description_selection(self.env))
        self._message_log_batch(
            bodies={
                document.id: self.env._(
                    "%(verdict)s: %(received)s of %(amount)s received.",
                    verdict=words[state],
                    received=document.currency_id.format(document.received),
                    amount=document.currency_id.format(document.amount),
                )
                for document in self
            }
        )

    @api.private
    def _plan_tasks(self):
        """Give the collectors, or who sells to the customer, a task for each one that was not kept."""
        kind = self.env.ref(self._judge_activity)
        model_id = self.env["ir.model"]._get_id(self._name)
        today = fields.Date.context_today(self)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": document.id,
                    "activity_type_id": kind.id,
                    "summary": document.display_name,
                    "date_deadline": today,
                    "user_id": (user or self.env.user).id,
                    "automated": True,
                }
                for document in self
                for user in [document.user_id or document.commercial_partner_id.user_id]
            ]
        )
