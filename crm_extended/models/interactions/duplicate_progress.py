from odoo import api, fields, models
from odoo.tools import SQL

#: Partners looked at in one committed chunk, by task.
CHUNK = {"keys": 2_000, "pairs": 500}
XMLID_CRON = "crm_extended.ir_cron_duplicates"


class DuplicateProgress(models.Model):
    """How far the search for duplicates got; one row a task.

    The first task reads partners older than the add-on, once. The second looks for pairs of those who
    have changed: what it has looked at is marked in the transaction that stores what it found, so a
    kill loses nothing and repeats at most the chunk that was not committed.
    """

    _name = "crmx.duplicate.progress"
    _inherit = "crmx.batch.progress"
    _description = "Search for duplicates"
    _order = "task"

    name = fields.Char(required=True, readonly=True, translate=True)
    task = fields.Selection(
        [("keys", "Read the partners"), ("pairs", "Look for pairs")], required=True, readonly=True
    )

    @api.model
    def _cron_search(self):
        """Read partners if that is still to do, then look for the pairs of those who have changed."""
        if not self.env["res.company"]._crmx_any_uses_interactions():
            return
        pairs = self.search([("task", "=", "pairs")], limit=1)
        if pairs.state == "done" and pairs._next_partners(1):
            pairs._restart()
        self.search([("state", "in", ("waiting", "running"))])._work_off()

    def action_restart(self):
        """Do the selected tasks again from the beginning, as soon as the scheduler can."""
        self.check_access("read")
        rows = self.sudo()  # sudo: whoever sees the rows may start them; nobody edits them
        rows._restart()
        if "pairs" in rows.mapped("task"):
            self.env.execute_query(
                SQL("UPDATE crmx_partner_key SET is_checked = FALSE WHERE is_checked RETURNING 1")
            )
        # sudo: starting a job of ours early is all that it does
        self.env.ref(XMLID_CRON).sudo()._trigger()

    def _begin(self):
        if self.task == "keys":
            query = SQL("SELECT COALESCE(MAX(id), 0), COUNT(*) FROM res_partner")
        else:
            query = SQL(
                "SELECT 0, COUNT(DISTINCT partner_id) FROM crmx_partner_key WHERE is_checked IS NOT TRUE"
            )
        [[position, total]] = self.env.execute_query(query)
        self.write({"position": position, "total": total})

    def _do_chunk(self):
        ids = self._next_partners(CHUNK[self.task])
        if not ids:
            return 0
        Key = self.env["crmx.partner.key"]
        if self.task == "keys":
            Key._sync(ids)
            self.position = ids[-1] - 1
        else:
            Key._search_pairs(ids)
        return len(ids)

    def _next_partners(self, limit):
        if self.task == "keys":
            query = SQL(
                "SELECT id FROM res_partner WHERE id <= %s ORDER BY id DESC LIMIT %s", self.position, limit
            )
        else:
            query = SQL(
                """SELECT DISTINCT partner_id FROM crmx_partner_key
                    WHERE is_checked IS NOT TRUE ORDER BY partner_id LIMIT %s""",
                limit,
            )
        return [partner_id for [partner_id] in self.env.execute_query(query)]


class PartnerKey(models.Model):
    _inherit = "crmx.partner.key"

    @api.model
    @api.private
    def _search_pairs(self, partner_ids):
        """Look for the pairs of these partners, store them, and mark the partners as looked at."""
        # locked: a partner who changes meanwhile is looked at again
        self.env.execute_query(
            SQL(
                "UPDATE crmx_partner_key SET is_checked = TRUE WHERE partner_id = ANY(%s) RETURNING id",
                partner_ids,
            )
        )
        pairs = self._judge(self._pairs(self._stored(partner_ids)))
        self.env["crmx.duplicate"]._store(partner_ids, pairs)

    @api.private
    def _stored(self, partner_ids):
        """SQL of what stored partners are known by."""
        return SQL(
            """SELECT partner_id, kind, value FROM crmx_partner_key WHERE partner_id = ANY(%(ids)s)
               UNION ALL
               SELECT partner_id, 'phone', normalised FROM crmx_phone_number
                WHERE partner_id = ANY(%(ids)s) AND starts_with(normalised, '+') AND kind <> 'fax'""",
            ids=list(partner_ids),
        )


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        was_used = "crmx_use_interactions" not in vals or self._crmx_any_uses_interactions()
        result = super().write(vals)
        if not was_used and self._crmx_any_uses_interactions():
            # sudo: whoever may switch the interactions on also has what changed meanwhile looked at
            self.env["crmx.duplicate.progress"].sudo().search([], limit=10)._restart()
        return result
