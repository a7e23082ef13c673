from odoo import fields, models


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

    _crmx_promise_days = models.Constraint(
        "CHECK (crmx_promise_tolerance BETWEEN 0 AND 365 AND crmx_promise_grace BETWEEN 0 AND 60)",
        "The tolerance of promises is up to 365 days, and booking takes up to 60.",
    )
