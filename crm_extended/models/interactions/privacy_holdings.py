"""Where our models hold something about a person, found by the definitions of their fields alone."""

from odoo import api, models, tools
from odoo.tools import SQL

#: Pointers and derived rows: they say nothing of their own, and go with what they point to.
DERIVED = {"crmx.timeline.event", "crmx.timeline.viewer", "crmx.partner.key", "crmx.privacy.request"}
TEXTS = ("char", "text", "html", "json")
#: Models without texts: their numbers and names are of whom they lead to, who may share them with others.
NO_TEXTS = {"crmx.phone.number", "crmx.call", "crmx.duplicate"}
#: Shorter names are words that stand anywhere.
MIN_NAME = 5


class PrivacyHoldings(models.AbstractModel):
    _name = "crmx.privacy.holdings"
    _description = "What is held about a person"

    @api.model
    @tools.ormcache()
    def _models(self):
        """Our stored models that may hold something about a person."""
        return tuple(
            name
            for name, model in sorted(self.env.registry.items())
            if name.startswith("crmx.") and name not in DERIVED
            if model._auto and not model._abstract and not model._transient
        )

    @api.model
    @api.private
    def _link_conditions(self, Model, partners, only=None):
        """Conditions under which a row leads to a person.

        :param partners: SQL that selects ids of partners
        :param only: function of a field that says whether to take it
        """
        conditions = []
        for field in Model._fields.values():
            if not field.store or (only and not only(field)):
                continue
            column = SQL.identifier(Model._table, field.name)
            if field.type == "many2one" and field.comodel_name == "res.partner" and field.column_type:
                conditions.append(SQL("%s IN (%s)", column, partners))
            elif field.type == "many2many" and field.comodel_name == "res.partner":
                conditions.append(
                    SQL(
                        "%s IN (SELECT r.%s FROM %s r WHERE r.%s IN (%s))",
                        SQL.identifier(Model._table, "id"),
                        SQL.identifier(field.column1),
                        SQL.identifier(field.relation),
                        SQL.identifier(field.column2),
                        partners,
                    )
                )
            elif field.type == "many2one_reference" and Model._fields[field.model_field].store:
                conditions.append(
                    SQL(
                        "%s = 'res.partner' AND %s IN (%s)",
                        SQL.identifier(Model._table, field.model_field),
                        column,
                        partners,
                    )
                )
        return conditions

    @api.model
    @api.private
    def _mention_conditions(self, Model, words):
        """Conditions under which a text of a row names a person.

        :param words: names, addresses and numbers, as they are
        """
        patterns = [f"%{tools.sql.escape_psql(word)}%" for word in words]
        if not patterns:
            return []
        return [
            SQL("%s::text ILIKE ANY(%s)", SQL.identifier(Model._table, name), patterns)
            for name in self._text_fields(Model)
        ]

    @api.model
    @api.private
    def _text_fields(self, Model):
        if Model._name in NO_TEXTS:
            return []
        return [
            field.name
            for field in Model._fields.values()
            if field.store and field.column_type and field.type in TEXTS and not field.translate
        ]

    @api.model
    @api.private
    def _words(self, partners):
        """What texts call these persons: whole names, addresses, numbers."""
        words = set()
        for partner in partners:
            name = " ".join((partner.name or "").split())
            words |= {name} if len(name) >= MIN_NAME else set()
            words |= {word for word in (partner.email, partner.email_normalized, partner.phone) if word}
            words |= set(partner.crmx_phone_ids.mapped("number"))
            words |= {n for n in partner.crmx_phone_ids.mapped("normalised") if n and n.startswith("+")}
        return sorted(words)

    @api.model
    @api.private
    def _find(self, partners):
        """What our models hold about these partners.

        :return: ``{model: (records that lead to them, further records that name them in a text)}``
        """
        self.env.flush_all()
        ids = SQL("SELECT unnest(%s::int[])", partners.ids)
        words = self._words(partners)
        found = {}
        for name in self._models():
            # sudo: whoever handles a request about a person collects all that is held
            Model = self.env[name].sudo().with_context(active_test=False)
            linked = self._select(Model, self._link_conditions(Model, ids))
            named = self._select(Model, self._mention_conditions(Model, words)) - linked
            if linked or named:
                found[name] = (linked, named)
        return found

    @api.private
    def _select(self, Model, conditions):
        if not conditions:
            return Model.browse()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE %s ORDER BY id",
                SQL.identifier(Model._table),
                SQL(" OR ").join(SQL("(%s)", condition) for condition in conditions),
            )
        )
        return Model.browse([record_id for [record_id] in rows])

    # -- the host's lookup --------------------------------------------------

    def _register_hook(self):
        """Have the host's lookup, where it is installed, find what it does not look for by itself.

        It looks at many2one fields that are not deleted along, and at addresses. Its add-on installs itself
        beside the mail, and may be removed: nothing of it is inherited.
        """
        result = super()._register_hook()
        wizard = self.env.registry.get("privacy.lookup.wizard")
        if wizard is None or "_get_query" in vars(wizard):
            return result
        original = wizard._get_query

        def _get_query(self):
            return self.env["crmx.privacy.holdings"]._extend_lookup(self, original(self))

        wizard._get_query = _get_query
        return result

    def _unregister_hook(self):
        result = super()._unregister_hook()
        wizard = self.env.registry.get("privacy.lookup.wizard")
        if wizard is not None and "_get_query" in vars(wizard):
            del wizard._get_query
        return result

    @api.model
    @api.private
    def _extend_lookup(self, wizard, query):
        """The host's query and ours: many2many, links by model and id, rows deleted along, texts."""
        people = SQL("SELECT id FROM indirect_references")
        words = [word for word in (wizard.name.strip(), wizard.email.strip()) if len(word) >= MIN_NAME]
        parts = [query]
        for name in self._models():
            Model = self.env[name]
            by_host = self._link_conditions(
                Model, people, lambda f: f.type == "many2one" and f.ondelete != "cascade"
            )
            ours = self._link_conditions(
                Model, people, lambda f: f.type != "many2one" or f.ondelete == "cascade"
            ) + self._mention_conditions(Model, words)
            if not ours:
                continue
            parts.append(
                SQL(
                    """SELECT %s AS res_model_id, id AS res_id, %s AS is_active FROM %s
                        WHERE (%s) AND NOT COALESCE((%s), FALSE)""",
                    self.env["ir.model"]._get_id(name),
                    SQL.identifier("active") if "active" in Model._fields else SQL("TRUE"),
                    SQL.identifier(Model._table),
                    SQL(" OR ").join(SQL("(%s)", condition) for condition in ours),
                    SQL(" OR ").join(by_host) if by_host else SQL("FALSE"),
                )
            )
        return SQL(" UNION ALL ").join(parts)
