from odoo import fields, models

CHOICES = [("keep", "Import without partner"), ("create", "Create the partner"), ("skip", "Leave out")]


class InteractionImportRow(models.Model):
    """A row of an imported file that has something to say about it."""

    _name = "crmx.interaction.import.row"
    _description = "Row with a problem in a file of interactions"
    _order = "import_id, number"
    _rec_name = "number"

    import_id = fields.Many2one(
        "crmx.interaction.import", required=True, ondelete="cascade", index=True, readonly=True
    )
    number = fields.Integer(
        string="Row", required=True, readonly=True, aggregator=None, help="Row of the file."
    )
    kind = fields.Selection(
        [("error", "Error"), ("unmatched", "Unknown partner"), ("duplicate", "Duplicate")],
        required=True,
        readonly=True,
    )
    reason = fields.Text(required=True, readonly=True)
    contact = fields.Char(readonly=True, help="Whom the row names.")
    cells = fields.Json(readonly=True)
    choice = fields.Selection(CHOICES, help="Empty: as chosen for the whole file.")
    partner_id = fields.Many2one("res.partner", string="Is", help="The partner that the row means.")

    _number_uniq = models.Constraint("UNIQUE (import_id, number)", "A row of the file is listed once.")


class InteractionImportBlock(models.Model):
    """Consecutive rows of an imported file as texts: what one committed chunk works on.

    Read from the file once, so that going on after a kill costs nothing. Nobody has access.
    """

    _name = "crmx.interaction.import.block"
    _description = "Rows of a file of interactions"
    _order = "import_id, position"
    _rec_name = "position"

    import_id = fields.Many2one("crmx.interaction.import", required=True, ondelete="cascade")
    position = fields.Integer(required=True, aggregator=None)
    rows = fields.Json(required=True, help="Pairs of the row's number in the file and its cells.")
    keys = fields.Json(help="Import key of each good row -> its number.")

    _position_uniq = models.UniqueIndex("(import_id, position)")
