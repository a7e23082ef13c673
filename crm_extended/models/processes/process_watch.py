"""Watches the documents of published processes, and no others.

The host's automation rules put their watchers into the models' classes, and do so anew in every worker
when rules change. Ours are put in and taken out with them: two who patch the same methods by themselves
would take out each other's.
"""

import ast
from collections import defaultdict
from typing import NamedTuple

from odoo import api, models, tools
from odoo.exceptions import MissingError
from odoo.fields import Domain
from odoo.tools.sql import table_exists

#: Rounds of changes by processes that begin processes, in one transaction.
MOST_ROUNDS = 20
PENDING = "crmx.process.watch"
#: Stands for the fields of a record that is new.
ANY = frozenset(["*"])


def _concerned(watch, noted):
    """Return the ids of the documents of which something has changed that matters."""
    return [id_ for id_, changed in noted.items() if not watch.names.isdisjoint(changed)]


class StartRule(NamedTuple):
    """How a process begins by itself."""

    process_id: int
    names: frozenset
    """Fields on which it depends, and `ANY`."""
    domain: Domain | None
    """None: it is different each time, or cannot be read."""

    concerned = _concerned


class Watch(NamedTuple):
    """A step that documents complete."""

    node_id: int
    names: frozenset
    path: str
    """Leads from the document of a run to these."""

    concerned = _concerned


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
            _note(self, watched.intersection(vals))
        return result

    def _compute_field_value(self, field):
        _compute_field_value.origin(self, field)
        computed = {one.name for one in self.pool.field_computed[field] if one.store}
        if not watched.isdisjoint(computed):
            _note(self, watched & computed)

    def unlink(self):
        ids = self.ids
        result = unlink.origin(self)
        _forget(self.env, self._name, ids)
        # sudo: runs end with their document, whoever deletes it
        self.env["crmx.process.instance"].sudo()._documents_gone(self._name, ids)
        return result

    for method in (create, write, _compute_field_value, unlink):
        method.origin = getattr(model_class, method.__name__)
        setattr(model_class, method.__name__, method)


def _note(records, names=ANY):
    """Remember records for the end of the transaction, when they are as they will be.

    :param names: of the fields that have changed
    """
    ids = [id_ for id_ in records._ids if id_]
    if not ids or records.env.context.get("crmx_dry_run"):
        return
    precommit = records.env.cr.precommit
    if PENDING not in precommit.data:
        precommit.data[PENDING] = defaultdict(dict)
        precommit.add(records.env["crmx.process"].with_context(active_test=False)._work_off_changes)
    noted = precommit.data[PENDING][records._name]
    for id_ in ids:
        noted[id_] = noted.get(id_, frozenset()) | names


def _forget(env, model_name, ids):
    """Documents that are gone are not looked at any more."""
    noted = env.cr.precommit.data.get(PENDING, {}).get(model_name, {})
    for id_ in ids:
        noted.pop(id_, None)


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
            for model_name, noted in pending.items():
                try:
                    clean._work_off(model_name, noted)
                except MissingError:  # the database has deleted some with another record
                    there = clean.env[model_name].browse(noted).exists()
                    clean._work_off(model_name, {id_: noted[id_] for id_ in there.ids})
        precommit.data.pop(PENDING, None)

    @api.model
    @api.private
    def _work_off(self, model_name, noted):
        """Begin and go on with what depends on documents.

        :param noted: names of the fields that have changed, by the documents' ids
        """
        # sudo: processes go on whoever changed the document; a step acts with rights of its own
        instances = self.env["crmx.process.instance"].sudo()
        for watch in self._watching(model_name):
            if ids := watch.concerned(noted):
                instances._complete_by(ids, watch)
        for rule in self._start_rules(model_name):
            if ids := rule.concerned(noted):
                self._start_by_event(self.env[model_name].browse(ids), rule)

    @api.model
    @tools.ormcache("model_name", cache="templates")
    def _start_rules(self, model_name):
        """Return how processes begin by documents of a model."""
        # sudo: processes begin whoever changed the document
        processes = self.sudo().search(
            [("model_name", "=", model_name), ("starts_by_event", "=", True), ("version_id", "!=", False)]
        )
        return tuple(
            StartRule(process.id, ANY | process._start_fields(), process._fixed_domain())
            for process in processes
        )

    @api.private
    def _fixed_domain(self):
        """Return the domain of the documents that begin the process, None when it is not always the same."""
        try:
            return Domain(ast.literal_eval(self.start_domain or "[]"))
        except (ValueError, SyntaxError):
            return None

    @api.model
    @tools.ormcache("model_name", cache="templates")
    def _watching(self, model_name):
        """Return the steps that may be completed when documents of a model change."""
        # sudo: whoever changed the document
        nodes = self.env["crmx.process.node"].sudo().search([("watch_model", "!=", False)])
        found = [
            Watch(node.id, ANY | frozenset(node.watch_fields or ()), node.document_path or "")
            for node in nodes
            if node.watch_model == model_name
        ]
        # a picking that is linked to an order later may have been done before
        found += [
            Watch(node.id, frozenset(node.document_path.split(".")[:1]), "")
            for node in nodes
            if node.document_path and node.process_id.model_name == model_name
        ]
        return tuple(found)

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
