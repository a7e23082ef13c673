from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

#: Set by what happens to the document alone.
HAPPENED = {"date_reminded", "is_replaced"}


class VehicleDocument(models.Model):
    """A paper of a vehicle, a trailer or a driver, valid from one day to another, and what it cost.

    A renewal follows the one before it; that one is then no longer asked about.
    """

    _name = "crmx.vehicle.document"
    _description = "Vehicle or Driver Document"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_to, id"
    _check_company_auto = True
    _rec_names_search = ["number", "kind_id", "vehicle_id", "partner_id"]

    kind_id = fields.Many2one(
        "crmx.vehicle.document.kind",
        string="Document",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        check_company=True,
    )
    owner = fields.Selection(related="kind_id.owner", store=True, precompute=True, string="Of")
    has_categories = fields.Boolean(related="kind_id.has_categories")
    vehicle_id = fields.Many2one(
        "fleet.vehicle",
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        domain="[('vehicle_type', '=' if owner == 'trailer' else '!=', 'trailer')]",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Driver",
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
        tracking=True,
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
    number = fields.Char(tracking=True, copy=False)
    issuer_id = fields.Many2one(
        "res.partner", string="Issued by", check_company=True, help="Such as the insurer."
    )
    date_from = fields.Date(
        string="Valid from", required=True, default=fields.Date.context_today, tracking=True
    )
    date_to = fields.Date(
        string="Valid until",
        tracking=True,
        index=True,
        copy=False,
        help="That day included. Empty: for good.",
    )
    date_warn = fields.Date(compute="_compute_date_warn", store=True, string="Remind on")
    date_reminded = fields.Date(string="Reminded on", readonly=True, copy=False)
    category_ids = fields.Many2many("crmx.licence.category", string="Categories")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        compute="_compute_user_id",
        store=True,
        precompute=True,
        readonly=False,
        tracking=True,
        help="Is reminded of the renewal.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", "crmx_vehicle_document_attachment_rel", string="Scans", copy=False
    )
    note = fields.Text()
    active = fields.Boolean(default=True)
    previous_id = fields.Many2one(
        "crmx.vehicle.document",
        string="Renews",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
    )
    next_ids = fields.One2many("crmx.vehicle.document", "previous_id", string="Renewed by")
    is_replaced = fields.Boolean(compute="_compute_is_replaced", store=True, index=True)
    state = fields.Selection(
        [
            ("future", "Not valid yet"),
            ("valid", "Valid"),
            ("soon", "Ends soon"),
            ("expired", "Ended"),
            ("replaced", "Renewed"),
        ],
        compute="_compute_state",
        search="_search_state",
    )
    days_left = fields.Integer(compute="_compute_state", help="Negative: so many days ago.")

    _dates_rise = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)", "A document ends no earlier than it begins."
    )
    _has_owner = models.Constraint(
        """CHECK ((owner = 'driver' AND partner_id IS NOT NULL AND vehicle_id IS NULL)
                  OR (owner <> 'driver' AND vehicle_id IS NOT NULL AND partner_id IS NULL))""",
        "Say whose document it is: of which vehicle, or of which driver.",
    )

    @api.depends("vehicle_id", "partner_id", "kind_id")
    def _compute_company_id(self):
        for document in self:
            company = document.vehicle_id.company_id or document.partner_id.company_id
            document.company_id = (
                company or document.kind_id.company_id or document.company_id or self.env.company
            )

    @api.depends("vehicle_id", "kind_id")
    def _compute_user_id(self):
        for document in self:
            responsible = document.vehicle_id.manager_id or document.kind_id.user_id
            document.user_id = document.user_id or responsible or self.env.user

    @api.depends("date_to", "kind_id.warn_days")
    def _compute_date_warn(self):
        for document in self:
            document.date_warn = document.date_to and document.date_to - timedelta(
                days=document.kind_id.warn_days
            )

    @api.depends("next_ids.active")
    def _compute_is_replaced(self):
        for document in self:
            document.is_replaced = bool(document.next_ids)

    @api.depends("date_from", "date_to", "date_warn", "is_replaced")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for document in self:
            ended = document.date_to and document.date_to < today
            document.days_left = (document.date_to - today).days if document.date_to else 0
            if document.is_replaced and (ended or not document.date_to):
                document.state = "replaced"
            elif ended:
                document.state = "expired"
            elif document.date_from and document.date_from > today:
                document.state = "future"
            elif document.date_warn and document.date_warn <= today and not document.is_replaced:
                document.state = "soon"
            else:
                document.state = "valid"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        ended, replaced = Domain("date_to", "<", today), Domain("is_replaced", "=", True)
        gone = replaced & (ended | Domain("date_to", "=", False))
        future = ~ended & Domain("date_from", ">", today) & ~gone
        soon = ~ended & ~future & ~replaced & Domain("date_warn", "<=", today)
        domains = {
            "replaced": gone,
            "expired": ended & ~replaced,
            "future": future,
            "soon": soon,
            "valid": ~ended & ~gone & ~future & ~soon,
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.depends("kind_id", "number", "vehicle_id", "partner_id")
    def _compute_display_name(self):
        for document in self:
            owner = document.partner_id.name or document.vehicle_id.license_plate or document.vehicle_id.name
            parts = (document.kind_id.name, document.number, owner)
            document.display_name = " · ".join(part for part in parts if part)

    @api.constrains("kind_id", "vehicle_id")
    def _check_owner(self):
        for document in self.filtered("vehicle_id"):
            if (document.vehicle_id.vehicle_type == "trailer") != (document.owner == "trailer"):
                raise ValidationError(
                    self.env._(
                        "“%(kind)s” is no document for “%(vehicle)s”.",
                        kind=document.kind_id.name,
                        vehicle=document.vehicle_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_given(vals_list)
        documents = super().create(vals_list)
        documents._follow_on()
        documents._keep_scans()
        return documents

    def write(self, vals):
        self._check_given([vals])
        result = super().write(vals)
        if {"date_to", "kind_id", "user_id"} & vals.keys():
            # sudo: what is said anew is asked about anew
            self.sudo().date_reminded = False
        if "attachment_ids" in vals:
            self._keep_scans()
        return result

    @api.private
    def _check_given(self, vals_list):
        if not self.env.su and any(HAPPENED & vals.keys() for vals in vals_list):
            raise ValidationError(
                self.env._("When somebody was reminded, and what was renewed, is not entered.")
            )

    @api.private
    def _keep_scans(self):
        """Let those who may read a document read its scans."""
        for document in self.filtered("attachment_ids"):
            # sudo: scans that the user uploaded for the document, still nobody's
            loose = document.attachment_ids.sudo().filtered(
                lambda scan: not scan.res_id and scan.create_uid == self.env.user
            )
            loose.write({"res_model": self._name, "res_id": document.id})

    # === RENEWAL === #

    @api.private
    def _follow_on(self):
        """Have new ones follow the last of their kind, where nobody said which one they renew."""
        for document in self.filtered(lambda d: not d.previous_id):
            # sudo: whether there is one, whoever enters the next
            earlier = self.sudo().search(
                Domain("kind_id", "=", document.kind_id.id)
                & Domain("vehicle_id", "=", document.vehicle_id.id)
                & Domain("partner_id", "=", document.partner_id.id)
                & Domain("company_id", "=", document.company_id.id)
                & Domain("id", "!=", document.id)
                & Domain("is_replaced", "=", False)
                & Domain("date_to", "!=", False)
                & Domain("date_to", "<", document.date_to or fields.Date.to_date("9999-12-31")),
                order="date_to DESC",
                limit=1,
            )
            # sudo: which one it follows, on a document that the user may write
            document.sudo().previous_id = earlier
        self.previous_id._end_reminders()

    @api.private
    def _end_reminders(self):
        """Nobody has to renew what is renewed."""
        # sudo: reminders may be others' activities
        activities = self.sudo().activity_ids.filtered("automated")
        activities.action_feedback(feedback=self.env._("Renewed."))

    @api.private
    def _renewal_vals(self):
        """Return the values of the document that follows this one."""
        self.ensure_one()
        start = self.date_to + timedelta(days=1) if self.date_to else fields.Date.context_today(self)
        end = False
        if self.kind_id.validity_months:
            end = start + relativedelta(months=self.kind_id.validity_months, days=-1)
        elif self.date_to:
            end = start + (self.date_to - self.date_from)
        return {
            "kind_id": self.kind_id.id,
            "vehicle_id": self.vehicle_id.id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "issuer_id": self.issuer_id.id,
            "user_id": self.user_id.id,
            "category_ids": self.category_ids.ids,
            "date_from": start,
            "date_to": end,
            "previous_id": self.id,
        }

    def action_renew(self):
        """Enter the one that follows."""
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Renewal"),
            "res_model": self._name,
            "view_mode": "form",
            "context": {f"default_{name}": value for name, value in self._renewal_vals().items()},
        }
