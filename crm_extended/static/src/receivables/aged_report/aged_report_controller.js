import { Component, useRef, useSubEnv } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { download } from "@web/core/network/download";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { useModelWithSampleData } from "@web/model/model";
import { useSetupAction } from "@web/search/action_hook";
import { CogMenu } from "@web/search/cog_menu/cog_menu";
import { Layout } from "@web/search/layout";
import { usePager } from "@web/search/pager_hook";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { useSearchBarToggler } from "@web/search/search_bar/search_bar_toggler";
import { standardViewProps } from "@web/views/standard_view_props";

import { AgedReportOptions } from "./aged_report_options";
import { useAgedTitle } from "./aged_title_hook";

export class AgedReportController extends Component {
    static template = "crm_extended.AgedReportView";
    static components = { AgedReportOptions, CogMenu, Layout, SearchBar };
    static props = {
        ...standardViewProps,
        Model: Function,
        modelParams: Object,
        Renderer: Function,
    };

    setup() {
        this.action = useService("action");
        this.ui = useService("ui");
        this.model = useModelWithSampleData(this.props.Model, this.props.modelParams, this.modelOptions);
        useSubEnv({ model: this.model });
        useAgedTitle();
        useSetupAction({
            rootRef: useRef("root"),
            getLocalState: () => ({ modelState: this.model.exportState() }),
            getOrderBy: () => this.orderBy,
        });
        usePager(() => {
            const { data, page } = this.model;
            if (!data) {
                return;
            }
            return {
                offset: page.offset,
                limit: page.limit,
                total: data.length,
                onUpdate: ({ offset, limit }) => this.model.reload({ offset, limit }),
            };
        });
        this.searchBarToggler = useSearchBarToggler();
    }

    get modelOptions() {
        return {
            lazy:
                !this.env.config.isReloadingController &&
                !this.env.inDialog &&
                !!this.props.display.controlPanel,
        };
    }

    /** The order that a favourite keeps. */
    get orderBy() {
        const [name, direction] = this.model.page.order.split(" ");
        return name === "name" ? [] : [{ name, asc: direction !== "desc" }];
    }

    /** How the comparison of the total with the accounts is shown. */
    get check() {
        const { check } = this.model;
        if (!check) {
            const text = _t("Comparing with the accounts…");
            return { className: "text-muted", icon: "fa-spinner fa-spin", text };
        }
        if (check.failed) {
            return { className: "text-muted", icon: "fa-question-circle", text: check.text };
        }
        return check.difference
            ? { className: "alert alert-danger", icon: "fa-exclamation-triangle", text: check.text }
            : { className: "text-success", icon: "fa-check-circle", text: check.text };
    }

    /** @param {Object} changes options of the report by name */
    onOptionsChange(changes) {
        if ("documents" in changes) {
            return this.model.setDocuments(changes.documents);
        }
        return this.env.searchModel.setAgedOptions(changes);
    }

    // === DRILL === //

    async openCell(key, column, currencyId) {
        this.action.doAction(await this.model.getDrillAction(key, column, currencyId));
    }

    openPartner(id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    // === EXPORT === //

    async print() {
        this.action.doAction(await this.model.getPrintAction());
    }

    async exportXlsx() {
        const data = { ...this.model.exportArguments, context: user.context };
        this.ui.block();
        try {
            await download({
                url: "/crmx/aged_report/xlsx",
                data: { data: JSON.stringify(data) },
            });
        } finally {
            this.ui.unblock();
        }
    }
}
