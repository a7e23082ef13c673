import { reactive } from "@odoo/owl";
import { Mutex } from "@web/core/utils/concurrency";

const LEDGER = "crmx.timeline.event";
export const EVENTS_PER_PAGE = 30;

const NO_FILTERS = {
    kinds: [],
    directions: [],
    userId: false,
    contactId: false,
    dateFrom: false,
    dateTo: false,
    text: "",
    documentOnly: false,
};

/**
 * The history of a partner, read page by page from the newest event on.
 *
 * The pages hang on one another by a cursor, so that events which arrive while somebody scrolls
 * neither shift nor double what he sees.
 */
export class TimelineModel {
    constructor(orm, { partnerId = false, document = false, limit = EVENTS_PER_PAGE }) {
        this.orm = orm;
        this.partnerId = partnerId;
        this.document = document;
        this.limit = limit;
        /** Pages of one question are read one after another; a new question drops them. */
        this.mutex = new Mutex();
        this.question = 0;
        this.scope = null;
        this.filters = { ...NO_FILTERS };
        this.events = [];
        this.next = null;
        /** How much of the past is there, in percent; null when all of it is. */
        this.filled = null;
        this.isLoading = false;
        this.isReady = false;
        this.hasFailed = false;
        /** Pages in a row on which the reader might see nothing. */
        this.emptyPages = 0;
        return reactive(this);
    }

    /** Number of filters that narrow the list. */
    get filterCount() {
        return Object.keys(NO_FILTERS).filter(
            (name) => String(this.filters[name]) !== String(NO_FILTERS[name]),
        ).length;
    }

    get owner() {
        return this.document ? { document: this.document } : { partner_id: this.partnerId };
    }

    /** Kinds by department, in the order in which the server names them. */
    get departments() {
        const departments = new Map();
        for (const [code, kind] of Object.entries(this.scope?.kinds || {})) {
            if (!departments.has(kind.group)) {
                departments.set(kind.group, []);
            }
            departments.get(kind.group).push({ code, ...kind });
        }
        return [...departments].map(([code, kinds]) => ({ code, kinds }));
    }

    async load() {
        const [scope] = await Promise.all([
            this.orm.call(LEDGER, "get_scope", [], this.owner),
            this.reload(),
        ]);
        this.scope = scope;
        this.isReady = true;
    }

    /** @param {Object} changes filters by name */
    async setFilters(changes) {
        Object.assign(this.filters, changes);
        await this.reload();
    }

    async clearFilters() {
        await this.setFilters(NO_FILTERS);
    }

    /** Start again from the newest event: what was asked before is not awaited. */
    async reload() {
        const { next } = this;
        this.question++;
        this.next = null;
        try {
            this._show(await this._fetch(null));
        } catch (error) {
            this.next = next;
            throw error;
        }
    }

    /** Append the next page. */
    async loadMore() {
        await this.mutex.exec(async () => {
            const before = this.next;
            const page = before && (await this._fetch(before));
            if (page) {
                this._append(page.events);
                this.next = page.next;
            }
        });
    }

    /**
     * Read the newest page again, after something has happened.
     *
     * Where it reaches down to what is shown, older pages stay; otherwise so much is new that the
     * list starts again.
     */
    async refresh() {
        await this.mutex.exec(async () => {
            const page = await this._fetch(null);
            const last = page?.events.at(-1);
            const index = last ? this.events.findIndex((event) => event.id === last.id) : -1;
            const older = this.events.slice(index + 1);
            if (page?.next && index >= 0 && older.length) {
                this.events = page.events;
                this._append(older);
            } else {
                this._show(page);
            }
        });
    }

    async getDetail(event) {
        return this.orm.call(LEDGER, "get_detail", [event.model, event.res_id]);
    }

    _append(events) {
        const shown = new Set(this.events.map((event) => event.id));
        this.events.push(...events.filter((event) => !shown.has(event.id)));
    }

    _show(page) {
        if (page) {
            this.events = page.events;
            this.next = page.next;
        }
    }

    /** @returns {Promise<Object|null>} a page; null when something else was asked meanwhile */
    async _fetch(before) {
        const { question } = this;
        this.isLoading = true;
        try {
            const page = await this.orm.call(LEDGER, "get_page", [], {
                ...this._question(),
                before,
                limit: this.limit,
            });
            if (question !== this.question) {
                return null;
            }
            this.isLoading = false;
            this.hasFailed = false;
            this.emptyPages = before && !page.events.length ? this.emptyPages + 1 : 0;
            if (!before) {
                this.filled = page.filled ?? null;
            }
            return page;
        } catch (error) {
            if (question !== this.question) {
                return null;
            }
            this.isLoading = false;
            // No further page is asked for until the reader does so.
            this.hasFailed = true;
            throw error;
        }
    }

    _question() {
        const { kinds, directions, userId, contactId, dateFrom, dateTo, text, documentOnly } = this.filters;
        const filters = {};
        if (kinds.length) {
            filters.kinds = [...kinds];
        }
        if (directions.length) {
            filters.directions = [...directions];
        }
        if (userId) {
            filters.user_ids = [userId];
        }
        if (dateFrom) {
            filters.date_from = dateFrom;
        }
        if (dateTo) {
            filters.date_to = dateTo;
        }
        if (text.trim()) {
            filters.text = text.trim();
        }
        if (documentOnly && this.document) {
            return { document: this.document, filters: { ...filters, document_only: true } };
        }
        return contactId ? { partner_id: contactId, filters } : { ...this.owner, filters };
    }
}
