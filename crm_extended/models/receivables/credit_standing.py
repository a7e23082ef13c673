from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.credit import Exposure, Limit, Standing, nearest, together


class CreditStanding(models.AbstractModel):
    """Exposure and limits of customers, side by side: what every screen and every rule asks."""

    _name = "crmx.credit.standing"
    _description = "Credit Standing"

    @api.model
    @api.private
    def _read_standings(self, partners, company, overdue_days=()):
        """Return {commercial partner: Standing} for each of the partners.

        The number of queries does not depend on that of the partners.

        :param partners: commercial partners
        :param overdue_days: as for `_read_exposures`
        """
        # sudo: figures that the callers show to those who may see debts in total
        root, partners = company.sudo().root_id, partners.sudo()
        limits = self._candidates(partners, root)
        sources = self._sources(partners, root, limits)
        members = self._group_members(sources)
        everybody = partners.union(*members.values())
        exposures = self.env["crmx.credit.exposure"]._read_exposures(everybody, root, overdue_days)
        shared = {
            group.id: together(exposures.get(member.id, Exposure()) for member in group_members)
            for group, group_members in members.items()
        }
        result = {}
        for partner in partners:
            own = exposures.get(partner.id, Exposure())
            held = nearest(*sources[partner][:4])
            result[partner] = Standing(
                own,
                [(limit, shared[limit.group] if limit.group else own) for limit in held],
                sources[partner][4],
            )
        return result

    @api.model
    def _candidates(self, partners, root):
        """Return our limits that may concern the partners; their own also when they have ended."""
        today = fields.Date.context_today(self)
        Credit = self.env["crmx.credit.limit"].sudo()  # sudo: as above
        return Credit.search_fetch(
            Domain("company_id", "=", root.id)
            & (
                Domain("partner_id", "in", partners.ids) & Domain("date_from", "<=", today)
                | Domain("partner_id", "=", False) & Credit._valid_domain(today)
            ),
            ["scope", "partner_id", "group_id", "category_id", "amount", "currency_id", "date_to"],
        )

    @api.model
    def _sources(self, partners, root, records):
        """Return {partner: (own limits, his groups', his segments', everybody's, day his own ended)}."""
        today = fields.Date.context_today(self)
        by_target, ended = self._sort_limits(root, records, today)
        groups = self._groups_of(partners, root, records)
        segmented = bool(records.category_id)
        result = {}
        for partner in partners:
            hosts, host_default = self._host_limits(partner, root)
            own = by_target["customer", partner.id][:1] or hosts
            result[partner] = (
                own,
                [limit for group in groups[partner] for limit in by_target["group", group.id]],
                [limit for tag in partner.category_id for limit in by_target["segment", tag.id]]
                if segmented
                else [],
                by_target["company", False] or host_default,
                None if own else ended.get(partner.id),
            )
        return result

    @api.model
    def _sort_limits(self, root, records, today):
        """Return ({(scope, id of the target): limits that hold}, {partner id: day his last one ended})."""
        rates = self._limit_rates(root, records.currency_id, today)
        by_target, ended = defaultdict(list), {}
        for record in records:  # the latest first, should two hold after customers were merged
            if record.date_to and record.date_to < today:
                ended.setdefault(record.partner_id.id, record.date_to)
                continue
            rate = rates[record.currency_id]
            limit = Limit(record.scope, record.amount, rate, record.group_id.id or None, record)
            by_target[record.scope, record._target().id].append(limit)
        return by_target, ended

    @api.model
    def _limit_rates(self, root, currencies, today):
        """Return {currency: units of it for one of the company's; None when there is no rate}."""
        foreign = currencies - root.currency_id
        rates = dict.fromkeys(currencies, 1.0)
        if foreign:
            # of all, as the host has no rate for a currency when it says 1.0
            rated = self.env["crmx.credit.limit"]._rated_currencies(root)
            values = (foreign | root.currency_id)._get_rates(root, today)
            for currency in foreign:
                rates[currency] = (
                    values[currency.id] / values[root.currency_id.id] if currency in rated else None
                )
        return rates

    @api.model
    def _groups_of(self, partners, root, records):
        """Return {partner: his group and what it is a part of}; read only when a group has a limit."""
        none = self.env["crmx.credit.group"].sudo()  # sudo: as above
        result = dict.fromkeys(partners, none)
        if records.group_id:
            files = self.env["crmx.credit.file"].sudo()  # sudo: as above
            files = files.search_fetch(
                [
                    ("company_id", "=", root.id),
                    ("partner_id", "in", partners.ids),
                    ("group_id", "!=", False),
                ],
                ["partner_id", "group_id"],
            )
            lines = files.group_id._with_ancestors()
            result.update((file.partner_id, lines[file.group_id]) for file in files)
        return result

    @api.model
    def _group_members(self, sources):
        """Return {group with a limit that holds: its customers}."""
        ids = {limit.group for own in sources.values() for limit in own[1]}
        return self.env["crmx.credit.group"].sudo().browse(ids)._members()  # sudo: as above

    @api.model
    def _host_limits(self, partner, root):
        """Return ([the host's limit of the partner], [its default]), when the company uses them.

        A partner's own zero means no limit of the host's, as it does there.
        """
        if not root.account_use_credit_limit:
            return [], []
        partner = partner.with_company(root)
        if partner.use_partner_credit_limit:
            return ([Limit("customer", partner.credit_limit)] if partner.credit_limit > 0 else []), []
        return [], [Limit("company", partner.credit_limit)] if partner.credit_limit > 0 else []
