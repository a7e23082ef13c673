"""What the bar above a document, and the inbox in the corner, show."""

from odoo import api, models
from odoo.fields import Domain

from ...tools.processes import upcoming
from ...tools.processes_svg import draw

#: Ended runs that the bar still names.
ENDED = 1
#: Steps in the inbox of the corner.
INBOX = 8


class ProcessInstance(models.Model):
    _inherit = "crmx.process.instance"

    @api.model
    @api.readonly
    def get_bar(self, model, res_id):
        """Return the runs on a document, and what can be begun on it, for whoever may read it.

        :return: `runs`, each with its steps `done`, `now` and `next`; `startable`
        """
        record = self.env[model].browse(res_id)
        record.check_access("read")
        if not self.env.user._is_internal():
            return {"runs": [], "startable": []}
        # sudo: whoever reads the document may know where it is; documents of other processes are not shown
        found = self.sudo().search([("res_model", "=", model), ("res_id", "=", res_id)])
        live = found.filtered(lambda instance: instance.state in ("running", "incident"))
        shown = live or found[:ENDED]
        return {
            "runs": [instance._bar() for instance in shown],
            "startable": [
                {"id": process.id, "name": process.name, "description": process.description or ""}
                for process in self.env["crmx.process"]._startable(record)
            ],
        }

    @api.private
    def _bar(self):
        self.ensure_one()
        standing = self._live_tokens().filtered(lambda token: token.state in ("active", "incident"))
        graph = self.version_id._graph()
        done = self.item_ids.filtered(lambda item: item.state == "done").sorted("date_done")
        return {
            "id": self.id,
            "name": self.process_id.name,
            "state": self.state,
            "state_name": dict(self._fields["state"]._description_selection(self.env))[self.state],
            "reason": self.reason or "",
            "begun_by": self.initiator_id.name,
            "done": [
                {"id": item.id, "name": item.name, "who": item.done_by_id.name, "outcome": item.outcome or ""}
                for item in done
            ],
            "now": [step for token in standing for step in token._bar_steps()],
            "next": [graph.node[ref].name for ref in upcoming(graph, standing.node_id.mapped("ref"))],
            "may_cancel": self.state in ("running", "incident")
            and (
                self.initiator_id == self.env.user
                or self.env.user.has_group("crm_extended.group_processes_manager")
            ),
        }

    def _compute_picture(self):
        for instance in self:
            states = {}
            for token in instance.token_ids.filtered("node_id"):
                states[token.node_id.ref] = {"done": "done", "incident": "fault"}.get(token.state, "now")
            for item in instance.item_ids.filtered(lambda item: item.state == "open" and item.is_late):
                states[item.node_id.ref] = "late"
            instance.picture = draw(instance.version_id._graph(), states)


class ProcessToken(models.Model):
    _inherit = "crmx.process.token"

    @api.private
    def _bar_steps(self):
        """What the bar shows of where a run stands: each open step, or what is waited for."""
        items = self.item_ids.filtered(lambda item: item.state == "open")
        if self.state == "incident" or not items:
            incident = self.instance_id.incident_ids.filtered(
                lambda incident: incident.token_id == self and incident.state == "open"
            )
            return [{"name": self.node_id.name, "cause": incident[:1].text or "", "who": "", "outcomes": []}]
        return [item._bar_step() for item in items]


class WorkItem(models.Model):
    _inherit = "crmx.work.item"

    @api.private
    def _bar_step(self):
        mine = self.is_mine and self.env.user not in self.token_id._forbidden()
        return {
            "id": self.id,
            "name": self.name,
            "who": self.user_id.name or self.group_id.full_name or self.role_id.name or "",
            "until": self.date_deadline.isoformat() if self.date_deadline else False,
            "late": self.is_late,
            "instructions": self.instructions or "",
            "mine": mine,
            "may_take": mine and not self.user_id,
            "opens": mine and self.node_id.opens not in (False, "document"),
            "outcomes": self._outcomes() if mine else [],
        }

    @api.model
    @api.readonly
    def get_inbox(self):
        """Return how many open steps the user has, how many are late, and the most urgent ones."""
        domain = self._mine_domain(self.env.user) & Domain("company_id", "in", self.env.companies.ids)
        # sudo: the user's own steps, in his companies; rules would ask for the same again, and at length
        mine = self.sudo()
        items = mine.search(domain, limit=INBOX)
        counted = mine.search_count(domain) if len(items) == INBOX else len(items)
        return {
            "count": counted,
            "late": mine.search_count(domain & Domain("is_late", "=", True)) if items else 0,
            "items": [
                {
                    "id": item.id,
                    "name": item.name,
                    "document": item.document or "",
                    "res_model": item.res_model,
                    "res_id": item.res_id,
                    "until": item.date_deadline.isoformat() if item.date_deadline else False,
                    "late": item.is_late,
                    "taken": bool(item.user_id),
                }
                for item in items
            ],
        }
