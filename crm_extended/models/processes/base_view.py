from lxml import etree

from odoo import api, models

from ..common.beneath import put_beneath

BAR = "crmx_process_bar"


class DocumentForm:
    """Goes beneath all models when the registry is ready."""

    # what the host asks of every class that it finds there
    _inherits: dict = {}
    _depends: dict = {}

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Put the bar of processes into the forms of documents that have some."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form" and self._name in self.env["crmx.process"]._models_with_bar():
            bar = etree.Element("widget", name=BAR)
            sheet = arch.find("sheet")
            if sheet is not None:
                sheet.addprevious(bar)
            elif arch.find("header") is not None:
                arch.find("header").addnext(bar)
            else:
                arch.insert(0, bar)
        return arch, view


class Process(models.Model):
    _inherit = "crmx.process"

    def _register_hook(self):
        super()._register_hook()
        put_beneath(self.env.registry["base"], DocumentForm)
