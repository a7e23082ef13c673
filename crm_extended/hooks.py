"""What the host leaves behind when it uninstalls: rows that name our models and fields in plain text.

The host itself deletes our records, tables, columns, views, scheduled actions, menus and rights, and the
messages, attachments, activities and followers of our records.
"""

import psycopg2

from odoo.exceptions import UserError
from odoo.tools import SQL

#: Models whose records mean nothing without the model that a field of theirs names.
NAMING_A_MODEL = {
    "base_import.mapping": "res_model",
    "ir.actions.act_window": "res_model",
    "ir.actions.client": "res_model",
    "ir.actions.report": "model",
    "ir.embedded.actions": "parent_res_model",
    "ir.exports": "resource",
    "ir.filters": "model_id",
    "ir.sequence": "code",
    "ir.ui.view": "model",
    "mail.activity.plan": "res_model",
    "mail.message.subtype": "res_model",
    "mail.scheduled.message": "model",
    "res.users.settings.embedded.action": "res_model",
}
#: Models whose records mean nothing without the field that a field of theirs names.
NAMING_A_FIELD = {
    "ir.exports.line": ("name",),
    "ir.filters": ("domain", "context", "sort"),
}
OUR_MODELS = "crmx.%"
OUR_FIELDS = r"crmx\_"


def uninstall_hook(env):
    """Remove what names our models or fields, what users made of it included."""
    env = env(context={**env.context, "active_test": False})
    _leave_workshop(env)
    _delete_foreign_keys(env)
    _let_go_of_meetings(env)
    # before the kinds of activities that we bring, which the host would not delete under them
    _delete(env, "mail.activity", [("res_model", "=like", OUR_MODELS)])
    # addresses whose mail would make our records, or begin our processes
    for field in ("alias_model_id", "alias_parent_model_id"):
        _delete(env, "mail.alias", [(f"{field}.model", "=like", OUR_MODELS)])
    _archive_views_of_core(env)
    _delete_menus(env)
    # with them go the messages in their chatter, which would stay if the host's foreign keys deleted them
    for model_name in ("base.automation", "ir.cron", "ir.actions.server"):
        _delete(env, model_name, [("model_id.model", "=like", OUR_MODELS)])
    for model_name, field in NAMING_A_MODEL.items():
        _delete(env, model_name, [(field, "=like", OUR_MODELS)])
    for model_name, fields in NAMING_A_FIELD.items():
        for field in fields:
            _delete(env, model_name, [(field, "like", OUR_FIELDS)])
    _delete(env, "ir.config_parameter", [("key", "=like", "crm\\_extended.%")])
    _delete_external_ids(env)
    _drop_restrictions(env)


def _leave_workshop(env):
    """Take away what the workshop was given and never used; what has history stays, archived."""
    # their analytic lines say again what services and contracts say, which stay
    env["crmx.vehicle.charge"].search([]).unlink()
    warehouses = env["stock.warehouse"].search([("crmx_workshop_type_id", "!=", False)])
    operations = warehouses.crmx_workshop_type_id
    places = warehouses.crmx_vehicle_location_id | warehouses.crmx_repair_location_id
    sequences = operations.sequence_id
    warehouses.write(
        {"crmx_workshop_type_id": False, "crmx_vehicle_location_id": False, "crmx_repair_location_id": False}
    )
    if _unlink_unused(operations):
        sequences.unlink()
    _unlink_unused(places)
    parameters = env["ir.config_parameter"]
    for model_name, key in (("fleet.service.type", "service_type_id"), ("account.analytic.plan", "plan_id")):
        record = env[model_name].browse(int(parameters.get_param(f"crm_extended.workshop_{key}", 0))).exists()
        if model_name == "account.analytic.plan":
            unused = record.account_ids.filtered(lambda account: not account.line_ids)
            if unused and not _unlink_unused(unused) or record.account_ids:
                continue
        _unlink_unused(record)
    if parameters.get_param("crm_extended.made_btree_gist"):
        for model in (model for model in env.values() if getattr(model, "_exclusions", None)):
            for name in model._exclusions:
                env.cr.execute(
                    SQL(
                        "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s",
                        SQL.identifier(model._table),
                        SQL.identifier(name),
                    )
                )
        try:
            with env.cr.savepoint():
                env.cr.execute("DROP EXTENSION btree_gist")
        except psycopg2.Error:
            return  # somebody else uses it by now


def _unlink_unused(records):
    """Delete the records, or archive them when something needs them; return whether they went."""
    try:
        with records.env.cr.savepoint():
            records.unlink()
    except (UserError, psycopg2.Error):
        if "active" in records._fields:
            records.active = False
        return False
    return True


def _made_by_users(env, model_name, domain):
    """The records that are not of the add-on's own files: those the host deletes."""
    records = env[model_name].search(domain)
    own = env["ir.model.data"].search(
        [("module", "=", "crm_extended"), ("model", "=", model_name), ("res_id", "in", records.ids)]
    )
    return records - records.browse(own.mapped("res_id"))


def _delete(env, model_name, domain):
    if model_name in env:
        _made_by_users(env, model_name, domain).unlink()


def _let_go_of_meetings(env):
    """A meeting about one of our records is a meeting still."""
    meetings = env["calendar.event"].search([("res_model", "=like", OUR_MODELS)])
    meetings.write({"res_model_id": False, "res_id": False})


def _archive_views_of_core(env):
    """Views by which users show our fields on core's screens: these would open no more."""
    domain = [
        ("arch_db", "like", OUR_FIELDS),
        ("model", "not =like", OUR_MODELS),
        ("inherit_id", "!=", False),
    ]
    _made_by_users(env, "ir.ui.view", domain).active = False


def _delete_menus(env):
    """Menus of users that lead to an action on one of our models."""
    actions = env["ir.actions.act_window"].search([("res_model", "=like", OUR_MODELS)])
    _delete(env, "ir.ui.menu", [("action", "in", [f"{action._name},{action.id}" for action in actions])])


def _delete_external_ids(env):
    """Names that the host gives to parts of our models in the name of the add-on whose mixin they use."""
    env["ir.model.data"].search(
        [
            ("module", "!=", "crm_extended"),
            ("model", "in", ("ir.model.fields.selection", "ir.model.inherit")),
            ("name", "like", r"\_\_crmx\_"),
        ]
    ).unlink()


def _delete_foreign_keys(env):
    """Those of our fields on core's models: the host deletes the fields, and forgets these.

    They go first, as what they point to may not be deleted before.
    """
    env["ir.model.constraint"].search(
        [("module.name", "=", "crm_extended"), ("type", "=", "f"), ("model.model", "not =like", OUR_MODELS)]
    ).unlink()


def _drop_restrictions(env):
    """Let the host delete our records in its own order: it knows nothing of what they need of each other."""
    restrictions = env.execute_query(
        SQL(
            r"""SELECT conrelid::regclass::text, conname FROM pg_constraint
                 WHERE contype = 'f' AND confdeltype IN ('a', 'r')
                   AND confrelid IN (SELECT oid FROM pg_class WHERE relname LIKE 'crmx\_%%')"""
        )
    )
    for table, name in restrictions:
        env.cr.execute(SQL("ALTER TABLE %s DROP CONSTRAINT %s", SQL.identifier(table), SQL.identifier(name)))
