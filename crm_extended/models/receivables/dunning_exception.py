from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..common.plain_fields import PlainMany2one


class DunningException(models.Model):
    """What is different for one customer or one document: another policy, or no reminders for a while."""

    _name = "crmx.dunning.exception"
    _description = "Dunning Exception"
    _order = "id DESC"
    _rec_name = "partner_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", ondelete="cascade", index="btree_not_null", check_company=True
    )
    move_id = PlainMany2one(
        "account.move", string="Document", index="btree_not_null", help="Only this one, not all of them."
    )
    policy_id = fields.Many2one("crmx.dunning.policy", ondelete="cascade", check_company=True, index=True)
    is_stopped = fields.Boolean(string="No Reminders")
    date_until = fields.Date(string="Until", help="Reminders go on after that day. Empty: never.")
    note = fields.Char(string="Why")

    _one_target = models.Constraint(
        "CHECK ((partner_id IS NULL) <> (move_id IS NULL))", "Choose either a customer or a document."
    )
    _says_something = models.Constraint(
        "CHECK (is_stopped IS TRUE OR policy_id IS NOT NULL)", "Choose a policy, or stop the reminders."
    )
    _partner_uniq = models.UniqueIndex(
        "(company_id, partner_id) WHERE partner_id IS NOT NULL",
        "The customer has an exception already: change that one.",
    )
    _move_uniq = models.UniqueIndex(
        "(move_id) WHERE move_id IS NOT NULL", "The document has an exception already: change that one."
    )

    @api.constrains("partner_id", "move_id", "company_id")
    def _check_target(self):
        for exception in self:
            partner, move = exception.partner_id, exception.move_id
            if partner and partner != partner.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "Reminders go to the company as a whole: choose %(partner)s.",
                        partner=partner.commercial_partner_id.display_name,
                    )
                )
            # sudo: compares the document's company only
            if move and move.sudo().company_id != exception.company_id:
                raise ValidationError(self.env._("The document belongs to another company."))

    @api.depends("partner_id", "move_id")
    def _compute_display_name(self):
        for exception in self:
            # sudo: the name of the document that an exception the user may read is about
            exception.display_name = exception.partner_id.name or exception.sudo().move_id.name or ""

    @api.model
    @api.private
    def _pause(self, company, partners, until, note):
        """No reminders to the customers until a day."""
        found = self.search([("company_id", "=", company.id), ("partner_id", "in", partners.ids)])
        found.write({"is_stopped": True, "date_until": until, "note": note})
        self.create(
            [
                {
                    "company_id": company.id,
                    "partner_id": partner.id,
                    "is_stopped": True,
                    "date_until": until,
                    "note": note,
                }
                for partner in partners - found.partner_id
            ]
        )

    @api.model
    @api.private
    def _open_of(self, **target):
        """Return the action that opens the exception of a customer or document, or begins it."""
        found = self.search([(name, "=", record.id) for name, record in target.items()], limit=1)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reminders: Exception"),
            "res_model": self._name,
            "res_id": found.id,
            "view_mode": "form",
            "target": "new",
            "context": {f"default_{name}": record.id for name, record in target.items()},
        }
