from odoo import api, fields, models
from odoo.tools import ormcache


class ResCompany(models.Model):
    _inherit = "res.company"

    crmx_promise_tolerance = fields.Integer(
        string="Tolerance of Promises",
        default=2,
        help="Days after the promised one on which a payment still counts.",
    )
    crmx_promise_grace = fields.Integer(
        string="Days for Booking",
        default=0,
        help="Days that pass after the last one that counts, before a promise is said to be broken: so long "
        "may it take to book what came in by then.",
    )

    crmx_credit_deduct_disputed = fields.Boolean(
        string="Disputed Amounts do not Count",
        default=True,
        help="What a customer contests counts neither toward his limit nor as overdue. Branches follow their "
        "company.",
    )

    crmx_worklist_date = fields.Date(
        string="Worklist of", readonly=True, copy=False, help="The day that the collectors' worklist is for."
    )

    _crmx_promise_days = models.Constraint(
        "CHECK (crmx_promise_tolerance BETWEEN 0 AND 365 AND crmx_promise_grace BETWEEN 0 AND 60)",
        "The tolerance of promises is up to 365 days, and booking takes up to 60.",
    )

    @api.private
    @ormcache("self.id")
    def _crmx_tree_ids(self):
        """Return the ids of the company, its branches and whatever it is a branch of."""
        # sudo: ids, archived branches too, whoever asks
        companies = self.sudo().with_context(active_test=False)
        return tuple(companies.search([("id", "child_of", self.sudo().root_id.id)]).ids)  # sudo: as above

    @api.private
    @ormcache("self.id")
    def _crmx_branch_ids(self):
        """Return the ids of the company, first, and of its branches."""
        # sudo: as in _crmx_tree_ids
        companies = self.sudo().with_context(active_test=False)
        branches = companies.search([("id", "child_of", self.id), ("id", "!=", self.id)])
        return (self.id, *branches.ids)
