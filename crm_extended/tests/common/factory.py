"""Records of any model of ours, made from its field definitions alone."""

import base64
import itertools
from datetime import date, datetime, timedelta

from odoo import Command

_numbers = itertools.count(1)


def _partners(env):
    """Two partners of no company."""
    partners = env["res.partner"].with_context(active_test=False)
    return partners.search([("company_id", "=", False)], order="id", limit=2).ids


def _partner_without(model_name):
    """Return a function that finds a partner who has no record of a model yet."""

    def find(env):
        taken = env[model_name].search([]).partner_id.ids
        domain = [("company_id", "=", False), ("parent_id", "=", False), ("id", "not in", taken)]
        return env["res.partner"].search(domain, order="id", limit=1).id

    return find


def _vehicle(env, **values):
    """A vehicle of the company that is worked in."""
    model = make(env, "fleet.vehicle.model", **values)
    mine = {"license_plate": "made by a test", "company_id": env.company.id}
    return env["fleet.vehicle"].create({"model_id": model.id, **mine}).id


def _found_or_made(env, model_name, **values):
    """One of the host's records, which hold on to so much that they are made once."""
    records = env[model_name]
    found = records.search([(name, "=", value) for name, value in values.items()], limit=1)
    return (found or records.create(values)).id


def _mechanic(env):
    return _found_or_made(env, "hr.employee", name="made by a test", company_id=env.company.id)


def _product(env):
    return _found_or_made(env, "product.product", name="made by a test")


def _other_part(env, product_id):
    """Any product but that one."""
    templates = env["product.template"].with_context(active_test=False)
    return templates.search([("product_variant_ids", "!=", product_id)], order="id", limit=1).id


def _order_without_joint(env):
    """An order that is there, or a new one: the host holds on to orders."""
    taken = env["crmx.bonus.joint"].search([]).order_id.ids
    free = [("id", "not in", taken), ("company_id", "=", env.company.id)]
    orders = env["sale.order"]
    return (orders.search(free, limit=1) or orders.create({"partner_id": _partners(env)[0]})).id


def _user_without_digest(env):
    taken = env["crmx.kpi.digest"].with_context(active_test=False).search([]).user_id.ids
    return env["res.users"].search([("id", "not in", taken)], order="id", limit=1).id


def _unit(env):
    mine = {"product_id": _product(env), "company_id": env.company.id}
    return _found_or_made(env, "stock.lot", name="made by a test", **mine)


def _kind_of_vehicles(env):
    """A kind of document that any vehicle may have."""
    kinds = env["crmx.vehicle.document.kind"]
    return kinds.create({"name": "made by a test", "owner": "vehicle", "company_id": env.company.id}).id


def _trailer(env):
    return _vehicle(env, vehicle_type="trailer")


