from odoo import api, fields, models


class CollectionDocument(models.AbstractModel):
    """Something said about a customer's open debts: a promise to pay them, or why they are contested.

    Its parts are `line_ids`, see `crmx.collection.line`.
    """

    _name = "crmx.collection.document"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "About open debts"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Who says it: the company, or the person there.",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Debtor", store=True, index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    line_count = fields.Integer(compute="_compute_line_count", compute_sudo=True)

    @api.depends(lambda self: ("line_ids",) if "line_ids" in self._fields else ())
    def _compute_line_count(self):
        """How many items there are, also for those who may not see them."""
        for document in self:
            document.line_count = len(document.line_ids)

    @api.private
    def _log(self, kind):
        """Take down in the register what has become of the documents."""
        self.env["crmx.receivables.log"]._append(
            # sudo: the register says what was said, whoever has said it
            {"kind": kind, "record": document, "data": document.sudo()._log_data()}
            for document in self
        )
        # sudo: only notes that the worklist is to be looked at
        self.env["crmx.collection.case"].sudo()._mark_stale(self.commercial_partner_id, self.company_id)

    @api.private
    def _log_data(self):
        """What the register takes down of one document."""
        raise NotImplementedError
