from werkzeug.exceptions import NotFound

from odoo.http import content_disposition, request
from odoo.tools import consteq

from odoo.addons.portal.controllers.portal import CustomerPortal

#: States in which the other party does not see a document.
HIDDEN = ("draft", "cancelled")


class SignedPortal(CustomerPortal):
    """What pages of documents that the other party signs have in common: whose they are, and the file."""

    def _crmx_own(self, model_name):
        """Return the documents, as superuser, that the user's company was shown."""
        commercial = request.env.user.partner_id.commercial_partner_id
        # sudo: a portal user has no rights on them; those of his own company that it was shown
        return request.env[model_name].sudo().search(
            [("commercial_partner_id", "=", commercial.id), ("state", "not in", HIDDEN)]
        )  # fmt: skip

    def _crmx_shown(self, model_name, document_id, access_token):
        """Return a document, as superuser, for who has its link or belongs to the other party.

        :raise NotFound: for everybody else, as if there were none
        """
        # sudo: the lines below say who may see it
        document = request.env[model_name].sudo().browse(document_id).exists()
        if not document:
            raise NotFound
        token = document.access_token
        if access_token and token and consteq(token, access_token):
            return document
        commercial = request.env.user.partner_id.commercial_partner_id
        own = document.commercial_partner_id == commercial and document.state not in HIDDEN
        if own and not request.env.user._is_public():
            return document
        raise NotFound

    def _crmx_stranger(self):
        """Return why the user does not answer for the other party, or an empty string."""
        if request.env.user._is_internal():
            return request.env._("Only the other party answers here.")
        return ""

    def _crmx_answering(self, document):
        """Return the partner from whose account it is answered."""
        return document.partner_id if request.env.user._is_public() else request.env.user.partner_id

    def _crmx_sign(self, document, name, signature):
        """Sign the version that the page shows; return what its signature form expects."""
        shown = request.httprequest.args.get("digest")
        problem = self._crmx_stranger() or document._answer_signed(
            shown, name, signature, self._crmx_answering(document)
        )
        if problem:
            return {"error": problem}
        return {"force_refresh": True, "redirect_url": document.get_portal_url()}

    def _crmx_pdf(self, document, report):
        """Return the document as PDF; once signed, the file that was signed."""
        # sudo: the other party may not read the ledger; its own document only
        reports = request.env["ir.actions.report"].sudo()
        content = document.signed_file_id.raw or reports._render_qweb_pdf(report, document.ids)[0]
        name = content_disposition(f"{document.name.replace('/', '-')}.pdf")
        return request.make_response(
            content, [("Content-Type", "application/pdf"), ("Content-Disposition", name)]
        )
