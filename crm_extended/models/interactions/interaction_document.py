from odoo import api, fields, models
from odoo.exceptions import ValidationError


class InteractionDocument(models.Model):
    """A document that an interaction is about, of any model."""

    _name = "crmx.interaction.document"
    _description = "Document of an interaction"
    _order = "id"
    _rec_name = "res_model"

    interaction_id = fields.Many2one("crmx.interaction", required=True, ondelete="cascade", index=True)
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Document ID", model_field="res_model", required=True, readonly=True
    )
    reference = fields.Reference(
        selection="_selection_models",
        string="Document",
        compute="_compute_reference",
        inverse="_inverse_reference",
    )

    _document_uniq = models.Constraint(
        "UNIQUE (interaction_id, res_model, res_id)",
        "A document is linked to an interaction only once.",
    )
    _document_idx = models.Index("(res_model, res_id)")

    @api.model
    def _selection_models(self):
        """Documents that people work with: those with a chatter that lead to a partner."""
        names = [
            name
            for name in self.env.registry
            if name != "crmx.interaction" and self.env["crmx.timeline.event"]._is_document(name)
        ]
        # sudo: names of models
        found = self.env["ir.model"].sudo().search([("model", "in", names)], order="name")
        return [(model.model, model.name) for model in found]

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_reference(self):
        readable = {}
        for model_name, links in self.grouped("res_model").items():
            if model_name in self.env:
                records = self.env[model_name].browse(links.mapped("res_id")).exists()
                readable[model_name] = set(records._filtered_access("read")._ids)
        for link in self:
            shown = link.res_id in readable.get(link.res_model, ())
            link.reference = f"{link.res_model},{link.res_id}" if shown else False

    def _inverse_reference(self):
        for link in self:
            if not link.reference:
                raise ValidationError(self.env._("Choose the document that the interaction is about."))
            link.write({"res_model": link.reference._name, "res_id": link.reference.id})

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if reference := vals.pop("reference", None):
                model_name, _comma, res_id = str(reference).partition(",")
                vals.update(res_model=model_name, res_id=int(res_id))
        links = super().create(vals_list)
        links._check_documents()
        return links

    def _check_documents(self):
        """A link shows where an interaction belongs: only what its author may read himself.

        :raise AccessError: when one of the documents may not be read
        """
        for model_name, links in self.grouped("res_model").items():
            if model_name not in self.env:
                raise ValidationError(self.env._("There are no documents “%(model)s”.", model=model_name))
            self.env[model_name].browse(links.mapped("res_id")).check_access("read")
