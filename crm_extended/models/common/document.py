"""Documents that have a number, and go from state to state by their own buttons alone."""

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError


class Document(models.AbstractModel):
    """What every numbered document of a company has in common.

    The number comes from the company's sequence whose code is the model's name. `state` is declared by the
    model, with the first one as its default. Nobody sets number, state and what else happens to a
    document (`_happened`) but its methods, as the superuser; what has left its first state stays on record.
    """

    _name = "crmx.document"
    _description = "Numbered document"

    #: Fields that only methods set, beside number and state.
    _happened: frozenset | set = frozenset()

    name = fields.Char(string="Number", readonly=True, copy=False, index="trigram")

    @api.model_create_multi
    def create(self, vals_list):
        self._check_given(*vals_list)
        documents = super().create(vals_list)
        # sudo: the numbers of documents that the user may create
        for document in documents.sudo():
            sequences = self.env["ir.sequence"].sudo().with_company(document.company_id)  # sudo: as above
            document.name = sequences.next_by_code(self._name)
        return documents

    def write(self, vals):
        self._check_given(vals)
        return super().write(vals)

    @api.model
    @api.private
    def _check_given(self, *vals_list):
        """:raise UserError: when a user gives what only methods set"""
        if self.env.su:
            return
        given = ({"name", "state"} | self._happened) & {name for vals in vals_list for name in vals}
        if given:
            raise UserError(
                self.env._(
                    "%(model)s: only its own buttons set %(fields)s.",
                    model=self._description,
                    fields=", ".join(
                        sorted(field._description_string(self.env) for field in map(self._fields.get, given))
                    ),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_first_state(self):
        first = self._fields["state"].default(self)
        if kept := self.filtered(lambda document: document.state != first)[:1]:
            raise UserError(self.env._("“%s” stays on record. If it is wrong, cancel it.", kept.display_name))

    @api.private
    def _lock(self, *states):
        """Have the documents for this transaction alone.

        :raise UserError: when one of them is not, or no longer, in one of the states
        """
        self.check_access("write")
        try:
            self.lock_for_update()
        except LockError:
            raise UserError(
                self.env._("Somebody else is just changing “%s”. Look at it anew.", self[:1].display_name)
            ) from None
        self.invalidate_recordset(["state"])
        if wrong := self.filtered(lambda document: document.state not in states)[:1]:
            label = dict(self._fields["state"]._description_selection(self.env))[wrong.state]
            raise UserError(
                self.env._(
                    "“%(document)s” is %(state)s by now. Look at it anew.",
                    document=wrong.display_name,
                    state=label.lower(),
                )
            )

    @api.private
    def _become(self, state, **values):
        """Enter a state, and what else happens to the documents then."""
        # sudo: only what becomes of documents that the user may write, as was checked
        self.sudo().write({"state": state, **values})
