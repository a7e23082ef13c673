"""Watches the documents of published processes, and no others.

The host's automation rules put their watchers into the models' classes, and do so anew in every worker
when rules change. Ours are put in and taken out with them: two who patch the same methods by themselves
would take out each other's.
"""

from collections import defaultdict

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools.sql import table_exists

#: Rounds of changes by processes that begin processes, in one transaction.
MOST_ROUNDS = 20
PENDING = "crmx.process.watch"


class BaseAutomation(models.Model):
    _inherit = "base.automation"

    def _register_hook(self):
        super()._register_hook()
        if not table_exists(self.env.cr, "crmx_process_node"):  # the add-on has not been updated yet
            return
        for model_name, names in self.env["crmx.process"]._watched().items():
            if model_name in self.env:
                _patch(self.env.registry[model_name], frozenset(names))


def _patch(model_class, watched):
    """Let a model's class say when a watched field of a record has changed, or a record is gone."""

    @api.model_create_multi
    def create(self, vals_list):
        records = create.origin(self, vals_list)
        if watched:
            _note(records)
        return records

    def write(self, vals):
        result = write.origin(self, vals)
        if not watched.isdisjoint(vals):
            _note(self)
        return result

    def _compute_field_value(self, field):
        _compute_field_value.origin(self, field)
        if any(computed.store and computed.name in watched for computed in self.pool.field_computed[field]):
            _note(self)

    def unlink(self):
        ids = self.ids
        result = unlink.origin(self)
        # sudo: runs end with their document, whoever deletes it
        self.env["crmx.process.instance"].sudo()._documents_gone(self._name, ids)
        return result

    for method in (create, write, _compute_field_value, unlink):
        method.origin = getattr(model_class, method.__name__)
        setattr(model_class, method.__name__, method)


def _note(records):
    """Remember records for the end of the transaction, when they are as they will be."""
    ids = [id_ for id_ in records._ids if id_]
    if not ids or records.env.context.get("crmx_dry_run"):
        return
    precommit = records.env.cr.precommit
    if PENDING not in precommit.data:
        precommit.data[PENDING] = defaultdict(dict)
        precommit.add(records.env["crmx.process"].with_context(active_test=False)._work_off_changes)
    precommit.data[PENDING][records._name].update(dict.fromkeys(ids))


class Process(models.Model):
    _inherit = "crmx.process"

    @api.model
    @api.private
    def _watched(self):
        """Return {model: names of the fields on which something depends}; documents of processes included."""
        found = defaultdict(set)
        # sudo: called while the registry is being made, for everybody
        for process in self.sudo().search([("version_id", "!=", False)]):
            found[process.model_name].update(process._start_fields())
        nodes = self.env["crmx.process.node"].sudo().search([("watch_model", "!=", False)])  # sudo: as above
        for node in nodes:
            found[node.watch_model].update(node.watch_fields or ())
            # a picking that is linked to an order later may have been done before
            if node.document_path:
                found[node.process_id.model_name].add(node.document_path.split(".")[0])
        return found

    @api.private
    def _start_fields(self):
        if not self.starts_by_event:
            return set()
        try:
            domain = Domain(self._evaluate(self.start_domain))
        except Exception:  # noqa: BLE001 (checked when it was published; a field may have gone since)
            return set()
        names = {condition.field_expr.split(".")[0] for condition in domain.iter_conditions()}
        return names or {"id"}

    @api.model
    @api.private
    def _work_off_changes(self):
        """Begin and go on with what depends on the documents changed in this transaction."""
        precommit = self.env.cr.precommit
        kept = ("lang", "tz", "allowed_company_ids")
        context = {key: value for key, value in self.env.context.items() if key in kept}
        clean = self.with_env(self.env(context=context))
        for _round in range(MOST_ROUNDS):
            pending = precommit.data.pop(PENDING, None)
            if not pending:
                return
            # so that what follows notes its changes for the next round
            precommit.data[PENDING] = defaultdict(dict)
            self.env.flush_all()
            for model_name, ids in pending.items():
                records = clean.env[model_name].browse(ids).exists()
                if records:
                    # sudo: processes go on whoever changed the document; a step acts with rights of its own
                    clean.env["crmx.process.instance"].sudo()._complete_by(records.sudo())
                    clean._start_by_event(records)
        precommit.data.pop(PENDING, None)

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"starts_by_event", "start_domain"} and self.version_id:
            self._refresh_watchers()
        return result

    @api.model
    @tools.ormcache(cache="templates")
    def _models_with_bar(self):
        """Names of the models whose forms show the bar."""
        # sudo: which models have processes is the same for everybody
        processes = self.sudo().search([("version_id", "!=", False)])
        return frozenset(processes.mapped("model_name"))
