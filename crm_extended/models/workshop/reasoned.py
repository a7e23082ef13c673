from odoo import api, models


class Reasoned(models.AbstractModel):
    """What is only done when somebody says why: a dialog asks, and the reason stays on record."""

    _name = "crmx.workshop.reasoned"
    _description = "What is done with a reason"

    #: What needs a reason -> name of the method that does it, with the reason.
    _reasons: dict = {}

    @api.private
    def _ask_reason(self, kind, title):
        """Return the dialog that asks why."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "crmx.workshop.reason",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_kind": kind,
            },
        }
