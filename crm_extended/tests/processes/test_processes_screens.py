import io

from openpyxl import load_workbook

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import ProcessCase


@tagged("post_install", "-at_install")
class TestProcessesScreens(ProcessCase):
    """The bar, the inbox and the forms."""

    def test_forms_of_documents_show_the_bar(self):
        Partner = self.env["res.partner"]
        self.env["crmx.process"].search([("model_name", "=", "res.partner")]).active = False
        self.assertNotIn("crmx_process_bar", Partner.get_view(view_type="form")["arch"])
        self.approval()
        self.assertIn("crmx_process_bar", Partner.get_view(view_type="form")["arch"])
        self.assertNotIn("crmx_process_bar", Partner.get_view(view_type="list")["arch"])

    def test_bar(self):
        process = self.approval()
        bar = self.env["crmx.process.instance"].with_user(self.asker).get_bar("res.partner", self.document.id)
        self.assertIn(process.id, [one["id"] for one in bar["startable"]])
        instance = self.begin(process)
        self.do(instance, "Ask", self.asker)
        bar = self.env["crmx.process.instance"].with_user(self.boss).get_bar("res.partner", self.document.id)
        [run] = bar["runs"]
        self.assertEqual([step["name"] for step in run["done"]], ["Ask"])
        self.assertEqual(run["next"], ["Buy", "Ask"])
        [step] = run["now"]
        self.assertEqual((step["name"], step["who"], step["mine"]), ("Approve", self.boss.name, True))
        self.assertEqual([way["name"] for way in step["outcomes"]], ["Yes", "Again", "No"])
        self.assertNotIn(process.id, [one["id"] for one in bar["startable"]])
        [run] = (
            self.env["crmx.process.instance"]
            .with_user(self.buyer)
            .get_bar("res.partner", self.document.id)["runs"]
        )
        self.assertEqual(
            (run["now"][0]["mine"], run["now"][0]["outcomes"], run["may_cancel"]), (False, [], False)
        )

    def test_bar_is_for_who_may_read_the_document(self):
        self.begin(self.approval())
        portal = new_test_user(self.env, login="crmx_portal", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.env["crmx.process.instance"].with_user(portal).get_bar("res.partner", self.document.id)

    def test_only_the_group_begins_it(self):
        process = self.approval(start_group_id=self.env.ref("crm_extended.group_processes_manager").id)
        instances = self.env["crmx.process.instance"]
        self.assertFalse(
            instances.with_user(self.asker).get_bar("res.partner", self.document.id)["startable"]
        )
        bar = instances.with_user(self.admin).get_bar("res.partner", self.document.id)
        self.assertEqual([one["id"] for one in bar["startable"]], process.ids)

    def test_inbox(self):
        items = self.env["crmx.work.item"].with_user(self.asker)
        before = items.get_inbox()["count"]
        instance = self.begin(self.approval())
        inbox = items.get_inbox()
        self.assertEqual((inbox["count"], inbox["late"]), (before + 1, 0))
        item = self.open_items(instance)
        self.assertEqual(
            items.search([("is_mine", "=", True)]) & items.browse(item.ids), items.browse(item.ids)
        )
        item.sudo().date_deadline = "2020-01-01"
        self.assertEqual(items.get_inbox()["late"], 1)

    def test_written_in_the_form(self):
        form = Form(self.env["crmx.process"].with_user(self.admin))
        form.name = "By hand"
        form.model_id = self.env["ir.model"]._get("res.partner")
        with form.step_ids.new() as step:
            step.name = "Look"
            step.performer = "user"
            step.user_id = self.boss
        with form.step_ids.new() as step:
            step.name = "Act"
        process = form.save()
        process.action_publish()
        instance = self.begin(process)
        self.assertEqual(self.names(instance), ["Look"])
        self.assertIn("o_crmx_process_now", instance.picture)

    def test_copies_are_drafts(self):
        copy = self.approval().copy()
        self.assertFalse(copy.version_id)
        self.assertEqual(copy.step_ids.mapped("name"), ["Ask", "Approve", "Buy"])
        self.assertEqual(
            [branch.next_step_id.process_id for branch in copy.step_ids.branch_ids if branch.next_step_id],
            [copy, copy],
        )

    def test_figures(self):
        process = self.approval()
        instance = self.begin(process)
        self.do(instance, "Ask", self.asker)
        self.do(instance, "Approve", self.boss, "Again")
        self.do(instance, "Ask", self.asker)
        for item, hours in zip(instance.item_ids.sorted("id"), (2, 10, 4, 0), strict=True):
            item.date_open = fields.Datetime.subtract(item.date_done or fields.Datetime.now(), hours=hours)
        self.open_items(instance).date_deadline = "2020-01-01"
        done = instance.item_ids.filtered(lambda item: item.name == "Approve" and item.state == "done")
        done.date_taken = fields.Datetime.subtract(done.date_done, hours=4)
        figures = process._step_figures()[process.id]
        ask, approve = (process.step_ids[number]._key() for number in range(2))
        self.assertEqual((figures[ask]["open"], figures[ask]["again"]), (0, 1))
        self.assertAlmostEqual(figures[ask]["median"], 3, places=2)
        self.assertEqual((figures[approve]["open"], figures[approve]["late"]), (1, 1))
        # 6 h of waiting and 4 h of work, and one that has just begun
        for name, hours in (("wait", 3), ("wait_slow", 5.4), ("work", 2), ("work_slow", 3.6), ("slow", 9)):
            self.assertAlmostEqual(figures[approve][name], hours, places=2, msg=name)
        self.assertIn("<td>5.4</td>", process.with_user(self.admin).heat_table)
        self.assertEqual(action_ids(process.action_open_step(ask), self.env), [])
        self.assertEqual(
            action_ids(process.action_open_step(approve), self.env), self.open_items(instance).ids
        )
        self.assertIn("o_crmx_process_heat_4", process.with_user(self.admin).heat_picture)
        self.env.flush_all()
        lines = (
            self.env["crmx.work.item.report"].with_user(self.admin).search([("process_id", "=", process.id)])
        )
        again = lines.filtered(lambda line: line.step == "Ask" and line.again)
        self.assertEqual((len(lines), len(again)), (4, 1))
        self.assertEqual(sum(lines.mapped("late")), 1)
        self.assertEqual(action_ids(process.action_open_stuck(), self.env), instance.item_ids[-1:].ids)

    def test_overdue_by_person_and_department(self):
        department = self.env["hr.department"].create({"name": "Deciders"})
        self.env["hr.employee"].create(
            {"name": "Boss", "user_id": self.boss.id, "department_id": department.id}
        )
        process = self.approval()
        for number in range(3):
            document = self.env["res.partner"].create({"name": f"Consumables {number}"})
            instance = self.begin(process, document)
            self.do(instance, "Ask", self.asker)
            hours = -5 if number else 5
            self.open_items(instance).date_deadline = fields.Datetime.add(fields.Datetime.now(), hours=hours)
        self.env.flush_all()
        rows = (
            self.env["crmx.work.item.report"]
            .with_user(self.admin)
            ._read_group(
                [("process_id", "=", process.id)], ["user_id", "department_id"], ["__count", "late:sum"]
            )
        )
        self.assertEqual(
            {(user, where): (count, late) for user, where, count, late in rows},
            {(self.boss, department): (3, 2), (self.asker, self.env["hr.department"]): (3, 0)},
        )

    def test_a_step_opens_a_form_of_its_own(self):
        form = self.env["ir.ui.view"].create(
            {"name": "Short", "model": "res.partner", "arch": "<form><field name='name'/></form>"}
        )
        process = self.process(
            {"name": "Look", "performer": "initiator", "view_id": form.id},
            {"name": "Look again", "performer": "initiator"},
        )
        instance = self.begin(process)
        item = self.open_items(instance).with_user(self.asker)
        action = item.action_open_document()
        self.assertEqual((action["res_id"], action["views"]), (self.document.id, [(form.id, "form")]))
        item.finish()
        action = self.open_items(instance).with_user(self.asker).action_open_document()
        self.assertEqual(action["views"], [(False, "form")])

    def test_replay(self):
        instance = self.begin(self.approval())
        self.do(instance, "Ask", self.asker)
        self.do(instance, "Approve", self.boss, "Again")
        self.env.cr.flush()  # the register is written before the transaction ends
        replay = instance.with_user(self.asker).get_replay()
        ask, approve = (step._key() for step in instance.process_id.step_ids[:2])
        self.assertIn(f'data-node="{ask}"', replay["picture"])
        self.assertIn("Ask", replay["frames"][1]["text"])
        states = [frame["states"] for frame in replay["frames"]]
        self.assertIn({ask: "now"}, states)
        self.assertIn({ask: "done", approve: "now"}, states)
        self.assertEqual(states[-1], {ask: "now", approve: "done"})
        with self.assertRaises(AccessError):
            instance.with_user(self.buyer).get_replay()

    def test_register_as_a_file(self):
        self.document.name = "=1+1"
        instance = self.begin(self.approval())
        self.env.cr.flush()
        action = instance.with_user(self.admin).action_export_log()
        attachment = self.env["ir.attachment"].browse(int(action["url"].split("/")[3].split("?")[0]))
        sheet = load_workbook(io.BytesIO(attachment.raw)).active
        rows = list(sheet.iter_rows(values_only=True))
        entries = self.env["crmx.process.log"].search(
            [("res_model", "=", instance._name), ("res_id", "=", instance.id)], order="id"
        )
        self.assertEqual([row[0] for row in rows[1:]], entries.mapped("number"))
        self.assertEqual([row[6] for row in rows[1:]], entries.mapped("hash"))
        self.assertTrue(self.env["crmx.process.log"].with_user(self.admin).action_export()["url"])
        for user in (self.asker, self.boss):
            with self.assertRaises(AccessError):
                self.env["crmx.process.log"].with_user(user).action_export()


def action_ids(action, env):
    """Ids of the open records that an action shows."""
    return env[action["res_model"]].search([*action["domain"], ("state", "=", "open")]).ids
