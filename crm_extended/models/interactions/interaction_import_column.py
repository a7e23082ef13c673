from odoo import fields, models


class InteractionImportColumn(models.Model):
    """A column of an imported file and what it holds."""

    _name = "crmx.interaction.import.column"
    _description = "Column of a file of interactions"
    _order = "position"
    _rec_name = "header"

    import_id = fields.Many2one("crmx.interaction.import", required=True, ondelete="cascade", index=True)
    position = fields.Integer(required=True, readonly=True, help="Counted from 0.")
    letter = fields.Char(string="Column", required=True, readonly=True)
    header = fields.Char(readonly=True)
    sample = fields.Char(string="Examples", readonly=True)
    target = fields.Selection(
        [
            ("date", "Date, or date and time"),
            ("time", "Time of day"),
            ("type", "Type"),
            ("direction", "Direction"),
            ("duration", "Duration"),
            ("caller", "Caller's number"),
            ("callee", "Called number"),
            ("phone", "Partner's number"),
            ("email", "Partner's e-mail"),
            ("partner", "Partner's name"),
            ("reference", "Partner's reference"),
            ("vat", "Partner's tax ID"),
            ("user", "Responsible"),
            ("subject", "Subject"),
            ("description", "Description"),
            ("topic", "Topic"),
            ("outcome", "Outcome"),
            ("external_id", "Number of the contact at its provider"),
        ],
        string="Holds",
        help="Columns without are left out.",
    )

    _position_uniq = models.Constraint("UNIQUE (import_id, position)", "A column of the file is listed once.")
