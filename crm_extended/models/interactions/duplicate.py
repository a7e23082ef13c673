from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: Less sure pairs are not worth a look.
MIN_SCORE = 50


class Duplicate(models.Model):
    """Two partners who may be one, as found by the search; what was decided is remembered.

    ``partner_id`` is the one entered first. After a merge ``other_id`` is empty, as it is gone.
    """

    _name = "crmx.duplicate"
    _description = "Possible duplicate"
    _order = "score DESC, id DESC"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", required=True, readonly=True, index=True, ondelete="cascade")
    other_id = fields.Many2one(
        "res.partner",
        string="May Be the Same as",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    score = fields.Integer(
        readonly=True, aggregator="avg", help="How sure it is that both are one, up to 100."
    )
    reasons = fields.Char(readonly=True, help="Codes of what they have in common.")
    reason_text = fields.Char(string="In Common", compute="_compute_reason_text")
    state = fields.Selection(
        [("review", "To Review"), ("merged", "Merged"), ("rejected", "Not a Duplicate")],
        default="review",
        required=True,
        readonly=True,
        index=True,
    )
    user_id = fields.Many2one("res.users", string="Decided by", readonly=True, ondelete="set null")
    date_decided = fields.Datetime(string="Decided on", readonly=True)
    comparison = fields.Json(compute="_compute_comparison")

    _pair_uniq = models.UniqueIndex("(partner_id, other_id)")
    _pair_order = models.Constraint("CHECK (partner_id < other_id)", "A pair is kept once.")

    @api.model
    @api.private
    def _reason_labels(self):
        return {
            "tax": self.env._("Tax ID"),
            "bank": self.env._("Bank account"),
            "email": self.env._("E-mail"),
            "phone": self.env._("Phone"),
            "name": self.env._("Name"),
            "like": self.env._("Similar name"),
        }

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        labels = self._reason_labels()
        for pair in self:
            codes = (pair.reasons or "").split(",")
            pair.reason_text = ", ".join(labels[code] for code in codes if code in labels)

    @api.depends("partner_id", "other_id")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_comparison(self):
        for pair in self:
            pair.comparison = (pair.partner_id | pair.other_id)._crmx_comparison()

    @api.depends("partner_id", "other_id")
    def _compute_display_name(self):
        for pair in self:
            names = [partner.display_name for partner in (pair.partner_id, pair.other_id) if partner]
            pair.display_name = " / ".join(names)

    # -- decisions --------------------------------------------------------

    def action_reject(self):
        """Remember that they are two."""
        self._decide("review", "rejected")

    def action_reopen(self):
        """Take back that they are two."""
        self._decide("rejected", "review")

    @api.private
    def _decide(self, state, new_state):
        self.check_access("write")
        pairs = self.filtered(lambda pair: pair.state == state)
        if not pairs:
            raise UserError(self.env._("Somebody has decided on this meanwhile: reload the page."))
        decided = new_state != "review"
        pairs.write(
            {
                "state": new_state,
                "user_id": self.env.uid if decided else False,
                "date_decided": fields.Datetime.now() if decided else False,
            }
        )

    def action_merge(self):
        """Open the comparison of the partners of these pairs, which must hang together.

        :raise UserError: when they are several groups, or were merged already
        """
        pairs = self.filtered(lambda pair: pair.state != "merged" and pair.other_id)
        if not pairs:
            raise UserError(self.env._("These were merged already."))
        group, rest = pairs[0].partner_id | pairs[0].other_id, pairs[1:]
        while joined := rest.filtered_domain(
            ["|", ("partner_id", "in", group.ids), ("other_id", "in", group.ids)]
        ):
            group |= joined.partner_id | joined.other_id
            rest -= joined
        if rest:
            raise UserError(
                self.env._(
                    "“%(one)s” and “%(other)s” have nothing in common: merge one group of pairs at a time.",
                    one=pairs[0].display_name,
                    other=rest[0].display_name,
                )
            )
        return group.crmx_action_merge()

    # -- the queue ---------------------------------------------------------

    @api.model
    @api.private
    def _store(self, partner_ids, verdicts):
        """Write the pairs found for these partners; those no longer found leave the queue.

        What was decided is left alone.
        """
        rows = {}
        for (one, other), verdict in verdicts.items():
            if verdict.score >= MIN_SCORE:
                rows[min(one, other), max(one, other)] = (verdict.score, ",".join(verdict.reasons))
        self.flush_model()
        self.env.execute_query(
            SQL(
                """WITH found AS (
                       SELECT * FROM unnest(%(low)s::int[], %(high)s::int[], %(score)s::int[],
                                            %(reasons)s::varchar[])
                           AS f (partner_id, other_id, score, reasons)
                   ), gone AS (
                       DELETE FROM crmx_duplicate d
                        WHERE d.state = 'review'
                          AND (d.partner_id = ANY(%(ids)s) OR d.other_id = ANY(%(ids)s))
                          AND NOT EXISTS (SELECT 1 FROM found f
                               WHERE (f.partner_id, f.other_id) = (d.partner_id, d.other_id))
                   )
                   INSERT INTO crmx_duplicate AS d (partner_id, other_id, score, reasons, state,
                          create_uid, write_uid, create_date, write_date)
                   SELECT partner_id, other_id, score, reasons, 'review',
                          %(uid)s, %(uid)s, %(now)s, %(now)s FROM found ORDER BY 1, 2
                   ON CONFLICT (partner_id, other_id) DO UPDATE
                      SET score = EXCLUDED.score, reasons = EXCLUDED.reasons
                    WHERE d.state = 'review' AND (d.score, d.reasons)
                          IS DISTINCT FROM (EXCLUDED.score, EXCLUDED.reasons)
                   RETURNING id""",
                low=[pair[0] for pair in rows],
                high=[pair[1] for pair in rows],
                score=[row[0] for row in rows.values()],
                reasons=[row[1] for row in rows.values()],
                ids=list(partner_ids),
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        self.invalidate_model()

    @api.model
    @api.private
    def _merge_partners(self, sources, target):
        """The pairs among the merged are done; those with others are of the one who stays."""
        values = {"target": target.id, "ids": [*sources.ids, target.id], "uid": self.env.uid}
        self.flush_model()
        for step in (_MERGED, _DECIDED_TWICE, _OF_TARGET, _DONE_OF_TARGET):
            self.env.cr.execute(SQL(step, now=fields.Datetime.now(), **values))
        self.invalidate_model()


# Steps of a merge. Pairs among those who are merged are done.
_MERGED = """
    UPDATE crmx_duplicate
       SET state = 'merged', partner_id = %(target)s, other_id = NULL,
           user_id = %(uid)s, date_decided = %(now)s
     WHERE partner_id = ANY(%(ids)s) AND other_id = ANY(%(ids)s)
"""

# The pairs of one of them with somebody else, and who that is.
_THIRDS = """
    SELECT id, state, score,
           CASE WHEN partner_id = ANY(%(ids)s) THEN other_id ELSE partner_id END AS third
      FROM crmx_duplicate
     WHERE other_id IS NOT NULL
       AND (partner_id = ANY(%(ids)s) OR other_id = ANY(%(ids)s))
"""

# A third who is not the one is not the other; a decision is worth more than a finding.
_DECIDED_TWICE = f"""
    DELETE FROM crmx_duplicate
     WHERE id IN (
           SELECT id
             FROM (SELECT id, row_number() OVER (
                          PARTITION BY third ORDER BY state = 'rejected' DESC, score DESC, id
                          ) AS place
                     FROM ({_THIRDS}) pairs) ranked
            WHERE place > 1)
"""

_OF_TARGET = f"""
    UPDATE crmx_duplicate d
       SET partner_id = LEAST(third, %(target)s), other_id = GREATEST(third, %(target)s)
      FROM ({_THIRDS}) pairs
     WHERE d.id = pairs.id
"""

_DONE_OF_TARGET = """
    UPDATE crmx_duplicate SET partner_id = %(target)s
     WHERE other_id IS NULL AND partner_id = ANY(%(ids)s)
"""
