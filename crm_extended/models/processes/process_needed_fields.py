"""Outcomes that may only be chosen when something of the document is filled in."""

from odoo import api, models
from odoo.exceptions import UserError


class ProcessBranch(models.Model):
    _inherit = "crmx.process.branch"

    @api.private
    def _needed_names(self):
        """Return the names of the fields that have to be filled."""
        return _names(self.needed_fields)


class ProcessFlow(models.Model):
    _inherit = "crmx.process.flow"

    @api.private
    def _needed_names(self):
        """Return the names of the fields that have to be filled."""
        return _names(self.needed_fields)


class ProcessStep(models.Model):
    _inherit = "crmx.process.step"

    def _user_faults(self):
        yield from super()._user_faults()
        known = self.env[self.model_name]._fields if self.model_name in self.env else {}
        for branch in self.branch_ids:
            for name in branch._needed_names():
                if name not in known:
                    yield self.env._(
                        "“%(outcome)s”: there is no field “%(field)s”.", outcome=branch.name, field=name
                    )


class WorkItem(models.Model):
    _inherit = "crmx.work.item"

    def _check_outcome(self, outcome, comment):
        name = super()._check_outcome(outcome, comment)
        node = self.node_id.sudo()  # sudo: what a published version says, to who has the step
        ways = node.version_id._plan().ways.get(node.ref, ())
        needed = next((way.needed for way in ways if way.ref == outcome), ())
        # sudo: whether they are filled, of a document that who has the step works on
        record = self.instance_id._record().sudo() if needed else None
        missing = [record._fields[field] for field in needed if field in record._fields and not record[field]]
        if missing:
            labels = ", ".join(field._description_string(self.env) for field in missing)
            raise UserError(self.env._("“%(outcome)s” needs: %(fields)s", outcome=name, fields=labels))
        return name


def _names(text):
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())
