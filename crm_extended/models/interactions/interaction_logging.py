from odoo import api, fields, models


class Interaction(models.Model):
    """Logging from wherever one is: the form comes filled in."""

    _inherit = "crmx.interaction"

    @api.model
    @api.readonly
    def get_log_context(self, res_model=None, res_id=None):
        """Defaults for a contact about a record, to open the form with.

        :param str res_model: model of the record that the reader looks at; none at all for a
            contact with somebody to be named in the form
        :return: context with ``default_`` values: the partner and the document
        :raise AccessError: when the reader may not read the record
        """
        if not res_model or not res_id:
            return {}
        partner = self.env["crmx.timeline.event"]._document_partner(res_model, int(res_id))
        # sudo: shown in the form by name only, as on the document
        company = partner.sudo().company_id
        context = {"default_partner_id": partner.id}
        if company and company in self.env.companies:
            context["default_company_id"] = company.id
        if res_model == self._name:
            return {**context, "default_parent_id": int(res_id)}
        if res_model != "res.partner":
            link = {"res_model": res_model, "res_id": int(res_id)}
            context["default_document_ids"] = [fields.Command.create(link)]
        return context
