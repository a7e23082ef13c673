from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ProcessCase


@tagged("post_install", "-at_install")
class TestProcessesSeveral(ProcessCase):
    """Steps for each of several records, and processes run on each of several documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contacts = cls.env["res.partner"].create(
            [
                {"name": f"Contact {number}", "parent_id": cls.document.id, "user_id": user.id}
                for number, user in enumerate((cls.boss, cls.buyer, cls.boss))
            ]
        )

    def for_each(self, **step):
        return self.process(
            {
                "name": "Ask",
                "performer": "field",
                "performer_path": "user_id",
                "each_path": "child_ids",
                "several": "all",
                **step,
            },
            {"name": "After", "performer": "initiator"},
        )

    def test_each_has_a_step_of_its_own(self):
        instance = self.begin(self.for_each())
        items = self.open_items(instance)
        self.assertEqual(sorted(items.mapped("member_id")), sorted(self.contacts.ids))
        self.assertEqual(
            {item.member_id: item.user_id for item in items},
            {contact.id: contact.user_id for contact in self.contacts},
        )
        self.assertIn("Contact 1", " ".join(items.mapped("document")))
        action = items[0].action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("res.partner", items[0].member_id))
        for user in (self.boss, self.buyer):
            self.do(instance, "Ask", user)
            self.assertNotIn("After", self.names(instance))
        self.do(instance, "Ask", self.boss)
        self.assertEqual(self.names(instance), ["After"])

    def test_any_and_so_many_of_them(self):
        for step, needed in (({"several": "any"}, 1), ({"several": "count", "several_count": 2}, 2)):
            with self.subTest(step=step):
                instance = self.begin(self.for_each(**step))
                for number in range(needed):
                    self.assertEqual(len(self.open_items(instance)), 3 - number)
                    self.do(instance, "Ask", self.boss)
                self.assertEqual(self.names(instance), ["After"])
                withdrawn = instance.item_ids.filtered(lambda item: item.state == "withdrawn")
                self.assertEqual(len(withdrawn), 3 - needed)

    def test_a_group_takes_each(self):
        group = self.env["res.groups"].create(
            {"name": "Callers", "user_ids": [Command.set((self.boss | self.buyer).ids)]}
        )
        instance = self.begin(self.for_each(performer="group", group_id=group.id))
        self.assertEqual(len(self.open_items(instance)), 3)
        self.assertFalse(self.open_items(instance).user_id)
        self.open_items(instance)[0].with_user(self.buyer).action_take()
        self.assertEqual(self.open_items(instance).user_id, self.buyer)

    def test_nothing_to_do_for_none(self):
        self.contacts.unlink()
        self.assertEqual(self.names(self.begin(self.for_each())), ["After"])

    def test_says_what_is_missing(self):
        with self.assertRaisesRegex(UserError, "does not lead from the document"):
            self.for_each(each_path="no_such_field")
        with self.assertRaisesRegex(UserError, "how many of them"):
            self.for_each(several=False)

    # === PROCESSES === #

    def calls(self, **step):
        inner = self.process({"name": "Inside", "performer": "initiator"}, name="Inner")
        outer = self.process(
            {
                "name": "Call",
                "kind": "call",
                "called_process_id": inner.id,
                "document_path": "child_ids",
                **step,
            },
            {"name": "After", "performer": "initiator"},
            name="Outer",
        )
        instance = self.begin(outer)
        children = self.env["crmx.process.instance"].search([("process_id", "=", inner.id)], order="id")
        return instance, children

    def test_a_process_for_each(self):
        instance, children = self.calls(several="all")
        self.assertEqual(sorted(children.mapped("res_id")), sorted(self.contacts.ids))
        for child in children:
            self.assertEqual(self.names(instance), [])
            self.do(child, "Inside", self.asker)
        self.assertEqual(self.names(instance), ["After"])

    def test_so_many_processes_and_the_others_end(self):
        instance, children = self.calls(several="count", several_count=2)
        for child in children[:2]:
            self.do(child, "Inside", self.asker)
        self.assertEqual(self.names(instance), ["After"])
        self.assertEqual(children.mapped("state"), ["done", "done", "cancelled"])
        self.assertFalse(self.open_items(children[2]))

    def test_a_child_cancelled_by_hand_is_an_incident(self):
        instance, children = self.calls()
        self.assertEqual(len(children), 1)
        children.with_user(self.admin).action_cancel("By mistake")
        self.assertEqual(instance.state, "incident")
        self.assertIn("By mistake", instance.incident_ids.text)
        self.assertFalse(instance.incident_ids.date_next)
        instance.incident_ids.with_user(self.admin).action_retry()
        again = self.env["crmx.process.instance"].search(
            [("process_id", "=", children.process_id.id), ("state", "=", "running")]
        )
        self.assertEqual((len(again), instance.state), (1, "running"))
        self.do(again, "Inside", self.asker)
        self.assertEqual(self.names(instance), ["After"])
