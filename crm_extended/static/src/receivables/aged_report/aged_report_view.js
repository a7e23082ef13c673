import { registry } from "@web/core/registry";

import { AgedReportController } from "./aged_report_controller";
import { AgedReportModel } from "./aged_report_model";
import { AgedReportRenderer } from "./aged_report_renderer";
import { AgedReportSearchModel } from "./aged_report_search_model";

const ROWS_PER_PAGE = 80;

export const agedReportView = {
    type: "list",
    Controller: AgedReportController,
    Model: AgedReportModel,
    Renderer: AgedReportRenderer,
    SearchModel: AgedReportSearchModel,
    searchMenuTypes: ["filter", "groupBy", "favorite"],
    hideCustomGroupBy: true,

    props: (genericProps, view) => ({
        ...genericProps,
        Model: view.Model,
        Renderer: view.Renderer,
        modelParams: {
            fields: genericProps.fields,
            limit: genericProps.limit || ROWS_PER_PAGE,
            state: genericProps.state?.modelState,
        },
    }),
};

registry.category("views").add("crmx_aged_report", agedReportView);
