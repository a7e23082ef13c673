"""Merging partners in one go: the host's merge, kept from losing what it would."""

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: So many are merged at once at most: more columns nobody compares.
MAX_PARTNERS = 12
#: The host takes three at once: one who stays and two who go.
HOST_SOURCES = 2


class ResPartner(models.Model):
    _inherit = "res.partner"

    def crmx_action_merge(self):
        """Open the comparison of the selected partners, from which they are merged."""
        self.check_access("write")
        if not 2 <= len(self) <= MAX_PARTNERS:
            raise UserError(
                self.env._("Select from two to %(count)s contacts to compare and merge.", count=MAX_PARTNERS)
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare and Merge"),
            "res_model": "crmx.partner.merge",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_ids": self.ids, "dialog_size": "extra-large"},
        }

    @api.private
    def _crmx_merge(self, target, choices=None):
        """Merge these partners into one of them, all or nothing.

        :param target: the one who stays, among ``self``
        :param dict choices: field -> id of the partner whose value is kept; of other fields that of the
            target stays unless it is empty
        :return: ``crmx.merged.partner`` records of those who went
        :raise UserError: when they cannot be one; nothing is done then
        """
        target = self.env["res.partner"].browse(target.id)
        partners = self.with_context(active_test=False) | target
        partners._crmx_check_may_merge()
        partners._crmx_lock_for_merge()
        partners.check_access("write")
        partners._crmx_check_mergeable(target)
        sources = partners - target
        chosen = partners._crmx_chosen_values(choices or {})
        kept = self.env["crmx.merged.partner"]._keep(sources, target)
        # an account's address is how its password is reset: the host's own check holds for those
        has_user = bool(partners.sudo().user_ids)  # sudo: only whether there is one
        wizard = self.env["base.partner.merge.automatic.wizard"].with_context(crmx_merge=True)
        for start in range(0, len(sources), HOST_SOURCES):
            part = sources[start : start + HOST_SOURCES]
            wizard._merge((part | target).ids, target, extra_checks=has_user)
        self.env.invalidate_all()
        target.write(chosen)
        target._crmx_after_merge(kept, choices or {})
        return kept

    @api.private
    def _crmx_check_may_merge(self):
        self.env["base.partner.merge.automatic.wizard"].check_access("create")
        if len(self) < 2:
            raise UserError(self.env._("There is nothing to merge: select at least two contacts."))
        if len(self) > MAX_PARTNERS:
            raise UserError(self.env._("Merge at most %(count)s contacts at once.", count=MAX_PARTNERS))

    @api.private
    def _crmx_lock_for_merge(self):
        """Nobody else merges or deletes them until this is done; who comes second is told so."""
        rows = self.env.execute_query(
            SQL("SELECT id FROM res_partner WHERE id = ANY(%s) ORDER BY id FOR UPDATE", sorted(self.ids))
        )
        gone = set(self.ids) - {partner_id for [partner_id] in rows}
        if not gone:
            return
        # sudo: that it was merged, and into whom, is shown to those who may read the one who stayed
        done = self.env["crmx.merged.partner"].sudo().search([("old_id", "in", list(gone))], limit=1)
        if done and done.partner_id.with_env(self.env).has_access("read"):
            raise UserError(
                self.env._(
                    "“%(name)s” was merged into “%(target)s” by %(user)s meanwhile. Nothing more was done.",
                    name=done.name,
                    target=done.partner_id.display_name,
                    user=done.user_id.name or "",
                )
            )
        raise UserError(self.env._("One of the contacts was deleted meanwhile. Nothing was done."))

    @api.private
    def _crmx_chosen_values(self, choices):
        """:return: values to write, of the fields that somebody has chosen another's value of"""
        compared = dict(self._crmx_compared_fields())
        by_id = {partner.id: partner for partner in self}
        values = {}
        for name, partner_id in choices.items():
            partner = by_id.get(int(partner_id))
            if name not in compared or partner is None:
                raise UserError(self.env._("The choice of “%(field)s” is not valid.", field=name))
            value = partner[name]
            values[name] = value.id if isinstance(value, models.BaseModel) else value
        return values

    @api.private
    def _crmx_after_merge(self, kept, choices):
        """Say in the chatter what was done; bring up to date what follows from fields moved in SQL."""
        Partner = self.env["res.partner"].with_context(active_test=False)
        if self.commercial_partner_id != self:
            # sudo: stored fields of contacts that came along, whoever may see them
            contacts = Partner.sudo().search([("id", "child_of", self.ids)])
            self.env.add_to_compute(self._fields["commercial_partner_id"], contacts)
        # sudo: derived from fields just written
        self.sudo()._crmx_sync_phones()
        self._crmx_sync_keys()
        labels = {name: field._description_string(self.env) for name, field in self._fields.items()}
        taken = {}
        for name, partner_id in choices.items():
            taken.setdefault(int(partner_id), []).append(labels[name])
        lines = [
            Markup("<li>%s</li>")
            % self.env._(
                "%(name)s (ID %(id)s, %(email)s)%(taken)s",
                name=gone.name,
                id=gone.old_id,
                email=gone.email or self.env._("no e-mail"),
                taken=self.env._("; taken over: %(fields)s", fields=", ".join(sorted(taken[gone.old_id])))
                if gone.old_id in taken
                else "",
            )
            for gone in kept
        ]
        self.message_post(
            body=Markup("<p>%s</p><ul>%s</ul><p>%s</p>")
            % (
                self.env._("Merged into this contact by %(user)s:", user=self.env.user.name),
                Markup("").join(lines),
                self.env._("Their data is kept under Merged Contacts."),
            ),
            subtype_xmlid="mail.mt_note",
        )
