from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ...tools import interaction_import_file as reader

#: Rows of one committed chunk.
CHUNK = 1000
#: A file of more rows is refused.
MAX_ROWS = 500_000
#: Nobody is told of contacts of the past.
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
}


class InteractionImport(models.Model):
    """Checking and importing, in committed chunks that a scheduled action works off."""

    _inherit = "crmx.interaction.import"

    @api.model
    def _cron_import(self):
        """Work off the files that wait, the oldest first."""
        self.search(
            [
                ("stage", "in", ("check", "import")),
                ("state", "in", ("waiting", "running")),
                ("company_id.crmx_use_interactions", "=", True),
            ],
            order="id",
        )._work_off()

    def _begin(self):
        if self.stage == "check":
            self._store_blocks()
        counts = ("ready", "error", "unmatched", "duplicate", "partner")
        self.write({f"count_{name}": 0 for name in counts} | {"position": 0, "total": self.count_rows})

    def _store_blocks(self):
        """Read the file once; all chunks of check and import work on what is stored."""
        Block = self.env["crmx.interaction.import.block"]
        Block.search([("import_id", "=", self.id)]).unlink()
        try:
            rows = [[number, cells] for number, cells in self._iter_rows()][self.has_header :]
        except reader.FileError as error:
            raise UserError(self._explain_file(error)) from error
        if len(rows) > MAX_ROWS:
            raise UserError(
                self.env._(
                    "The file has %(count)s rows; up to %(limit)s can be imported at once. Cut it up.",
                    count=len(rows),
                    limit=MAX_ROWS,
                )
            )
        if not rows:
            raise UserError(self.env._("The file has a header and no rows below it."))
        Block.create(
            [
                {"import_id": self.id, "position": position, "rows": rows[start : start + CHUNK]}
                for position, start in enumerate(range(0, len(rows), CHUNK))
            ]
        )
        self.count_rows = len(rows)

    def _do_chunk(self):
        block = self.env["crmx.interaction.import.block"].search(
            [("import_id", "=", self.id), ("position", "=", self.position)]
        )
        if not block:
            return 0
        worker = self._as_importer()
        rows = worker._read_rows(block.rows)
        worker._find_duplicates(rows, block.position)
        block.keys = {row.key: row.number for row in reversed(rows) if row.good}
        good = [row for row in rows if row.good]
        worker._find_partners(good)
        listed = self.row_ids.search(
            [("import_id", "=", self.id), ("number", ">=", rows[0].number), ("number", "<=", rows[-1].number)]
        )
        choices = worker._apply_choices(good, listed)
        if self.stage == "import":
            self.count_partner += worker._create_partners(good, choices)
            worker._import_rows([r for r in good if r.partner_id or choices[r.number] != "skip"])
        self._note_rows(rows, listed)
        self.position += 1
        return len(rows)

    def _as_importer(self):
        """The import with the rights, the language and the company of who started it."""
        company = self.company_id
        return (
            self.with_user(self.user_id)
            .with_company(company)
            .with_context(allowed_company_ids=company.ids, lang=self.user_id.lang, **QUIET)
        )

    def _finish(self):
        self.stage = "checked" if self.stage == "check" else "done"

    def _apply_choices(self, rows, listed):
        """:return: ``{row number: what to do when its partner stays unknown}``"""
        chosen = {row.number: row for row in listed}
        choices = {}
        for row in rows:
            line = chosen.get(row.number)
            choices[row.number] = (line and line.choice) or self.unmatched
            if not row.partner_id and line and line.partner_id:
                row.partner_id, row.chosen = line.partner_id.id, True
        return choices

    def _create_partners(self, rows, choices):
        """Create those that are to be created, once for all rows that name them alike.

        :return: how many
        """
        wanted = {}
        for row in rows:
            if not row.partner_id and choices[row.number] == "create":
                values = row.values
                who = values.get("email") or values["number"] or values.get("vat") or row.contact
                wanted.setdefault(who.casefold(), []).append(row)
        partners = (
            self.env["res.partner"]
            .with_context(no_vat_validation=True)
            .create([self._prepare_partner(same[0].values) for same in wanted.values()])
        )
        for partner, same in zip(partners, wanted.values(), strict=True):
            for row in same:
                row.partner_id = partner.id
        return len(partners)

    def _prepare_partner(self, values):
        return {
            "name": values.get("partner") or values.get("email") or values["phone"] or values.get("vat"),
            "email": values.get("email"),
            "phone": values["phone"],
            "vat": values.get("vat"),
            "ref": values.get("reference"),
        }

    def _import_rows(self, rows):
        """Create the interactions, and name the partner of those that an earlier run left without."""
        Interaction = self.env["crmx.interaction"]
        users = self._lookup_users([row.values.get("user") for row in rows])
        Interaction.create([self._prepare_interaction(row, users) for row in rows if not row.existing_id])
        known = {row.existing_id: row.partner_id for row in rows if row.existing_id and row.partner_id}
        nameless = Interaction.search([("id", "in", list(known)), ("partner_id", "=", False)])
        for interaction in nameless:
            interaction.partner_id = known[interaction.id]

    def _prepare_interaction(self, row, users):
        values = row.values
        named = values.get("user")
        description = values.get("description") or ""
        if named and named not in users:
            line = self.env._("Responsible in the file: %s", named)
            description = f"{description}\n{line}" if description else line
        interaction = {
            "type_id": values["type"].id,
            "direction": values["direction"],
            "date": values["date"],
            "partner_id": row.partner_id,
            "user_id": users.get(named) or self.responsible_id.id,
            "name": values.get("subject"),
            "description": description and plaintext2html(description),
            "topic_id": values.get("topic") or False,
            "outcome_id": values.get("outcome") or False,
            "company_id": self.company_id.id,
            "contact_name": values.get("partner"),
            "contact_email": values.get("email"),
            "contact_phone": values["phone"],
            "import_id": self.id,
            "import_row": row.number,
            "import_key": row.key,
        }
        if "duration" in values and values["type"].has_duration:
            interaction["duration"] = values["duration"]
        return interaction

    def _note_rows(self, rows, listed):
        """Count the rows, and list anew those that have something to say."""
        kinds = {"error": 0, "unmatched": 0, "duplicate": 0, "ready": 0}
        vals_list = []
        kept = {line.number: line for line in listed}
        for row in rows:
            kind, reason = self._verdict(row)
            kinds[kind] += 1
            if row.chosen and self.stage == "check":
                # stays listed, so that the import still knows
                kind, reason = "unmatched", row.unmatched
            if kind == "ready":
                continue
            line = kept.get(row.number)
            vals_list.append(
                {
                    "import_id": self.id,
                    "number": row.number,
                    "kind": kind,
                    "reason": reason,
                    "contact": row.contact,
                    "cells": row.cells,
                    "choice": line and line.choice,
                    "partner_id": line and line.partner_id.id,
                }
            )
        listed.unlink()
        self.row_ids.create(vals_list)
        self.write({f"count_{kind}": self[f"count_{kind}"] + count for kind, count in kinds.items()})

    @api.model
    def _verdict(self, row):
        if row.errors:
            return "error", "\n".join(row.errors)
        if row.duplicate:
            return "duplicate", row.duplicate
        if not row.partner_id:
            return "unmatched", row.unmatched
        return "ready", ""
