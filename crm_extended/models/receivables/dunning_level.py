from odoo import api, fields, models
from odoo.exceptions import ValidationError


class DunningLevel(models.Model):
    """One step of a policy: when it comes, and what is done.

    Days count from the due date of each item. The ticked channels are tried in the order e-mail, SMS,
    letter, call: what fails or comes back leads to the next one, and in the end to a call.
    """

    _name = "crmx.dunning.level"
    _description = "Dunning Level"
    _order = "policy_id, number, id"

    policy_id = fields.Many2one("crmx.dunning.policy", required=True, ondelete="cascade", index=True)
    number = fields.Integer(string="Level", required=True, default=1, aggregator=None)
    name = fields.Char(required=True, translate=True)
    days = fields.Integer(
        string="Days Late",
        required=True,
        default=7,
        aggregator=None,
        help="The level comes when an item is that many days past its due date, or more.",
    )
    wait_days = fields.Integer(
        string="Wait",
        default=7,
        aggregator=None,
        help="Days that must have passed since the level before was sent.",
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    minimum_amount = fields.Monetary(
        string="Minimum", aggregator=None, help="A customer who owes less on this level gets no message."
    )
    by_email = fields.Boolean(string="E-mail", default=True)
    by_sms = fields.Boolean(string="SMS")
    by_letter = fields.Boolean(string="Letter", help="A PDF to print, kept with the message.")
    by_call = fields.Boolean(string="Call", help="A task to call the customer.")
    is_first_only = fields.Boolean(
        string="First That Works",
        default=True,
        help="Use the first of the ticked channels that works. Otherwise all of them are used.",
    )
    hold = fields.Boolean(
        string="Hold Orders",
        help="Once it is sent, the customer is blocked for new orders on credit, until somebody lifts that.",
    )
    attach_invoices = fields.Boolean(default=True, help="E-mails carry the documents that they are about.")
    mail_template_id = fields.Many2one(
        "mail.template",
        string="Text",
        domain=[("model", "=", "crmx.dunning.letter")],
        default=lambda self: self.env.ref("crm_extended.mail_template_dunning_1", raise_if_not_found=False),
        required=True,
        ondelete="restrict",
        help="Of e-mails and letters, in each language.",
    )
    sms_template_id = fields.Many2one(
        "sms.template",
        string="SMS Text",
        domain=[("model", "=", "crmx.dunning.letter")],
        default=lambda self: self.env.ref("crm_extended.sms_template_dunning", raise_if_not_found=False),
        ondelete="restrict",
    )

    _number_uniq = models.UniqueIndex("(policy_id, number)", "Each level of a policy has its own number.")
    _number_positive = models.Constraint("CHECK (number > 0)", "Levels count from 1.")
    _days_range = models.Constraint(
        "CHECK (days BETWEEN 1 AND 3650 AND wait_days BETWEEN 0 AND 3650)",
        "A level comes at least one day after the due date; waiting takes no less than 0 days.",
    )
    _minimum_positive = models.Constraint("CHECK (minimum_amount >= 0)", "No amount is less than nothing.")
    _does_something = models.Constraint(
        "CHECK ((by_email OR by_sms OR by_letter OR by_call) IS TRUE)", "Say how the customer is reminded."
    )
    _sms_text = models.Constraint("CHECK (NOT by_sms OR sms_template_id IS NOT NULL)", "An SMS needs a text.")

    @api.constrains("number", "days")
    def _check_order(self):
        """A later level comes later."""
        for policy in self.policy_id:
            levels = policy.level_ids.sorted("number")
            for earlier, later in zip(levels, levels[1:], strict=False):
                if later.days < earlier.days:
                    raise ValidationError(
                        self.env._(
                            "The levels of “%(policy)s” are out of order: level %(later)s comes after "
                            "%(later_days)s days, but level %(earlier)s before it after %(earlier_days)s.",
                            policy=policy.name,
                            later=later.number,
                            later_days=later.days,
                            earlier=earlier.number,
                            earlier_days=earlier.days,
                        )
                    )

    @api.depends("name", "number")
    def _compute_display_name(self):
        for level in self:
            level.display_name = f"{level.number}: {level.name}" if level.name else ""
