from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.plain_fields import PlainMany2one

#: States in which nothing more happens to a claim.
CLOSED = ("refused", "credited", "cancelled")


class WarrantyClaim(models.Model):
    """What a vendor is asked to pay, because a part or a repair of his did not last as long as he warranted.

    What he gives back is his credit note: its lines lower what the vehicle costs, as bills raise it.
    """

    _name = "crmx.warranty.claim"
    _description = "Warranty Claim"
    _inherit = ["crmx.document", "crmx.workshop.reasoned", "mail.thread", "mail.activity.mixin"]
    _order = "date DESC, id DESC"
    _check_company_auto = True
    _rec_names_search = ["name", "partner_id", "vehicle_id"]
    _happened = frozenset({"date_sent", "date_answered"})
    _reasons = {"refuse": "_refuse", "cancel": "_cancel"}

    work_order_id = fields.Many2one(
        "crmx.work.order",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="On which it was mended again.",
    )
    vehicle_id = fields.Many2one(related="work_order_id.vehicle_id", store=True, index=True)
    company_id = fields.Many2one(related="work_order_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Vendor", check_company=True, ondelete="restrict", tracking=True, index=True
    )
    user_id = fields.Many2one("res.users", string="Responsible", default=lambda self: self.env.user)
    date = fields.Date(required=True, default=fields.Date.context_today, tracking=True)
    description = fields.Text(string="What failed", help="As the vendor reads it.")
    line_ids = fields.One2many("crmx.warranty.claim.line", "claim_id", string="Claimed", copy=True)
    amount = fields.Monetary(string="Amount claimed", compute="_compute_amounts", store=True)
    amount_accepted = fields.Monetary(string="Amount accepted", compute="_compute_amounts", store=True)
    amount_recovered = fields.Monetary(
        string="Amount recovered",
        compute="_compute_amount_recovered",
        help="Net of tax, by the vendor's posted credit note.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Sent"),
            ("accepted", "Accepted"),
            ("refused", "Refused"),
            ("credited", "Credited"),
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
    date_sent = fields.Date(string="Sent on", readonly=True, copy=False)
    date_answered = fields.Date(string="Answered on", readonly=True, copy=False)
    vendor_reference = fields.Char(string="Vendor's number", copy=False)
    refund_id = PlainMany2one(
        "account.move",
        string="Credit note",
        copy=False,
        index="btree_not_null",
        domain="[('move_type', '=', 'in_refund'), ('company_id', '=', company_id), "
        "('commercial_partner_id', '=', partner_id)]",
    )

    _refund_once = models.UniqueIndex(
        "(refund_id) WHERE refund_id IS NOT NULL", "The credit note is for another claim already."
    )

    @api.depends("line_ids.amount", "line_ids.amount_accepted")
    def _compute_amounts(self):
        for claim in self:
            claim.amount = sum(claim.line_ids.mapped("amount"))
            claim.amount_accepted = sum(claim.line_ids.mapped("amount_accepted"))

    # what came back is said by the credit note, which does not know of it
    @api.depends("state", "refund_id")
    def _compute_amount_recovered(self):
        # sudo: what the credit note of a claim that the user may read gives back
        groups = self.env["account.move.line"].sudo()._read_group(
            [
                ("move_id", "in", self.refund_id.ids),
                ("parent_state", "=", "posted"),
                ("display_type", "=", "product"),
            ],
            ["move_id"],
            ["balance:sum"],
        )  # fmt: skip
        recovered = {move.id: -balance for move, balance in groups}
        for claim in self:
            claim.amount_recovered = recovered.get(claim.refund_id.id, 0.0)

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for claim in self:
            parts = (claim.name, claim.partner_id.name)
            claim.display_name = " ".join(part for part in parts if part)

    def write(self, vals):
        given = {"partner_id", "work_order_id", "date", "description"} & vals.keys()
        if given and self.filtered(lambda claim: claim.state != "draft"):
            raise UserError(self.env._("A claim that was sent stays as it was sent."))
        if vals.get("refund_id"):
            self._check_refund(vals["refund_id"])
        result = super().write(vals)
        if "refund_id" in vals:
            self._follow_refunds()
        return result

    @api.private
    def _check_refund(self, refund_id):
        # sudo: whether it is a credit note of the vendor, whoever links it
        refund = self.env["account.move"].sudo().browse(refund_id)
        for claim in self:
            theirs = claim.partner_id.commercial_partner_id == refund.commercial_partner_id
            if (
                claim.state not in ("accepted", "credited")
                or refund.move_type != "in_refund"
                or refund.company_id != claim.company_id
                or not theirs
            ):
                raise UserError(
                    self.env._(
                        "“%s” takes a credit note of its vendor, once he has accepted it.", claim.display_name
                    )
                )

    # === STATES === #

    @api.private
    def _check_complete(self):
        for claim in self:
            if not claim.partner_id:
                raise UserError(self.env._("Who supplied it? Enter the vendor of “%s”.", claim.display_name))
            if claim.currency_id.compare_amounts(claim.amount, 0.0) <= 0:
                raise UserError(
                    self.env._("Nothing is claimed on “%s”: enter what, and how much.", claim.display_name)
                )

    def action_send(self):
        """Write to the vendor, with the claim as PDF; it counts as sent when the message is."""
        self.ensure_one()
        self._lock("draft", "sent")
        self._check_complete()
        template = self.env.ref("crm_extended.mail_template_warranty_claim")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write to the Vendor"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id,
                "default_composition_mode": "comment",
                "default_email_layout_xmlid": "mail.mail_notification_layout_with_responsible_signature",
                "force_email": True,
                "crmx_claim_sent": True,
            },
        }

    def message_post(self, **kwargs):
        message = super().message_post(**kwargs)
        if self.env.context.get("crmx_claim_sent") and self.state == "draft":
            self.with_context(crmx_claim_sent=False).action_mark_sent()
        return message

    def action_mark_sent(self):
        """It was sent by other means."""
        for claim in self:
            claim._lock("draft")
            claim._check_complete()
            claim._become("sent", date_sent=fields.Date.context_today(claim))

    def action_accept(self):
        """The vendor accepts it: all, or what is entered as accepted."""
        for claim in self:
            claim._lock("sent")
            if not claim.amount_accepted:
                for line in claim.line_ids:
                    line.amount_accepted = line.amount
            claim._become("accepted", date_answered=fields.Date.context_today(claim))

    def action_refuse(self):
        """Ask what the vendor says."""
        self._lock("sent")
        return self._ask_reason("refuse", self.env._("The Vendor Refuses"))

    @api.private
    def _refuse(self, reason):
        self._lock("sent")
        for line in self.line_ids:
            line.amount_accepted = 0.0
        self._become("refused", date_answered=fields.Date.context_today(self))
        self.message_post(body=self.env._("Refused: %s", reason))

    def action_cancel(self):
        """Ask why it is wrong."""
        self._lock("draft", "sent", "accepted", "refused")
        return self._ask_reason("cancel", self.env._("Cancel the Claim"))

    @api.private
    def _cancel(self, reason):
        self._lock("draft", "sent", "accepted", "refused")
        if self.refund_id:
            raise UserError(
                self.env._(
                    "“%s” has a credit note: delete or unlink that first.", self.display_name
                )
            )  # fmt: skip
        self._become("cancelled")
        self.message_post(body=self.env._("Cancelled: %s", reason))

    def action_again(self):
        """The vendor is asked once more."""
        self._lock("refused")
        self._become("sent", date_answered=False)

    @api.private
    def _open(self):
        """Return the action that shows the claims."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_warranty_claim_action")
        if len(self) == 1:
            return {**action, "views": [(False, "form")], "res_id": self.id}
        return {**action, "domain": [("id", "in", self.ids)], "context": {}}
