"""From pointers to what the reader sees, in batch a model."""

from collections import defaultdict

from odoo import api, models

EMPTY = {
    "title": None,
    "snippet": None,
    "author": None,
    "state": None,
    "amount": None,
    "currency_id": None,
}


class TimelineEvent(models.Model):
    _inherit = "crmx.timeline.event"

    @api.private
    def _to_lines(self, pointers):
        """:return: a dictionary a pointer, ready for the browser"""
        shown = [pointer for pointer in pointers if not pointer.get("hidden")]
        described = self._describe_sources(shown)
        documents = self._document_names(shown)
        partners = self._names("res.partner", {p["partner_id"] for p in shown})
        users = self._names("res.users", {p["user_id"] for p in shown if p["user_id"]})
        kinds = self.env["crmx.event.source"]._all_kinds()
        return [
            self._hidden_line(pointer)
            if pointer.get("hidden")
            else {
                **EMPTY,
                "author": users.get(pointer["user_id"]),
                **described.get((pointer["res_model"], pointer["res_id"]), {}),
                "id": pointer["id"],
                "kind": pointer["kind"],
                "label": kinds.get(pointer["kind"], {}).get("label"),
                "icon": kinds.get(pointer["kind"], {}).get("icon"),
                "direction": pointer["direction"] or None,
                "date": pointer["date"],
                "model": pointer["res_model"],
                "res_id": pointer["res_id"],
                "document": documents.get(_document(pointer)),
                "partner": partners.get(pointer["partner_id"])
                and {"id": pointer["partner_id"], "name": partners[pointer["partner_id"]]},
                "hidden": False,
            }
            for pointer in pointers
        ]

    @api.private
    def _hidden_line(self, pointer):
        """That something happened, and when: neither what nor where nor with whom."""
        return {
            **EMPTY,
            "id": pointer["id"],
            "kind": None,
            "label": self.env._("Something happened"),
            "icon": "fa-lock",
            "direction": None,
            "date": pointer["date"],
            "model": None,
            "res_id": None,
            "document": None,
            "partner": None,
            "hidden": True,
        }

    @api.private
    def _describe_sources(self, pointers):
        """:return: ``{(model, id): what its source says}``"""
        ids_by_model = defaultdict(set)
        for pointer in pointers:
            ids_by_model[pointer["res_model"]].add(pointer["res_id"])
        described = defaultdict(dict)
        for model_name, ids in ids_by_model.items():
            records = self.env[model_name].with_context(active_test=False).browse(sorted(ids))
            for source in self.env["crmx.event.source"]._sources_of(model_name):
                for record_id, values in source._describe(records).items():
                    described[model_name, record_id].update(values)
        return described

    @api.private
    def _document_names(self, pointers):
        """Names of the documents that the reader may read, and that are not the event itself."""
        ids_by_model = defaultdict(set)
        for pointer in pointers:
            if document := _document(pointer):
                ids_by_model[document[0]].add(document[1])
        return {
            (model_name, document_id): {"model": model_name, "id": document_id, "name": name}
            for model_name, ids in ids_by_model.items()
            for document_id, name in self._names(model_name, ids).items()
        }

    @api.private
    def _names(self, model_name, ids):
        """:return: ``{id: display name}`` of those that exist and the reader may read"""
        if model_name not in self.env or not ids:
            return {}
        records = self.env[model_name].with_context(active_test=False).browse(sorted(ids))
        records = records.exists()._filtered_access("read")
        return {record.id: record.display_name for record in records}


def _document(pointer):
    """Model and id of the document that the event hangs on; None when it is that itself."""
    document = pointer["doc_model"], pointer["doc_res_id"]
    return document if document != (pointer["res_model"], pointer["res_id"]) else None
