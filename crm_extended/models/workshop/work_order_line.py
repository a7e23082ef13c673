from odoo import api, fields, models
from odoo.exceptions import UserError

from .work_order import OPEN


class WorkOrderLine(models.AbstractModel):
    """What can be entered on a work order while it is open, and stays as it is afterwards."""

    _name = "crmx.work.order.line"
    _description = "Line of a work order"
    _order = "order_id, sequence, id"

    order_id = fields.Many2one("crmx.work.order", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(related="order_id.company_id")
    currency_id = fields.Many2one(related="order_id.currency_id")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_order_open()
        return lines

    def write(self, vals):
        self._check_order_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_while_open(self):
        self._check_order_open()

    @api.private
    def _check_order_open(self):
        closed = self.order_id.filtered(lambda order: order.state not in OPEN)
        if closed and not self.env.su:
            raise UserError(
                self.env._("“%s” is closed: reopen it to change what was done.", closed[:1].display_name)
            )
