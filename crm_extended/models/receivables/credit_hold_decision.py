from odoo import api, fields, models
from odoo.exceptions import LockError, UserError


class CreditHold(models.Model):
    """Who lets held documents go, or not."""

    _inherit = "crmx.credit.hold"

    def action_release(self):
        """Ask for the comment, and whether only these documents are released."""
        return self._decide_action(self.env._("Release"), "release")

    def action_refuse(self):
        """Ask for the reason of a refusal."""
        return self._decide_action(self.env._("Refuse"), "refuse")

    def _decide_action(self, name, decision):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "crmx.credit.release",
            "view_mode": "form",
            "target": "new",
            "context": {"default_hold_ids": self.ids, "default_decision": decision},
        }

    @api.private
    def _release(self, comment, until=False):
        """Let documents go; orders that wait to be confirmed are confirmed.

        :param until: let further documents of these customers pass until that day, too
        :raise UserError: when the user may not, or somebody else has decided
        """
        self._check_decision()
        if until and until < fields.Date.context_today(self):
            raise UserError(self.env._("That day has passed."))
        self._decide("released", comment, until)
        for sends_email, holds in self.sudo().grouped("sends_email").items():  # sudo: as in _decide
            waiting = holds.filtered(lambda hold: not hold.picking_id).order_id.filtered(
                lambda order: order.state in ("draft", "sent")
            )
            if waiting:
                # sudo: carries out what was asked for when the order was held
                waiting.with_context(send_email=sends_email).action_confirm()

    @api.private
    def _refuse(self, comment):
        """Leave documents as they are; who sold them is told."""
        self._check_decision()
        self._decide("refused", comment, False)

    @api.private
    def _decide(self, state, comment, until):
        # sudo: only the decision, of one who is entitled to it (see _check_decision)
        holds = self.sudo()
        holds.write(
            {
                "state": state,
                "comment": comment,
                "date_until": until,
                "released_by_id": self.env.uid,
                "date_released": fields.Datetime.now(),
            }
        )
        self._log(f"hold_{state}")
        for hold in holds:
            values = {"user": self.env.user.name, "comment": comment}
            hold._document().message_post(
                body=self.env._("Released from credit hold by %(user)s: %(comment)s", **values)
                if state == "released"
                else self.env._("Stays on credit hold, says %(user)s: %(comment)s", **values),
                partner_ids=hold.user_id.partner_id.ids,
            )

    @api.private
    def _check_decision(self):
        """Lock the holds and see whether the user may decide on them, as they are now.

        :raise UserError: otherwise
        """
        self.check_access("read")
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._("Somebody else decides on it right now. Look again in a moment.")
            ) from error
        self.invalidate_recordset(["state"])
        if decided := self.filtered(lambda hold: hold.state != "held")[:1]:
            raise UserError(
                self.env._(
                    "“%(document)s” is not on hold any more: %(user)s decided.",
                    document=decided.display_name,
                    user=decided.sudo().released_by_id.name or self.env._("the check"),  # sudo: a name
                )
            )
        # sudo: what the documents are worth now
        for hold in self.sudo():
            hold.amount = hold.order_id._crmx_credit_amount() if hold.order_id else hold.amount
        most = self.env["crmx.approval.ladder"]._most_of(self.env.user, "release")
        for hold in self:
            if not hold._is_within(most):
                raise UserError(
                    self.env._(
                        "“%(document)s” is worth %(amount)s. You may release up to %(most)s.",
                        document=hold.display_name,
                        amount=hold.currency_id.format(hold.amount),
                        most=hold.currency_id.format(most.get(hold.company_id.root_id, 0.0)),
                    )
                )

    def action_recheck(self):
        """Look again: what nothing stands against any more goes on by itself."""
        self.check_access("read")
        # sudo: does what the check would do when the document is confirmed or reserved again
        live = self.sudo().filtered(lambda hold: hold.state == "held")
        live.filtered("picking_id").picking_id.move_ids._action_assign()
        for sends_email, holds in (
            live.filtered(lambda hold: not hold.picking_id).grouped("sends_email").items()
        ):
            orders = holds.order_id
            waiting = orders.filtered(lambda order: order.state in ("draft", "sent"))
            waiting.with_context(send_email=sends_email).action_confirm()
            (orders - waiting)._crmx_recheck()
