"""What keeps a draft from being published, in words."""

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.processes import STOPS
from ...tools.processes_check import check
from .process_drawing import _askers


class ProcessCheck(models.Model):
    _inherit = "crmx.process"

    problems = fields.Text(
        compute="_compute_problems", string="To be put right", help="What keeps it from being published."
    )

    def _compute_problems(self):
        for process in self:
            process.problems = "\n".join(process._problems()) or False

    @api.private
    def _problems(self):
        """Return what keeps the draft from being published; nothing when it can be."""
        self.ensure_one()
        if not self.step_ids:
            return [self.env._("It has no steps yet.")]
        texts = self._drawing_problems()
        if texts:
            return texts
        for step in self.step_ids:
            texts += [self._step_text(step, text) for text in step._faults()]
        if self.starts_by_event:
            texts += self._domain_faults(self.start_domain, self.model_name, self.env._("Where it begins"))
        return texts

    @api.private
    def _step_text(self, step, text):
        return self.env._("“%(step)s”: %(text)s", step=step.name, text=text)

    @api.private
    def _drawing_problems(self):
        if self.source == "table":
            return [self._problem_text(problem, self._graph()) for problem in check(self._graph())]
        drawing = self._parse((self.drawing or "").encode())
        texts = [self._unsupported_text(element) for element in drawing.unsupported]
        return texts or [self._problem_text(problem, drawing.process) for problem in check(drawing.process)]

    @api.private
    def _unsupported_text(self, element):
        name = element.name or element.id
        texts = {
            "script": self.env._(
                "“%s” holds a program, which is never run: use a step that runs an action.", name
            ),
            "pools": self.env._("“%s” is a second process in the same drawing: draw one at a time.", name),
            "arrow": self.env._("The arrow “%s” leads from or to nothing that we run.", name),
            "element": self.env._(
                "“%(name)s” (%(tag)s) cannot be run. It stays in the drawing, but has to be replaced before "
                "publishing.",
                name=name,
                tag=element.tag,
            ),
        }
        return texts[element.code]

    @api.private
    def _problem_text(self, problem, graph):
        names = ", ".join(f"“{self._node_name(graph, id_)}”" for id_ in problem.ids)
        texts = {
            "no_start": self.env._("Nothing says where it begins."),
            "many_starts": self.env._("It begins at several places: draw one start."),
            "no_end": self.env._("Nothing says where it ends."),
            "way_in": self.env._("Arrows lead to %s, where something begins.", names),
            "way_out": self.env._("Arrows lead on from %s, where it ends.", names),
            "dead_end": self.env._("No arrow leads on from %s.", names),
            "many_out": self.env._("Several arrows leave %s: put a decision or a split between.", names),
            "no_host": self.env._("The timer %s is not at the border of a step that waits.", names),
            "unreachable": self.env._("Nothing leads to %s.", names),
            "no_way_out": self.env._("From %s the end is never reached.", names),
            "loop": self.env._("%s go round for ever without anybody doing anything.", names),
            "side_path": self.env._(
                "What follows the timer runs into the main path (%s): let it end by itself.", names
            ),
            "double": self.env._(
                "%s may be reached twice at the same time: what was split is not joined by the same sign.",
                names,
            ),
            "stuck": self.env._("%s may wait for ever: it joins ways of which only some are gone.", names),
            "too_large": self.env._("It has too many steps at the same time to be checked."),
        }
        return texts[problem.code]

    @api.private
    def _node_name(self, graph, id_):
        node = graph.node.get(id_)
        if not node:
            return id_
        if node.name or node.kind in STOPS:
            return node.name or id_
        kinds = {
            "start": self.env._("start"),
            "end": self.env._("end"),
            "exclusive": self.env._("decision"),
            "parallel": self.env._("split or join"),
            "boundary": self.env._("timer"),
        }
        near = next(
            (graph.node[flow.source].name for flow in graph.incoming[id_] if graph.node[flow.source].name),
            graph.node[node.host].name if node.host in graph.node else "",
        )
        name = kinds.get(node.kind, id_)
        return self.env._("%(kind)s after %(step)s", kind=name, step=near) if near else name

    @api.private
    def _domain_faults(self, text, model_name, where):
        """Return what is wrong with a condition on a model."""
        if model_name not in self.env:
            return [self.env._("%s: the documents are not known.", where)]
        try:
            domain = Domain(self._evaluate(text))
            domain.validate(self.env[model_name])
        except Exception as error:  # noqa: BLE001 (whatever somebody wrote)
            return [
                self.env._("%(where)s: the condition cannot be read (%(error)s).", where=where, error=error)
            ]
        return []


