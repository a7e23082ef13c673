"""Paths of fields from a record, such as `order_id.user_id`, and their values in SQL."""

from typing import NamedTuple

from odoo import models
from odoo.fields import Field
from odoo.tools import SQL

#: Types of fields that have several values, or none that can be measured.
SEVERAL = ("one2many", "many2many", "properties", "binary", "html", "json")


class PathError(ValueError):
    """A path that leads nowhere: `name` is the field, `model` where it was looked for."""

    def __init__(self, code, name, model):
        super().__init__(f"{code}: {name} of {model}")
        self.code = code
        self.name = name
        self.model = model


class Place(NamedTuple):
    """Where a path ends: its last field, and the model and table alias that the field is read from."""

    field: Field
    model: models.BaseModel
    alias: str
    sql: SQL


def final_field(model, path):
    """Return the model and the field that a path ends at.

    :raise PathError: a field that is not there, that is no single value, or that cannot be read in SQL
    """
    *steps, last = path.split(".")
    for name in steps:
        field = _field(model, name)
        if field.type != "many2one":
            raise PathError("many", name, model._name)
        model = model.env[field.comodel_name]
    return model, _field(model, last)


def _field(model, name):
    field = model._fields.get(name)
    if field is None:
        raise PathError("missing", name, model._name)
    if field.type in SEVERAL:
        raise PathError("many", name, model._name)
    if not is_in_sql(model, field):
        raise PathError("computed", name, model._name)
    return field


def is_in_sql(model, field):
    """Return whether a field is a column, or one of a record that columns lead to."""
    if field.store:
        return bool(field.column_type) or field.type == "many2one"
    if not field.related:
        return False
    for name in field.related.split("."):
        step = model._fields[name]
        if not (step.store or is_in_sql(model, step)):
            return False
        if step.relational:
            model = model.env[step.comodel_name]
    return True


def place(model, path, query):
    """Return where a path ends, joined into a query; its fields are checked for the model's user."""
    *steps, last = path.split(".")
    alias = query.table
    for name in steps:
        field = model._fields[name]
        if field.related and not field.store:
            model._check_field_access(field, "read")
            # sudo: as the host reads related fields, once the user may see this one
            related, field, alias = model.sudo()._traverse_related_sql(alias, field, query)
            model = related.with_env(model.env)
        model, alias = field.join(model, alias, query)
    field = model._fields[last]
    if field.related and not field.store:
        model._check_field_access(field, "read")
        # sudo: as above
        related, field, alias = model.sudo()._traverse_related_sql(alias, field, query)
        model = related.with_env(model.env)
    return Place(field, model, alias, model._field_to_sql(alias, field.name, query))
