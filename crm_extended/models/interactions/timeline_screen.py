"""What the screen of a history needs beside its pages."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html


class TimelineEvent(models.Model):
    _inherit = "crmx.timeline.event"

    @api.model
    @api.readonly
    def get_scope(self, partner_id=None, document=None):
        """Whose history it is, and what can be done there.

        :param int partner_id: whose history is asked for
        :param document: or ``(model, id)`` of a document, whose customer it is then
        :return: ``{"partner": {"id", "name", "is_whole"} or None, "commercial_id", "kinds",
            "can_log"}``: ``is_whole`` when contacts are included
        :raise AccessError: when the reader may not read the partner or the document
        """
        if document:
            model_name, document_id = document
            partner = self._document_partner(model_name, int(document_id))
        else:
            partner = self.env["res.partner"].browse(int(partner_id))
            partner.check_access("read")
        owner, is_whole = self._owner(partner, bool(document)) if partner else (partner, False)
        owner = owner.sudo()  # sudo: its name as the document shows it, and which company it belongs to
        return {
            "partner": bool(owner) and {"id": owner.id, "name": owner.display_name, "is_whole": is_whole},
            "commercial_id": owner.commercial_partner_id.id,
            "kinds": self.get_kinds(),
            "can_log": self.env["crmx.interaction"].has_access("create"),
        }

    @api.model
    @api.readonly
    def get_detail(self, model_name, res_id):
        """The whole text of an event, for a line that is unfolded.

        :return: ``{"html": text or None, "attachments": [{"id", "name", "mimetype"}]}``
        :raise AccessError: when the reader may not read the source
        """
        sources = self.env["crmx.event.source"]._sources_of(model_name)
        if not sources:
            raise UserError(self.env._("There are no events of this kind."))
        record = self.env[model_name].with_context(active_test=False).browse(int(res_id)).exists()
        record.check_access("read")
        detail = {"html": None, "attachments": []}
        if record:
            for source in sources:
                detail["html"] = detail["html"] or source._full_text(record)
                detail["attachments"] += source._attachments(record)
        return detail


class EventSource(models.AbstractModel):
    _inherit = "crmx.event.source"

    @api.private
    def _full_text(self, record):
        """The text whose beginning is the snippet, as safe HTML; None when there is none."""
        return self._as_html(record, self._source_snippet)

    @api.private
    def _attachments(self, record):
        """Files that belong to the text, each as ``{"id", "name", "mimetype"}``."""
        return []

    @api.private
    def _as_html(self, record, name):
        if not name or not self._may_read(record, name) or not record[name]:
            return None
        if record._fields[name].type == "html":
            return record[name]
        return plaintext2html(record[name])


class EventSourceMessage(models.AbstractModel):
    _inherit = "crmx.event.source.mail.message"

    def _full_text(self, record):
        return self._as_html(record, "body")

    def _attachments(self, record):
        files = record.attachment_ids._filtered_access("read")
        return [{"id": file.id, "name": file.name, "mimetype": file.mimetype} for file in files]


class EventSourceInteraction(models.AbstractModel):
    _inherit = "crmx.event.source.interaction"

    def _describe(self, records):
        """Say also which matter the contact belongs to, for lists that are gathered by matter."""
        described = super()._describe(records)
        for interaction in records:
            root = interaction.matter_id or interaction
            readable = root == interaction or root.has_access("read")
            described[interaction.id]["matter"] = {
                "id": root.id,
                "name": root.display_name if readable else interaction.display_name,
            }
        return described
