from odoo import api, fields, models
from odoo.exceptions import UserError


class WarrantyClaimLine(models.Model):
    """A part, a job or outside work that did not last, and what is claimed for it."""

    _name = "crmx.warranty.claim.line"
    _description = "Line of a warranty claim"
    _order = "claim_id, id"

    claim_id = fields.Many2one("crmx.warranty.claim", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="claim_id.company_id")
    currency_id = fields.Many2one(related="claim_id.currency_id")
    kind = fields.Selection(
        [("part", "Part"), ("job", "Job"), ("outside", "Outside work"), ("other", "Other")],
        required=True,
        default="part",
        help="Other: such as the labour of putting the part on again, or towing.",
    )
    product_id = fields.Many2one("product.product", check_company=True, ondelete="restrict")
    name = fields.Char(
        string="What", compute="_compute_name", store=True, readonly=False, precompute=True, required=True
    )
    quantity = fields.Float(digits="Product Unit", default=1.0)
    amount = fields.Monetary(string="Claimed", help="Net of tax, in the company's currency.")
    amount_accepted = fields.Monetary(string="Accepted", copy=False)
    earlier_order_id = fields.Many2one(
        "crmx.work.order", string="First done on", check_company=True, ondelete="restrict"
    )
    date_done = fields.Datetime(string="Done on")
    distance_done = fields.Float(string="Done at (km)", digits=(16, 0), aggregator=None)
    until = fields.Date(string="Warranted until")
    until_distance = fields.Float(string="Warranted until (km)", digits=(16, 0), aggregator=None)

    _not_negative = models.Constraint(
        "CHECK (coalesce(amount, 0) >= 0 AND coalesce(amount_accepted, 0) >= 0 AND quantity > 0)",
        "Nothing less than nothing is claimed.",
    )

    @api.depends("product_id")
    def _compute_name(self):
        for line in self:
            line.name = line.product_id.display_name or line.name

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_claim("draft")
        return lines

    def write(self, vals):
        if vals.keys() - {"amount_accepted"}:
            self._check_claim("draft")
        else:
            self._check_claim("draft", "sent")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_of_drafts(self):
        self._check_claim("draft")

    @api.private
    def _check_claim(self, *states):
        closed = self.claim_id.filtered(lambda claim: claim.state not in states)
        if closed and not self.env.su:
            raise UserError(self.env._("“%s” stays as it was sent and answered.", closed[:1].display_name))
