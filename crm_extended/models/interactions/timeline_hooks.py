"""Notice changes of the source models without inheriting them.

The lowest methods of the ORM are extended once, for all models: stored computed fields, which
never pass ``write``, are seen too, and models of add-ons that we do not depend on take part.
Wrapping the methods of single models would not last: automation rules take such wrappers off.
"""

from typing import NamedTuple

from odoo import api, models, tools
from odoo.tools import SQL

from ..common.beneath import put_beneath


class Watch(NamedTuple):
    """What matters about a model."""

    is_source: bool
    fields: frozenset  # stored fields of a source
    routes: frozenset  # fields that lead from a document to its partners
    parents: tuple  # (source model, many2one to it)
    cascades: tuple  # (source model, its many2one): deleted by the database along with a record

    @property
    def names(self):
        return self.fields | self.routes


class WatchedModel:
    """Goes beneath all models when the registry is ready: see ``TimelineEvent._register_hook``."""

    # what the host asks of every class that it finds there
    _inherits: dict = {}
    _depends: dict = {}

    def _create(self, data_list):
        records = super()._create(data_list)
        if watch := self._crmx_watch():
            self.env["crmx.timeline.event"]._mark_created(records, watch)
        return records

    def _write_multi(self, vals_list):
        if self and (watch := self._crmx_watch()):
            self.env["crmx.timeline.event"]._mark_written(self, vals_list, watch)
        return super()._write_multi(vals_list)

    def write(self, vals):
        # columns pass _write_multi, many2many fields only pass here
        if self and (watch := self._crmx_watch()) and watch.names & vals.keys():
            names = [n for n in watch.names & vals.keys() if self._fields[n].type == "many2many"]
            if names:
                vals_list = [dict.fromkeys(names)] * len(self)
                self.env["crmx.timeline.event"]._mark_written(self, vals_list, watch)
        return super().write(vals)

    def unlink(self):
        if self and (watch := self._crmx_watch()):
            self.env["crmx.timeline.event"]._mark_unlinked(self, watch)
        return super().unlink()

    def _crmx_watch(self):
        """What the history has to know of this model; None for most.

        While modules load, tables and sources are not complete: the backfill sees those records.
        """
        if not self.env.registry.ready:
            return None
        return self.env["crmx.timeline.event"]._watches().get(self._name)


