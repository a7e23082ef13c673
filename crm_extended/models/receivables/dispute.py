from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.plain_fields import PlainMany2many

CLOSED = ("resolved", "cleared")
#: What only the buttons say.
GIVEN = {"resolution", "resolution_note", "date_closed", "credit_note_ids", "name", "days"}
#: In the context of those who open a dispute with its items: nobody can send it from outside.
OPENING = object()


class Dispute(models.Model):
    """Parts of open items that the customer contests; only these parts are not dunned meanwhile.

    It ends with a resolution, or by itself once all its items are settled.
    """

    _name = "crmx.dispute"
    _description = "Dispute"
    _inherit = "crmx.collection.document"
    _order = "date DESC, id DESC"
    _rec_names_search = ["name", "partner_id"]

    name = fields.Char(string="Number", readonly=True, copy=False, index="trigram")
    partner_id = fields.Many2one(help="Who contests: the company, or the person there.")
    reason_id = fields.Many2one(
        "crmx.dispute.reason",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        check_company=True,
        default=lambda self: self.env["crmx.dispute.reason"].search(
            self.env["crmx.dispute.reason"]._check_company_domain(self.env.company), limit=1
        ),
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        tracking=True,
        help="Who looks into it.",
    )
    date = fields.Date(
        string="Opened on", required=True, default=fields.Date.context_today, readonly=True, index=True
    )
    date_deadline = fields.Date(
        string="Deadline",
        compute="_compute_date_deadline",
        store=True,
        readonly=False,
        tracking=True,
        help="When it is to be resolved.",
    )
    description = fields.Html(string="Claim", help="What the customer says.")
    line_ids = fields.One2many("crmx.dispute.line", "dispute_id", string="Items")
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company currency")
    amount_company = fields.Monetary(
        string="Disputed",
        currency_field="currency_id",
        compute="_compute_amount_company",
        store=True,
        help="In the company's currency, at the rate at which the items are booked.",
    )
    state = fields.Selection(
        [
            ("new", "New"),
            ("progress", "Being looked into"),
            ("waiting", "Waiting for the customer"),
            ("resolved", "Resolved"),
            ("cleared", "Settled"),
        ],
        default="new",
        required=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
        help="Settled: all its items were, before somebody resolved it.",
    )
    resolution = fields.Selection(
        [
            ("credit", "Credit note"),
            ("discount", "Discount"),
            ("rejected", "Rejected"),
            ("withdrawn", "Withdrawn by the customer"),
        ],
        readonly=True,
        copy=False,
        tracking=True,
    )
    resolution_note = fields.Text(string="What was decided", readonly=True, copy=False)
    date_closed = fields.Date(string="Closed on", readonly=True, copy=False)
    days = fields.Integer(
        string="Days to Resolve",
        compute="_compute_days",
        store=True,
        aggregator="avg",
        help="From opening to closing; empty while it is open.",
    )
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")
    credit_note_ids = PlainMany2many(
        "account.move",
        "crmx_dispute_credit_note_rel",
        "dispute_id",
        "move_id",
        string="Credit Notes",
        copy=False,
        readonly=True,
    )
    credit_note_count = fields.Integer(compute="_compute_credit_note_count")
    priority = fields.Selection([("0", "Normal"), ("1", "Urgent")], default="0")

    # === COMPUTES === #

    @api.depends("reason_id")
    def _compute_user_id(self):
        for dispute in self:
            # sudo: the salesperson of the documents that it is about
            sellers = dispute.sudo().line_ids.move_line_id.move_id.invoice_user_id
            dispute.user_id = dispute.user_id or dispute.reason_id.user_id or sellers[:1] or self.env.user

    @api.depends("reason_id", "date")
    def _compute_date_deadline(self):
        for dispute in self:
            day = dispute.date or fields.Date.context_today(self)
            dispute.date_deadline = day + relativedelta(days=dispute.reason_id.days)

    @api.depends("line_ids.amount", "line_ids.amount_company")
    def _compute_amount_company(self):
        for dispute in self:
            # sudo: who may not see the items sees their sum
            dispute.amount_company = sum(dispute.sudo().line_ids.mapped("amount_company"))

    @api.depends("date", "date_closed")
    def _compute_days(self):
        for dispute in self:
            closed = dispute.date_closed
            dispute.days = (closed - dispute.date).days if closed else False

    @api.depends("state", "date_deadline")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for dispute in self:
            deadline = dispute.date_deadline
            dispute.is_late = bool(deadline and deadline < today and dispute.state not in CLOSED)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = fields.Domain("date_deadline", "<", today) & fields.Domain("state", "not in", CLOSED)
        return late if True in value else ~late

    @api.depends("credit_note_ids")
    def _compute_credit_note_count(self):
        for dispute in self:
            dispute.credit_note_count = len(dispute.credit_note_ids)

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for dispute in self:
            parts = [dispute.name or self.env._("New dispute"), dispute.partner_id.name]
            dispute.display_name = ": ".join(part for part in parts if part)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(self._is_verdict(vals) for vals in vals_list):
            raise UserError(self.env._("Open the dispute first, and then use “Resolve”."))
        # sudo: the number of a record that the user may create
        sequences = self.env["ir.sequence"].sudo()
        for vals in vals_list:
            company = vals.get("company_id") or self.env.company.id
            vals["name"] = sequences.with_company(company).next_by_code("crmx.dispute")
        disputes = super(Dispute, self.with_context(crmx_opening=OPENING)).create(vals_list)
        disputes = disputes.with_env(self.env)
        disputes._log("dispute_opened")
        disputes._follow()
        return disputes

    def write(self, vals):
        if not self.env.su:
            if self._is_verdict(vals):
                raise UserError(self.env._("Use “Resolve” to say how the dispute ends."))
            if "state" in vals and self.filtered(lambda dispute: dispute.state in CLOSED):
                raise UserError(self.env._("The dispute is closed. Use “Reopen” first."))
        result = super().write(vals)
        if "user_id" in vals:
            self._follow()
        return result

    @api.model
    def _is_verdict(self, vals):
        return vals.get("state") in CLOSED or bool(GIVEN & vals.keys())

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A dispute stays on record. Resolve it as withdrawn instead."))

    @api.private
    def _follow(self):
        """The owner hears of what is said about the dispute."""
        for owner, disputes in self.grouped("user_id").items():
            disputes.message_subscribe(owner.partner_id.ids)

    @api.private
    def _log_data(self):
        return {
            "reason": self.reason_id.name,
            "owner": self.user_id.name or "",
            "state": self.state,
            "resolution": self.resolution or "",
            "note": self.resolution_note or "",
            "items": [
                {
                    "item": line.move_line_id.display_name,
                    "id": line.move_line_id.id,
                    "amount": line.amount,
                    "currency": line.item_currency_id.name,
                }
                for line in self.line_ids
            ],
        }
