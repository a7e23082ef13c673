from odoo import api, fields, models
from odoo.tools import SQL

#: Partners looked at in one committed chunk.
CHUNK = 2_000


class PhoneProgress(models.Model):
    """How far the numbers of partners that are older than the add-on are read; one row."""

    _name = "crmx.phone.progress"
    _inherit = "crmx.batch.progress"
    _description = "Reading of phone numbers"

    name = fields.Char(required=True, readonly=True, translate=True)

    @api.model
    def _cron_fill(self):
        """Read the numbers of all partners, newest first."""
        if self.env["res.company"]._crmx_any_uses_interactions():
            self.search([("state", "in", ("waiting", "running"))])._work_off()

    def action_restart(self):
        """Read all numbers again, as soon as the scheduler can."""
        self.check_access("read")
        self.sudo()._start()  # sudo: whoever sees the row may start it; nobody edits it

    @api.private
    def _start(self):
        self._restart()
        if cron := self.env.ref("crm_extended.ir_cron_phone_fill", raise_if_not_found=False):
            cron._trigger()

    def _begin(self):
        [[highest, count]] = self.env.execute_query(
            SQL("SELECT COALESCE(MAX(id), 0), COUNT(phone) FROM res_partner")
        )
        self.write({"position": highest, "total": count})

    def _do_chunk(self):
        ids = [
            partner_id
            for [partner_id] in self.env.execute_query(
                SQL(
                    "SELECT id FROM res_partner WHERE id <= %s AND phone IS NOT NULL"
                    " ORDER BY id DESC LIMIT %s",
                    self.position,
                    CHUNK,
                )
            )
        ]
        if ids:
            self.env["res.partner"].browse(ids)._crmx_sync_phones()
            self.position = ids[-1] - 1
        return len(ids)


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        was_used = "crmx_use_interactions" not in vals or self._crmx_any_uses_interactions()
        result = super().write(vals)
        if not was_used and self._crmx_any_uses_interactions():
            # sudo: whoever may switch the interactions on also starts reading what changed meanwhile
            self.env["crmx.phone.progress"].sudo().search([], limit=100)._start()
        return result
