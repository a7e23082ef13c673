from odoo import api, fields, models
from odoo.exceptions import UserError


class PartnerMerge(models.TransientModel):
    """Compares partners side by side and merges them: one stays, field by field with whose value."""

    _name = "crmx.partner.merge"
    _description = "Compare and merge contacts"

    partner_ids = fields.Many2many(
        "res.partner",
        "crmx_partner_merge_rel",
        "merge_id",
        "partner_id",
        string="Contacts",
        context={"active_test": False},
    )
    target_id = fields.Many2one(
        "res.partner",
        string="The One That Stays",
        compute="_compute_target_id",
        store=True,
        readonly=False,
        ondelete="cascade",
        domain="[('id', 'in', partner_ids)]",
        context={"active_test": False},
        help="Links, documents and the history of the others go to this contact. It keeps its ID.",
    )
    comparison = fields.Json(compute="_compute_comparison")
    choices = fields.Json(help="Field -> ID of the contact whose value is kept.")

    @api.depends("partner_ids")
    def _compute_target_id(self):
        for wizard in self:
            if wizard.target_id not in wizard.partner_ids:
                wizard.target_id = wizard._preferred()

    @api.private
    def _preferred(self):
        """Who has a user account, else the active one with most history, else the oldest."""
        partners = self.partner_ids._origin or self.partner_ids
        usage = partners._crmx_usage() if partners else {}
        return partners.sorted(
            # sudo: only whether there is an account
            lambda p: (not p.sudo().user_ids, not p.active, -usage[p.id]["events"], p.id)
        )[:1]

    @api.depends("partner_ids")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_comparison(self):
        for wizard in self:
            wizard.comparison = (wizard.partner_ids._origin or wizard.partner_ids)._crmx_comparison()

    def action_merge(self):
        """Merge, and open the one who stays."""
        self.ensure_one()
        if not self.target_id:
            raise UserError(self.env._("Choose the contact that stays."))
        target = self.target_id
        self.partner_ids._crmx_merge(target, self.choices or {})
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": target.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
