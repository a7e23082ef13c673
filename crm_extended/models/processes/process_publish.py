"""From the draft to an immutable version."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.processes import BOUNDARY, EXCLUSIVE, STOPS
from .process_drawing import _askers

#: What a published step takes over from the draft's.
COPIED = (
    "name",
    "instructions",
    "performer",
    "user_id",
    "group_id",
    "role_id",
    "performer_path",
    "fallback_user_id",
    "four_eyes",
    "several",
    "several_count",
    "deadline_hours",
    "wait_hours",
    "document_path",
    "completion_domain",
    "action_id",
    "run_as",
    "template_id",
    "called_process_id",
    "each_path",
    "waits_for_message",
    "send_by",
    "sms_template_id",
    "channel_id",
    "message",
    "opens",
    "view_id",
)


class ProcessPublish(models.Model):
    _inherit = "crmx.process"

    def action_publish(self):
        """Let new runs follow the draft as it is now; those that run go on as they began."""
        for process in self:
            if problems := process._problems():
                raise UserError(
                    self.env._(
                        "“%(process)s” cannot be published yet:\n%(problems)s",
                        process=process.name,
                        problems="\n".join(f"• {problem}" for problem in problems),
                    )
                )
            process._publish()
        self._refresh_watchers()
        return True

    @api.private
    def _publish(self):
        self.ensure_one()
        self.lock_for_update(allow_referencing=True)
        graph = self._graph()
        number = max(self.version_ids.mapped("number"), default=0) + 1
        # sudo: versions are made here only, by whoever may change the process
        versions = self.env["crmx.process.version"].sudo()
        version = versions.create({"process_id": self.id, "number": number, "drawing": self._bpmn().decode()})
        steps = {step._key(): step for step in self.step_ids}
        nodes = {
            node.ref: node
            for node in self.env["crmx.process.node"]
            .sudo()  # sudo: as above
            .create([self._node_values(version, node, steps.get(node.id)) for node in graph.nodes])
        }
        for key, step in steps.items():
            if step.escalation_ids:
                # sudo: as above
                step.escalation_ids.sudo().copy({"step_id": False, "node_id": nodes[key].id})
        # sudo: as above
        self.env["crmx.process.flow"].sudo().create(self._flow_values(version, graph, nodes, steps))
        self.version_id = version
        self.env["crmx.process.log"]._append(
            [
                {
                    "kind": "published",
                    "record": self,
                    "company": self.company_id or self.env.company,
                    "data": {"version": number},
                }
            ]
        )
        return version

    @api.private
    def _node_values(self, version, node, step):
        values = {
            "version_id": version.id,
            "ref": node.id,
            "kind": node.kind,
            "name": node.name or node.id,
            "host_ref": node.host,
            "is_interrupting": node.interrupting,
            "default_ref": node.default,
        }
        if node.kind == BOUNDARY:
            return {**values, "wait_hours": 0}
        if not step:
            return values
        if node.kind in STOPS:
            values |= step._convert_to_write({name: step[name] for name in COPIED})
            values["previous_ref"] = step.previous_step_id._key() if step.previous_step_id else False
            values |= step._watched()
        return values

    @api.private
    def _flow_values(self, version, graph, nodes, steps):
        outcomes = {flow.id: steps.get(id_) for id_, flows in _askers(graph).items() for flow in flows}
        branches = {branch._key(): branch for step in self.step_ids for branch in step.branch_ids}
        values_list = []
        for flow in graph.flows:
            branch = branches.get(flow.id)
            decides = graph.node[flow.source].kind == EXCLUSIVE and flow.id not in outcomes
            values_list.append(
                {
                    "version_id": version.id,
                    "ref": flow.id,
                    "name": flow.name,
                    "source_id": nodes[flow.source].id,
                    "target_id": nodes[flow.target].id,
                    "domain": branch.domain if branch and decides else False,
                    "is_outcome": flow.id in outcomes,
                    "needs_comment": bool(branch and branch.needs_comment),
                    "needed_fields": branch.needed_fields if branch and flow.id in outcomes else False,
                }
            )
        return values_list


class ProcessStepPublish(models.Model):
    _inherit = "crmx.process.step"

    @api.private
    def _watched(self):
        """Which documents, and which of their fields, may complete the step."""
        if not self._is_completed_by_documents():
            return {"completion_domain": False, "watch_model": False, "watch_fields": False}
        model_name = self._target_model(self.model_name, self.document_path)
        names = {
            condition.field_expr.split(".")[0]
            for condition in Domain(self.process_id._evaluate(self.completion_domain)).iter_conditions()
        }
        return {"watch_model": model_name, "watch_fields": sorted(names)}
