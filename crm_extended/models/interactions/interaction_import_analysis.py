import base64
from itertools import islice

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime, human_size

from ...tools import interaction_import as kernel
from ...tools import interaction_import_file as reader
from ...tools.interaction_import_headers import guess_targets, guess_unit, is_header
from .interaction_import_words import FILE_WORDS

#: Larger files are refused: what a form can upload and a worker can hold.
MAX_BYTES = 50 * 1024 * 1024
#: Rows that the guesses look at.
SAMPLE_ROWS = 1000
#: Rows shown before anything is read.
PREVIEW_ROWS = 8
#: Settings that change how the file is cut into columns.
LAYOUT = {"file", "encoding", "delimiter", "has_header"}


class InteractionImport(models.Model):
    """From the bytes of a file to its columns: everything is guessed and can be set by hand."""

    _inherit = "crmx.interaction.import"

    preview = fields.Html(compute="_compute_preview", sanitize=False, string="First rows")

    @api.depends(
        *("file", "encoding", "delimiter", "has_header", "date_order", "tz", "duration_unit", "type_id"),
        *("column_ids.target", "stage"),
    )
    @api.depends_context("tz", "lang")
    def _compute_preview(self):
        """The first rows as they are understood."""
        for batch in self:
            # what is typed in a form counts when it is saved
            batch.preview = batch._origin.preview if batch._origin != batch else False
            if batch.stage == "draft" and batch.column_ids and batch._origin == batch:
                start = int(batch.has_header)
                try:
                    pairs = list(islice(batch._iter_rows(), start, start + PREVIEW_ROWS))
                except reader.FileError as error:
                    batch.preview = batch._explain_file(error)
                    continue
                batch.preview = batch._preview_table(batch._read_rows(pairs))

    def _preview_table(self, rows):
        directions = dict(self.env["crmx.interaction"]._fields["direction"]._description_selection(self.env))
        titles = (
            self.env._("Row"),
            self.env._("Date"),
            self.env._("Type"),
            self.env._("Direction"),
            self.env._("With"),
            self.env._("Subject"),
            self.env._("Problem"),
        )
        lines = []
        for row in rows:
            values = row.values
            date, kind = values.get("date"), values.get("type")
            texts = (
                row.number,
                date and format_datetime(self.env, date, tz=self.tz) or "",
                kind and kind.name or "",
                directions.get(values.get("direction"), ""),
                row.contact,
                values.get("subject") or "",
                " ".join(row.errors),
            )
            cells = Markup().join(Markup("<td>%s</td>") % text for text in texts)
            lines.append(Markup("<tr>%s</tr>") % cells)
        header = Markup().join(Markup("<th>%s</th>") % title for title in titles)
        return Markup('<table class="table table-sm"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>') % (
            header,
            Markup().join(lines),
        )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_size(vals)
        batches = super().create(vals_list)
        proposed = self.default_get(["duration_unit"])
        for batch, vals in zip(batches, vals_list, strict=True):
            # a form sends all its fields: what is empty, or as proposed, nobody has set
            given = {name: value for name, value in vals.items() if value and value != proposed.get(name)}
            batch._analyse(given)
        return batches

    def write(self, vals):
        self._check_size(vals)
        changed = set() if self.env.context.get("crmx_analysed") else LAYOUT & vals.keys()
        if changed and any(batch.stage != "draft" for batch in self):
            raise UserError(self.env._("Go back to the columns before you change how the file is read."))
        result = super().write(vals)
        if changed:
            for batch in self:
                batch._analyse(vals)
        return result

    @api.model
    def _check_size(self, vals):
        size = len(vals.get("file") or "") * 3 // 4
        if size > MAX_BYTES:
            raise UserError(
                self.env._(
                    "The file has %(size)s; up to %(limit)s can be imported at once. Cut it into parts and"
                    " import one after the other: what two parts have in common is imported once.",
                    size=human_size(size),
                    limit=human_size(MAX_BYTES),
                )
            )

    def _content(self):
        return base64.b64decode(self.with_context(bin_size=False).file or b"")

    def _iter_rows(self):
        """Rows of the file as ``(number, texts)``, the header included.

        :raise FileError: when the file cannot be read
        """
        data = self._content()
        if self.is_workbook:
            return reader.read_xlsx(data)
        return reader.read_csv(data, self.encoding, self.delimiter)

    def _analyse(self, given):
        """Find out how to read the file, as far as nobody has said it, and what its columns hold.

        :param given: values that were set by hand
        :raise UserError: when the file cannot be read at all
        """
        self.ensure_one()
        data = self._content()
        analysed = self.with_context(crmx_analysed=True)
        try:
            reader.check_kind(data)
            values = {"is_workbook": reader.is_xlsx(data)}
            if not values["is_workbook"]:
                encoding = given.get("encoding") or reader.guess_encoding(data)
                values["encoding"] = encoding
                start = reader.decode(data[: reader.SAMPLE], encoding)
                values["delimiter"] = given.get("delimiter") or reader.guess_delimiter(start)
            analysed.write(values)
            rows = [cells for _number, cells in islice(self._iter_rows(), SAMPLE_ROWS)]
        except reader.FileError as error:
            raise UserError(self._explain_file(error)) from error
        if not rows:
            raise UserError(self._explain_file(reader.FileError("empty")))
        has_header = given["has_header"] if "has_header" in given else is_header(rows[0])
        analysed.write({"has_header": has_header})
        if "column_ids" not in given or "file" not in given:
            self._guess_columns(rows, given)

    def _guess_columns(self, rows, given):
        headers = rows[0] if self.has_header else []
        rows = rows[1:] if self.has_header else rows
        width = len(headers) or max(map(len, rows))
        headers = headers or [""] * width
        samples = [[r[i] for r in rows if i < len(r) and r[i]] for i in range(width)]
        targets = guess_targets(headers) if self.has_header else self._guess_by_content(samples)
        values = {
            "column_ids": [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "position": i,
                            "letter": self._letter(i),
                            "header": headers[i],
                            "sample": ", ".join(dict.fromkeys(samples[i][:3]))[:120],
                            "target": targets[i],
                        }
                    )
                    for i in range(width)
                ),
            ]
        }
        if "date" in targets:
            lang = self.env["res.lang"]._get_data(code=self.env.user.lang)
            preferred = "mdy" if (lang.date_format or "").startswith("%m") else "dmy"
            order, _count, ambiguous = kernel.guess_order(samples[targets.index("date")], preferred)
            values |= {"date_order": given.get("date_order") or order, "date_ambiguous": ambiguous}
        if "duration" in targets and not given.get("duration_unit"):
            values["duration_unit"] = guess_unit(headers[targets.index("duration")])
        self.with_context(crmx_analysed=True).write(values)

    @api.model
    def _guess_by_content(self, samples):
        """Without names of columns: dates, addresses and numbers can be told."""
        targets = []
        for values in samples:
            half = (len(values) + 1) // 2
            target = None
            if values and kernel.guess_order(values, "dmy")[1] >= half:
                target = "date"
            elif values and sum("@" in value for value in values) >= half:
                target = "email"
            elif values and sum(sum(map(str.isdigit, value)) >= 7 for value in values) >= half:
                target = "phone"
            targets.append(None if target in targets else target)
        return targets

    @api.model
    def _letter(self, position):
        """Name of a column as spreadsheets have it."""
        letters = ""
        position += 1
        while position:
            position, rest = divmod(position - 1, 26)
            letters = chr(65 + rest) + letters
        return letters

    @api.model
    def _explain_file(self, error):
        """:param error: a FileError"""
        words = self.env._(FILE_WORDS[error.reason])
        return words % {"value": error.value}
