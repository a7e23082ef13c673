from odoo import api, fields, models
from odoo.exceptions import UserError

#: What a drawing has besides steps.
SHAPES = [
    ("start", "Start"),
    ("end", "End"),
    ("exclusive", "Decision"),
    ("parallel", "At the same time"),
    ("boundary", "When late"),
]


class ProcessNode(models.Model):
    """A shape of a published version, with all that was said of the step at that time."""

    _name = "crmx.process.node"
    _description = "Published Process Step"
    _inherit = ["crmx.process.step.properties"]
    _order = "version_id, id"

    version_id = fields.Many2one(
        "crmx.process.version", required=True, readonly=True, ondelete="cascade", index=True
    )
    process_id = fields.Many2one(related="version_id.process_id")
    ref = fields.Char(string="BPMN id", required=True, readonly=True)
    name = fields.Char(required=False)
    kind = fields.Selection(selection_add=SHAPES, ondelete={kind: "cascade" for kind, _name in SHAPES})
    host_ref = fields.Char(readonly=True)
    is_interrupting = fields.Boolean(readonly=True)
    default_ref = fields.Char(readonly=True)
    previous_ref = fields.Char(readonly=True)
    escalation_ids = fields.One2many("crmx.process.escalation", "node_id", readonly=True)
    watch_model = fields.Char(readonly=True, help="Model of the documents that complete the step.")
    watch_fields = fields.Json(readonly=True, help="Fields of that model on which it depends.")

    _ref_uniq = models.UniqueIndex("(version_id, ref)")
    _watch_idx = models.Index("(watch_model) WHERE watch_model IS NOT NULL")

    def write(self, vals):
        if self:
            raise UserError(self.env._("A published version cannot be changed: publish another one."))
        return super().write(vals)

    @api.private
    def _ways(self):
        """Return the flows among which who does the step chooses, in order; none when there is no choice."""
        self.ensure_one()
        ways = self.version_id._plan().ways.get(self.ref, ())
        return self.env["crmx.process.flow"].browse(way.id for way in ways)
