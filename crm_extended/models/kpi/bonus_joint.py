from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.kpi import weights_fit
from ..common.plain_fields import PlainMany2one


class BonusJoint(models.Model):
    """An order or invoice that several persons brought in, and how they share it from a day on.

    Bonuses follow the shares; the figures of teams and of the company, and all totals, stay as they are.
    """

    _name = "crmx.bonus.joint"
    _description = "Joint Deal"
    _inherit = ["mail.thread"]
    _order = "date DESC, id DESC"
    _check_company_auto = True

    order_id = fields.Many2one(
        "sale.order",
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
        help="Its invoices and credit notes are shared alike, unless they are joint deals of their own.",
    )
    move_id = PlainMany2one(
        "account.move",
        string="Invoice",
        index="btree_not_null",
        domain="[('move_type', 'in', ('out_invoice', 'out_refund')), ('company_id', '=', company_id)]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date = fields.Date(
        string="Holds from",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        tracking=True,
        help="Periods that end before it keep the shares of before.",
    )
    share_ids = fields.One2many("crmx.bonus.joint.share", "joint_id", string="Shares", copy=True)
    reason = fields.Char(tracking=True)

    _one_document = models.Constraint(
        "CHECK (num_nonnulls(order_id, move_id) = 1)", "Choose an order or an invoice."
    )
    _order_uniq = models.UniqueIndex("(order_id, date) WHERE order_id IS NOT NULL")
    _move_uniq = models.UniqueIndex("(move_id, date) WHERE move_id IS NOT NULL")

    @api.depends("order_id", "move_id", "date")
    def _compute_display_name(self):
        for joint in self:
            # sudo: only the number of the document
            document = (joint.order_id or joint.move_id).sudo()
            joint.display_name = " ".join(
                part for part in (document.display_name, str(joint.date or "")) if part
            )

    @api.constrains("share_ids")
    def _check_shares(self):
        for joint in self:
            if not weights_fit([share.share / 100 for share in joint.share_ids]):
                raise ValidationError(
                    self.env._(
                        "The shares of “%(deal)s” make %(sum)s %%, and not 100 %%.",
                        deal=joint.display_name,
                        sum=f"{sum(joint.share_ids.mapped('share')):g}",
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        joints = super().create(vals_list)
        joints._check_shares()
        return joints

    @api.constrains("move_id", "company_id")
    def _check_invoice(self):
        for joint in self.filtered("move_id"):
            if joint.move_id.company_id != joint.company_id:
                raise UserError(self.env._("“%s” is another company's invoice.", joint.move_id.display_name))

    @api.model
    def _shares_at(self, company, day):
        """Return who shares what on a day.

        :return: ``({order id: {user id: share}}, {invoice id: {user id: share}})``
        """
        joints = self.search([("company_id", "child_of", company.id), ("date", "<=", day)], order="date, id")
        orders, moves = {}, {}
        for joint in joints:
            shares = {share.user_id.id: share.share for share in joint.share_ids}
            if joint.order_id:
                orders[joint.order_id.id] = shares
            else:
                moves[joint.move_id.id] = shares
        return orders, moves
