from markupsafe import Markup

from odoo import api, fields, models


class MergedPartner(models.Model):
    """A partner who is another one now: what stood on him, and by whom he was merged."""

    _name = "crmx.merged.partner"
    _description = "Merged contact"
    _order = "date DESC, id DESC"

    name = fields.Char(required=True, readonly=True)
    email = fields.Char(readonly=True)
    old_id = fields.Integer(string="Former ID", required=True, readonly=True, index=True, aggregator=None)
    partner_id = fields.Many2one(
        "res.partner", string="Merged into", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", string="Merged by", readonly=True, ondelete="set null")
    date = fields.Datetime(string="Merged on", required=True, readonly=True, default=fields.Datetime.now)
    data = fields.Json(readonly=True)
    content = fields.Html(string="What Stood There", compute="_compute_content", sanitize=False)

    @api.depends("data")
    def _compute_content(self):
        for gone in self:
            rows = Markup("").join(
                Markup("<tr><th class='pe-3'>%s</th><td>%s</td></tr>") % (label, text)
                for label, text in gone.data or []
            )
            gone.content = rows and Markup("<table class='table table-sm'>%s</table>") % rows

    @api.model
    @api.private
    def _keep(self, sources, target):
        """Keep what stands on partners who are about to be merged, without what only some may see."""
        # sudo: the archive has no fields limited to groups, and is read by those who read the target
        return self.sudo().create(
            [
                {
                    "name": source.name or source.display_name or str(source.id),
                    "email": source.email,
                    "old_id": source.id,
                    "partner_id": target.id,
                    "user_id": self.env.uid,
                    "data": source._crmx_snapshot(),
                }
                for source in sources.sudo()  # sudo: as above
            ]
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    crmx_merged_ids = fields.One2many("crmx.merged.partner", "partner_id", string="Merged Contacts")

    @api.private
    def _crmx_snapshot(self):
        """What stands on the partner, as pairs of label and text."""
        self.ensure_one()
        pairs = [
            (field._description_string(self.env), self._crmx_value_text(field))
            for _name, field in self._crmx_compared_fields()
            if not field.groups
        ]
        lists = {
            "parent_id": self.parent_id.display_name,
            "category_id": ", ".join(self.category_id.mapped("name")),
            "crmx_phone_ids": ", ".join(self.crmx_phone_ids.mapped("number")),
            "bank_ids": ", ".join(self.bank_ids.mapped("acc_number")),
            "child_ids": ", ".join(child.name or "" for child in self.child_ids[:50]),
        }
        pairs += [(self._fields[name]._description_string(self.env), text) for name, text in lists.items()]
        pairs.append((self.env._("Created on"), str(self.create_date or "")))
        return [[label, text] for label, text in pairs if text]
