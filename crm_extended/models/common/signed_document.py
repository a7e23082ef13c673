"""Documents that somebody signs, kept with their hash and never changed."""

import binascii
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from .plain_fields import PlainMany2one

#: What a signature consists of: set once, by signing.
SIGNED = {"signature", "signed_by", "signed_on", "signed_partner_id", "signed_file_id", "signed_sha256"}


class SignedDocument(models.AbstractModel):
    """A document that is signed on the screen; its PDF is kept with the hash and cannot be altered.

    A model says which report prints it (`_signed_report`) and what else is closed by the signature
    (`_signed_fields`).
    """

    _name = "crmx.signed.document"
    _description = "Signed document"

    #: XML id of the report.
    _signed_report = ""
    #: Fields that nobody changes once it is signed.
    _signed_fields: frozenset | set = frozenset()

    signature = fields.Image(max_width=1024, max_height=1024, copy=False, readonly=True)
    signed_by = fields.Char(copy=False, readonly=True, help="The name that was signed with.")
    signed_on = fields.Datetime(copy=False, readonly=True)
    signed_partner_id = fields.Many2one(
        "res.partner",
        string="Signed from the account of",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    signed_file_id = PlainMany2one("ir.attachment", string="Signed PDF", copy=False, readonly=True)
    signed_sha256 = fields.Char(
        string="SHA-256",
        copy=False,
        readonly=True,
        help="Hash of the signed PDF, as any program computes it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(SIGNED & vals.keys() for vals in vals_list):
            raise UserError(self.env._("A signature is given by signing."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and SIGNED & vals.keys():
            raise UserError(self.env._("A signature is given by signing."))
        if (SIGNED | self._signed_fields) & vals.keys() and self.filtered("signed_sha256"):
            raise UserError(self.env._("It is signed: nothing in it can be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unsigned(self):
        if self.filtered("signed_sha256"):
            raise UserError(self.env._("It is signed, and stays on record."))

    @api.private
    def _sign(self, name, signature, partner, **vals):
        """Take down the signature, print the document with it and seal the file.

        :param signature: image, base64
        :param partner: from whose account it was signed
        :param vals: what else becomes of the document
        :raise UserError: when there is no name or no picture
        """
        self.ensure_one()
        if not (name or "").strip() or not signature:
            raise UserError(self.env._("Write your name and draw your signature."))
        try:
            self.write(
                {
                    **vals,
                    "signature": signature,
                    "signed_by": name.strip(),
                    "signed_on": fields.Datetime.now(),
                    "signed_partner_id": partner.id,
                }
            )
            self.flush_recordset()  # the print may be made by another process
        except (TypeError, binascii.Error) as error:
            raise UserError(self.env._("The signature is no picture.")) from error
        # sudo: a print for somebody who may sign the document, and its file, which nobody may write
        content, _type = self.env["ir.actions.report"].sudo()._render_qweb_pdf(self._signed_report, self.ids)
        file = self.env["ir.attachment"].sudo()._crmx_seal(  # sudo: as above
            {
                "name": f"{self.display_name}.pdf",
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )  # fmt: skip
        self.write({"signed_file_id": file.id, "signed_sha256": file.crmx_seal})

    def action_verify_signature(self):
        """Say whether the signed file is as it was signed."""
        self.ensure_one()
        self.check_access("read")
        # sudo: the file of a document that the user may read
        content = self.sudo().signed_file_id.raw or b""
        sound = bool(self.signed_sha256) and hashlib.sha256(content).hexdigest() == self.signed_sha256
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if sound else "danger",
                "sticky": not sound,
                "message": self.env._("The file is as it was signed.")
                if sound
                else self.env._("The file is not the one that was signed."),
            },
        }

    def action_open_signed(self):
        """Download the signed PDF."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.signed_file_id.id}?download=true",
            "target": "download",
        }
