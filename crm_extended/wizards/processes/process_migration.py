from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.processes import STOPS
from ...tools.processes_svg import draw


class ProcessMigration(models.TransientModel):
    """Moves runs that follow one version to another one, after showing what is different."""

    _name = "crmx.process.migration"
    _description = "Move Runs to Another Version"

    process_id = fields.Many2one("crmx.process", required=True, readonly=True, ondelete="cascade")
    from_version_id = fields.Many2one(
        "crmx.process.version",
        string="From",
        required=True,
        domain="[('process_id', '=', process_id), ('id', '!=', to_version_id)]",
        compute="_compute_versions",
        store=True,
        readonly=False,
        ondelete="cascade",
    )
    to_version_id = fields.Many2one(
        "crmx.process.version",
        string="To",
        required=True,
        domain="[('process_id', '=', process_id)]",
        compute="_compute_versions",
        store=True,
        readonly=False,
        ondelete="cascade",
    )
    reason = fields.Char(required=True)
    run_count = fields.Integer(compute="_compute_pictures", string="Runs")
    old_picture = fields.Html(compute="_compute_pictures", sanitize=False)
    new_picture = fields.Html(compute="_compute_pictures", sanitize=False)
    line_ids = fields.One2many(
        "crmx.process.migration.line",
        "migration_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    refused = fields.Text(readonly=True)
    moved_count = fields.Integer(readonly=True)

    @api.depends("process_id")
    def _compute_versions(self):
        for wizard in self:
            wizard.to_version_id = wizard.process_id.version_id
            runs = wizard._runs_of(wizard.process_id).filtered(
                lambda run, wizard=wizard: run.version_id != wizard.to_version_id
            )
            wizard.from_version_id = runs[:1].version_id

    @api.depends("from_version_id", "to_version_id")
    def _compute_line_ids(self):
        for wizard in self:
            nodes = wizard._standing()
            known = wizard.from_version_id._suggest(wizard.to_version_id, nodes) if nodes else {}
            wizard.line_ids = [fields.Command.clear()] + [
                fields.Command.create(
                    {"node_id": node.id, "target_id": known[node].id if node in known else False}
                )
                for node in nodes
            ]

    @api.depends("from_version_id", "to_version_id")
    def _compute_pictures(self):
        for wizard in self:
            old, new = wizard.from_version_id, wizard.to_version_id
            wizard.run_count = len(wizard._runs()) if old else 0
            if not old or not new:
                wizard.old_picture = wizard.new_picture = False
                continue
            difference = old._difference(new)
            # the pictures are made by our own code, which escapes the names in them
            wizard.old_picture = Markup(draw(old._graph(), difference.old))  # noqa: S704
            wizard.new_picture = Markup(draw(new._graph(), difference.new))  # noqa: S704

    @api.private
    def _runs_of(self, process):
        return self.env["crmx.process.instance"].search(
            [("process_id", "=", process.id), ("state", "in", ("running", "incident"))]
        )

    @api.private
    def _runs(self):
        return self._runs_of(self.process_id).filtered(lambda run: run.version_id == self.from_version_id)

    @api.private
    def _standing(self):
        """Return the steps on which runs stand, in the order of the drawing."""
        runs = self._runs() if self.from_version_id else self.env["crmx.process.instance"]
        # sudo: where runs stand, to who may move them
        return runs.sudo()._live_tokens().node_id.sorted("id")

    def action_migrate(self):
        """Move the runs, each as a whole or not at all, and say which could not be."""
        self.ensure_one()
        self._check_may()
        targets = {line.node_id: line.target_id for line in self.line_ids if line.target_id}
        refused, moved = [], 0
        # sudo: runs are moved by the engine; who may ask for it was checked
        for run in self._runs().sudo():
            try:
                with self.env.cr.savepoint():
                    run._migrate(self.to_version_id.sudo(), targets, self.reason)  # sudo: as above
                moved += 1
            except UserError as error:
                refused.append(f"{run.display_name}: {error.args[0]}")
        self.write({"refused": "\n".join(refused) or False, "moved_count": moved})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Moved"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref("crm_extended.crmx_process_migration_view_form_done").id, "form")],
            "target": "new",
        }

    @api.private
    def _check_may(self):
        if not self.env.user.has_group("crm_extended.group_processes_manager"):
            raise UserError(self.env._("Only managers of processes can do this."))
        if self.from_version_id.process_id != self.to_version_id.process_id:
            raise UserError(self.env._("Both versions have to be of one process."))


class ProcessMigrationLine(models.TransientModel):
    _name = "crmx.process.migration.line"
    _description = "Step in Another Version"

    migration_id = fields.Many2one("crmx.process.migration", required=True, ondelete="cascade")
    to_version_id = fields.Many2one(related="migration_id.to_version_id")
    node_id = fields.Many2one(
        "crmx.process.node", string="Stands at", required=True, readonly=True, ondelete="cascade"
    )
    target_id = fields.Many2one(
        "crmx.process.node",
        string="Goes on at",
        domain=f"[('version_id', '=', to_version_id), ('kind', 'in', {sorted(STOPS)})]",
        ondelete="cascade",
        help="Empty: runs that stand here stay on their version.",
    )
