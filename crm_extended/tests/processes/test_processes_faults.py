from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ProcessCase


@tagged("post_install", "-at_install")
class TestProcessesFaults(ProcessCase):
    """Actions that fail, conditions that cannot be evaluated, documents and people that are gone."""

    def action(self, code, **values):
        return self.env["ir.actions.server"].create(
            {
                "name": "Mark",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "state": "code",
                "code": code,
                **values,
            }
        )

    def with_action(self, code, **step):
        return self.process(
            {"name": "Ask", "performer": "initiator"},
            {"name": "Mark", "kind": "service", "action_id": self.action(code).id, **step},
            {"name": "After", "performer": "initiator"},
        )

    def test_runs_with_the_rights_of_who_did_the_step_before(self):
        process = self.with_action("record.write({'comment': str(uid) + ' ' + str(env.su)})")
        instance = self.begin(process)
        self.do(instance, "Ask", self.asker)
        self.assertIn(f"{self.asker.id} False", self.document.comment)
        self.assertEqual(self.names(instance), ["After"])

    def test_what_the_user_may_not_do_is_an_incident(self):
        process = self.with_action("env['ir.config_parameter'].set_param('a', 'b')")
        instance = self.begin(process)
        self.do(instance, "Ask", self.asker)
        self.assertEqual(instance.state, "incident")
        self.assertEqual(instance.incident_ids.node_id.name, "Mark")
        self.assertFalse(self.env["ir.config_parameter"].get_param("a"))

    def test_without_limits_is_taken_down(self):
        process = self.with_action("env['ir.config_parameter'].set_param('a', 'b')", run_as="system")
        instance = self.begin(process)
        self.do(instance, "Ask", self.asker)
        self.assertEqual(self.env["ir.config_parameter"].sudo().get_param("a"), "b")
        self.env.cr.flush()
        self.assertEqual(
            self.env["crmx.process.log"].search_count(
                [("res_id", "=", instance.id), ("kind", "=", "elevated")]
            ),
            1,
        )

    def test_failed_retried_and_skipped(self):
        process = self.with_action(
            "record.write({'ref': 'half'})\nif not record.phone: raise UserError('No telephone number')"
        )
        instance = self.begin(process)
        self.do(instance, "Ask", self.asker)
        incident = instance.incident_ids
        self.assertEqual((incident.text, incident.state, incident.tries), ("No telephone number", "open", 1))
        self.assertTrue(incident.date_next)
        self.assertFalse(self.document.ref, "what a failed action did is taken back")
        self.assertEqual(
            self.env["mail.message"].search_count(
                [
                    ("model", "=", "crmx.process"),
                    ("res_id", "=", process.id),
                    ("message_type", "=", "user_notification"),
                ]
            ),
            1,
        )
        with self.assertRaises(UserError):
            incident.with_user(self.asker).action_retry()
        incident.with_user(self.admin).action_retry()
        again = instance.incident_ids.filtered(lambda one: one.state == "open")
        self.assertEqual(again.tries, 2)
        self.document.phone = "1"
        again.with_user(self.admin).action_retry()
        self.assertEqual(
            (instance.state, self.document.ref, self.names(instance)), ("running", "half", ["After"])
        )

    def test_skipped(self):
        instance = self.begin(self.with_action("raise UserError('Never')"))
        self.do(instance, "Ask", self.asker)
        instance.incident_ids.with_user(self.admin).action_skip()
        self.assertEqual((instance.state, self.names(instance)), ("running", ["After"]))
        self.assertEqual(instance.incident_ids.state, "skipped")

    def test_tried_again_by_itself_and_not_for_ever(self):
        instance = self.begin(self.with_action("raise UserError('Never')"))
        self.do(instance, "Ask", self.asker)
        for tries in (2, 3, 4):
            instance.incident_ids.filtered(lambda one: one.state == "open").date_next = "2020-01-01"
            with self.enter_registry_test_mode():
                self.env.ref("crm_extended.ir_cron_process_retry").method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(instance.incident_ids.filtered(lambda one: one.state == "open").tries, tries)
        self.assertFalse(instance.incident_ids.filtered(lambda one: one.state == "open").date_next)

    def test_no_condition_fits(self):
        process = self.process(
            {"name": "Ask", "performer": "initiator"},
            {"name": "Large?", "kind": "decision", "outcomes": {"Large": "After"}},
            {"name": "After", "performer": "initiator"},
            publish=False,
        )
        process.step_ids[1].branch_ids.domain = "[('color', '>', 5)]"
        process.with_user(self.admin).action_publish()
        instance = self.begin(process)
        with patch.object(type(process), "_evaluate", side_effect=ValueError("broken")):
            self.do(instance, "Ask", self.asker)
        self.assertEqual(instance.state, "incident")
        self.assertIn("broken", instance.incident_ids.text)
        instance.incident_ids.with_user(self.admin).action_retry()
        self.assertEqual((instance.state, self.names(instance)), ("running", ["After"]))
        self.assertEqual(len(instance.item_ids.filtered(lambda item: item.name == "Ask")), 1)

    def test_deleted_document_ends_its_runs(self):
        process = self.approval()
        document = self.document.copy()
        instance = self.begin(process, document)
        document.unlink()
        self.assertEqual(instance.state, "cancelled")
        self.assertFalse(self.open_items(instance))
        self.assertIn("deleted", instance.reason)

    @mute_logger("odoo.addons.crm_extended.models.processes.process_timer")
    def test_a_timer_that_fails_does_not_stop_the_others(self):
        process = self.process({"name": "Wait", "kind": "timer", "wait_hours": 1}, {"name": "After"})
        instances = self.begin(process) + self.begin(process, self.document.copy())
        timers = self.env["crmx.process.timer"].search([("token_id.instance_id", "in", instances.ids)])
        timers.date_due = "2020-01-01"
        broken = timers[0].token_id
        Token = self.env.registry["crmx.process.token"]
        leave = Token._leave

        def fail(token, *args, **kwargs):
            if token == broken:
                raise ValueError("broken")
            return leave(token, *args, **kwargs)

        with patch.object(Token, "_leave", fail), self.enter_registry_test_mode():
            self.env.ref("crm_extended.ir_cron_process_timers").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(broken.state, "incident")
        self.assertEqual(sorted(instances.mapped("state")), ["incident", "running"])
        self.assertEqual(self.names(instances - broken.instance_id), ["After"])

    def test_a_circle_without_an_end_is_an_incident(self):
        """A step that waits for what is there already does not stop a circle."""
        process = self.process(
            {"name": "Ask", "performer": "initiator"},
            {"name": "Look", "kind": "receive", "completion_domain": "[('name', '!=', False)]"},
            {"name": "Good?", "kind": "decision", "outcomes": {"Not yet": "Look"}},
            {"name": "After", "performer": "initiator"},
            publish=False,
        )
        process.step_ids[2].branch_ids.domain = "[('ref', '=', False)]"
        process.with_user(self.admin).action_publish()
        instance = self.begin(process)
        self.do(instance, "Ask", self.asker)
        self.assertEqual(instance.state, "incident")
        self.assertIn("go round without end", instance.incident_ids.text)
        self.assertFalse(instance.incident_ids.date_next, "it is not tried again by itself")
        self.document.ref = "good"
        instance.incident_ids.with_user(self.admin).action_retry()
        self.assertEqual((instance.state, self.names(instance)), ("running", ["After"]))

    @mute_logger("odoo.addons.crm_extended.models.processes.process_start")
    def test_a_start_that_fails_keeps_nobody_from_saving(self):
        process = self.approval(starts_by_event=True, start_domain="[('color', '=', 7)]")
        Instance = self.env.registry["crmx.process.instance"]
        with patch.object(Instance, "_begin", side_effect=ValueError("broken")):
            self.document.write({"color": 7, "comment": "kept"})
            self.env.cr.flush()
        self.env.invalidate_all()
        self.assertEqual(self.document.color, 7)
        told = self.env["mail.message"].search([("model", "=", "crmx.process"), ("res_id", "=", process.id)])
        self.assertIn("broken", told[0].body)

    def test_archived_document_goes_on(self):
        instance = self.begin(self.approval())
        self.document.active = False
        self.do(instance, "Ask", self.asker)
        self.do(instance, "Approve", self.boss, "Yes")
        self.do(instance, "Buy", self.buyer)
        self.assertEqual(instance.state, "done")

    def test_a_document_deleted_by_the_database_is_an_incident(self):
        document = self.document.copy()
        instance = self.begin(self.with_action("record.write({'comment': 'x'})"), document)
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM res_partner WHERE id = %s", document.ids)
        self.env.invalidate_all()
        self.do(instance, "Ask", self.asker)
        self.assertEqual(instance.state, "incident")
        self.assertIn("deleted", instance.incident_ids.text)
        instance.with_user(self.admin).action_cancel("It is gone")
        self.assertEqual((instance.state, instance.incident_ids.state), ("cancelled", "over"))

    @mute_logger("odoo.addons.crm_extended.models.processes.process_incident")
    def test_retrying_never_raises(self):
        instance = self.begin(self.with_action("raise UserError('Never')"))
        self.do(instance, "Ask", self.asker)
        instance.incident_ids.date_next = "2020-01-01"
        Incident = self.env.registry["crmx.process.incident"]
        with (
            patch.object(Incident, "_retry", side_effect=RuntimeError("broken")),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("crm_extended.ir_cron_process_retry").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((instance.incident_ids.state, instance.incident_ids.date_next), ("open", False))
