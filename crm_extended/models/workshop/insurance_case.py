from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.plain_fields import PlainMany2many, PlainMany2one

#: States in which something still happens to a case.
RUNNING = ("draft", "reported", "agreed")


class InsuranceCase(models.Model):
    """An accident of a vehicle, or other damage: what happened, what it costs, and what the insurer pays."""

    _name = "crmx.insurance.case"
    _description = "Insurance Case"
    _inherit = ["crmx.document", "crmx.workshop.reasoned", "mail.thread", "mail.activity.mixin"]
    _order = "date DESC, id DESC"
    _check_company_auto = True
    _rec_names_search = ["name", "title", "vehicle_id", "insurer_reference"]
    _happened = frozenset({"date_reported", "date_closed", "note_unpaid"})
    _reasons = {"refuse": "_refuse", "close": "_close", "cancel": "_cancel"}

    title = fields.Char(string="What happened", required=True, tracking=True, help="In a few words.")
    vehicle_id = fields.Many2one(
        "fleet.vehicle", required=True, index=True, ondelete="restrict", check_company=True, tracking=True
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        compute="_compute_company_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Datetime(string="When", required=True, default=fields.Datetime.now, tracking=True)
    place = fields.Char(string="Where")
    driver_id = fields.Many2one(
        "res.partner",
        check_company=True,
        compute="_compute_driver_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    user_id = fields.Many2one("res.users", string="Responsible", default=lambda self: self.env.user)
    description = fields.Text(help="As it is told to the insurer.")
    photo_ids = PlainMany2many(
        "ir.attachment", "crmx_insurance_case_photo_rel", "case_id", "attachment_id", string="Photos"
    )
    is_injured = fields.Boolean(string="Somebody was hurt")
    police_reference = fields.Char(string="Police file")
    fault = fields.Selection(
        [("own", "Ours"), ("other", "The other party's"), ("shared", "Shared"), ("unknown", "Not settled")],
        string="Whose fault",
        required=True,
        default="unknown",
        tracking=True,
    )
    other_party_id = fields.Many2one("res.partner", string="Other party", check_company=True)
    other_plate = fields.Char(string="Their licence plate")
    insurer_id = fields.Many2one(
        "res.partner",
        check_company=True,
        tracking=True,
        compute="_compute_policy",
        store=True,
        readonly=False,
        precompute=True,
        help="Who is asked to pay: our insurer, or that of the other party.",
    )
    policy_id = fields.Many2one(
        "crmx.vehicle.document",
        string="Insurance policy",
        check_company=True,
        ondelete="set null",
        domain="[('vehicle_id', '=', vehicle_id), ('issuer_id', '!=', False)]",
        help="The vehicle's document: the insurer and the number are taken from it.",
    )
    policy = fields.Char(
        string="Number of the policy",
        compute="_compute_policy",
        store=True,
        readonly=False,
        precompute=True,
    )
    insurer_reference = fields.Char(string="Insurer's number", tracking=True, copy=False)
    deductible = fields.Monetary(help="What we bear ourselves.")
    amount = fields.Monetary(string="Damage claimed", tracking=True)
    amount_agreed = fields.Monetary(
        string="Agreed to be paid", tracking=True, copy=False, help="By the insurer, after the deductible."
    )
    state = fields.Selection(
        [
            ("draft", "New"),
            ("reported", "Reported"),
            ("agreed", "Agreed"),
            ("refused", "Refused"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    date_reported = fields.Date(string="Reported on", readonly=True, copy=False)
    date_closed = fields.Date(string="Closed on", readonly=True, copy=False)
    note_unpaid = fields.Char(string="Why not all is paid", readonly=True, copy=False)
    invoice_id = PlainMany2one(
        "account.move",
        string="Invoice",
        copy=False,
        index="btree_not_null",
        domain="[('move_type', '=', 'out_invoice'), ('company_id', '=', company_id), "
        "('commercial_partner_id', '=', insurer_id)]",
    )
    payment_id = PlainMany2one(
        "account.payment",
        string="Payment",
        copy=False,
        index="btree_not_null",
        domain="[('payment_type', '=', 'inbound'), ('company_id', '=', company_id), "
        "('partner_id', '=', insurer_id)]",
        help="What the insurer paid without an invoice.",
    )

    _amounts_positive = models.Constraint(
        """CHECK (coalesce(deductible, 0) >= 0 AND coalesce(amount, 0) >= 0
                  AND coalesce(amount_agreed, 0) >= 0)""",
        "Damage, deductible and what is paid are no less than nothing.",
    )
    _invoice_once = models.UniqueIndex(
        "(invoice_id) WHERE invoice_id IS NOT NULL", "The invoice is for another case already."
    )
    _payment_once = models.UniqueIndex(
        "(payment_id) WHERE payment_id IS NOT NULL", "The payment is for another case already."
    )

    @api.depends("vehicle_id")
    def _compute_company_id(self):
        for case in self:
            case.company_id = case.vehicle_id.company_id or case.company_id or self.env.company

    @api.depends("vehicle_id")
    def _compute_driver_id(self):
        for case in self:
            case.driver_id = case.vehicle_id.driver_id

    @api.depends("policy_id")
    def _compute_policy(self):
        for case in self:
            case.policy = case.policy_id.number or case.policy
            case.insurer_id = case.policy_id.issuer_id or case.insurer_id

    @api.constrains("policy_id", "date")
    def _check_policy(self):
        for case in self.filtered("policy_id"):
            document, day = case.policy_id, fields.Datetime.context_timestamp(case, case.date).date()
            if document.date_from > day or (document.date_to and document.date_to < day):
                raise ValidationError(
                    self.env._(
                        "“%(policy)s” does not hold on the day of “%(case)s”.",
                        policy=document.display_name,
                        case=case.display_name,
                    )
                )

    @api.depends("name", "title")
    def _compute_display_name(self):
        for case in self:
            case.display_name = " ".join(part for part in (case.name, case.title) if part)

    @api.constrains("date")
    def _check_date(self):
        for case in self:
            if case.date > fields.Datetime.now():
                raise ValidationError(
                    self.env._("“%s” has not happened yet: check when it did.", case.display_name)
                )

    def write(self, vals):
        if {"vehicle_id", "company_id", "date"} & vals.keys() and self.filtered(lambda c: c.state != "draft"):
            raise UserError(self.env._("What was reported to the insurer stays: vehicle and time."))
        return super().write(vals)

    # === STATES === #

    def action_report(self):
        """It is reported to the insurer."""
        for case in self:
            case._lock("draft")
            if not case.insurer_id:
                raise UserError(self.env._("Who is to pay “%s”? Enter the insurer.", case.display_name))
            case._become("reported", date_reported=fields.Date.context_today(case))

    def action_agree(self):
        """The insurer agrees: to what is entered, or to the damage less the deductible."""
        for case in self:
            case._lock("reported")
            if not case.amount_agreed:
                case.amount_agreed = max(0.0, case.amount - case.deductible)
            if case.currency_id.is_zero(case.amount_agreed):
                raise UserError(
                    self.env._("How much does the insurer pay for “%s”? Enter it.", case.display_name)
                )
            case._become("agreed")

    def action_refuse(self):
        """Ask what the insurer says."""
        self._lock("reported", "agreed")
        return self._ask_reason("refuse", self.env._("The Insurer Refuses"))

    @api.private
    def _refuse(self, reason):
        self._lock("reported", "agreed")
        if self.amount_paid:
            raise UserError(self.env._("Something was paid for “%s” already.", self.display_name))
        self._become("refused")
        self.message_post(body=self.env._("Refused: %s", reason))

    def action_again(self):
        """Go on with a case that was refused or closed."""
        for case in self:
            case._lock("refused", "closed")
            agreed = case.state == "closed" and case.amount_agreed
            case._become("agreed" if agreed else "reported", date_closed=False, note_unpaid=False)

    def action_close(self):
        """Nothing more is to come; asks why not when less was paid than agreed."""
        self.ensure_one()
        self._lock("agreed", "refused")
        if self.state == "agreed" and self.currency_id.compare_amounts(self.amount_open, 0.0) > 0:
            return self._ask_reason("close", self.env._("Close It, though Something Is Open"))
        self._close("")
        return None

    @api.private
    def _close(self, reason):
        self._lock("agreed", "refused")
        self._become("closed", date_closed=fields.Date.context_today(self), note_unpaid=reason)
        if reason:
            self.message_post(body=self.env._("Closed: %s", reason))

    def action_cancel(self):
        """Ask why it is none."""
        self._lock(*RUNNING)
        return self._ask_reason("cancel", self.env._("Cancel the Case"))

    @api.private
    def _cancel(self, reason):
        self._lock(*RUNNING)
        if self.amount_paid:
            raise UserError(self.env._("Something was paid for “%s” already.", self.display_name))
        self._become("cancelled")
        self.message_post(body=self.env._("Cancelled: %s", reason))