class ProcessStepCheck(models.Model):
    _inherit = "crmx.process.step"

    @api.private
    def _faults(self):
        """Yield what is missing in a step, or cannot be."""
        self.ensure_one()
        checks = {
            "user": self._user_faults,
            "receive": self._completion_faults,
            "service": self._service_faults,
            "send": self._send_faults,
            "call": self._call_faults,
            "timer": self._timer_faults,
            "decision": self._decision_faults,
        }
        yield from checks[self.kind]()
        if not self.deadline_hours and self.process_id._graph().timers.get(self._key()):
            yield self.env._("it can only be late when it has a deadline.")

    def _user_faults(self):
        previous = self.previous_step_id
        needed = {
            "user": self.user_id,
            "group": self.group_id,
            "role": self.role_id,
            "field": self.performer_path,
            "previous": previous if previous.active else False,
        }
        if not self.performer or not needed.get(self.performer, True):
            yield self.env._("say who does it.")
        if self.performer == "field" and self.performer_path:
            yield from self._path_faults()
        yield from self._rights_faults()
        if self._is_completed_by_documents():
            yield from self._completion_faults()
            if self._asked_refs():
                yield self.env._("a document cannot choose between outcomes: use a step that waits for it.")
        if self.escalation_ids and not self.deadline_hours:
            yield self.env._("it can only be escalated when it has a deadline.")

    def _path_faults(self):
        target = self._target_model(self._subject_model_name(), self.performer_path)
        if target not in (
            "res.users",
            "res.partner",
            "hr.employee",
            "hr.department",
            "crm.team",
            "res.groups",
        ):
            yield self.env._("“%s” does not lead from the document to a person.", self.performer_path)

    def _rights_faults(self):
        """A process grants no access: who has the step must be able to open the document."""
        model = self.env[self.model_name]
        user = self.user_id if self.performer == "user" else self.env["res.users"]
        if user and not model.with_user(user).has_access("read"):
            yield self.env._("%s may not open the document.", user.name)
        group = self.group_id if self.performer == "group" else self.env["res.groups"]
        users = group.all_user_ids.filtered("active")
        if group and not users:
            yield self.env._("nobody is in the group “%s”.", group.full_name)
        elif users and not any(model.with_user(one).has_access("read") for one in users):
            yield self.env._("nobody in the group “%s” may open the document.", group.full_name)
        if self.performer == "role" and self.role_id and not self.role_id.user_ids:
            yield self.env._("nobody has the role “%s”.", self.role_id.name)

    @api.private
    def _is_completed_by_documents(self):
        """Whether there is a condition: the editor of conditions leaves an empty one behind."""
        return self.kind in ("user", "receive") and (self.completion_domain or "[]").strip() != "[]"

    def _completion_faults(self):
        target = self._target_model(self.model_name, self.document_path)
        if not target:
            yield self.env._("“%s” does not lead from the document to others.", self.document_path)
            return
        if not self._is_completed_by_documents():
            yield self.env._("say what the document is like when the step is done.")
            return
        yield from self.process_id._domain_faults(
            self.completion_domain, target, self.env._("Completed when")
        )

    def _service_faults(self):
        if not self.action_id:
            yield self.env._("choose the action.")
        elif self.action_id.model_id != self.process_id.model_id:
            yield self.env._("the action is for other documents (%s).", self.action_id.model_id.name)

    def _send_faults(self):
        if not self.template_id:
            yield self.env._("choose the mail.")
        elif self.template_id.model_id != self.process_id.model_id:
            yield self.env._("the mail is for other documents (%s).", self.template_id.model_id.name)

    def _call_faults(self):
        called = self.called_process_id
        if not called:
            yield self.env._("choose the process.")
            return
        if not called.version_id:
            yield self.env._("“%s” is not published.", called.name)
        target = self._target_model(self.model_name, self.document_path)
        if target != called.model_name:
            yield self.env._("“%s” is about other documents.", called.name)
        if self.process_id in called._called_ever():
            yield self.env._("“%s” calls this process again, without end.", called.name)

    def _timer_faults(self):
        if self.wait_hours <= 0:
            yield self.env._("say how long to wait.")

    def _decision_faults(self):
        if not self.branch_ids:
            yield self.env._("it decides nothing: add conditions.")
        for branch in self.branch_ids:
            if not branch.domain or branch.domain.strip() == "[]":
                yield self.env._("say when “%s” is taken.", branch.name)
            else:
                yield from self.process_id._domain_faults(branch.domain, self.model_name, branch.name)
        if self.source == "drawing" and not self._default_ref():
            yield self.env._("draw which way is taken when no condition fits (the default arrow).")

    @api.private
    def _default_ref(self):
        graph = self.process_id._graph()
        return graph.node[self.ref].default if self.ref in graph.node else ""

    @api.private
    def _asked_refs(self):
        """Refs of the arrows that are buttons of this step."""
        return [flow.id for flow in _askers(self.process_id._graph()).get(self._key(), ())]


class ProcessCalls(models.Model):
    _inherit = "crmx.process"

    @api.private
    def _called_ever(self):
        """The process and all that it calls, by their drafts, and those that these call."""
        found, pending = self.browse(), self
        while pending:
            found |= pending
            pending = pending.step_ids.called_process_id - found
        return found
