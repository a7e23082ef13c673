"""The host's log of services follows vendor bills: their dates, credit notes and cancellation."""

from odoo import api, models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        if bills := posted.filtered(lambda move: move.is_purchase_document()):
            bills._crmx_log_credit_notes()
            # sudo: the log of bills that the user may post
            logs = bills.line_ids.sudo().vehicle_log_service_ids
            logs.filtered(lambda log: log.state == "cancelled" and not log._crmx_in_stock()).state = "done"
            bills._crmx_tell_orders()
        return posted

    def button_draft(self):
        """The host would leave the cost of a bill that is taken back, or cancelled."""
        result = super().button_draft()
        bills = self.filtered(lambda move: move.is_purchase_document())
        # sudo: as in posting
        bills.line_ids.sudo().vehicle_log_service_ids.state = "cancelled"
        return result

    @api.private
    def _crmx_log_credit_notes(self):
        """Enter credit notes in the log with what they give back: the host leaves the full cost."""
        lines = self.filtered(lambda move: move.move_type == "in_refund").line_ids
        mine = lines.filtered(lambda line: line.vehicle_id and line.display_type == "product")
        self._crmx_enter_log(mine)

    @api.private
    def _crmx_enter_log(self, lines):
        """Enter lines of bills in the host's log, once; none where its type has been deleted."""
        kind = self.env.ref("account_fleet.data_fleet_service_type_vendor_bill", raise_if_not_found=False)
        if not kind:
            return
        fresh = lines.filtered(lambda line: not line.vehicle_log_service_ids)
        # sudo: as the host does for bills
        logs = self.env["fleet.vehicle.log.services"].sudo()
        logs.create([line._prepare_fleet_log_service() for line in fresh])

    @api.private
    def _crmx_tell_orders(self):
        """Say on finished orders that a bill came in later."""
        # sudo: on orders of what the user posts
        bills = self.sudo()
        outside = bills.line_ids.purchase_line_id.crmx_outside_ids
        for order in outside.order_id.filtered(lambda order: order.state in ("done", "cancel")):
            ordered = order.outside_ids.purchase_line_id
            late = bills.filtered(lambda move, lines=ordered: move.line_ids.purchase_line_id & lines)
            names = ", ".join(late.mapped("name"))
            order.message_post(body=self.env._("Posted after it was closed: %s", names))


class FleetVehicleLogServices(models.Model):
    _inherit = "fleet.vehicle.log.services"

    @api.model_create_multi
    def create(self, vals_list):
        """Date the cost of a bill by the bill, in its company: the host takes today.

        Said here, as extending journal items would have the host look at their table on installation.
        """
        for vals in vals_list:
            if line_id := vals.get("account_move_line_id"):
                move = self.env["account.move.line"].browse(line_id).move_id
                vals.setdefault("date", move.invoice_date or move.date)
                vals.setdefault("company_id", move.company_id.id)
        logs = super().create(vals_list)
        logs.filtered(lambda log: log._crmx_in_stock()).state = "cancelled"
        return logs

    @api.private
    def _crmx_in_stock(self):
        """Return whether a bill's line is of what is kept in stock: it costs when it is issued, and once."""
        line = self.account_move_line_id
        return line.company_id.crmx_use_workshop and line.product_id.is_storable

    @api.depends("account_move_line_id.price_subtotal")
    def _compute_amount(self):
        """Credit notes and discounts lower what was spent."""
        billed = self.filtered("account_move_line_id")
        for log in billed:
            log.amount = log.account_move_line_id.balance
        return super(FleetVehicleLogServices, self - billed)._compute_amount()
