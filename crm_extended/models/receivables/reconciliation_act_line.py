from odoo import api, fields, models

from ..common.plain_fields import PlainMany2one


class ReconciliationActLine(models.Model):
    """One line of an act: our figure, and what the other party says instead."""

    _name = "crmx.reconciliation.act.line"
    _description = "Line of a reconciliation act"
    _order = "act_id, sequence, id"

    act_id = fields.Many2one("crmx.reconciliation.act", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer()
    kind = fields.Selection(
        [
            ("opening", "Opening balance"),
            ("movement", "Movement"),
            ("closing", "Closing balance"),
            ("theirs", "Only in their books"),
        ],
        required=True,
        default="movement",
    )
    currency_id = fields.Many2one("res.currency", required=True)
    date = fields.Date()
    name = fields.Char(string="Document")
    ref = fields.Char(string="Reference")
    move_line_id = PlainMany2one("account.move.line", string="Journal Item", index="btree_not_null")
    amount = fields.Monetary(help="In our books; positive is what they owe us.", aggregator=None)
    their_amount = fields.Monetary(
        string="Their Figure", help="In their books, with our sign; only where they differ.", aggregator=None
    )
    their_note = fields.Char(string="Their Remark")
    is_different = fields.Boolean(string="Differs")
    difference = fields.Monetary(compute="_compute_difference", help="Their figure less ours.")

    @api.depends("amount", "their_amount", "is_different")
    def _compute_difference(self):
        for line in self:
            line.difference = line.their_amount - line.amount if line.is_different else 0.0

    @api.depends("name", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for line in self:
            line.display_name = line.name or kinds[line.kind]
