from odoo import api, fields, models


class Interaction(models.Model):
    """Logging from wherever one is: the form comes filled in."""

    _inherit = "crmx.interaction"

    @api.model
    @api.readonly
    def get_log_context(self, res_model=None, res_id=None, channel=None):
        """Defaults for a contact about a record, to open the form with.

        :param str res_model: model of the record that the reader looks at; none at all for a
            contact with somebody to be named in the form
        :param str channel: how it took place, where that is known: the first type of this channel
        :return: context with ``default_`` values: the partner, the document, the type
        :raise AccessError: when the reader may not read the record
        """
        context = {}
        if channel and (
            kind := self.env["crmx.interaction.type"].search([("channel", "=", channel)], limit=1)
        ):
            context["default_type_id"] = kind.id
        if res_model and res_id:
            context.update(self._log_context_of(res_model, int(res_id)))
        return context

    @api.private
    def _log_context_of(self, res_model, res_id):
        partner = self.env["crmx.timeline.event"]._document_partner(res_model, res_id)
        # sudo: shown in the form by name only, as on the document
        company = partner.sudo().company_id
        context = {"default_partner_id": partner.id}
        if company and company in self.env.companies:
            context["default_company_id"] = company.id
        if res_model == self._name:
            return {**context, "default_parent_id": res_id}
        if res_model != "res.partner":
            link = {"res_model": res_model, "res_id": res_id}
            context["default_document_ids"] = [fields.Command.create(link)]
        return context
