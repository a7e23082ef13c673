"""Whose step it is."""

from dataclasses import dataclass

from odoo import api, models


@dataclass(frozen=True)
class Performers:
    """People, each with the step; or a group or role of which anybody takes it."""

    users: models.BaseModel
    group: models.BaseModel
    role: models.BaseModel


class ProcessToken(models.Model):
    _inherit = "crmx.process.token"

    @api.private
    def _performers(self):
        """Return who has the step; the fall-back, else the owner of the process, when nobody is found."""
        node = self.node_id
        # of several records each is for one
        several = node.several and not node.each_path
        Users, none = self.env["res.users"], self.env["res.groups"]
        group = node.group_id if node.performer == "group" else none
        role = node.role_id if node.performer == "role" else self.env["res.role"]
        if (group or role) and not several:
            members = self._allowed(group.all_user_ids | role.user_ids)
            if members:
                return Performers(Users, group, role)
        users = self._allowed(self._people(group.all_user_ids | role.user_ids))
        if not users:
            users = self._fallback()
        elif not several:
            users = users[:1]
        return Performers(self._substituted(users), none, self.env["res.role"])

    @api.private
    def _people(self, members):
        node, instance = self.node_id, self.instance_id
        ways = {
            "user": lambda: node.user_id,
            "initiator": lambda: instance.initiator_id,
            "manager": lambda: self._manager_of(instance.initiator_id),
            "field": lambda: self._as_users(
                self._subject().sudo().mapped(node.performer_path)  # sudo: who it names, whoever looks
            ),
            "previous": self._who_did_before,
        }
        return ways[node.performer]() if node.performer in ways else members

    @api.private
    def _fallback(self):
        people = self.node_id.fallback_user_id | self.instance_id.process_id.owner_id
        managers = self.env.ref("crm_extended.group_processes_manager").all_user_ids
        return (self._allowed(people) or people.filtered("active") or self._allowed(managers))[:1]

    @api.private
    def _who_did_before(self):
        done = self.instance_id.item_ids.filtered(
            lambda item: item.state == "done" and item.node_id.ref == self.node_id.previous_ref
        )
        return done.sorted("date_done", reverse=True)[:1].done_by_id

    @api.model
    @api.private
    def _as_users(self, records):
        """Return the users that records of people are, of their employees and teams."""
        Users = self.env["res.users"]
        if records._name == "res.users":
            return records
        if records._name == "res.partner":
            return records.user_ids
        if records._name == "res.groups":
            return records.all_user_ids
        if records._name == "hr.department":
            return records.manager_id.user_id
        return records.user_id if "user_id" in records._fields else Users

    @api.model
    @api.private
    def _manager_of(self, user):
        """Return the user of the manager of somebody's employee."""
        # sudo: who is whose manager is no secret, and employees may be hidden from the user
        employee = user.sudo().employee_id
        return employee.parent_id.user_id or employee.department_id.manager_id.user_id - user

    @api.private
    def _allowed(self, users):
        """Leave out who has left, and whom four eyes forbid."""
        return users.filtered(lambda user: user.active and not user.share) - self._forbidden()

    @api.private
    def _forbidden(self):
        rule, instance = self.node_id.four_eyes, self.instance_id
        done = instance.item_ids.filtered(lambda item: item.state == "done" and item.token_id != self)
        return {
            "initiator": instance.initiator_id,
            "previous": done.sorted("date_done", reverse=True)[:1].done_by_id,
            "anybody": done.done_by_id | instance.initiator_id,
        }.get(rule, self.env["res.users"])

    @api.private
    def _substituted(self, users):
        """Put who stands in for those who are away."""
        stands_in = self.env["crmx.substitution"]._stand_ins(users)
        forbidden = self._forbidden()
        return users.browse().union(
            *(
                stands_in[user] if user in stands_in and stands_in[user] not in forbidden else user
                for user in users
            )
        )
