import { makeContext } from "@web/core/context";
import { SearchModel } from "@web/search/search_model";

/** Fields of `crmx.open.item` that the aged report can be grouped by, and the server's word for each. */
export const GROUPINGS = {
    commercial_partner_id: "partner",
    user_id: "salesperson",
    team_id: "team",
    country_id: "country",
    category_ids: "tag",
    account_id: "account",
    company_id: "company",
    currency_id: "currency",
};

const PREFIX = "crmx_";

/** The options of the aged report, by the names of their context keys without the prefix. */
export const OPTIONS = ["as_of", "side", "basis", "limits", "credits", "documents"];

/**
 * Read the aged report's options from a context.
 *
 * @param {Object} context
 * @returns {Object} only what the context says; the server completes the rest
 */
export function optionsFromContext(context) {
    const options = {};
    for (const name of OPTIONS) {
        if (context[PREFIX + name]) {
            options[name] = context[PREFIX + name];
        }
    }
    return options;
}

/**
 * A search model that carries the aged report's options as part of the search context. So every view of
 * the action reads the ledger as of the same date, and a favourite keeps the options.
 *
 * @param {typeof SearchModel} Base
 */
export const withAgedOptions = (Base) =>
    class extends Base {
        /** What the user chose on the screen, over the action's and the favourites' context. */
        agedOptions = {};

        exportState() {
            return { ...super.exportState(), agedOptions: this.agedOptions };
        }

        _importState(state) {
            super._importState(state);
            this.agedOptions = state.agedOptions || {};
        }

        _getContext() {
            const chosen = {};
            for (const [name, value] of Object.entries(this.agedOptions)) {
                chosen[PREFIX + name] = value;
            }
            return makeContext([super._getContext(), chosen]);
        }

        async createNewFavorite(params) {
            const id = await super.createNewFavorite(params);
            this.agedOptions = {}; // they are the favourite's own now, and go with it
            this._reset();
            return id;
        }

        toggleSearchItem(searchItemId) {
            if (this.searchItems[searchItemId].type === "favorite") {
                this.agedOptions = {}; // the favourite's own apply
            }
            return super.toggleSearchItem(searchItemId);
        }
    };

/** The search model of the aged report itself: it groups by one field at a time, of those it knows. */
export class AgedReportSearchModel extends withAgedOptions(SearchModel) {
    /**
     * Change options and search again.
     *
     * @param {Object} changes
     */
    setAgedOptions(changes) {
        this.agedOptions = { ...this.agedOptions, ...changes };
        return this._notify();
    }

    /** Set the options without searching again: the server refused others, or need not know. */
    restoreAgedOptions(options) {
        this.agedOptions = options;
        this._reset();
    }

    _importState(state) {
        super._importState(state);
        this._keepOneGroupBy((elem) => this._isGrouping(elem));
    }

    toggleSearchItem(searchItemId) {
        const isActive = this.query.some((elem) => elem.searchItemId === searchItemId);
        if (this.searchItems[searchItemId].type === "groupBy" && !isActive) {
            this._keepOneGroupBy(() => false);
        }
        return super.toggleSearchItem(searchItemId);
    }

    _isGrouping({ searchItemId }) {
        return this.searchItems[searchItemId].fieldName in GROUPINGS;
    }

    /** Drop the active group-bys but the first that `accept` takes. */
    _keepOneGroupBy(accept) {
        let kept = false;
        this.query = this.query.filter((elem) => {
            const { type } = this.searchItems[elem.searchItemId];
            if (!["groupBy", "dateGroupBy"].includes(type)) {
                return true;
            }
            const keep = !kept && accept(elem);
            kept ||= keep;
            return keep;
        });
    }
}
