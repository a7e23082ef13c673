import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

#: In the context of the one method that seals: nobody can send it from outside.
SEALING = object()


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    crmx_seal = fields.Char(
        string="Seal",
        readonly=True,
        copy=False,
        help="SHA-256 of a file that was signed: neither it nor what it belongs to can be changed.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("crmx_sealing") is not SEALING:
            vals_list = [{k: v for k, v in vals.items() if k != "crmx_seal"} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        # an access token changes nothing of the file, and shares it with those who get the link
        if vals.keys() - {"access_token"}:
            if "crmx_seal" in vals:
                raise UserError(self.env._("A file is sealed when it is made, or never."))
            self._crmx_check_seal()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sealed(self):
        self._crmx_check_seal()

    def _crmx_check_seal(self):
        # sudo: whether it is sealed, whoever wants to change it
        if any(self.sudo().mapped("crmx_seal")):
            raise UserError(self.env._("The file is signed: it can be neither changed nor deleted."))

    @api.model
    @api.private
    def _crmx_seal(self, vals):
        """Create a file that cannot be changed from then on; `vals` has its content as `raw`."""
        seal = hashlib.sha256(vals["raw"]).hexdigest()
        file = self.with_context(crmx_sealing=SEALING).create({**vals, "crmx_seal": seal})
        return file.with_env(self.env)
