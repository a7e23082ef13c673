"""Runs that begin by a mail, and steps that wait for one."""

from odoo import api, models, tools
from odoo.exceptions import UserError


class ProcessMessage(models.Model):
    """A mail to the address of a process makes a document of its kind, on which a run begins."""

    _name = "crmx.process"
    _inherit = ["crmx.process", "mail.alias.mixin.optional"]

    def _alias_get_creation_values(self):
        return {**super()._alias_get_creation_values(), "alias_model_id": self.model_id.id}

    @api.model_create_multi
    def create(self, vals_list):
        names = [vals.pop("alias_name", None) for vals in vals_list]
        processes = super().create(vals_list)
        for process, name in zip(processes, names, strict=True):
            if name:
                process.alias_name = name
        return processes

    def write(self, vals):
        if vals.get("alias_name"):
            self._check_takes_mail()
        result = super().write(vals)
        for process in self.filtered("alias_id") if "model_id" in vals else ():
            process._check_takes_mail()
            # sudo: the address belongs to the process, whoever may write addresses
            process.alias_id.sudo().alias_model_id = process.model_id
        return result

    @api.private
    def _check_takes_mail(self):
        for process in self:
            if not process._keeps_messages():
                name = self.env[process.model_name]._description
                raise UserError(self.env._("A mail cannot become a “%s”: it keeps no messages.", name))

    @api.private
    def _keeps_messages(self):
        """Whether mails may become documents of the process, and messages be posted on them."""
        return self.model_name in self.env and "message_ids" in self.env[self.model_name]._fields

    @api.private
    def _begin_by_mail(self, res_id, message_id, user):
        """Begin on a document that a mail has made.

        :param user: who sent it, if he is one
        """
        process = self.exists()
        if not process.version_id or not process.active or not res_id:
            return
        initiator = user if user._is_internal() and not user._is_superuser() else process.owner_id
        record = self.env[process.model_name].browse(res_id)
        process._start_on(record, "mail", {f"{process.id}:mail:{message_id}": record}, initiator)

    @api.model
    @tools.ormcache(cache="templates")
    def _models_waiting_for_messages(self):
        """Return the models of documents on which some step waits for a message."""
        # sudo: the same for everybody
        nodes = self.env["crmx.process.node"].sudo().search([("waits_for_message", "=", True)])
        return frozenset(nodes.process_id.mapped("model_name"))


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Begin the process to whose address a mail was sent, on the document that the mail has made."""
        process_model = self.env["ir.model"]._get_id("crmx.process")
        others, result = [], False
        for route in routes or ():
            _model, thread_id, _values, user_id, alias = route
            if thread_id or not alias or alias.alias_parent_model_id.id != process_model:
                others.append(route)
                continue
            result = super()._message_route_process(message, dict(message_dict), [route])
            # sudo: whoever writes to the address begins the process, as its administrator has decided
            process = self.env["crmx.process"].sudo().browse(alias.alias_parent_thread_id)
            process._begin_by_mail(result, message_dict["message_id"], self.env["res.users"].browse(user_id))
        return super()._message_route_process(message, message_dict, others) if others else result

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if self._name in self.env["crmx.process"]._models_waiting_for_messages() and _comes_in(message):
            # sudo: the step goes on whoever wrote
            self.env["crmx.process.instance"].sudo()._message_came(self, message)
        return result


def _comes_in(message):
    """Whether somebody from outside wrote: by mail, or in the portal."""
    if message.message_type == "email":
        return True
    author = message.author_id
    return message.message_type == "comment" and not author.user_ids.filtered(lambda user: not user.share)


class ProcessInstance(models.Model):
    _inherit = "crmx.process.instance"

    @api.model
    @api.private
    def _message_came(self, records, message):
        """Finish the steps that wait for a message on documents."""
        tokens = self.env["crmx.process.token"].search(
            [
                ("state", "=", "active"),
                ("node_id.waits_for_message", "=", True),
                ("instance_id.res_model", "=", records._name),
                ("instance_id.res_id", "in", records.ids),
            ]
        )
        for token in tokens:
            token.instance_id._lock()
            if token.state == "active":
                token.instance_id._log(
                    "done",
                    {"by": "message", "from": message.email_from or message.author_id.name},
                    token.node_id,
                )
                token._leave(user=self.env.user)
