from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_date, format_datetime

from .relation import VIEWPOINT

#: Persons that the card names, of those looked at; relations that it lists.
PERSONS = 8
MAX_PERSONS = 60
RELATIONS = 8


class CustomerCard(models.AbstractModel):
    """Who it is: the partner, his persons with their roles, their relations."""

    _inherit = "crmx.customer.card"

    @api.model
    @api.private
    def _who(self, partner, commercial):
        persons, total = self._persons(partner)
        shown = partner | persons
        roles = self._roles(shown, commercial)
        profiles = shown._crmx_profile()
        persons = persons.sorted(lambda p: (not roles.get(p.id), not p.function))[:PERSONS]
        return {
            "profile": profiles[partner.id],
            "roles": roles.get(partner.id, []),
            "function": partner.function or False,
            "properties": self._properties(partner),
            "persons": [
                {
                    "id": person.id,
                    "name": person.name,
                    "function": person.function or False,
                    "email": person.email or False,
                    "phone": person.phone or False,
                    "roles": roles.get(person.id, []),
                    **profiles[person.id],
                }
                for person in persons
            ],
            "total": total,
        }

    @api.model
    @api.private
    def _persons(self, partner):
        """The persons of a company; those of a contact are himself."""
        Partner = self.env["res.partner"]
        if partner != partner.commercial_partner_id:
            return Partner, 0
        domain = Domain("commercial_partner_id", "=", partner.id) & Domain("id", "!=", partner.id)
        domain &= Domain("is_company", "=", False) & Domain("name", "not in", (False, ""))
        names = ["name", "function", "email", "phone", "lang", "commercial_partner_id", "is_company"]
        persons = Partner.search_fetch(domain, names, limit=MAX_PERSONS)
        total = len(persons) if len(persons) < MAX_PERSONS else Partner.search_count(domain)
        return persons, total

    @api.model
    @api.private
    def _roles(self, persons, commercial):
        """Short words for what persons are in the company, from their current relations to it."""
        Relation = self.env["crmx.relation"]
        if not Relation.has_access("read"):
            return {}
        found = {}
        relations = Relation.search_fetch(
            Domain("left_partner_id", "in", persons.ids)
            & Domain("right_partner_id.commercial_partner_id", "=", commercial.id)
            & Domain("is_current", "=", True),
            ["left_partner_id", "type_id"],
        )
        for relation in relations:
            role = relation.type_id.role
            own = found.setdefault(relation.left_partner_id.id, [])
            if role and role not in own:
                own.append(role)
        return found

    @api.model
    @api.private
    def _relations(self, partner, commercial):
        """Relations with others, read from the partner's side; roles in his own company are shown there."""
        Relation = self.env["crmx.relation"].with_context(**{VIEWPOINT: partner.id})
        if not Relation.has_access("read"):
            return None
        domain = partner._crmx_relation_domain() & Domain("is_current", "=", True)
        relations = Relation.search(domain, limit=RELATIONS * 4)
        relations.fetch(["left_partner_id", "right_partner_id", "type_id", "date_from", "note"])
        lines = [
            {
                "id": relation.id,
                "who": relation.own_partner_id.name if relation.own_partner_id != partner else False,
                "wording": relation.wording,
                "other": {
                    "id": relation.other_partner_id.id,
                    "name": self._name_of(relation.other_partner_id, commercial),
                },
                "since": relation.date_from,
                "note": relation.note or False,
            }
            for relation in relations
            if not self._is_role_at_home(relation, partner)
        ]
        return {"lines": lines[:RELATIONS], "total": len(lines), "more": len(lines) > RELATIONS}

    @api.model
    @api.private
    def _name_of(self, partner, commercial):
        """The name, with that of his company when it is another one."""
        at_home = partner.commercial_partner_id == commercial
        return partner.name if at_home and partner.name else partner.display_name

    @api.model
    @api.private
    def _is_role_at_home(self, relation, partner):
        """Whether the list of persons says it already."""
        own = partner.is_company and relation.right_partner_id == partner
        return own and bool(relation.type_id.role) and relation.left_partner_id.parent_id == partner

    # -- properties of the host -------------------------------------------

    @api.model
    @api.private
    def _properties(self, partner):
        """The host's properties that are filled in: ``[{"label", "value"}]`` as text."""
        definitions = partner.read(["properties"])[0]["properties"] or []
        lines = []
        for definition in definitions:
            text = self._property_text(definition, definition.get("value"))
            if text:
                lines.append({"label": definition.get("string") or "", "value": text})
        return lines

    @api.model
    @api.private
    def _property_text(self, definition, value):
        kind = definition.get("type")
        if kind == "boolean":
            return self.env._("Yes") if value else ""
        if not value or kind == "separator":
            return ""
        if kind == "selection":
            return dict(definition.get("selection") or []).get(value, "")
        if kind == "tags":
            labels = {tag[0]: tag[1] for tag in definition.get("tags") or []}
            return ", ".join(labels[tag] for tag in value if tag in labels)
        if kind == "many2one":
            return value[1] or ""
        if kind == "many2many":
            return ", ".join(name for _id, name in value if name)
        if kind == "datetime":
            return format_datetime(self.env, value)
        if kind == "date":
            return format_date(self.env, value if isinstance(value, date) else fields.Date.to_date(value))
        return str(value)
