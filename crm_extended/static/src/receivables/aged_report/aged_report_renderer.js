import { Component, useRef } from "@odoo/owl";
import { getCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { sortBy } from "@web/core/utils/arrays";
import { formatMonetary } from "@web/views/fields/formatters";

import { CrmSummary, seesCrmSummary } from "../../common/crm_summary/crm_summary";
import { useGridNavigation } from "./grid_navigation";

/** The table: rows by partner (or another group), columns by bucket, totals below. */
export class AgedReportRenderer extends Component {
    static template = "crm_extended.AgedReportRenderer";
    static props = {
        model: Object,
        openCell: Function,
        openPartner: Function,
    };

    setup() {
        this.table = useRef("table");
        useGridNavigation(this.table);
        this.summary = usePopover(CrmSummary, { position: "right" });
    }

    get data() {
        return this.props.model.data;
    }

    get columns() {
        return this.data.columns;
    }

    get currencyId() {
        return this.data.currency_id;
    }

    get currencyName() {
        return getCurrency(this.currencyId)?.name || "";
    }

    get groupLabel() {
        return this.props.model.groupByField.string;
    }

    get totalLabel() {
        const { length } = this.data;
        return length === 1 ? _t("Total of 1 row") : _t("Total of %s rows", length);
    }

    /** Rows with their sub-rows as one list: Owl keys and arrow keys need no nesting. */
    get lines() {
        const lines = [];
        for (const row of this.data.rows) {
            lines.push(this.rowLine(row));
            if (this.props.model.isUnfolded(row.key)) {
                lines.push(...this.currencyLines(row));
            }
        }
        return lines;
    }

    get totalLines() {
        const total = { ...this.data.total, key: null };
        return this.props.model.isUnfolded(null) ? this.currencyLines(total) : [];
    }

    rowLine(row) {
        return { id: `row_${row.key}`, key: row.key, name: row.name, amounts: row, row };
    }

    currencyLines(row) {
        if (!this.foreign(row)) {
            return [];
        }
        const lines = row.currencies.map((amounts) => ({
            id: `row_${row.key}_${amounts.currency_id}`,
            key: row.key,
            name: getCurrency(amounts.currency_id)?.name || _t("Archived currency"),
            amounts,
            currencyId: amounts.currency_id,
        }));
        const isForeign = ({ currencyId }) => currencyId !== this.currencyId;
        return sortBy(lines, (line) => `${isForeign(line) ? "b" : "a"} ${line.name}`);
    }

    /** Whether a row has amounts in another currency than the report's. */
    foreign(row) {
        return row.currencies.some(({ currency_id }) => currency_id !== this.currencyId);
    }

    value(amounts, column) {
        return column.key.startsWith("bucket_")
            ? amounts.buckets[Number(column.key.slice(7))]
            : amounts[column.key];
    }

    /** Return what stands in a cell: the amount, and below it the one in the document's currency. */
    cell(line, column) {
        const amount = this.value(line.amounts, column);
        const document =
            line.currencyId && line.currencyId !== this.currencyId && line.amounts.document
                ? this.value(line.amounts.document, column)
                : 0;
        return {
            isEmpty: !amount && !document,
            amount: formatMonetary(amount, {
                currencyId: this.currencyId,
                noSymbol: column.key !== "total",
            }),
            document: document && formatMonetary(document, { currencyId: line.currencyId }),
        };
    }

    sortOf(column) {
        const [name, direction] = this.props.model.page.order.split(" ");
        if (name !== column) {
            return "none";
        }
        return direction === "desc" ? "descending" : "ascending";
    }

    sortIcon(column) {
        return {
            none: "oi-arrow-down opacity-0 opacity-75-hover",
            ascending: "oi-arrow-up",
            descending: "oi-arrow-down",
        }[this.sortOf(column)];
    }

    isPartner(line) {
        return this.props.model.query.groupBy === "partner" && Boolean(line.key);
    }

    /** Whether the row is of a partner of whom sales may know more. */
    hasSummary(line) {
        return this.isPartner(line) && seesCrmSummary();
    }

    openSummary(ev, line) {
        this.summary.open(ev.currentTarget, { partnerId: line.key, hasTitle: true });
    }

    openName(line) {
        if (this.isPartner(line)) {
            return this.props.openPartner(line.key);
        }
        return this.props.openCell(line.key, false);
    }
}
