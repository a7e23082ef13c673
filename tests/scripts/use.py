# All that users leave behind when they work with the add-on; run in Odoo's shell. Nothing of core is changed
# for good, so that what is there after uninstallation is what was there before.
import pathlib
import runpy

from odoo import Command
from odoo.modules.module import get_module_path

factory = runpy.run_path(pathlib.Path(get_module_path("crm_extended")) / "tests/common/factory.py")
partner = env["res.partner"].search([("name", "=", "Customer 1")])
meeting = env["calendar.event"].search([("name", "=", "Meeting")])


def create(model_name, **values):
    return env[model_name].create({"name": "Own", **values})


def build_on_model(name):
    """What users build on a model: favourites, exports, views, menus, rights, automation, documents."""
    model_id = env["ir.model"]._get_id(name)
    action = create("ir.actions.act_window", res_model=name)
    create("ir.ui.menu", action=f"ir.actions.act_window,{action.id}")
    create("ir.ui.view", model=name, type="list", arch="<list><field name='id'/></list>")
    create("ir.filters", model_id=name, user_ids=env.user.ids)
    create("ir.exports", resource=name, export_fields=[Command.create({"name": "id"})])
    create("ir.actions.server", model_id=model_id, state="code", code="pass")
    create("ir.cron", model_id=model_id, state="code", code="pass")
    create("ir.rule", model_id=model_id, domain_force="[]")
    create("ir.model.access", model_id=model_id, perm_read=True)
    create("ir.sequence", code=name, implementation="standard")
    create("mail.template", model_id=model_id, subject="Own", body_html="<p>Own</p>")
    create("mail.message.subtype", res_model=name)
    env["base_import.mapping"].create({"res_model": name, "column_name": "Own", "field_name": "own"})


def hang_on_record(record):
    """What users attach to a record."""
    record.export_data(["id"])
    create("ir.attachment", raw=record._name.encode(), res_model=record._name, res_id=record.id)
    if hasattr(record, "message_post"):
        record.message_post(body="Own", message_type="comment", subtype_xmlid="mail.mt_comment")
        record.message_subscribe(partner.ids)
        env["mail.scheduled.message"].create(
            {
                "model": record._name,
                "res_id": record.id,
                "author_id": partner.id,
                "body": "Own",
                "scheduled_date": "2099-01-01",
            }
        )
    if hasattr(record, "activity_schedule"):
        record.activity_schedule("mail.mail_activity_data_todo", summary="Own")
        create("mail.activity.plan", res_model=record._name)
        meeting.write({"res_model_id": env["ir.model"]._get_id(record._name), "res_id": record.id})


def show_on_core(field):
    """Our field where users look at core's records."""
    form = env.ref("base.view_partner_form")
    arch = f"<field name='ref' position='after'><field name='{field}'/></field>"
    env["ir.ui.view"].create(
        {"name": "our field on core's form", "model": "res.partner", "inherit_id": form.id, "arch": arch}
    )
    create("ir.filters", model_id="res.partner", context=str({"group_by": [field]}))
    env["ir.exports"].search([("name", "=", "Customers")]).export_fields = [Command.create({"name": field})]


def build_fields(model_name):
    """Fields and rules that users make with the developer mode."""
    model = env["ir.model"]._get(model_name)
    contact = env["ir.model"]._get_id("res.partner")
    create("ir.model.fields", name="x_own", model_id=model.id, ttype="char")
    create("ir.model.fields", name="x_last", model_id=contact, ttype="many2one", relation=model_name)
    create("base.automation", model_id=model.id, trigger="on_create")
    env["ir.default"].set(model_name, "direction", "in")


def save_settings(value):
    settings = env["res.config.settings"]
    ours = [name for name, field in settings._fields.items() if "crmx_" in name and field.type == "boolean"]
    settings.create(dict.fromkeys(ours, value)).execute()


made = []
for name in factory["our_models"](env):
    build_on_model(name)
    if env[name]._auto and not env[name]._table_query:
        hang_on_record(factory["make"](env, name))
        made.append(name)
show_on_core("crmx_receivable_total")
build_fields("crmx.interaction")
env["ir.config_parameter"].set_param("crm_extended.own", "1")
save_settings(False)
save_settings(True)
env.cr.commit()  # scheduled actions work in transactions of their own
for cron in env["ir.cron"].search([("model_id.model", "=like", "crmx.%")]):
    cron.method_direct_trigger()
env.cr.commit()
print("made:", " ".join(made))
