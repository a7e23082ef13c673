"""Steps that do something by themselves."""

import psycopg2

from odoo import api, models


class ProcessToken(models.Model):
    _inherit = "crmx.process.token"

    @api.private
    def _perform(self):
        """Run the action of a step, once, and go on; a failure is taken back and becomes an incident."""
        self.ensure_one()
        if not self.is_performed:
            record = self.instance_id._record()
            if not record:
                self._fail(self.env._("The document has been deleted."))
                return
            user = self._runs_as()
            try:
                with self.env.cr.savepoint():
                    self._act(record, user)
                    self.env.flush_all()
            except psycopg2.OperationalError:
                raise  # another transaction was faster: the whole is tried again
            except Exception as error:  # noqa: BLE001 (whatever an action of somebody's does)
                self._fail(str(error) or type(error).__name__)
                return
            self.is_performed = True
            self.instance_id._log("performed", {"as": user.login}, self.node_id)
        if self.state == "active":
            self._leave()

    @api.private
    def _runs_as(self):
        """Return the user with whose rights the step acts."""
        instance, node = self.instance_id, self.node_id
        if node.run_as == "initiator" or self.user_id._is_superuser():
            return instance.initiator_id
        return self.user_id or instance.initiator_id

    @api.private
    def _act(self, record, user):
        node = self.node_id
        record = record.with_user(user).with_company(self.instance_id.company_id)
        if node.kind == "send":
            self._send(record)
            return
        action = node.action_id
        if node.run_as == "system":
            self.instance_id._log("elevated", {"action": action.name, "for": user.login}, node)
            # sudo: as an administrator of the system has decided, and taken down
            action = action.sudo()
        else:
            # read by the engine, run with the rights of the user, which the host checks
            action = action.with_user(user).sudo(False)
        action.with_company(self.instance_id.company_id).with_context(
            active_model=record._name, active_id=record.id, active_ids=record.ids
        ).run()
