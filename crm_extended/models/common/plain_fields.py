"""Relations to tables that grow large, made without locking them."""

from odoo import fields


class PlainMany2one(fields.Many2one):
    """A many2one without a foreign key.

    To make one, the server stops whoever writes to the other table until the installation is committed.
    The model that has such a field sees to it itself when the other record is deleted.
    """

    def update_db_foreign_key(self, model, column):
        """Make none."""


class PlainMany2many(fields.Many2many):
    """A many2many without a foreign key to the other table, as `PlainMany2one`.

    Records that are gone are not read, as the table of the relation is joined with theirs.
    """

    def update_db_foreign_keys(self, model):
        """Make that to the own table only."""
        if model._is_an_ordinary_table():
            model.pool.add_foreign_key(
                self.relation, self.column1, model._table, "id", "cascade", model, self._module, force=False
            )
