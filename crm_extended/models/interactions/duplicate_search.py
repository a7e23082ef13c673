"""Pairs of partners who may be one, found by index: while somebody types, and for the review queue."""

from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ...tools import identity

#: What more partners than this have in common (a switchboard, a tax number of one's own) tells nothing.
SHARED_BY = 20
#: Kinds of the index -> reasons of a verdict.
REASONS = {"name": "name", "sound": "like", "email": "email", "tax": "tax", "bank": "bank"}


class PartnerKey(models.Model):
    _inherit = "crmx.partner.key"

    @api.model
    @api.private
    def _pairs(self, mine):
        """The partners that those in ``mine`` have something in common with.

        :param mine: SQL that selects partner (0 for one who is not stored), kind and value
        :return: ``{(partner id, other id): {reason: likeness}}``
        """
        self.env["crmx.phone.number"].flush_model()
        self.env["res.partner.bank"].flush_model()
        pairs = defaultdict(dict)
        for one, other, kind, value, other_value in self.env.execute_query(self._hits(mine)):
            reason, how = REASONS.get(kind, kind), 1.0
            if reason == "like":
                how = identity.likeness(value, other_value)
                if how < identity.LIKE or min(len(value), len(other_value)) < identity.MIN_LIKE:
                    continue
            pairs[one, other][reason] = max(how, pairs[one, other].get(reason, 0))
        return pairs

    @api.private
    def _hits(self, mine):
        equal = SQL(
            """SELECT m.partner_id, o.partner_id AS other_id, m.kind, m.value, o.value AS other_value,
                      count(*) OVER (PARTITION BY m.partner_id, m.kind, m.value) AS shared
                 FROM mine m CROSS JOIN LATERAL (
                      SELECT k.partner_id, k.value FROM crmx_partner_key k
                       WHERE k.kind = m.kind AND k.value = m.value AND k.partner_id <> m.partner_id
                       LIMIT %(limit)s) o
                WHERE m.kind IN ('name', 'email', 'tax', 'bank')""",
            limit=SHARED_BY + 1,
        )
        phone = SQL(
            """SELECT m.partner_id, o.partner_id, m.kind, m.value, m.value,
                      count(*) OVER (PARTITION BY m.partner_id, m.value)
                 FROM mine m CROSS JOIN LATERAL (
                      SELECT n.partner_id FROM crmx_phone_number n
                       WHERE n.normalised = m.value AND n.partner_id <> m.partner_id AND n.kind <> 'fax'
                       LIMIT %(limit)s) o
                WHERE m.kind = 'phone'""",
            limit=SHARED_BY + 1,
        )
        return SQL(
            """WITH mine (partner_id, kind, value) AS (%s), hits AS (%s)
               SELECT DISTINCT partner_id, other_id, kind, value, other_value FROM hits WHERE shared <= %s""",
            mine,
            SQL(" UNION ALL ").join([equal, phone, *self._like()]),
            SHARED_BY,
        )

    @api.private
    def _like(self):
        """Names with the same sound, and where the database can, those with common trigrams."""
        names = SQL(
            """JOIN mine n ON n.partner_id = m.partner_id AND n.kind = 'name'
               JOIN crmx_partner_key k ON k.partner_id = o.partner_id AND k.kind = 'name'"""
        )
        yield SQL(
            """SELECT m.partner_id, o.partner_id, m.kind, n.value, k.value, o.shared
                 FROM mine m CROSS JOIN LATERAL (
                      SELECT s.partner_id, count(*) OVER () AS shared FROM (
                          SELECT partner_id FROM crmx_partner_key
                           WHERE kind = 'sound' AND value = m.value AND partner_id <> m.partner_id
                           LIMIT %(limit)s) s) o %(names)s
                WHERE m.kind = 'sound' AND k.value <> n.value""",
            limit=SHARED_BY + 1,
            names=names,
        )
        if self.env.registry.has_trigram:
            self.env.cr.execute(SQL("SET LOCAL pg_trgm.similarity_threshold = %s", identity.LIKE))
            yield SQL(
                """SELECT m.partner_id, o.partner_id, 'like', m.value, o.value, 1
                     FROM mine m CROSS JOIN LATERAL (
                          SELECT partner_id, value FROM crmx_partner_key
                           WHERE kind = 'name' AND value %% m.value
                             AND partner_id <> m.partner_id AND value <> m.value
                           ORDER BY similarity(value, m.value) DESC LIMIT %(limit)s) o
                    WHERE m.kind = 'name' AND length(m.value) >= %(least)s""",
                limit=SHARED_BY,
                least=identity.MIN_LIKE,
            )

    @api.model
    @api.private
    def _judge(self, pairs, facts=None):
        """Weigh pairs, and leave out those that cannot be one.

        :param pairs: as of :meth:`_pairs`
        :param facts: as of :meth:`_sides`, of those who are not stored
        :return: ``{(partner id, other id): Verdict}`` of the pairs that have a score
        """
        facts = {**self._sides({partner_id for pair in pairs for partner_id in pair}), **(facts or {})}
        verdicts = {}
        for (one, other), hits in pairs.items():
            if one in facts and other in facts and self._may_be_one(one, facts[one], other, facts[other]):
                verdict = identity.judge(facts[one]["known"], facts[other]["known"], hits)
                if verdict.score:
                    verdicts[one, other] = verdict
        return verdicts

    @api.private
    def _may_be_one(self, one_id, one, other_id, other):
        companies = {one["company_id"], other["company_id"]} - {None}
        above = (one["parent_id"] == other_id, other["parent_id"] == one_id)
        heads = (one["known"].commercial_id == other_id, other["known"].commercial_id == one_id)
        same_house = one["known"].commercial_id == other["known"].commercial_id
        return (
            len(companies) < 2
            and not any((*above, *heads))
            and not (same_house and one["type"] != other["type"])
        )

    @api.private
    def _sides(self, partner_ids):
        """What the verdict needs to know, of active partners who are no colleagues and not ourselves.

        :return: ``{partner id: {"known", "company_id", "parent_id", "type"}}``
        """
        self.env["res.partner"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id, p.is_company, p.commercial_partner_id, p.vat, p.country_id, c.code,
                          p.company_id, p.parent_id, p.type
                     FROM res_partner p LEFT JOIN res_country c ON c.id = p.country_id
                    WHERE p.id = ANY(%s) AND p.active
                      AND NOT EXISTS (SELECT 1 FROM res_users u
                                       WHERE u.partner_id = p.id AND u.share IS NOT TRUE)
                      AND NOT EXISTS (SELECT 1 FROM res_company o WHERE o.partner_id = p.id)""",
                list(partner_ids),
            )
        )
        return {row[0]: self._side(*row[1:]) for row in rows}

    @api.model
    @api.private
    def _side(self, is_company, commercial_id, vat, country_id, country_code, company_id, parent_id, kind):
        known = identity.Known(
            bool(is_company), commercial_id or 0, identity.tax_key(vat, country_code), country_id or 0
        )
        return {"known": known, "company_id": company_id, "parent_id": parent_id, "type": kind}
