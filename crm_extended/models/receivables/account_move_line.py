"""Notice when journal items are deleted, without inheriting their model."""

from odoo import models

from ..common.beneath import put_beneath


class ForgottenItems:
    """Goes beneath `account.move.line` when the registry is ready: see `CollectionLine._register_hook`."""

    # what the host asks of every class that it finds there
    _inherits: dict = {}
    _depends: dict = {}

    def unlink(self):
        """What is about an item stays when the ledger loses it, such as one of a changed draft."""
        for model_name in ("crmx.promise.line", "crmx.instalment.item", "crmx.dispute.line"):
            # sudo: lets go of what is deleted; who deletes journal items needs no rights on promises
            self.env[model_name].sudo().search([("move_line_id", "in", self.ids)])._forget_items()
        # sudo: as above
        self.env["crmx.dunning.line"].sudo()._forget_items(self.ids)
        for model_name in (
            "crmx.settlement.line",
            "crmx.reconciliation.act.line",
            "crmx.interest.line",
            "crmx.bad.debt.line",
        ):
            # sudo: as above
            self.env[model_name].sudo().search([("move_line_id", "in", self.ids)]).move_line_id = False
        return super().unlink()


class CollectionLine(models.AbstractModel):
    _inherit = "crmx.collection.line"

    def _register_hook(self):
        super()._register_hook()
        put_beneath(self.env.registry["account.move.line"], ForgottenItems)