class TimelineEvent(models.Model):
    _inherit = "crmx.timeline.event"

    def _register_hook(self):
        super()._register_hook()
        put_beneath(self.env.registry["base"], WatchedModel)

    @api.model
    @tools.ormcache()
    def _watches(self):
        """:return: ``{model: Watch}`` of all models that the ledger has to know about"""
        if not self.env["res.company"]._crmx_any_uses_interactions():
            return {}
        sources = self.env["crmx.event.source"]._sources()
        parents = {}
        for source in sources:
            for child, name in source._source_children.items():
                parents.setdefault(child, []).append((source._source_model, name))
        names = {source._source_model for source in sources} | parents.keys()
        names |= {name for name in self.env.registry if self._is_document(name)}
        cascades = self._cascades(sources)
        names |= {"res.partner", "res.users"} | cascades.keys()
        return {
            name: self._watch(name, sources, parents.get(name, ()), cascades.get(name, ()))
            for name in names
            if name in self.env
        }

    @api.private
    def _cascades(self, sources):
        """:return: ``{model: [(source model, many2one)]}`` of deletions that pass no method"""
        cascades = {}
        for source in sources:
            for field in self.env[source._source_model]._fields.values():
                if field.type == "many2one" and field.store and field.ondelete == "cascade":
                    cascades.setdefault(field.comodel_name, []).append((source._source_model, field.name))
        return cascades

    @api.private
    def _is_document(self, model_name):
        """Whether messages and activities can hang on the model, and it leads to partners."""
        return hasattr(self.env.registry[model_name], "message_post") and bool(
            self.env["crmx.event.source"]._document_routes(model_name)
        )

    @api.private
    def _watch(self, model_name, sources, parents, cascades):
        own = [source for source in sources if source._source_model == model_name]
        routes = {*self.env["crmx.event.source"]._document_routes(model_name)} - {"id"}
        return Watch(
            is_source=bool(own),
            fields=frozenset(name for source in own for name in source._watched_fields()),
            routes=frozenset(routes),
            parents=tuple(parents),
            cascades=tuple(cascades),
        )

    # -- marking ----------------------------------------------------------

    @api.private
    def _mark_created(self, records, watch):
        if watch.is_source:
            self._pending().created[records._name].update(records._ids)
        if watch.parents:
            self._mark_parents(records, watch)
        if records._name == "res.partner":
            self._pending().new_partners.update(records._ids)
        elif records._name == "res.users":
            self._mark_colleagues(records)

    @api.private
    def _mark_written(self, records, vals_list, watch):
        """:param vals_list: what is about to be written, a dictionary a record"""
        pending = self._pending() if watch.is_source or watch.routes else None
        for record_id, vals in zip(records._ids, vals_list, strict=True):
            if watch.fields & vals.keys():
                pending.changed[records._name].add(record_id)
            if watch.routes & vals.keys():
                pending.documents[records._name].add(record_id)
        for model_name, name in watch.parents:
            new = {vals[name] for vals in vals_list if vals.get(name)}
            self._pending().changed[model_name].update(new)
        if watch.parents:
            self._mark_parents(records, watch)
        if records._name == "res.partner":
            moved = [
                record_id
                for record_id, vals in zip(records._ids, vals_list, strict=True)
                if "commercial_partner_id" in vals
            ]
            if moved:
                self._pending().partners.update(moved)
        elif records._name == "res.users" and any("share" in vals for vals in vals_list):
            self._mark_colleagues(records)

    @api.private
    def _mark_parents(self, records, watch):
        """A part was created, or is about to change or go: the whole that it is in by now."""
        for model_name, name in watch.parents:
            # straight from the table: this runs while the ORM flushes
            self.env.cr.execute(
                SQL(
                    "SELECT DISTINCT %(name)s FROM %(table)s WHERE id = ANY(%(ids)s) AND %(name)s > 0",
                    name=SQL.identifier(name),
                    table=SQL.identifier(records._table),
                    ids=list(records._ids),
                )
            )
            self._pending().changed[model_name].update(id_ for [id_] in self.env.cr.fetchall())

    @api.private
    def _mark_unlinked(self, records, watch):
        """Before a deletion: the records' rows, and those of all that hangs on them."""
        pending = self._pending()
        if watch.is_source:
            pending.changed[records._name].update(records._ids)
        if watch.parents:
            self._mark_parents(records, watch)
        for model_name, name in watch.cascades:
            Model = self.env[model_name].sudo().with_context(active_test=False)  # sudo: ids only
            pending.changed[model_name].update(Model._search([(name, "in", records.ids)]))
        self.env.cr.execute(
            SQL(
                """SELECT res_model, res_id FROM crmx_timeline_event
                    WHERE doc_model = %s AND doc_res_id = ANY(%s) AND res_model <> doc_model""",
                records._name,
                list(records._ids),
            )
        )
        for model_name, res_id in self.env.cr.fetchall():
            pending.changed[model_name].add(res_id)

    @api.private
    def _mark_colleagues(self, users):
        """A partner became a colleague or ceased to be one: colleagues have no rows for mails."""
        self.env.cr.execute(
            SQL(
                """SELECT DISTINCT t.res_model, t.res_id
                     FROM crmx_timeline_event t JOIN res_users u ON u.partner_id = t.partner_id
                    WHERE u.id = ANY(%s)""",
                list(users._ids),
            )
        )
        pending = self._pending()
        for model_name, res_id in self.env.cr.fetchall():
            pending.changed[model_name].add(res_id)
