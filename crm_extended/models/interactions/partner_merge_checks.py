"""What two partners cannot become one for; each case with the record and the remedy."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def _crmx_check_mergeable(self, target):
        """What makes a merge impossible, or would break what others rely on; each with the remedy.

        :raise UserError: naming the record
        """
        sources = self - target
        self._crmx_check_family()
        self._crmx_check_users()
        sources._crmx_check_own_companies()
        self._crmx_check_companies(target)
        sources._crmx_check_secured()

    @api.private
    def _crmx_check_family(self):
        for partner in self:
            above = partner.parent_id
            while above:
                if above in self:
                    raise UserError(
                        self.env._(
                            "“%(name)s” is a contact of “%(parent)s”: a company and its own contacts are not"
                            " merged. Take him out of the company first (field Company), or leave him out.",
                            name=partner.name,
                            parent=above.name,
                        )
                    )
                above = above.parent_id

    @api.private
    def _crmx_check_users(self):
        users = self.sudo().user_ids  # sudo: whose accounts these are, to name them
        if len(users) > 1:
            raise UserError(
                self.env._(
                    "These contacts have several user accounts: %(logins)s. Delete all but one of the users"
                    " first; archived ones count too.",
                    logins=", ".join(users.mapped("login")),
                )
            )
        if users and not self.env.is_admin() and len(set(self.mapped("email"))) > 1:
            raise UserError(
                self.env._(
                    "“%(name)s” has the user account %(login)s, and the e-mail addresses differ. Make them"
                    " equal first, or ask an administrator to merge.",
                    name=users.partner_id.name,
                    login=users.login,
                )
            )

    @api.private
    def _crmx_check_own_companies(self):
        # sudo: all companies there are
        own = self.env["res.company"].sudo().search([("partner_id", "in", self.ids)], limit=1)
        if own:
            raise UserError(
                self.env._(
                    "“%(name)s” is the address of your company “%(company)s”. Let it be the one that stays.",
                    name=own.partner_id.name,
                    company=own.name,
                )
            )

    @api.private
    def _crmx_check_companies(self, target):
        companies = self.company_id
        if len(companies) > 1:
            raise UserError(
                self.env._(
                    "These contacts belong to different companies: %(pairs)s. Clear the field Company on one"
                    " of them first.",
                    pairs=", ".join(f"{p.name} ({p.company_id.name})" for p in self if p.company_id),
                )
            )
        if not target.company_id:
            return
        # sudo: which companies a document of the partner belongs to, to refuse
        allowed = self.env["res.company"].sudo().search([("id", "child_of", target.company_id.id)])
        foreign = (self - target)._crmx_documents_elsewhere(allowed.ids)
        if foreign:
            raise UserError(
                self.env._(
                    "“%(target)s” is of the company %(company)s only, but another of these contacts has"
                    " documents of another company (%(document)s). Clear the field Company of"
                    " “%(target)s” first, or let the other one stay.",
                    target=target.name,
                    company=target.company_id.name,
                    document=foreign,
                )
            )

    @api.private
    def _crmx_documents_elsewhere(self, company_ids):
        """Name of a document that points here and is of another company; None when there is none."""
        Wizard = self.env["base.partner.merge.automatic.wizard"]
        for model_name, column in Wizard._crmx_partner_columns():
            Model = self.env[model_name]
            field = Model._fields.get("company_id")
            if not field or not field.store or field.company_dependent or model_name == "res.users":
                continue
            Model.flush_model([column, "company_id"])
            rows = self.env.execute_query(
                SQL(
                    "SELECT id FROM %s WHERE %s = ANY(%s) AND company_id <> ALL(%s) LIMIT 1",
                    SQL.identifier(Model._table),
                    SQL.identifier(column),
                    self.ids,
                    company_ids,
                )
            )
            if rows:
                # sudo: the kind of document and its number, for whoever has to mend it
                record = Model.sudo().browse(rows[0][0])
                return f"{Model._description} {record.display_name}"
        return None

    @api.private
    def _crmx_check_secured(self):
        """Entries that are secured by a hash name their partner in it: to change it breaks the chain."""
        self.env["account.move.line"].flush_model(["partner_id", "move_id"])
        self.env["account.move"].flush_model(["inalterable_hash"])
        rows = self.env.execute_query(
            SQL(
                """SELECT l.partner_id, m.name
                     FROM account_move_line l JOIN account_move m ON m.id = l.move_id
                    WHERE l.partner_id = ANY(%s) AND m.inalterable_hash IS NOT NULL LIMIT 1""",
                self.ids,
            )
        )
        if rows:
            raise UserError(
                self.env._(
                    "“%(name)s” has entries that are secured against change, such as %(entry)s. Let this"
                    " contact be the one that stays; two such contacts cannot be merged: archive one.",
                    name=self.browse(rows[0][0]).name,
                    entry=rows[0][1],
                )
            )
