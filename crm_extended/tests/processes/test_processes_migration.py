import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ProcessCase


@tagged("post_install", "-at_install")
class TestProcessesMigration(ProcessCase):
    """Runs that go on by another version of their process."""

    def wizard(self, process, user=None):
        wizard = self.env["crmx.process.migration"].with_user(user or self.admin)
        return Form(wizard.with_context(default_process_id=process.id))

    def republish(self, process):
        process.with_user(self.admin).action_publish()
        return process.version_id

    def log(self, instance):
        self.env.cr.flush()
        entry = self.env["crmx.process.log"].search(
            [("res_id", "=", instance.id), ("kind", "=", "migrated")], limit=1
        )
        return json.loads(entry.data)

    def test_the_difference_is_drawn(self):
        process = self.approval()
        self.begin(process)
        buy = process.step_ids.filtered(lambda step: step.name == "Buy")
        pay = buy.copy({"name": "Pay", "sequence": 10})
        buy.user_id = self.boss
        self.republish(process)
        form = self.wizard(process)
        self.assertEqual(form.run_count, 1)
        self.assertEqual((form.from_version_id.number, form.to_version_id.number), (1, 2))
        self.assertIn(f'o_crmx_process_added" data-node="{pay._key()}"', form.new_picture)
        self.assertIn(f'o_crmx_process_changed" data-node="{buy._key()}"', form.old_picture)
        self.assertNotIn(f'data-node="{pay._key()}"', form.old_picture)
        self.assertNotIn("o_crmx_process_removed", form.old_picture)

    def test_who_has_a_step_keeps_it(self):
        process = self.approval()
        instance = self.begin(process)
        self.do(instance, "Ask", self.asker)
        item = self.open_items(instance)
        before = process.version_id
        approve = process.step_ids.filtered(lambda step: step.name == "Approve")
        approve.write({"name": "Approve it", "user_id": self.buyer.id})
        after = self.republish(process)
        form = self.wizard(process)
        form.reason = "The buyer approves now"
        wizard = form.save()
        self.assertEqual(wizard.line_ids.node_id.version_id, before)
        self.assertEqual(wizard.line_ids.target_id.name, "Approve it")
        wizard.action_migrate()
        self.assertEqual((wizard.moved_count, wizard.refused), (1, False))
        self.assertEqual(instance.version_id, after)
        self.assertEqual(self.open_items(instance), item)
        self.assertEqual((item.name, item.user_id, item.node_id.version_id), ("Approve it", self.boss, after))
        self.do(instance, "Approve it", self.boss, "Yes")
        self.do(instance, "Buy", self.buyer)
        self.assertEqual(instance.state, "done")
        data = self.log(instance)
        self.assertEqual((data["from"], data["version"], data["reason"]), (1, 2, "The buyer approves now"))

    def test_a_step_that_is_gone_is_mapped(self):
        process = self.process(
            {"name": "Ask", "performer": "initiator"},
            {"name": "Wait", "kind": "timer", "wait_hours": 5},
            {"name": "After", "performer": "user", "user_id": self.boss.id},
        )
        here, there = self.begin(process), self.begin(process, self.document.copy())
        self.do(here, "Ask", self.asker)
        process.step_ids.filtered(lambda step: step.name == "Wait").unlink()
        self.republish(process)
        form = self.wizard(process)
        form.reason = "Nobody waits any more"
        wizard = form.save()
        gone = wizard.line_ids.filtered(lambda line: line.node_id.name == "Wait")
        self.assertFalse(gone.target_id)
        wizard.action_migrate()
        self.assertEqual(wizard.moved_count, 1)
        self.assertIn("“Wait”", wizard.refused)
        self.assertEqual((here.version_id.number, there.version_id.number), (1, 2))
        form = self.wizard(process)
        form.reason = "Nobody waits any more"
        with form.line_ids.edit(0) as line:
            line.target_id = process.version_id.node_ids.filtered(lambda node: node.name == "After")
        form.save().action_migrate()
        self.assertEqual((here.version_id.number, self.names(here)), (2, ["After"]))
        self.assertFalse(self.env["crmx.process.timer"].search([("token_id.instance_id", "=", here.id)]))

    def test_waiting_at_a_join(self):
        steps = (
            {"name": "One", "performer": "user", "user_id": self.boss.id},
            {"name": "Two", "performer": "user", "user_id": self.buyer.id, "is_beside": True},
            {"name": "Then", "performer": "initiator"},
        )
        process = self.process(*steps)
        stays, goes = self.begin(process), self.begin(process, self.document.copy())
        self.do(goes, "Two", self.buyer)
        process.step_ids[2].name = "Then all"
        self.republish(process)
        form = self.wizard(process)
        form.reason = "Other name"
        wizard = form.save()
        wizard.action_migrate()
        self.assertEqual((wizard.moved_count, wizard.refused), (2, False))
        self.do(goes, "One", self.boss)
        self.assertEqual(self.names(goes), ["Then all"])
        self.assertEqual(self.names(stays), ["One", "Two"])
        # one after the other: who waits at the join has nowhere to stand
        waits = self.begin(process, self.document.copy())
        self.do(waits, "Two", self.buyer)
        process.step_ids[1].is_beside = False
        self.republish(process)
        form = self.wizard(process)
        form.from_version_id = waits.version_id
        form.reason = "One after the other"
        wizard = form.save()
        wizard.action_migrate()
        self.assertIn("waits for others", wizard.refused)
        self.assertEqual(waits.version_id.number, 2)
        self.assertEqual(self.names(waits), ["One"])

    def test_only_managers(self):
        process = self.approval()
        instance = self.begin(process)
        version = self.republish(process)
        with self.assertRaises(AccessError):
            self.env["crmx.process.migration"].with_user(self.asker).create(
                {"process_id": process.id, "reason": "Mine"}
            )
        with self.assertRaises(UserError):
            instance._migrate(version, {}, "Nothing said")
        self.assertEqual(instance.version_id.number, 1)
