from odoo import Command, api, models
from odoo.exceptions import UserError


class OutgoingMessage(models.AbstractModel):
    _inherit = "crmx.outgoing.message"

    @api.private
    def _outgoing_receiver(self):
        """Return the customer's invoice address.

        :raise UserError: when it has no e-mail address
        """
        receiver = self.env["res.partner"].browse(self.partner_id.address_get(["invoice"])["invoice"])
        if not receiver.email:
            raise UserError(self.env._("%s has no e-mail address.", receiver.display_name))
        return receiver

    @api.private
    def _outgoing_print(self, report):
        """Return the command for the document's print as a file of its mail.

        :param report: XML id of the report
        """
        # sudo: the report of a document that the caller may send
        content, _type = self.env["ir.actions.report"].sudo()._render_qweb_pdf(report, self.ids)
        file = {
            "name": f"{self.name.replace('/', '-')}.pdf",
            "raw": content,
            "mimetype": "application/pdf",
            "res_model": self._name,
            "res_id": self.id,
        }
        return [Command.create(file)]

    @api.private
    def _outgoing_by_template(self, template, receiver, attachments):
        """Return values of a mail.

        :param template: XML id of the mail template
        :param attachments: commands for the files of the mail
        """
        needed = ["subject", "body_html", "email_from", "reply_to"]
        values = self.env.ref(template)._generate_template(self.ids, needed)[self.id]
        return {
            **{name: values.get(name) for name in needed},
            "body": values["body_html"],
            "recipient_ids": [Command.link(receiver.id)],
            "attachment_ids": attachments,
        }
