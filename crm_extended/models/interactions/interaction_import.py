import base64
import csv
import io
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import human_size

from odoo.addons.base.models.res_partner import _tz_get

from ...tools import interaction_import_file as reader
from .interaction_import_row import CHOICES

#: Files and rows of finished imports are removed after so many days; what was imported stays.
KEEP_DAYS = 30


class InteractionImport(models.Model):
    """A file of interactions: read, checked, and imported in committed chunks."""

    _name = "crmx.interaction.import"
    _inherit = "crmx.batch.progress"
    _description = "Import of interactions"
    _order = "id DESC"
    _rec_name = "file_name"
    _check_company_auto = True

    state = fields.Selection(selection_add=[("paused", "Stopped")], ondelete={"paused": "set default"})
    stage = fields.Selection(
        [
            ("draft", "Columns"),
            ("check", "Checking"),
            ("checked", "Checked"),
            ("import", "Importing"),
            ("done", "Imported"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    file = fields.Binary(required=True, attachment=True, help="CSV or XLSX; its first sheet.")
    file_name = fields.Char(default=lambda self: self.env._("Interactions"))
    is_workbook = fields.Boolean(readonly=True)
    provider = fields.Char(
        string="Source",
        help="The program or provider that numbers the contacts: numbers of two sources differ.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Imported by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        help="Rows are matched and written with his rights.",
    )
    encoding = fields.Selection(
        [
            ("utf-8", "UTF-8"),
            ("utf-16", "UTF-16"),
            ("cp1252", "Western European (Windows-1252)"),
            ("cp1251", "Cyrillic (Windows-1251)"),
            ("koi8-r", "Cyrillic (KOI8-R)"),
            ("cp866", "Cyrillic (DOS 866)"),
            ("iso-8859-2", "Central European (ISO 8859-2)"),
            ("gb18030", "Chinese (GB 18030)"),
            ("shift_jis", "Japanese (Shift JIS)"),
        ]
    )
    delimiter = fields.Selection([(",", "Comma"), (";", "Semicolon"), ("\t", "Tabulator"), ("|", "Bar")])
    has_header = fields.Boolean(string="First row names the columns")
    date_order = fields.Selection(
        [
            ("dmy", "Day, month, year"),
            ("mdy", "Month, day, year"),
            ("ymd", "Year, month, day"),
        ],
        string="Dates are",
        help="Separators do not matter; dates that begin with a year of four digits are always understood.",
    )
    date_ambiguous = fields.Boolean(readonly=True)
    tz = fields.Selection(
        _tz_get,
        string="Time zone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="Of dates that do not say their own.",
    )
    duration_unit = fields.Selection(
        [("seconds", "Seconds"), ("minutes", "Minutes"), ("hours", "Hours")],
        string="Durations are in",
        required=True,
        default="seconds",
        help="A duration like 4:05 is minutes and seconds when this is seconds, else hours and minutes.",
    )
    type_id = fields.Many2one(
        "crmx.interaction.type",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env["crmx.interaction.type"].search([], limit=1),
        help="Of rows that do not say their own.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        help="Of rows that name nobody, or somebody who is no user.",
    )
    unmatched = fields.Selection(CHOICES, string="Unknown partners", required=True, default="keep")
    column_ids = fields.One2many("crmx.interaction.import.column", "import_id", string="Columns")
    row_ids = fields.One2many("crmx.interaction.import.row", "import_id", string="Problems")
    count_rows = fields.Integer(string="Rows", readonly=True, copy=False)
    count_ready = fields.Integer(string="Good", readonly=True, copy=False)
    count_error = fields.Integer(string="Errors", readonly=True, copy=False)
    count_unmatched = fields.Integer(string="Unknown partners (rows)", readonly=True, copy=False)
    count_duplicate = fields.Integer(string="Duplicates", readonly=True, copy=False)
    count_partner = fields.Integer(string="Partners created", readonly=True, copy=False)
    count_created = fields.Integer(string="Interactions", compute="_compute_count_created")
    problem_file = fields.Binary(string="Problems as a file", compute="_compute_problem_file")
    problem_file_name = fields.Char(compute="_compute_problem_file_name")

    def _compute_count_created(self):
        counts = self.env["crmx.interaction"]._read_group(
            [("import_id", "in", self.ids)], ["import_id"], ["__count"]
        )
        counts = {batch.id: count for batch, count in counts}
        for batch in self:
            batch.count_created = counts.get(batch.id, 0)

    @api.depends("file_name")
    def _compute_problem_file_name(self):
        for batch in self:
            stem = (batch.file_name or "").rpartition(".")[0] or batch.file_name or ""
            batch.problem_file_name = self.env._("%(file)s - problems.csv", file=stem)

    @api.depends_context("bin_size")
    def _compute_problem_file(self):
        """The rows with problems, with their cells, to be corrected and imported again."""
        for batch in self:
            if self.env.context.get("bin_size"):
                batch.problem_file = human_size(0)
                continue
            target = io.StringIO()
            writer = csv.writer(target, delimiter=";" if batch.delimiter == ";" else ",")
            headers = [column.header or column.letter for column in batch.column_ids]
            writer.writerow([*map(reader.guard, headers), self.env._("Row"), self.env._("Problem")])
            for row in batch.row_ids:
                cells = list(row.cells or ())[: len(headers)]
                cells += [""] * (len(headers) - len(cells))
                writer.writerow([*map(reader.guard, cells), row.number, row.reason])
            batch.problem_file = base64.b64encode(target.getvalue().encode("utf-8-sig"))

    @api.autovacuum
    def _gc_files(self):
        """Forget the contents of files imported long ago: they are full of names and numbers."""
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        old = self.search([("stage", "=", "done"), ("state", "=", "done"), ("date_end", "<", limit)])
        # sudo: only the job has access to the blocks
        self.env["crmx.interaction.import.block"].sudo().search([("import_id", "in", old.ids)]).unlink()
        old.row_ids.unlink()
        # sudo: of the imports above only
        self.env["ir.attachment"].sudo().search(
            [("res_model", "=", self._name), ("res_field", "=", "file"), ("res_id", "in", old.ids)]
        ).unlink()
