"""Who has looked at a document on the portal."""

from odoo import api, fields, models
from odoo.tools import SQL

GC_LIMIT = 10_000


class PortalVisit(models.Model):
    """A customer opened a document on the portal; one row a document, visitor and day (UTC).

    Nobody has access to the rows by themselves: whoever may read the document sees them in the
    history. Of quotations opened by the link in a mail the host keeps a message of its own.
    """

    _name = "crmx.portal.visit"
    _description = "Portal visit to a document"
    _order = "date DESC, id DESC"
    _rec_name = "res_model"

    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", required=True, readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Visitor",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="Empty for somebody who came by a link and did not sign in.",
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    day = fields.Date(required=True, readonly=True, default=fields.Date.today)
    company_id = fields.Many2one("res.company", readonly=True)

    _visit_uniq = models.UniqueIndex("(res_model, res_id, day, COALESCE(partner_id, 0))")

    @api.model
    @api.private
    def _note(self, document, user):
        """Keep that a user of the portal looked at ``document``; the second time a day changes nothing.

        :param document: a record that he was let read
        :param user: a portal user, or the public one
        """
        visitor = user.partner_id if not user._is_public() else user.partner_id.browse()
        visit = {
            "res_model": document._name,
            "res_id": document.id,
            "partner_id": visitor.id,
            "day": fields.Date.today(),
        }
        if self.search_count([(name, "=", value) for name, value in visit.items()], limit=1):
            return
        company = document.company_id.id if "company_id" in document._fields else False
        # another worker may have noted it since: the loser's request is run again by the host
        self.create({**visit, "company_id": company})

    def _check_access(self, operation):
        """Readable is what happened on a readable document; nothing else is for anybody."""
        if operation != "read" or not self or self.env.su:
            return super()._check_access(operation)
        readable = self.browse()
        # sudo: which document it is, to check the right to read that
        for model_name, visits in self.sudo().grouped("res_model").items():
            if model_name in self.env:
                documents = self.env[model_name].browse(visits.mapped("res_id")).exists()
                ids = set(documents._filtered_access("read")._ids)
                readable += visits.filtered(lambda visit, ids=ids: visit.res_id in ids).sudo(False)
        if forbidden := self - readable:
            return forbidden, lambda: self.env["ir.rule"]._make_access_error(operation, forbidden)
        return None

    @api.autovacuum
    def _gc_visits(self):
        """Visits to documents that are deleted."""
        for [model_name] in self.env.execute_query(SQL("SELECT DISTINCT res_model FROM crmx_portal_visit")):
            if model_name in self.env:
                table = SQL.identifier(self.env[model_name]._table)
                rows = self.env.execute_query(
                    SQL(
                        """SELECT id FROM crmx_portal_visit v WHERE res_model = %s
                           AND NOT EXISTS (SELECT 1 FROM %s d WHERE d.id = v.res_id) LIMIT %s""",
                        model_name,
                        table,
                        GC_LIMIT,
                    )
                )
                self.browse([visit_id for [visit_id] in rows]).unlink()
