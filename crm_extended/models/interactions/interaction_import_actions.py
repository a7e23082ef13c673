from odoo import models
from odoo.exceptions import UserError


class InteractionImport(models.Model):
    """What people press on an import."""

    _inherit = "crmx.interaction.import"

    def action_check(self):
        """Read all rows and say what would become of them; nothing is imported."""
        self.ensure_one()
        self._check_mapping()
        self._start("check")

    def action_import(self):
        """Import the good rows; those that were imported by an earlier run stay as they are."""
        self.ensure_one()
        if self.stage not in ("checked", "done"):
            raise UserError(self.env._("Check the file first."))
        # sudo: only the job has access to the blocks; asked is whether there are any
        blocks = self.env["crmx.interaction.import.block"].sudo()
        if not blocks.search_count([("import_id", "=", self.id)], limit=1):
            raise UserError(self.env._("The rows of this file were removed. Upload it again."))
        if self.unmatched == "create" or "create" in self.row_ids.mapped("choice"):
            self.env["res.partner"].check_access("create")
        self._start("import")

    def action_stop(self):
        """Stop behind the chunk that is being worked on."""
        self.filtered(lambda b: b.state in ("waiting", "running")).state = "paused"

    def action_resume(self):
        """Go on behind the last chunk that was committed."""
        for batch in self.filtered(lambda b: b.state in ("paused", "failed")):
            batch.write({"state": "running" if batch.date_start else "waiting", "error": False})
        self._trigger()

    def action_back(self):
        """Back to the columns."""
        self.ensure_one()
        if self.count_created:
            raise UserError(
                self.env._(
                    "Rows of this file are imported already. Upload the file anew to read it differently."
                )
            )
        self.write({"stage": "draft", "state": "waiting", "date_start": False, "done": 0, "error": False})
        self.row_ids.unlink()

    def action_open_interactions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Imported interactions"),
            "res_model": "crmx.interaction",
            "view_mode": "list,form",
            "domain": [("import_id", "=", self.id)],
        }

    def action_open_rows(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Problems"),
            "res_model": "crmx.interaction.import.row",
            "view_mode": "list",
            "domain": [("import_id", "=", self.id)],
        }

    def action_download_problems(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/problem_file?download=true",
            "target": "self",
        }

    def _check_mapping(self):
        """:raise UserError: when the columns cannot be imported, with what to change"""
        if not self.company_id.crmx_use_interactions:
            raise UserError(
                self.env._(
                    "%s does not use interactions. Switch them on in the settings.", self.company_id.name
                )
            )
        columns = self.column_ids.filtered("target")
        for target, same in columns.grouped("target").items():
            if len(same) > 1:
                labels = dict(self.column_ids._fields["target"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "Columns %(columns)s both hold “%(target)s”. Keep one of them.",
                        columns=", ".join(same.mapped("letter")),
                        target=labels[target],
                    )
                )
        targets = set(columns.mapped("target"))
        if "date" not in targets:
            raise UserError(self.env._("Say which column holds the date: without it no row can be imported."))
        if not targets & {"caller", "callee", "phone", "email", "partner", "reference", "vat"}:
            raise UserError(
                self.env._(
                    "Say which column holds a number, an e-mail, a name or a reference: without it nobody"
                    " is named."
                )
            )

    def _start(self, stage):
        if self.stage in ("check", "import") and self.state in ("waiting", "running"):
            raise UserError(self.env._("The file is being worked on. Wait, or stop it first."))
        self._restart()
        self.stage = stage
        self._trigger()

    def _trigger(self):
        # sudo: starting a job of ours early is all that it does
        self.env.ref("crm_extended.ir_cron_interaction_import").sudo()._trigger()
