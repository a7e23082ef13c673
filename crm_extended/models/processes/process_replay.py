"""A run looked at once more, as its register has it, and the register taken along as a file."""

import io
import json

import xlsxwriter

from odoo import api, fields, models

from ...tools.processes_replay import replay
from ...tools.processes_svg import draw
from .process_log import EVENTS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ProcessInstance(models.Model):
    _inherit = "crmx.process.instance"

    @api.readonly
    def get_replay(self):
        """Return the picture of a run, and what it looked like after each event.

        :return: `picture`; `frames` of `date`, `text`, `who` and `states` of the shapes
        """
        self.ensure_one()
        self.check_access("read")
        entries = self._log_entries()
        data = [json.loads(entry.data) for entry in entries]
        frames = replay(
            (entry.kind, said.get("ref") or "") for entry, said in zip(entries, data, strict=True)
        )
        words = dict(self.env["crmx.process.log"]._fields["event"]._description_selection(self.env))
        return {
            "picture": draw(self.sudo().version_id._graph()),  # sudo: the version of a run that he may read
            "frames": [
                {
                    "date": fields.Datetime.to_string(entry.date),
                    "text": ": ".join(filter(None, (words.get(entry.kind, entry.kind), said.get("step")))),
                    "who": entry.user_id.name,
                    "states": frame.states,
                }
                for entry, said, frame in zip(entries, data, frames, strict=True)
            ],
        }

    @api.private
    def _log_entries(self):
        # sudo: the register is for managers; of a run that the user may read, what happened in it
        log = self.env["crmx.process.log"].sudo()
        return log.search([("res_model", "=", self._name), ("res_id", "in", self.ids)], order="id")

    def action_export_log(self):
        """Download what the register says of runs."""
        return self._log_entries()._export_file(self.env._("Register of runs"))


class ProcessLog(models.Model):
    _inherit = "crmx.process.log"

    def action_export(self):
        """Download the entries chosen, or all that the user may read."""
        self.check_access("read")
        companies = [("company_id", "in", self.env.companies.ids)]
        entries = self or self.search(companies, order="id", limit=None)
        return entries.sorted("id")._export_file(self.env._("Process register"))

    @api.private
    def _export_file(self, name):
        """Return the action that downloads entries as a spreadsheet, with their hashes."""
        attachment = (
            self.env["ir.attachment"]
            .sudo()  # sudo: whoever reads the entries may take them along; the file is his own
            .create({"name": f"{name}.xlsx", "raw": self._xlsx(), "mimetype": XLSX, "public": False})
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "download",
        }

    @api.private
    def _xlsx(self):
        heads = ("number", "date", "user_id", "event", "name", "data", "hash")
        labels = [self._fields[name]._description_string(self.env) for name in heads]
        words = dict(EVENTS)
        content = io.BytesIO()
        # texts stay texts, whatever they begin with
        with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as workbook:
            sheet = workbook.add_worksheet()
            sheet.write_row(0, 0, labels, workbook.add_format({"bold": True}))
            for row, entry in enumerate(self, 1):
                sheet.write_row(
                    row,
                    0,
                    [
                        entry.number,
                        fields.Datetime.to_string(entry.date),
                        entry.user_id.name,
                        words.get(entry.kind, entry.kind),
                        entry.name or "",
                        entry.data,
                        entry.hash,
                    ],
                )
            sheet.autofilter(0, 0, max(len(self), 1), len(heads) - 1)
            sheet.freeze_panes(1, 0)
        return content.getvalue()
