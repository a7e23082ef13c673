"""All that is held about a person, in one file: for him, so of others no more than their number."""

import base64
import io
import json
import zipfile

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.tools import SQL

#: Technical fields that tell nothing.
SKIPPED = frozenset(("id", "create_uid", "write_uid", "write_date", "display_name"))
#: Files of this size in all are put in; the names of others are listed.
MAX_FILES = 100 * 1024 * 1024


class PrivacyRequest(models.Model):
    _inherit = "crmx.privacy.request"

    @api.private
    def _export(self):
        self.ensure_one()
        # sudo: whoever handles a request about a person collects all that is held
        partner = self.partner_id.sudo().with_context(active_test=False)
        found = self.env["crmx.privacy.holdings"]._find(partner)
        sections = {self.env._("Contact"): [dict(partner._crmx_snapshot())]}
        files = []
        for name, (linked, named) in found.items():
            records = linked | named
            label = self.env[name]._description
            sections[label] = [self._export_row(record, partner) for record in records]
            files += self._files(name, records)
        sections[self.env._("History")] = self._history(partner)
        self.write(
            {
                "file": base64.b64encode(self._zip(sections, files)),
                "file_name": f"personal-data-{partner.id}.zip",
                "log": "\n".join(f"{label}: {len(rows)}" for label, rows in sections.items()),
            }
        )

    @api.private
    def _export_row(self, record, partner):
        row = {}
        for field in record._fields.values():
            if field.name in SKIPPED or not field.store or field.type in ("binary", "one2many"):
                continue
            value = self._export_value(record, field, partner)
            if value not in (None, False, "", [], {}):
                row[field._description_string(self.env)] = value
        return row

    @api.private
    def _export_value(self, record, field, partner):
        value = record[field.name]
        if field.type in ("many2one", "many2many") and field.comodel_name == "res.partner":
            others = len(value - partner)
            own = [partner.name] if partner in value else []
            return own + ([self.env._("%(count)s others", count=others)] if others else [])
        if isinstance(value, models.BaseModel):
            return ", ".join(value.mapped("display_name"))
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value)
        if field.type in ("date", "datetime"):
            return value and field.to_string(value)
        return str(value) if isinstance(value, Markup) else value

    @api.private
    def _files(self, model_name, records):
        # sudo: as in _export()
        attachments = self.env["ir.attachment"].sudo()
        return attachments.search(
            [("res_model", "=", model_name), ("res_id", "in", records.ids), ("type", "=", "binary")],
            order="id",
        )

    @api.private
    def _history(self, partner):
        """Moments and kinds of the events in the history; what happened stands at its source."""
        kinds = self.env["crmx.timeline.event"].get_kinds()
        rows = self.env.execute_query(
            SQL(
                "SELECT date, kind, direction FROM crmx_timeline_event WHERE partner_id = %s ORDER BY date",
                partner.id,
            )
        )
        return [
            {
                self.env._("Date"): fields.Datetime.to_string(date),
                self.env._("Kind"): str(kinds.get(kind, {}).get("label", kind)),
                self.env._("Direction"): direction or "",
            }
            for date, kind, direction in rows
        ]

    @api.private
    def _zip(self, sections, files):
        stream, size, left_out = io.BytesIO(), 0, []
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for attachment in files:
                size += attachment.file_size or 0
                if size > MAX_FILES:
                    left_out.append({self.env._("Name"): attachment.name})
                else:
                    safe = "".join(c if c.isalnum() or c in " .-_" else "_" for c in attachment.name or "")
                    archive.writestr(f"files/{attachment.id}-{safe[-80:]}", attachment.raw or b"")
            if left_out:
                sections = {**sections, self.env._("Files too large for this archive"): left_out}
            text = json.dumps(sections, ensure_ascii=False, indent=2, default=str)
            archive.writestr("data.json", text)
            archive.writestr("data.html", str(self._as_page(sections)))
        return stream.getvalue()

    @api.private
    def _as_page(self, sections):
        blocks = Markup("")
        for label, rows in sections.items():
            blocks += Markup("<h2>%s (%s)</h2>") % (label, len(rows))
            for row in rows:
                lines = Markup("").join(
                    Markup("<tr><th align='left'>%s</th><td>%s</td></tr>")
                    % (name, ", ".join(map(str, value)) if isinstance(value, list) else value)
                    for name, value in row.items()
                )
                blocks += Markup("<table>%s</table><hr/>") % lines
        head = Markup("<!DOCTYPE html><meta charset='utf-8'/><title>%s</title>") % escape(self.subject or "")
        return head + blocks
