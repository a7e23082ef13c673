from odoo import api, fields, models
from odoo.exceptions import UserError


class InstalmentPart(models.AbstractModel):
    """A row of an instalment plan: people change it in drafts only, and never what the ledger says of it."""

    _name = "crmx.instalment.part"
    _description = "Row of an instalment plan"

    #: Fields that only the ledger sets, and those that are agreed.
    _part_given: frozenset | set = frozenset()
    _part_agreed: frozenset | set = frozenset()

    plan_id = fields.Many2one("crmx.instalment.plan", required=True, ondelete="cascade", index=True)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(self._part_given & vals.keys() for vals in vals_list):
            raise UserError(self.env._("What was paid is read from the ledger."))
        parts = super().create(vals_list)
        parts._check_draft()
        return parts

    def write(self, vals):
        if not self.env.su and self._part_given & vals.keys():
            raise UserError(self.env._("What was paid is read from the ledger."))
        if self._part_agreed & vals.keys():
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        self._check_draft()

    @api.private
    def _check_draft(self):
        if not self.env.su:
            self.plan_id._check_draft()
