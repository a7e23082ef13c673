import pathlib

from lxml import etree

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ...tools.processes_bpmn import parse
from ...tools.processes_diagram import missing
from .common import ProcessCase

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"

DRAWING = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{BPMN}" xmlns:x="urn:other" x:kept="yes">
  <process id="p" name="From elsewhere">
    <startEvent id="s"/>
    <userTask id="ask" name="Ask"><extensionElements><x:own text="kept"/></extensionElements></userTask>
    <exclusiveGateway id="g"/>
    <userTask id="buy" name="Buy"/>
    %s
    <endEvent id="e"/>
    <sequenceFlow id="f1" sourceRef="s" targetRef="ask"/>
    <sequenceFlow id="f2" sourceRef="ask" targetRef="g"/>
    <sequenceFlow id="f3" name="Yes" sourceRef="g" targetRef="buy"/>
    <sequenceFlow id="f4" name="No" sourceRef="g" targetRef="e"/>
    <sequenceFlow id="f5" sourceRef="buy" targetRef="e"/>
  </process>
</definitions>"""


@tagged("post_install", "-at_install")
class TestProcessesDefinition(ProcessCase):
    """Drafts, what keeps them from being published, and versions."""

    def assertProblem(self, process, text):
        self.assertIn(text, "\n".join(process._problems()))
        with self.assertRaises(UserError):
            process.with_user(self.admin).action_publish()

    def test_publishing_makes_a_version_that_stays(self):
        process = self.approval()
        version = process.version_id
        self.assertEqual(version.number, 1)
        self.assertEqual(
            version.node_ids.filtered(lambda node: node.kind == "user").mapped("name"),
            ["Ask", "Approve", "Buy"],
        )
        process.step_ids[0].name = "Ask politely"
        self.assertIn("Ask", version.node_ids.mapped("name"))
        for record, values in (
            (version.node_ids[:1], {"name": "Changed"}),
            (version.flow_ids[:1], {"name": "Changed"}),
            (version, {"drawing": "<a/>"}),
        ):
            with self.assertRaises(UserError):
                record.sudo().write(values)
        with self.assertRaises(UserError):
            version.sudo().unlink()
        process.with_user(self.admin).action_publish()
        self.assertEqual(process.version_id.number, 2)
        self.assertIn("Ask politely", process.version_id.node_ids.mapped("name"))

    def test_runs_stay_on_their_version(self):
        process = self.approval()
        instance = self.begin(process)
        process.step_ids[2].name = "Order"
        process.with_user(self.admin).action_publish()
        self.do(instance, "Ask", self.asker)
        self.do(instance, "Approve", self.boss, "Yes")
        self.assertEqual(self.names(instance), ["Buy"])
        second = self.begin(process, self.document.copy())
        self.do(second, "Ask", self.asker)
        self.do(second, "Approve", self.boss, "Yes")
        self.assertEqual(self.names(second), ["Order"])

    def test_only_managers_define(self):
        process = self.approval(publish=False)
        for operation in (
            lambda: process.with_user(self.boss).write({"name": "Mine"}),
            lambda: process.with_user(self.boss).action_publish(),
            lambda: self.env["crmx.process.node"].with_user(self.admin).create({}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                operation()
        self.assertFalse(process.version_id)

    def test_running_without_limits_is_for_system_admins(self):
        process = self.approval(publish=False)
        with self.assertRaises(ValidationError):
            process.step_ids[0].with_user(self.admin).run_as = "system"

    def test_problems_in_words(self):
        def step(**values):
            return self.process({"name": "Step", **values}, publish=False)

        self.assertProblem(self.process(publish=False), "no steps")
        self.assertProblem(step(performer="user"), "say who does it")
        self.assertProblem(step(performer="field", performer_path="name"), "does not lead from the document")
        self.assertProblem(step(kind="receive", completion_domain="[]"), "say what the document is like")
        self.assertProblem(step(kind="receive", completion_domain="[('nothing', '=', 1)]"), "cannot be read")
        self.assertProblem(step(kind="timer"), "how long to wait")
        self.assertProblem(step(kind="service"), "choose the action")
        self.assertProblem(step(kind="decision"), "decides nothing")
        self.assertProblem(
            self.process(
                {"name": "Look", "kind": "decision", "outcomes": {"Again": "Look"}},
                publish=False,
            ),
            "go round for ever",
        )
        nobody = self.env["res.groups"].create({"name": "Empty"})
        self.assertProblem(step(performer="group", group_id=nobody.id), "nobody is in the group")
        outsider = self.boss.copy({"login": "crmx_outsider"})
        process = self.process(
            {"name": "Step", "performer": "user", "user_id": outsider.id},
            publish=False,
            model_id=self.env["ir.model"]._get_id("crmx.process.log"),
        )
        self.assertProblem(process, "may not open the document")

    def test_a_process_that_calls_itself_is_refused(self):
        process = self.approval()
        self.env["crmx.process.step"].create(
            {
                "process_id": process.id,
                "sequence": 99,
                "name": "Again",
                "kind": "call",
                "called_process_id": process.id,
            }
        )
        self.assertProblem(process, "without end")

    def test_drawing_from_elsewhere(self):
        process = self.process(publish=False)
        process._import((DRAWING % "").encode())
        self.assertEqual(process.step_ids.mapped("name"), ["Ask", "Buy"])
        self.assertEqual(process.step_ids[0].branch_ids.mapped("name"), ["Yes", "No"])
        process.step_ids[0].branch_ids[1].needs_comment = True
        self.assertEqual(process._problems(), [])
        process.with_user(self.admin).action_publish()
        instance = self.begin(process)
        with self.assertRaises(UserError):
            self.do(instance, "Ask", self.asker, "No")
        self.do(instance, "Ask", self.asker, "No", "Too dear")
        self.assertEqual(instance.state, "done")

    def test_what_is_not_run_stays_and_forbids_publishing(self):
        process = self.process(publish=False)
        process._import((DRAWING % '<scriptTask id="x" name="Evil"/>').encode())
        self.assertProblem(process, "“Evil” holds a program")
        exported = etree.fromstring(process._bpmn())
        self.assertEqual(exported.find(f".//{{{BPMN}}}scriptTask").get("name"), "Evil")
        self.assertEqual(exported.find(".//{urn:other}own").get("text"), "kept")
        self.assertEqual(exported.get("{urn:other}kept"), "yes")

    def test_properties_survive_a_new_drawing(self):
        process = self.process(publish=False)
        process._import((DRAWING % "").encode())
        process.step_ids[0].write({"performer": "user", "user_id": self.boss.id})
        process.step_ids[0].branch_ids[0].needs_comment = True
        process._import((DRAWING % "").replace('name="Ask"', 'name="Ask nicely"').encode())
        self.assertEqual(process.step_ids[0].name, "Ask nicely")
        self.assertEqual(process.step_ids[0].user_id, self.boss)
        self.assertTrue(process.step_ids[0].branch_ids[0].needs_comment)

    def test_unreadable_files_are_refused_in_words(self):
        process = self.process(publish=False)
        for content, text in (
            (b"<a", "not XML"),
            (b"<!DOCTYPE a><a/>", "document type"),
            (b"<a/>", "no BPMN"),
            (b"\xff\xfe\x00", "not XML"),
            (f'<definitions xmlns="{BPMN}"/>'.encode(), "no process"),
        ):
            with self.subTest(content=content), self.assertRaisesRegex(UserError, text):
                process._import(content)

    def test_a_table_becomes_a_drawing_and_runs_alike(self):
        process = self.approval(publish=False)
        process.action_to_drawing()
        self.assertEqual(process.source, "drawing")
        self.assertEqual(process.step_ids.mapped("name"), ["Ask", "Approve", "Buy"])
        self.assertEqual(process.step_ids[1].branch_ids.mapped("name"), ["Yes", "Again", "No"])
        self.assertFalse(parse(process.drawing.encode()).unseen)
        process.with_user(self.admin).action_publish()
        instance = self.begin(process)
        self.do(instance, "Ask", self.asker)
        self.do(instance, "Approve", self.boss, "Again")
        self.assertEqual(self.names(instance), ["Ask"])

    def test_picture_shows_every_step_and_runs_no_name(self):
        process = self.approval(publish=False)
        process.step_ids[0].name = "<script>alert(1)</script>"
        picture = process.picture
        self.assertNotIn("<script", picture)
        self.assertEqual(picture.count("<rect"), 3)
        self.assertIn("Approve", picture)

    def test_trial_says_who_and_keeps_nothing(self):
        process = self.approval(publish=False)
        process.step_ids[1].deadline_hours = 8
        before = self.env["crmx.process.instance"].search_count([])
        lines = process.with_user(self.admin)._try_on(self.document.with_user(self.admin))
        self.assertEqual(
            [(line["step"], line["who"], line["then"]) for line in lines],
            [
                ("Ask", self.admin.name, ""),
                ("Approve", self.boss.name, "Yes"),
                ("Buy", self.buyer.name, ""),
            ],
        )
        self.assertTrue(lines[1]["until"])
        self.assertEqual(self.env["crmx.process.instance"].search_count([]), before)
        self.assertFalse(process.version_id)

    def test_what_was_said_of_a_shape_outlives_its_absence(self):
        process = self.process(publish=False)
        process._import((DRAWING % "").encode())
        buy = process.step_ids.filtered(lambda step: step.ref == "buy")
        buy.write({"performer": "user", "user_id": self.buyer.id})
        without = (DRAWING % "").replace('<userTask id="buy" name="Buy"/>', "")
        without = without.replace('targetRef="buy"', 'targetRef="e"').replace(
            '<sequenceFlow id="f5" sourceRef="buy" targetRef="e"/>', ""
        )
        process.drawing = without
        self.assertEqual(process.step_ids.mapped("ref"), ["ask"])
        self.assertFalse(buy.active)
        process.drawing = DRAWING % ""
        self.assertEqual(process.step_ids.mapped("ref"), ["ask", "buy"])
        self.assertEqual((buy.active, buy.user_id), (True, self.buyer))

    def test_problems_while_drawing(self):
        process = self.process(publish=False)
        process._import((DRAWING % "").encode())
        problems = process.check_drawing(process.drawing)
        self.assertEqual(problems, [])
        process.step_ids[0].write({"performer": "user", "user_id": False})
        found = process.check_drawing(DRAWING % '<userTask id="lost" name="Lost"/>')
        texts = {text: ids for one in found for ids, text in [(one["ids"], one["text"])]}
        self.assertEqual(texts["“Ask”: say who does it."], ["ask"])
        self.assertEqual(texts["No arrow leads on from “Lost”."], ["lost"])
        self.assertIn("XML", self.env["crmx.process"].check_drawing("<a")[0]["text"])

    def test_step_of_a_shape(self):
        process = self.process(publish=False)
        process._import((DRAWING % "").encode())
        ask, buy = process.step_ids
        # its shape, the decision whose arrows are its buttons, and one of these arrows
        self.assertEqual([process.get_step(ref) for ref in ("ask", "g", "f3")], [ask.id] * 3)
        self.assertEqual(process.get_step("buy"), buy.id)
        self.assertFalse(process.get_step("s"))

    def test_lanes_say_who_does_new_steps(self):
        group = self.env["res.groups"].create({"name": "Askers of ours"})
        role = self.env["res.role"].create({"name": "Buyers of ours"})
        lanes = (
            "<laneSet><lane id='l1' name='askers of ours'><flowNodeRef>ask</flowNodeRef></lane>"
            "<lane id='l2' name='Buyers of ours'><flowNodeRef>buy</flowNodeRef></lane></laneSet>"
        )
        process = self.process(publish=False)
        process._import((DRAWING % lanes).encode())
        ask, buy = process.step_ids
        self.assertEqual((ask.performer, ask.group_id), ("group", group))
        self.assertEqual((buy.performer, buy.role_id), ("role", role))

    def test_drawings_of_other_programs(self):
        for path in sorted((pathlib.Path(__file__).parent / "bpmn").rglob("*.bpmn")):
            with self.subTest(path.stem):
                process = self.process(publish=False)
                process._import(path.read_bytes())
                self.assertEqual(missing(path.read_bytes(), process._bpmn()), [])
                self.assertEqual(missing(process._bpmn(), path.read_bytes()), [])
