"""Documents that have a number, and go from state to state by their own buttons alone."""

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools import SQL


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
            sequence = self._sequence_of(document.company_id)
            document.name = sequence and sequence.next_by_id()
        return documents

    @api.model
    @api.private
    def _sequence_of(self, company):
        """Return the company's own sequence, made for its first document after what all companies share.

        A company that has used the shared one goes on from there.
        """
        # sudo: the numbers of documents that the user may create
        sequences = self.env["ir.sequence"].sudo().with_company(company)
        domain = [("code", "=", self._name), ("company_id", "in", (False, company.id))]
        sequence = sequences.search(
            domain, order="company_id", limit=1
        )  # the company's own before the shared
        if not sequence or sequence.company_id:
            return sequence
        # of two who make it at once, the second one fails here, and its request is begun anew by the host
        self.env.cr.execute(SQL("UPDATE ir_sequence SET write_date = now() WHERE id = %s", sequence.id))
        # sudo: as above, documents that nobody sees any more included
        used = self.sudo().with_context(active_test=False)
        is_used = used.search_count([("company_id", "=", company.id), ("name", "!=", False)], limit=1)
        start = sequence.number_next_actual if is_used else 1
        return sequence.copy({"company_id": company.id, "number_next": start})

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