#: What the definitions do not tell: values that a model's own checks ask for, or functions that make them.
VALUES = {
    "crmx.aging.scheme": {"limits": "30, 60"},
    "crmx.axle.layout": {"pattern": "2+4"},
    "crmx.kpi.digest": {"user_id": _user_without_digest},
    "crmx.kpi.input": {"kind": "other"},
    "crmx.part.fit": {"vehicle_type": "car"},
    "crmx.part.replacement": {
        "product_tmpl_id": lambda env: _other_part(env, _product(env)),
        "replacement_id": lambda env: env["product.product"].browse(_product(env)).product_tmpl_id.id,
    },
    "crmx.process.mapping": {
        "process_id": lambda env: make(env, "crmx.process").id,
        "field_id": lambda env: env["ir.model.fields"]._get("res.partner", "ref").id,
    },
    "crmx.component.check": {"lot_id": _unit, "tread": 8},
    # long ago and for an hour: a unit is on one vehicle at a time
    "crmx.component.fitting": {
        "lot_id": _unit,
        "vehicle_id": _vehicle,
        "date_start": lambda env: datetime(1990, 1, 1) + timedelta(days=next(_numbers)),
        "date_end": lambda env: datetime(1990, 1, 1, 1) + timedelta(days=next(_numbers) - 1),
    },
    "crmx.component.position": {"layout_id": lambda env: make(env, "crmx.axle.layout").id},
    "crmx.call.provider": {"active": False},  # in use it needs a secret and translations
    "crmx.consent": {"partner_id": lambda env: _partners(env)[0]},
    "crmx.completeness.rule": {"condition": "[(1, '=', 1)]"},  # any field will do then
    "crmx.credit.file": {"partner_id": _partner_without("crmx.credit.file")},
    "crmx.collection.case": {"partner_id": _partner_without("crmx.collection.case")},
    "crmx.collection.weight": {"company_id": lambda env: env.company.id},  # those for all are there
    "crmx.coupling": {"tractor_id": _vehicle, "trailer_id": _trailer},
    "crmx.defect": {"vehicle_id": _vehicle},
    "crmx.dispute.line": {"amount": 1},
    "crmx.instalment.item": {"amount": 1},
    "crmx.inspection": {
        "vehicle_id": _vehicle,
        "template_id": lambda env: env["crmx.inspection.template"].create({"name": "made by a test"}).id,
    },
    "crmx.insurance.case": {"vehicle_id": _vehicle},
    "crmx.maintenance": {"vehicle_id": _vehicle},
    "crmx.maintenance.plan": {
        "time_interval": 1,
        # those that are there may be another company's
        "contains_ids": lambda _env: [Command.clear()],
        "vehicle_ids": lambda _env: [Command.clear()],
    },
    "crmx.maintenance.plan.part": {
        "plan_id": lambda env: make(env, "crmx.maintenance.plan").id,
        "product_id": _product,
    },
    "crmx.meter": {"vehicle_id": _vehicle},
    "crmx.meter.reading": {"vehicle_id": _vehicle},
    "crmx.licence.category": {"name": lambda _env: f"made by a test {next(_numbers)}"},
    "crmx.licence.need": {"category_id": lambda env: make(env, "crmx.licence.category").id},
    "crmx.may.drive.line": {"vehicle_id": _vehicle},
    "crmx.vehicle.charge": {
        "vehicle_id": _vehicle,
        "date": lambda _env: date(1990, 1, 1) + timedelta(days=next(_numbers)),  # one a day
    },
    "crmx.vehicle.document": {"kind_id": _kind_of_vehicles, "vehicle_id": _vehicle},
    "crmx.vehicle.document.kind": {"vehicle_domain": "[]"},
    "crmx.warranty.claim.line": {"name": "made by a test"},
    "crmx.work.order": {"vehicle_id": _vehicle},
    "crmx.work.order.job": {"name": "made by a test"},
    "crmx.work.order.outside": {"product_id": _product},
    "crmx.work.order.part": {"product_id": _product},
    "crmx.work.order.time": {"employee_id": _mechanic},
    "crmx.promise": {"amount": 1, "date_promised": "2099-12-31"},
    "crmx.promise.line": {"amount": 1},
    "crmx.dunning.level": {
        "days": 999,  # in order: after all others
        "number": lambda env: max(env["crmx.dunning.level"].search([]).mapped("number"), default=0) + 1,
    },
    "crmx.dunning.exception": {"partner_id": lambda env: _partners(env)[0], "is_stopped": True},
    # precomputed when the company has one
    "crmx.allowance": {
        "method_id": lambda env: make(env, "crmx.allowance.method", company_id=env.company.id).id
    },
    "crmx.allowance.assessment": {"partner_id": lambda env: _partners(env)[0]},
    "crmx.allowance.method": {"limits": "30, 60"},
    "crmx.interest.policy": {"kind": "none"},  # the others need a table
    "crmx.interaction.import.column": {"position": 99},  # those of the file come with it
    "crmx.kpi.indicator": {
        "code": lambda env: f"made_by_a_test_{next(_numbers)}",
        "res_model": "res.partner",
        "date_field": "create_date",
    },
    "crmx.kpi.period": {
        "kind": "custom",
        "date_from": lambda env: date(1990, 1, 1) + timedelta(days=next(_numbers)),
    },
    "crmx.process.instance": {"state": "done"},  # running, it would be the only one on its document
    "crmx.process.timer": {"date_due": "2099-12-31"},  # nothing is to happen: the token stands nowhere
    "crmx.process.token": {"state": "done"},
    "crmx.process.version": {
        "number": lambda env: max(env["crmx.process.version"].search([]).mapped("number"), default=0) + 1
    },
    "crmx.process": {"model_id": lambda env: env["ir.model"]._get_id("res.partner")},
    "crmx.substitution": {
        "user_id": lambda env: env.ref("base.user_admin").id,
        "substitute_id": lambda env: env.ref("base.user_root").id,
    },
    "crmx.bonus.accrual": {
        "scheme_id": lambda env: make(env, "crmx.bonus.scheme").id,
        "employee_id": _mechanic,
        "period_id": lambda env: make(env, "crmx.kpi.period").id,
        "company_id": lambda env: env.company.id,
    },
    "crmx.bonus.joint": {
        "order_id": _order_without_joint,
        "share_ids": lambda env: [Command.create({"user_id": env.user.id, "share": 100})],
    },
    "crmx.bonus.joint.share": {
        "joint_id": lambda env: make(env, "crmx.bonus.joint").id,
        "user_id": lambda env: env.ref("base.user_admin").id,
    },
    "crmx.bonus.member": {
        "scheme_id": lambda env: make(env, "crmx.bonus.scheme").id,
        "employee_id": _mechanic,
    },
    "crmx.bonus.scheme": {"template_id": lambda env: make(env, "crmx.kpi.card.template").id},
    "crmx.bonus.scheme.line": {"scheme_id": lambda env: make(env, "crmx.bonus.scheme").id},
    "crmx.bonus.simulation": {"card_id": lambda env: make(env, "crmx.kpi.card").id},
    "crmx.bonus.simulation.line": {
        "simulation_id": lambda env: make(env, "crmx.bonus.simulation").id,
        "card_line_id": lambda env: make(env, "crmx.kpi.card.line").id,
    },
    "crmx.kpi.card.template.line": {"template_id": lambda env: make(env, "crmx.kpi.card.template").id},
    "crmx.kpi.card": {"template_id": lambda env: make(env, "crmx.kpi.card.template").id},
    "crmx.kpi.card.line": {"card_id": lambda env: make(env, "crmx.kpi.card").id},
    "crmx.kpi.plan.line": {"plan_id": lambda env: make(env, "crmx.kpi.plan").id},
    "crmx.kpi.target": {"line_id": lambda env: make(env, "crmx.kpi.plan.line").id},
    "crmx.relation": {
        "left_partner_id": lambda env: _partners(env)[0],
        "right_partner_id": lambda env: _partners(env)[1],
        # others are between a person and a company
        "type_id": lambda env: env.ref("crm_extended.crmx_relation_type_influences").id,
    },
}


