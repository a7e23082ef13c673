from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

SCOPES = [
    ("customer", "Customer"),
    ("group", "Group of customers"),
    ("segment", "Segment"),
    ("company", "Everybody"),
]
#: What a limit is about stays; another limit is made instead.
TARGETS = ("partner_id", "group_id", "category_id")
FROZEN = {"company_id", "currency_id", *TARGETS}
#: In the context of those who delete limits that cannot stay: nobody can send it from outside.
DROPPING = object()


class CreditLimit(models.Model):
    """How far customers may go, in a period: one customer, a group, those with a tag, or everybody.

    The nearest holds (see `nearest` in the kernels). The limit that the host has on partners counts as a
    customer's, its default as everybody's, where there is none of ours.
    """

    _name = "crmx.credit.limit"
    _description = "Credit Limit"
    _inherit = ["crmx.root.company", "mail.thread"]
    _order = "date_from DESC, id DESC"

    scope = fields.Selection(SCOPES, string="For", compute="_compute_scope", store=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        domain=[("parent_id", "=", False)],
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    group_id = fields.Many2one(
        "crmx.credit.group",
        domain="[('company_id', '=', company_id)]",
        index="btree_not_null",
        ondelete="restrict",
        help="All customers of the group, and of its parts, together.",
    )
    category_id = fields.Many2one(
        "res.partner.category",
        string="Tag",
        index="btree_not_null",
        ondelete="restrict",
        help="Each customer with this tag. With several, the lowest limit holds.",
    )
    amount = fields.Monetary(
        tracking=True, aggregator=None, help="Zero: nothing on credit. The exposure may reach it."
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    date_from = fields.Date(string="From", required=True, default=fields.Date.context_today, tracking=True)
    date_to = fields.Date(string="Until", tracking=True, help="The last day. Empty: no end.")
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        default=lambda self: self.env.user,
        tracking=True,
        help="Who answers for it.",
    )
    reason = fields.Char(required=True, tracking=True, help="Why so much, in a few words.")
    collateral = fields.Text(
        string="Insurer or Collateral", help="Who insures it, up to what, under which policy; guarantees."
    )
    is_valid = fields.Boolean(string="Holds Today", compute="_compute_is_valid", search="_search_is_valid")

    _amount_positive = models.Constraint("CHECK (amount >= 0)", "A limit is not below zero.")
    _date_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)", "The limit would end before it begins."
    )
    _one_target = models.Constraint(
        "CHECK (num_nonnulls(partner_id, group_id, category_id) <= 1)",
        "A limit is for a customer, a group or a tag: choose one.",
    )
    _start_uniq = models.UniqueIndex(
        "(company_id, COALESCE(partner_id, 0), COALESCE(group_id, 0), COALESCE(category_id, 0), date_from)",
        "There is a limit from that day already.",
    )

    # === COMPUTES === #

    @api.depends(*TARGETS)
    def _compute_scope(self):
        for limit in self:
            limit.scope = (
                (limit.partner_id and "customer")
                or (limit.group_id and "group")
                or (limit.category_id and "segment")
                or "company"
            )

    @api.depends("date_from", "date_to")
    def _compute_is_valid(self):
        today = fields.Date.context_today(self)
        for limit in self:
            limit.is_valid = bool(
                limit.date_from and limit.date_from <= today and not (limit.date_to and limit.date_to < today)
            )

    def _search_is_valid(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return self._valid_domain(fields.Date.context_today(self))

    @api.depends("scope", "amount", "currency_id", *TARGETS)
    def _compute_display_name(self):
        scopes = dict(self._fields["scope"]._description_selection(self.env))
        for limit in self:
            target = limit._target()
            limit.display_name = self.env._(
                "%(target)s: %(amount)s",
                target=target.display_name if target else scopes[limit.scope or "company"],
                amount=limit.currency_id.format(limit.amount),
            )

    @api.private
    def _target(self):
        """Return the customer, group or tag that the limit is for; nothing for everybody's."""
        self.ensure_one()
        return self.partner_id or self.group_id or self.category_id

    # === CONSTRAINS === #

    @api.constrains("company_id", *TARGETS)
    def _check_target(self):
        for limit in self:
            partner = limit.partner_id
            if partner.commercial_partner_id != partner:
                raise ValidationError(
                    self.env._(
                        "“%(contact)s” is a contact. Set the limit on %(company)s.",
                        contact=partner.display_name,
                        company=partner.commercial_partner_id.display_name,
                    )
                )
            if limit.group_id and limit.group_id.company_id != limit.company_id:
                raise ValidationError(self.env._("“%s” is a group of another company.", limit.group_id.name))

    @api.constrains("currency_id", "company_id")
    def _check_rate(self):
        for limit in self:
            if limit.currency_id not in limit._rated_currencies(limit.company_id):
                raise ValidationError(
                    self.env._(
                        "There is no rate for %(currency)s, so nothing could be compared with the limit. "
                        "Enter a rate first, or give the limit in %(own)s.",
                        currency=limit.currency_id.name,
                        own=limit.company_id.currency_id.name,
                    )
                )

    @api.constrains("date_from", "date_to", "company_id", *TARGETS)
    def _check_overlap(self):
        self._pass_gate()
        for limit in self:
            others = self.search(
                Domain("id", "!=", limit.id)
                & Domain("company_id", "=", limit.company_id.id)
                & Domain.AND([Domain(name, "=", limit[name].id) for name in TARGETS])
                & (Domain("date_to", "=", False) | Domain("date_to", ">=", limit.date_from))
                & (Domain("date_from", "<=", limit.date_to) if limit.date_to else Domain.TRUE),
                limit=1,
            )
            if others:
                raise ValidationError(
                    self.env._(
                        "Two limits would hold at once: there is “%(other)s” from %(date)s. End it first.",
                        other=others.display_name,
                        date=others._date_text("date_from"),
                    )
                )

    @api.private
    def _pass_gate(self):
        """Let only one transaction at a time set limits of a company; the host repeats the others.

        They wait for the first, and see its limits when they are repeated.
        """
        self.env.execute_query(
            SQL(
                """
                UPDATE res_company SET write_date = write_date
                 WHERE id IN (SELECT id FROM res_company WHERE id IN %s ORDER BY id FOR NO KEY UPDATE)
             RETURNING id
                """,
                tuple(self.company_id.ids),
            )
        )

    @api.model
    @api.private
    def _rated_currencies(self, company):
        """Return the currencies that can be converted to the company's."""
        # sudo: rates are no secret
        rates = self.env["res.currency.rate"].sudo()
        groups = rates._read_group([("company_id", "in", (False, company.root_id.id))], ["currency_id"])
        return company.currency_id.union(*(currency for (currency,) in groups))

    @api.private
    def _date_text(self, name):
        return self.env["ir.qweb.field.date"].value_to_html(self[name], {})

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        limits = super().create(vals_list)
        limits._log("limit_set")
        return limits

    def write(self, vals):
        for limit in self:
            for name in FROZEN & vals.keys():
                if limit[name].id != (vals[name] or False):
                    raise UserError(
                        self.env._("A limit stays what it is for. End it, and make another one instead.")
                    )
        before = {limit: limit._log_data() for limit in self}
        result = super().write(vals)
        self.filtered(lambda limit: before[limit] != limit._log_data())._log("limit_changed")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_it_has_held(self):
        if self.env.context.get("crmx_drop") is DROPPING:
            return
        if self.filtered(lambda limit: limit.date_from <= fields.Date.context_today(limit)):
            raise UserError(self.env._("A limit that has held stays on record. Set its last day instead."))

    def unlink(self):
        self._log("limit_deleted")
        return super().unlink()

    @api.private
    def _log(self, kind):
        self.env["crmx.receivables.log"]._append(
            {"kind": kind, "record": limit, "partner": limit.partner_id, "data": limit._log_data()}
            for limit in self
        )

    @api.private
    def _log_data(self):
        target = self._target()
        return {
            "scope": self.scope,
            "target": target.display_name if target else False,
            "amount": self.amount,
            "currency": self.currency_id.name,
            "from": self.date_from,
            "until": self.date_to,
            "owner": self.user_id.name,
            "reason": self.reason,
            "collateral": self.collateral,
        }

    @api.private
    def _drop(self):
        """Delete limits that cannot stay, such as one of two of customers who became one."""
        return self.with_context(crmx_drop=DROPPING).unlink()

    def action_end(self):
        """Let the limits hold today for the last time."""
        today = fields.Date.context_today(self)
        for limit in self:
            limit.date_to = max(today, limit.date_from)

    # === READING === #

    @api.model
    @api.private
    def _valid_domain(self, day):
        return Domain("date_from", "<=", day) & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
