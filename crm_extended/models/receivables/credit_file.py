from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

#: What only the buttons say.
GIVEN = {"is_approved", "approved_by_id", "date_approved", "is_blocked", "date_blocked_until",
         "block_reason", "blocked_by_id", "block_letter_id"}  # fmt: skip


class CreditFile(models.Model):
    """What a company decided about selling to a customer on credit: approved, blocked, grouped."""

    _name = "crmx.credit.file"
    _description = "Credit File"
    _inherit = ["crmx.root.company", "mail.thread"]
    _order = "partner_id, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("parent_id", "=", False)],
        help="The commercial partner: contacts are covered by it.",
    )
    group_id = fields.Many2one(
        "crmx.credit.group",
        domain="[('company_id', '=', company_id)]",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Customers who share a limit.",
    )
    is_approved = fields.Boolean(string="Approved", readonly=True, copy=False, tracking=True)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_approved = fields.Date(string="Approved on", readonly=True, copy=False)
    is_blocked = fields.Boolean(
        string="Blocked by Hand",
        readonly=True,
        copy=False,
        tracking=True,
        help="Until the day, if there is one.",
    )
    date_blocked_until = fields.Date(string="Blocked until", readonly=True, copy=False, tracking=True)
    block_reason = fields.Char(readonly=True, copy=False, tracking=True)
    blocked_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    block_letter_id = fields.Many2one(
        "crmx.dunning.letter",
        string="Blocked by Reminder",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The block goes by itself when what the reminder asked for is settled.",
    )
    date_checked = fields.Datetime(string="Last Checked", readonly=True, copy=False)
    limit_ids = fields.One2many(
        "crmx.credit.limit", compute="_compute_limit_ids", string="Limits", help="His own, of all times."
    )

    _customer_uniq = models.UniqueIndex(
        "(company_id, partner_id)", "There is one credit file for each customer."
    )

    @api.depends("partner_id", "company_id")
    def _compute_limit_ids(self):
        limits = self.env["crmx.credit.limit"].search([("partner_id", "in", self.partner_id.ids)])
        by_customer = limits.grouped(lambda limit: (limit.partner_id, limit.company_id))
        for file in self:
            file.limit_ids = by_customer.get((file.partner_id, file.company_id), limits.browse())

    @api.constrains("partner_id", "company_id", "group_id")
    def _check_places(self):
        for file in self:
            if file.partner_id.commercial_partner_id != file.partner_id:
                raise ValidationError(
                    self.env._(
                        "“%s” is a contact. The credit file is that of the company it belongs to.",
                        file.partner_id.display_name,
                    )
                )
            if file.group_id and file.group_id.company_id != file.company_id:
                raise ValidationError(self.env._("“%s” is a group of another company.", file.group_id.name))

    @api.model_create_multi
    def create(self, vals_list):
        self._check_given(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_given([vals])
        return super().write(vals)

    @api.model
    def _check_given(self, vals_list):
        if not self.env.su and any(GIVEN & vals.keys() for vals in vals_list):
            raise UserError(
                self.env._("Use the buttons: who approved or blocked a customer is written down.")
            )

    # === ACTIONS === #

    def action_approve(self):
        """Approve new customers for buying on credit."""
        self._decide(
            "customer_approved",
            {
                "is_approved": True,
                "approved_by_id": self.env.uid,
                "date_approved": fields.Date.context_today(self),
            },
        )

    def action_withdraw_approval(self):
        """Take the approval back."""
        self._decide(
            "customer_unapproved", {"is_approved": False, "approved_by_id": False, "date_approved": False}
        )

    def action_block(self):
        """Ask for the reason and the last day of a block."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Block"),
            "res_model": "crmx.credit.block",
            "view_mode": "form",
            "target": "new",
            "context": {"default_file_id": self.id},
        }

    def action_unblock(self):
        """Lift the block."""
        self._decide(
            "customer_unblocked",
            {
                "is_blocked": False,
                "date_blocked_until": False,
                "block_reason": False,
                "blocked_by_id": False,
                "block_letter_id": False,
            },
        )

    @api.private
    def _block(self, reason, until, letter=None):
        """Block customers.

        :param until: the last day, or False for no end
        :param letter: the reminder that does so; None by hand
        """
        if until and until < fields.Date.context_today(self):
            raise UserError(self.env._("The block would end before it begins."))
        self._decide(
            "customer_blocked",
            {
                "is_blocked": True,
                "date_blocked_until": until,
                "block_reason": reason,
                "blocked_by_id": self.env.uid,
                "block_letter_id": letter.id if letter else False,
            },
        )

    @api.model
    @api.private
    def _lift_blocks_of_reminders(self):
        """Lift what reminders blocked, once all that they asked for is settled."""
        files = self.search([("is_blocked", "=", True), ("block_letter_id", "!=", False)])
        settled = files.filtered(lambda file: all(file.block_letter_id._asked_items().mapped("reconciled")))
        if settled:
            settled.action_unblock()

    @api.private
    def _decide(self, kind, values):
        self.check_access("write")
        # sudo: only what the button says, of files that the user may change
        self.sudo().write(values)
        self.env["crmx.receivables.log"]._append(
            {"kind": kind, "record": file, "data": {name: str(value) for name, value in values.items()}}
            for file in self
        )

    @api.private
    def _is_blocked_on(self, day):
        self.ensure_one()
        return self.is_blocked and not (self.date_blocked_until and self.date_blocked_until < day)

    @api.model
    @api.private
    def _open_for(self, partners, company):
        """Return the files of commercial partners; missing ones are opened."""
        files = self.search([("partner_id", "in", partners.ids), ("company_id", "=", company.root_id.id)])
        missing = partners - files.partner_id
        return files | self.create(
            [{"partner_id": partner.id, "company_id": company.root_id.id} for partner in missing]
        )

    @api.model
    @api.private
    def _pass_gate(self, partners, company):
        """Let only one transaction at a time decide about a customer; the host repeats the others.

        They wait for the first, and what it decided counts for them, as the database refuses to go on with
        the state that they began with. In the order of ids, so that two never wait for each other.
        """
        if not partners:
            return
        self.flush_model(["company_id", "partner_id"])
        self.env.execute_query(
            SQL(
                """
                INSERT INTO crmx_credit_file (company_id, partner_id, date_checked, create_uid, create_date,
                                              write_uid, write_date)
                SELECT %(company)s, partner.id, %(now)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM res_partner partner WHERE partner.id IN %(partners)s ORDER BY partner.id
                    ON CONFLICT (company_id, partner_id) DO UPDATE SET date_checked = EXCLUDED.date_checked
             RETURNING id
                """,
                company=company.root_id.id,
                partners=tuple(partners.ids),
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        self.invalidate_model(["date_checked"], flush=False)
