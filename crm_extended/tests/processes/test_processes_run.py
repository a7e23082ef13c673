import re

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged, users

from .common import ProcessCase


@tagged("post_install", "-at_install")
class TestProcessesRun(ProcessCase):
    """From the first step to the last."""

    def test_to_the_end(self):
        instance = self.begin(self.approval())
        self.assertEqual(instance.initiator_id, self.asker)
        self.do(instance, "Ask", self.asker)
        self.do(instance, "Approve", self.boss, "Yes")
        self.do(instance, "Buy", self.buyer)
        self.assertEqual(instance.state, "done")
        self.assertTrue(instance.date_end)
        self.env.cr.flush()
        log = self.env["crmx.process.log"].search(
            [("res_model", "=", instance._name), ("res_id", "=", instance.id)], order="number"
        )
        self.assertEqual(log.mapped("kind"), ["started", *(["entered", "done"] * 3), "finished"])
        self.assertEqual(
            log.filtered(lambda entry: entry.kind == "done").user_id, self.asker | self.boss | self.buyer
        )
        self.assertFalse(log._verify(instance.company_id)["broken"])

    def test_back_and_refused(self):
        instance = self.begin(self.approval())
        self.do(instance, "Ask", self.asker)
        self.do(instance, "Approve", self.boss, "Again")
        self.assertEqual(self.names(instance), ["Ask"])
        self.do(instance, "Ask", self.asker)
        with self.assertRaisesRegex(UserError, "needs a comment"):
            self.do(instance, "Approve", self.boss, "No", "  ")
        self.do(instance, "Approve", self.boss, "No", "Too dear")
        self.assertEqual(instance.state, "done")
        self.assertNotIn("Buy", instance.item_ids.mapped("name"))

    def test_an_outcome_that_needs_fields(self):
        process = self.process(
            {
                "name": "Check",
                "performer": "initiator",
                "outcomes": {"Good": ("end", {"needed_fields": "phone, user_id"}), "Bad": "end"},
            }
        )
        instance = self.begin(process)
        with self.assertRaisesRegex(UserError, "“Good” needs: Phone, Salesperson"):
            self.do(instance, "Check", self.asker, "Good")
        self.document.write({"phone": "1", "user_id": self.boss.id})
        self.do(instance, "Check", self.asker, "Good")
        self.assertEqual(instance.state, "done")
        with self.assertRaisesRegex(UserError, "there is no field “colour”"):
            self.process(
                {
                    "name": "Check",
                    "performer": "initiator",
                    "outcomes": {"Good": ("end", {"needed_fields": "colour"}), "Bad": "end"},
                }
            )

    def test_an_outcome_has_to_be_chosen(self):
        instance = self.begin(self.approval())
        self.do(instance, "Ask", self.asker)
        item = self.open_items(instance).with_user(self.boss)
        with self.assertRaisesRegex(UserError, "Choose how"):
            item.finish()
        with self.assertRaisesRegex(UserError, "Choose how"):
            item.finish("made up")
        action = item.action_done()
        wizard = Form(self.env[action["res_model"]].with_user(self.boss).with_context(**action["context"]))
        self.assertEqual(wizard.allowed_flow_ids[:].mapped("name"), ["Yes", "Again", "No"])
        wizard.flow_id = wizard.allowed_flow_ids[:].filtered(lambda way: way.name == "Yes")
        self.assertEqual(wizard.save().action_act()["type"], "ir.actions.act_window_close")
        self.assertEqual(self.names(instance), ["Buy"])

    def test_only_whose_it_is(self):
        instance = self.begin(self.approval())
        item = self.open_items(instance)
        with self.assertRaises(UserError):
            item.with_user(self.buyer).finish()
        with self.assertRaises(AccessError):
            item.with_user(self.asker).write({"state": "done"})
        with self.assertRaises(AccessError):
            instance.with_user(self.asker).write({"state": "done"})
        self.assertEqual(item.state, "open")

    def test_done_once(self):
        instance = self.begin(self.approval())
        item = self.do(instance, "Ask", self.asker)
        with self.assertRaisesRegex(UserError, re.escape(f"done by {self.asker.name} already")):
            item.finish()
        self.assertEqual(len(instance.item_ids), 2)

    def test_begun_once_at_a_time(self):
        process = self.approval()
        instance = self.begin(process)
        with self.assertRaisesRegex(UserError, "runs on the document already"):
            self.begin(process)
        instance.with_user(self.asker).action_cancel("Not needed")
        self.assertTrue(self.begin(process))

    def test_group_takes_and_gives(self):
        group = self.env["res.groups"].create(
            {"name": "Buyers", "user_ids": [Command.set((self.buyer | self.boss).ids)]}
        )
        process = self.process({"name": "Buy", "performer": "group", "group_id": group.id})
        instance = self.begin(process)
        item = self.open_items(instance)
        self.assertFalse(item.user_id)
        inbox = self.env["crmx.work.item"].with_user(self.buyer).get_inbox()
        self.assertEqual([found["id"] for found in inbox["items"]], item.ids)
        item.with_user(self.buyer).action_take()
        self.assertEqual(item.user_id, self.buyer)
        with self.assertRaisesRegex(UserError, "is for"):
            item.with_user(self.boss).finish()
        self.assertEqual(self.env["crmx.work.item"].with_user(self.boss).get_inbox()["count"], 0)
        item.with_user(self.buyer).action_give(self.boss.id, "On holiday")
        item.with_user(self.boss).finish()
        self.assertEqual(instance.state, "done")

    def test_four_eyes(self):
        process = self.process(
            {"name": "Ask", "performer": "initiator"},
            {"name": "Check", "performer": "user", "user_id": self.asker.id, "four_eyes": "initiator"},
        )
        instance = self.begin(process)
        self.do(instance, "Ask", self.asker)
        item = self.open_items(instance)
        self.assertEqual(item.user_id, self.admin, "the owner has what its performer may not do")
        with self.assertRaisesRegex(UserError, "may not do"):
            item.with_user(self.admin).action_give(self.asker.id)

    def test_performers(self):
        employee = self.env["hr.employee"].create({"name": "Asker", "user_id": self.asker.id})
        employee.parent_id = self.env["hr.employee"].create({"name": "Boss", "user_id": self.boss.id})
        role = self.env["res.role"].create(
            {"name": "Buyers of ours", "user_ids": [Command.set(self.buyer.ids)]}
        )
        self.document.user_id = self.buyer
        process = self.process(
            {"name": "Manager", "performer": "manager"},
            {"name": "Field", "performer": "field", "performer_path": "user_id"},
            {"name": "Role", "performer": "role", "role_id": role.id},
            {"name": "Previous", "performer": "previous"},
            publish=False,
        )
        process.step_ids[3].previous_step_id = process.step_ids[0]
        process.with_user(self.admin).action_publish()
        instance = self.begin(process)
        for name, user in (("Manager", self.boss), ("Field", self.buyer), ("Role", self.buyer)):
            self.do(instance, name, user)
        self.assertEqual(self.open_items(instance).user_id, self.boss)

    def test_who_is_away_or_gone(self):
        self.env["crmx.substitution"].create({"user_id": self.boss.id, "substitute_id": self.buyer.id})
        instance = self.begin(self.approval())
        self.do(instance, "Ask", self.asker)
        item = self.open_items(instance)
        self.assertEqual(item.user_id, self.buyer)
        self.buyer.active = False
        self.assertEqual(item.user_id, self.admin, "who left leaves his steps to the owner")
        self.admin.active = False
        self.assertTrue(item.user_id.active, "and he to some other administrator of processes")

    def test_at_the_same_time(self):
        process = self.process(
            {"name": "One", "performer": "user", "user_id": self.boss.id},
            {"name": "Two", "performer": "user", "user_id": self.buyer.id, "is_beside": True},
            {"name": "Then", "performer": "initiator"},
        )
        instance = self.begin(process)
        self.assertEqual(self.names(instance), ["One", "Two"])
        self.do(instance, "Two", self.buyer)
        self.assertEqual(self.names(instance), ["One"])
        self.do(instance, "One", self.boss)
        self.assertEqual(self.names(instance), ["Then"])

    def test_several_people(self):
        third = new_test_user(self.env, login="crmx_third")
        role = self.env["res.role"].create(
            {"name": "Council", "user_ids": [Command.set((self.boss | self.buyer | third).ids)]}
        )
        step = {
            "name": "Vote",
            "performer": "role",
            "role_id": role.id,
            "outcomes": {"Yes": "After", "No": "end"},
        }
        after = {"name": "After", "performer": "initiator"}
        cases = (
            ("all", [(self.boss, "Yes"), (self.buyer, "Yes"), (third, "Yes")], ["After"]),
            ("all", [(self.boss, "Yes"), (self.buyer, "No")], []),
            ("any", [(self.boss, "Yes")], ["After"]),
            ("count", [(self.boss, "Yes"), (self.buyer, "No"), (third, "Yes")], ["After"]),
        )
        for several, votes, left in cases:
            with self.subTest(several=several, votes=len(votes)):
                process = self.process({**step, "several": several, "several_count": 2}, after)
                instance = self.begin(process)
                self.assertEqual(len(self.open_items(instance)), 3)
                for number, (user, outcome) in enumerate(votes):
                    self.do(instance, "Vote", user, outcome)
                    if number < len(votes) - 1:
                        self.assertNotIn("After", self.names(instance))
                self.assertEqual(self.names(instance), left)

    def test_decisions(self):
        process = self.process(
            {"name": "Large?", "kind": "decision", "outcomes": {"Large": "Approve"}},
            {"name": "Buy", "performer": "user", "user_id": self.buyer.id, "then": "end"},
            {"name": "Approve", "performer": "user", "user_id": self.boss.id, "then": "Buy"},
            publish=False,
        )
        process.step_ids[0].branch_ids.domain = "[('color', '>', 5)]"
        process.with_user(self.admin).action_publish()
        self.document.color = 7
        self.assertEqual(self.names(self.begin(process)), ["Approve"])
        self.assertEqual(self.names(self.begin(process, self.document.copy({"color": 1}))), ["Buy"])

    def test_calls_another_process(self):
        inner = self.process({"name": "Inside", "performer": "user", "user_id": self.buyer.id}, name="Inner")
        outer = self.process(
            {"name": "Call", "kind": "call", "called_process_id": inner.id},
            {"name": "After", "performer": "initiator"},
        )
        instance = self.begin(outer)
        child = self.env["crmx.process.instance"].search([("process_id", "=", inner.id)])
        self.assertEqual(child.parent_token_id.instance_id, instance)
        self.assertEqual(self.names(instance), [])
        self.do(child, "Inside", self.buyer)
        self.assertEqual((child.state, self.names(instance)), ("done", ["After"]))
        second = self.begin(outer, self.document.copy())
        second.with_user(self.asker).action_cancel("Changed his mind")
        child = self.env["crmx.process.instance"].search([("process_id", "=", inner.id)], limit=1)
        self.assertEqual((child.state, child.reason), ("cancelled", "Changed his mind"))
        self.assertFalse(self.open_items(child))

    def test_send_back(self):
        instance = self.begin(self.approval())
        self.do(instance, "Ask", self.asker)
        self.do(instance, "Approve", self.boss, "Yes")
        item = self.open_items(instance).with_user(self.buyer)
        wizard = (
            self.env["crmx.work.item.act"]
            .with_user(self.buyer)
            .create({"item_ids": item.ids, "what": "return", "comment": "Which colour?"})
        )
        self.assertEqual(sorted(wizard.allowed_node_ids.mapped("name")), ["Approve", "Ask"])
        wizard.node_id = wizard.allowed_node_ids.filtered(lambda node: node.name == "Ask")
        wizard.action_act()
        self.assertEqual(self.names(instance), ["Ask"])
        self.assertEqual(instance.state, "running")

    def test_cancelling_is_for_who_began_it(self):
        instance = self.begin(self.approval())
        with self.assertRaises(UserError):
            instance.with_user(self.boss).action_cancel("Mine")
        instance.with_user(self.admin).action_cancel("Not wanted")
        self.assertEqual((instance.state, instance.reason), ("cancelled", "Not wanted"))
        self.assertFalse(self.open_items(instance))

    def test_activities_are_an_image_of_steps(self):
        process = self.approval(shows_activities=True)
        instance = self.begin(process)
        activity = self.document.activity_ids
        self.assertEqual((activity.summary, activity.user_id), ("Ask", self.asker))
        activity.with_user(self.asker).action_feedback("Two boxes")
        self.assertEqual(self.names(instance), ["Approve"])
        activity = self.document.activity_ids
        self.assertEqual((activity.summary, activity.user_id), ("Approve", self.boss))
        with self.assertRaisesRegex(UserError, "Choose how"):
            activity.with_user(self.boss).action_feedback()
        self.do(instance, "Approve", self.boss, "Yes")
        self.assertEqual(self.document.activity_ids.mapped("summary"), ["Buy"])

    @users("crmx_asker")
    def test_others_see_nothing(self):
        instance = self.begin(self.approval())
        stranger = new_test_user(self.env(user=1), login="crmx_stranger")
        mine = instance.with_user(self.asker)
        self.assertEqual(mine.search([("id", "=", instance.id)]), mine)
        self.assertFalse(mine.with_user(stranger).search([("id", "=", instance.id)]))
        self.assertFalse(
            self.env["crmx.work.item"].with_user(stranger).search([("instance_id", "=", instance.id)])
        )

    def test_queries_do_not_grow_with_history(self):
        process = self.approval()
        instance = self.begin(process)
        self.do(instance, "Ask", self.asker)
        counts = []
        for _round in range(3):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(200):
                before = self.cr.sql_log_count
                self.do(instance, "Approve", self.boss, "Again")
                self.env.flush_all()
                counts.append(self.cr.sql_log_count - before)
            self.do(instance, "Ask", self.asker)
        self.assertLessEqual(counts[2], counts[1] + 2)
