from lxml import etree

from odoo import api, models

BAR = "crmx_process_bar"


class Base(models.AbstractModel):
    _inherit = "base"

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
