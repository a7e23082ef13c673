from odoo import api, fields, models
from odoo.exceptions import UserError


class WorkItem(models.Model):
    _inherit = "crmx.work.item"

    @api.private
    def _outcomes(self):
        """Return the buttons of the step: dictionaries of `ref`, `name`, `needs_comment`."""
        self.ensure_one()
        node = self.node_id.sudo()  # sudo: what a published version says, to who has the step
        ways = node.version_id._plan().ways.get(node.ref, ())
        return [{"ref": way.ref, "name": way.name, "needs_comment": way.needs_comment} for way in ways]

    def get_outcomes(self):
        """Return the buttons of one step; none when it is simply done."""
        self.check_access("read")
        return self._outcomes()

    def action_done(self):
        """Finish steps, asking how when there is a choice."""
        if len(self) == 1 and self._outcomes():
            return self._ask("finish")
        for item in self:
            item.finish()
        return True

    def action_ask_give(self):
        """Ask to whom steps are given."""
        return self._ask("give")

    def action_ask_return(self):
        """Ask to which step the run is sent back."""
        return self._ask("return")

    def choose(self, outcome):
        """Finish the step with an outcome; asks for the comment that it needs."""
        self.ensure_one()
        way = next((way for way in self._outcomes() if way["ref"] == outcome), None)
        if way and way["needs_comment"]:
            return self._ask("finish", outcome)
        self.finish(outcome)
        return True

    @api.private
    def _ask(self, what, outcome=False):
        # sudo below: what a published version says, to who has the step
        titles = {
            "finish": self.env._("Finish the step"),
            "give": self.env._("Give to somebody else"),
            "return": self.env._("Send back"),
        }
        # sudo: the ways that lead on from a step of the user's
        ways = self.node_id.sudo()._ways()
        return {
            "type": "ir.actions.act_window",
            "name": titles[what],
            "res_model": "crmx.work.item.act",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_item_ids": self.ids,
                "default_what": what,
                "default_flow_id": ways.filtered(lambda way: way.ref == outcome).id,
            },
        }

    def finish(self, outcome=None, comment=None):
        """Finish one step; exactly one of several who do so at once succeeds.

        :param outcome: `ref` of one of `get_outcomes`, needed when there are any
        :raises UserError: it is not the user's, somebody else has done it, or something is missing
        """
        self.ensure_one()
        item = self._locked()
        item._check_may_finish()
        name = item._check_outcome(outcome, comment)
        user = self.env.user
        item.write(
            {
                "state": "done",
                "user_id": item.user_id.id or user.id,
                "done_by_id": user.id,
                "date_done": fields.Datetime.now(),
                "outcome": name,
                "comment": comment,
            }
        )
        item.instance_id._log("done", {"outcome": name, "comment": comment}, item.node_id)
        item._tell()
        if item._is_enough(outcome):
            item.token_id._leave(outcome, user)
        return True

    @api.private
    def _check_may_finish(self):
        if not self._is_for(self.env.user):
            who = self.user_id.name or self.group_id.full_name or self.role_id.name
            raise UserError(self.env._("“%(step)s” is for %(who)s.", step=self.name, who=who))
        if self.env.user in self.token_id._forbidden():
            raise UserError(self.env._("“%s” needs four eyes: somebody else has to do it.", self.name))
        if self.token_id.state != "active":
            raise UserError(self.env._("“%s” stands still because of an incident.", self.name))

    @api.private
    def _check_outcome(self, outcome, comment):
        ways = self._outcomes()
        way = next((way for way in ways if way["ref"] == outcome), None)
        if ways and not way:
            raise UserError(self.env._("Choose how “%s” ends.", self.name))
        if way and way["needs_comment"] and not (comment or "").strip():
            raise UserError(self.env._("“%s” needs a comment.", way["name"]))
        return way["name"] if way else False

    @api.private
    def _is_enough(self, outcome):
        """Whether the step is done for all, when several people have it.

        When they choose differently, the one whose choice ends it decides: the first that differs from
        the others' does so at once where all are needed, as one refusal is enough.
        """
        node, items = self.node_id, self.token_id.item_ids
        done = items.filtered(lambda item: item.state == "done")
        if node.several == "all":
            differs = len(set(done.mapped("outcome"))) > 1
            return differs or not items.filtered(lambda item: item.state == "open")
        if node.several == "count":
            same = done.filtered(lambda item: item.outcome == self.outcome)
            still = items.filtered(lambda item: item.state == "open")
            return len(same) >= node.several_count or not still
        return True

    # === SENDING BACK === #

    @api.private
    def _earlier_nodes(self):
        """Return the steps done before, to which the run can be sent back."""
        # sudo: names of the steps of a run that the user takes part in
        done = self.instance_id.sudo().item_ids.filtered(lambda item: item.state == "done")
        return done.node_id - self.node_id

    @api.private
    def _return_to(self, node, reason):
        """Let the run stand at an earlier step again, instead of this one."""
        self.ensure_one()
        item = self._locked()
        item._check_may_finish()
        instance = item.instance_id
        if node not in item._earlier_nodes():
            raise UserError(self.env._("“%s” has not been done yet.", node.name))
        if instance._live_tokens() != item.token_id:
            raise UserError(
                self.env._("Other steps are being done at the same time: it cannot be sent back now.")
            )
        instance._log("returned", {"to": node.name, "reason": reason}, item.node_id)
        item.comment = reason
        item.token_id._close()
        instance._enter([node.ref], None, self.env.user)._arrive()