def our_models(env):
    """Names of our models that have records: stored, transient and SQL views."""
    return sorted(name for name, model in env.items() if name.startswith("crmx.") and not model._abstract)


def make(env, model_name, **values):
    """Create one record with all that is required; many2one fields take any record there is.

    Used as superuser, by tests that look at rights, companies or uninstallation, never at values.
    """
    model = env[model_name]
    names = [
        name
        for name, field in model._fields.items()
        if field.required and field.store and not (field.compute and field.precompute)
    ]
    given = {**VALUES.get(model_name, {}), **values}
    values = {name: value(env) if callable(value) else value for name, value in given.items()}
    values = {**model.default_get([name for name in names if name not in values]), **values}
    for name in names:
        if not values.get(name):
            values[name] = _value(env, model._fields[name])
    for name in names:
        if model._fields[name].type == "many2one_reference":
            values[model._fields[name].model_field] = "res.partner"
            values[name] = env.user.partner_id.id
    return model.create(values)


def _value(env, field):
    if field.type == "many2one":
        # a partner of one company cannot be on a document of another
        domain = [("company_id", "=", False)] if field.comodel_name == "res.partner" else []
        record = env[field.comodel_name].with_context(active_test=False).search(domain, limit=1)
        return (record or make(env, field.comodel_name)).id
    if field.type == "many2many":
        record = env[field.comodel_name].search([], limit=1) or make(env, field.comodel_name)
        return [Command.set(record.ids)]
    if field.type == "selection":
        return field.get_values(env)[0]
    if field.type in ("char", "text", "html"):
        return f"made by a test {next(_numbers)}"
    if field.type == "binary":
        return base64.b64encode(b"Date,Subject\n2026-01-31,made by a test\n")
    if field.type in ("date", "datetime"):
        return env.cr.now().replace(microsecond=0)
    return 1
