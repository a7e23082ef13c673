"""Reading the history: pages of pointers, each shown as far as its source may be read."""

from collections import defaultdict
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: Pointers fetched at once; the first batch is as small as the page needs at best.
BATCH = 200
#: Pointers looked at for one page; beyond, the page is returned short, to be continued.
SCAN_LIMIT = 2000
PAGE_LIMIT = 100
POINTER = (
    "id",
    "date",
    "res_model",
    "res_id",
    "doc_model",
    "doc_res_id",
    "kind",
    "direction",
    "partner_id",
    "user_id",
)
POINTER_SQL = SQL(", ").join(SQL.identifier(name) for name in POINTER)


class TimelineEvent(models.Model):
    _inherit = "crmx.timeline.event"

    @api.model
    @api.readonly
    def get_page(self, partner_id=None, document=None, filters=None, before=None, limit=30):
        """One page of the history of a partner, newest first.

        :param int partner_id: a company shows all its contacts' events too, a contact his own
        :param document: ``(model, id)`` instead of a partner: the history of that document's
            customer; with the filter ``document_only`` what happened on the document alone
        :param dict filters: any of ``kinds``, ``groups``, ``directions``, ``user_ids``,
            ``company_ids`` (lists), ``date_from``, ``date_to`` (dates as strings, inclusive),
            ``text``, ``document_only``
        :param before: the ``next`` of the page before
        :return: ``{"events": [...], "next": cursor or None, "filled": percentage or None}``, the
            last on the first page while events older than the add-on are still being filled in
        :raise AccessError: when the reader may not read the partner or the document
        """
        filters = dict(filters or {})
        limit = max(1, min(int(limit), PAGE_LIMIT))
        condition = self._page_condition(partner_id, document, filters)
        if condition is None:
            return {"events": [], "next": None, "filled": None}
        self.env.flush_all()
        # sudo: writes what this transaction has done and not yet noted; shows nothing
        self.sudo()._write_pending()
        cursor = self._parse_cursor(before)
        pointers, cursor = self._readable_pointers(condition, filters, cursor, limit)
        # sudo: how far the work is, over all companies
        filled = None if before else self.env["crmx.timeline.progress"].sudo()._filled()
        return {"events": self._to_lines(pointers), "next": cursor, "filled": filled}

    @api.model
    def get_kinds(self):
        """:return: ``{code: {"label", "icon", "group"}}`` for filters"""
        return self.env["crmx.event.source"]._all_kinds()

    # -- what to look at --------------------------------------------------

    @api.private
    def _page_condition(self, partner_id, document, filters):
        """SQL condition of the pointers asked for; None when there is nobody to ask about."""
        parts = []
        if document:
            model_name, document_id = document
            partner = self._document_partner(model_name, int(document_id))
            if filters.get("document_only"):
                parts.append(SQL("(doc_model, doc_res_id) = (%s, %s)", model_name, int(document_id)))
        elif partner_id:
            partner = self.env["res.partner"].browse(int(partner_id))
            partner.check_access("read")
        else:
            raise UserError(self.env._("A history needs a partner or a document."))
        if not filters.get("document_only"):
            if not partner:
                return None
            owner, is_whole = self._owner(partner, bool(document))
            column = "commercial_partner_id" if is_whole else "partner_id"
            parts.append(SQL("%s = %s", SQL.identifier(column), owner.id))
        return SQL(" AND ").join([*parts, *self._filter_conditions(filters)])

    @api.private
    def _owner(self, partner, of_document):
        """Whose history is shown: of a document, that of the customer's whole company.

        A colleague on a document, such as the driver of our own vehicle, stands for himself.

        :return: the partner, and whether contacts are included
        """
        # sudo: which company a readable contact belongs to, and whether it is one of ours
        commercial = partner.sudo().commercial_partner_id
        if partner == commercial:
            return commercial, True
        Company = self.env["res.company"].sudo()  # sudo: as above
        if of_document and not Company.search_count([("partner_id", "=", commercial.id)], limit=1):
            return commercial, True
        return partner, False

    @api.private
    def _document_partner(self, model_name, document_id):
        """The customer of a document that the reader may read."""
        if model_name not in self.env or not self.env["crmx.event.source"]._document_routes(model_name):
            return self.env["res.partner"]
        record = self.env[model_name].browse(document_id).exists()
        record.check_access("read")
        if model_name == "res.partner":
            return record
        routes = self.env["crmx.event.source"]._document_routes(model_name)
        # sudo: the customer of a readable document; his events are checked one by one
        return next((p[:1] for name in routes if (p := record.sudo()[name])), self.env["res.partner"])

    @api.private
    def _filter_conditions(self, filters):
        kinds = list(filters.get("kinds") or ())
        if groups := filters.get("groups"):
            in_groups = [k for k, kind in self.get_kinds().items() if kind["group"] in groups]
            kinds = [k for k in kinds if k in in_groups] if kinds else in_groups
        if kinds or filters.get("groups"):
            yield SQL("kind = ANY(%s)", kinds)
        for key, column in (
            ("directions", "direction"),
            ("user_ids", "user_id"),
            ("company_ids", "company_id"),
        ):
            if values := filters.get(key):
                yield SQL("%s = ANY(%s)", SQL.identifier(column), list(values))
        if date_from := filters.get("date_from"):
            yield SQL("date >= %s", fields.Date.to_date(date_from))
        if date_to := filters.get("date_to"):
            yield SQL("date < %s::date + 1", fields.Date.to_date(date_to))

    @api.private
    def _parse_cursor(self, before):
        if not before:
            return None
        try:
            return datetime.fromisoformat(before[0]), int(before[1])
        except (TypeError, ValueError, IndexError, KeyError) as error:
            raise UserError(self.env._("This is not the end of a page of a history.")) from error

    # -- pointers ---------------------------------------------------------

    @api.private
    def _fetch_pointers(self, condition, cursor, limit):
        """The next pointers after ``cursor``, as tuples of :data:`POINTER`."""
        after = SQL("TRUE") if cursor is None else SQL("(date, id) < (%s, %s)", *cursor)
        return self.env.execute_query(
            SQL(
                "SELECT %s FROM crmx_timeline_event WHERE %s AND %s ORDER BY date DESC, id DESC LIMIT %s",
                POINTER_SQL,
                condition,
                after,
                limit,
            )
        )

    @api.private
    def _seen_before(self, condition, cursor):
        """Events at the very moment of the cursor that an earlier page has shown.

        An event with several persons of one company has a row for each, all of one moment: the
        company's history shows it once, even across the border of two pages.
        """
        if cursor is None:
            return set()
        moment, row_id = cursor
        return set(
            self.env.execute_query(
                SQL(
                    "SELECT res_model, res_id, kind FROM crmx_timeline_event"
                    " WHERE %s AND date = %s AND id >= %s",
                    condition,
                    moment,
                    row_id,
                )
            )
        )

    @api.private
    def _readable_pointers(self, condition, filters, cursor, limit):
        """:return: up to ``limit`` pointers that the reader may see, and the cursor to go on from"""
        page, scanned = [], 0
        seen = self._seen_before(condition, cursor)
        size = min(BATCH, limit + limit // 2 + 1)
        while scanned < SCAN_LIMIT:
            rows = self._fetch_pointers(condition, cursor, size)
            scanned += len(rows)
            fresh = []
            for row in rows:
                if row[2:4] + row[6:7] not in seen:
                    seen.add(row[2:4] + row[6:7])
                    fresh.append(dict(zip(POINTER, row, strict=True)))
            page += self._only_readable(fresh, filters)
            if len(page) > limit:
                page = page[:limit]
                return page, [page[-1]["date"].isoformat(), page[-1]["id"]]
            if len(rows) < size:
                return page, None
            cursor = rows[-1][1], rows[-1][0]
            size = BATCH
        return page, [cursor[0].isoformat(), cursor[1]]

    @api.private
    def _only_readable(self, pointers, filters):
        """Those whose source the reader may read, with ``hidden`` set on others if wanted."""
        ids_by_model = defaultdict(list)
        for pointer in pointers:
            ids_by_model[pointer["res_model"]].append(pointer["res_id"])
        existing, readable = {}, {}
        text = (filters.get("text") or "").strip()
        for model_name, ids in ids_by_model.items():
            if model_name not in self.env:  # its add-on was uninstalled
                continue
            records = self.env[model_name].with_context(active_test=False).browse(ids).exists()
            existing[model_name] = set(records._ids)
            records = records._filtered_access("read")
            if text and records:
                records = self._matching(records, text)
            readable[model_name] = set(records._ids)
        show_hidden = self.env.company.crmx_timeline_show_hidden and not text
        result = []
        for pointer in pointers:
            model_name, res_id = pointer["res_model"], pointer["res_id"]
            if res_id in readable.get(model_name, ()):
                result.append(pointer)
            elif show_hidden and res_id in existing.get(model_name, ()):
                result.append({**pointer, "hidden": True})
        return result

    @api.private
    def _matching(self, records, text):
        found = records.browse()
        for source in self.env["crmx.event.source"]._sources_of(records._name):
            found |= source._matching(records, text)
        return found
