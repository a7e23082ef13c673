import { Domain } from "@web/core/domain";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { KeepLast } from "@web/core/utils/concurrency";
import { Model } from "@web/model/model";

import { GROUPINGS, optionsFromContext } from "./aged_report_search_model";

const REPORT = "crmx.aged.report";
const USER_ERRORS = ["UserError", "ValidationError", "AccessError"].map((name) => `odoo.exceptions.${name}`);

const isEqual = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** The figures of the aged report, one page of rows at a time. */
export class AgedReportModel extends Model {
    static services = ["notification"];

    setup({ fields, limit, state }, { notification }) {
        this.fields = fields;
        this.notification = notification;
        this.keepLast = new KeepLast();
        this.keepLastCheck = new KeepLast();
        this.page = state?.page || { offset: 0, limit, order: "name" };
        this.unfolded = new Set(state?.unfolded);
        this.query = null;
        this.data = null;
        this.schemes = [];
        this.check = null;
        this.problem = "";
        // Raised when the server refuses an option, so that inputs show the one that holds.
        this.refusals = 0;
        // The host's cog menu asks the model of a list view for its selection.
        this.root = { selection: [] };
    }

    exportState() {
        return { page: this.page, unfolded: [...this.unfolded] };
    }

    /** The options that the shown figures stand for. */
    get options() {
        return this.data?.options || this.query?.options || {};
    }

    /** Arguments of the server's methods that look at the shown figures. */
    get arguments() {
        const { domain, groupBy } = this.query;
        return { options: this.options, domain, group_by: groupBy };
    }

    get exportArguments() {
        const options = { ...this.options, documents: this.showsDocuments };
        return { ...this.arguments, options, order: this.page.order };
    }

    get groupByField() {
        const name = Object.keys(GROUPINGS).find((key) => GROUPINGS[key] === this.query.groupBy);
        return this.fields[name];
    }

    hasData() {
        return Boolean(this.data?.length);
    }

    // === LOADING === //

    /** Called by the host with a changed search. */
    async load({ context, domain, groupBy, orderBy }) {
        const field = groupBy.find((name) => name in GROUPINGS);
        const query = {
            agedOptions: this.env.searchModel.agedOptions,
            domain,
            groupBy: GROUPINGS[field] || "partner",
            options: optionsFromContext(context),
            orderBy,
        };
        const page = { ...this.page, order: this._orderFor(query) };
        if (this.query) {
            page.offset = 0;
        }
        await Promise.all([this._loadSchemes(), this._loadPage(query, page)]);
        this._loadCheck();
    }

    /** Fetch another page or order of the same figures. */
    async reload(changes) {
        await this._loadPage(this.query, { ...this.page, ...changes });
        this.notify();
    }

    async _loadPage(query, page) {
        const { domain, groupBy, options } = query;
        const kwargs = { options, domain, group_by: groupBy, ...page };
        try {
            this.data = await this.keepLast.add(this.orm.call(REPORT, "get_page", [], kwargs));
        } catch (error) {
            this._refuse(query, error);
            return;
        }
        this.problem = "";
        if (groupBy !== this.query?.groupBy) {
            this.unfolded.clear();
        }
        this.query = query;
        this.page = page;
    }

    /** Return the order of rows: a favourite's, else the present one while its column stays. */
    _orderFor({ options, orderBy }) {
        if (orderBy.length && !isEqual(orderBy, this.query?.orderBy)) {
            return orderBy[0].asc ? orderBy[0].name : `${orderBy[0].name} desc`;
        }
        const columns = ({ limits, credits }) => [limits, credits];
        if (this.query && !isEqual(columns(options), columns(this.query.options))) {
            return "name";
        }
        return this.page.order;
    }

    /** Keep the old figures when the server refuses options; show its reason instead of figures else. */
    _refuse(query, error) {
        if (!(error instanceof RPCError) || !USER_ERRORS.includes(error.exceptionName)) {
            throw error;
        }
        const message = error.data.message;
        const rows = ({ domain, groupBy }) => [domain, groupBy];
        if (this.data && isEqual(rows(this.query), rows(query))) {
            this.notification.add(message, { type: "danger" });
            this.env.searchModel.restoreAgedOptions(this.query.agedOptions);
            this.refusals++;
        } else {
            this.data = null;
            this.query = query;
            this.page.order = "name";
            this.problem = message;
        }
    }

    async _loadSchemes() {
        if (!this.schemes.length) {
            this.schemes = await this.orm.searchRead("crmx.aging.scheme", [], ["name", "limits", "preview"]);
        }
    }

    /** Fetch the comparison with the ledger; nobody waits for it. */
    async _loadCheck() {
        this.check = null;
        if (!this.data) {
            return;
        }
        try {
            this.check = await this.keepLastCheck.add(
                this.orm.silent.call(REPORT, "get_check", [], { options: this.options }),
            );
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            const text = _t("The total could not be compared with the accounts.");
            this.check = { failed: true, text };
        }
        this.notify();
    }

    // === ACTIONS OF THE USER === //

    /** Sort by a column, first from the largest amount; by name from A. */
    sortBy(column) {
        const [name, direction] = this.page.order.split(" ");
        const isDescending = direction === "desc";
        const descends = name === column ? !isDescending : column !== "name";
        return this.reload({ order: descends ? `${column} desc` : column, offset: 0 });
    }

    /** Return the action that lists the items of a cell; key null is the totals row. */
    getDrillAction(key, column, currencyId) {
        const { options, domain, group_by } = this.arguments;
        const cell = currencyId
            ? Domain.and([domain, [["currency_id", "=", currencyId]]]).toList({})
            : domain;
        const kwargs = { options, domain: cell, group_by, key, column };
        return this.orm.call(REPORT, "get_drill_action", [], kwargs);
    }

    getPrintAction() {
        return this.orm.call(REPORT, "get_print_action", [], this.exportArguments);
    }

    toggleFold(key) {
        if (!this.unfolded.delete(key)) {
            this.unfolded.add(key);
        }
        this.notify();
    }

    isUnfolded(key) {
        return this.showsDocuments || this.unfolded.has(key);
    }

    get showsDocuments() {
        return Boolean(this.query?.options.documents);
    }

    /** Unfold all rows by document currency, or fold them; the figures are already here. */
    setDocuments(documents) {
        const agedOptions = { ...this.env.searchModel.agedOptions, documents };
        this.env.searchModel.restoreAgedOptions(agedOptions);
        this.query = {
            ...this.query,
            agedOptions,
            options: { ...this.query.options, documents },
        };
        this.unfolded.clear();
        this.notify();
    }
}
