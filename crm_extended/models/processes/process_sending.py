"""Steps that send by mail, SMS or in Discuss, and steps that wait for a message."""

from markupsafe import Markup

from odoo import api, fields, models

SEND_BY = [
    ("mail", "Mail"),
    ("sms", "SMS"),
    ("discuss", "Message in Discuss"),
    ("note", "Message on the document"),
]


class ProcessStepProperties(models.AbstractModel):
    _inherit = "crmx.process.step.properties"

    send_by = fields.Selection(SEND_BY, string="By", default="mail")
    sms_template_id = fields.Many2one("sms.template", string="SMS", ondelete="restrict")
    channel_id = fields.Many2one(
        "discuss.channel",
        ondelete="restrict",
        domain="[('channel_type', '=', 'channel')]",
        help="Empty: a message to who has begun the process.",
    )
    message = fields.Text(string="Text", help="The name of the document, with a link, is put below.")
    waits_for_message = fields.Boolean(
        string="For a message", help="Goes on when somebody from outside writes on the document."
    )


class ProcessStep(models.Model):
    _inherit = "crmx.process.step"

    def _send_faults(self):
        by = self.send_by or "mail"
        if by == "mail":
            yield from super()._send_faults()
        elif by == "sms":
            yield from self._sms_faults()
        elif not (self.message or "").strip():
            yield self.env._("write the text.")
        if by == "note" and not self.process_id._keeps_messages():
            yield self.env._("the documents keep no messages.")

    def _sms_faults(self):
        if not self.sms_template_id:
            yield self.env._("choose the SMS.")
        elif self.sms_template_id.model_id != self.process_id.model_id:
            yield self.env._("the SMS is for other documents (%s).", self.sms_template_id.model_id.name)

    def _completion_faults(self):
        if self.kind != "receive" or not self.waits_for_message:
            yield from super()._completion_faults()
        elif not self.process_id._keeps_messages():
            yield self.env._("the documents keep no messages.")

    def _is_completed_by_documents(self):
        return (
            not (self.kind == "receive" and self.waits_for_message) and super()._is_completed_by_documents()
        )


class ProcessToken(models.Model):
    _inherit = "crmx.process.token"

    @api.private
    def _send(self, record):
        """Send what the step says, by the way that it says; what cannot be sent is an incident."""
        node = self.node_id
        if node.send_by == "sms":
            # sudo: it is queued or posted; what is in it was written by who may write processes
            record.sudo()._message_sms_with_template(template=node.sms_template_id.sudo(), put_in_queue=True)
        elif node.send_by == "discuss":
            self._send_in_discuss(record)
        elif node.send_by == "note":
            record.sudo().message_post(body=node.message, subtype_xmlid="mail.mt_comment")  # sudo: as above
        else:
            node.template_id.sudo().send_mail(record.id)  # sudo: as above

    @api.private
    def _send_in_discuss(self, record):
        node = self.node_id
        # sudo: as above; a channel may be one that the performer is not in
        channel = node.channel_id.sudo()
        if not channel:
            initiator = self.instance_id.initiator_id
            # sudo: as above
            self.env["crmx.process"].sudo().browse(node.process_id.id).message_notify(
                partner_ids=initiator.partner_id.ids,
                subject=self.instance_id.display_name,
                body=node.message,
                model=record._name,
                res_id=record.id,
            )
            return
        channel.message_post(
            body=self._with_link(node.message, record),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    @api.private
    def _with_link(self, text, record):
        # sudo: the name only
        return Markup("%s<br/>%s") % (text, record.sudo()._get_html_link())
