import { registry } from "@web/core/registry";
import { GraphController } from "@web/views/graph/graph_controller";
import { GraphSearchModel } from "@web/views/graph/graph_search_model";
import { graphView } from "@web/views/graph/graph_view";
import { PivotController } from "@web/views/pivot/pivot_controller";
import { PivotSearchModel } from "@web/views/pivot/pivot_search_model";
import { pivotView } from "@web/views/pivot/pivot_view";

import { withAgedOptions } from "../aged_report/aged_report_search_model";
import { useAgedTitle } from "../aged_report/aged_title_hook";

const withAgedTitle = (Base) =>
    class extends Base {
        setup() {
            super.setup();
            useAgedTitle();
        }
    };

/** Pivot and graph of open items, with the options that were chosen on the aged report. */
export const openItemPivotView = {
    ...pivotView,
    Controller: withAgedTitle(PivotController),
    SearchModel: withAgedOptions(PivotSearchModel),
};

export const openItemGraphView = {
    ...graphView,
    Controller: withAgedTitle(GraphController),
    SearchModel: withAgedOptions(GraphSearchModel),
};

registry.category("views").add("crmx_open_item_pivot", openItemPivotView);
registry.category("views").add("crmx_open_item_graph", openItemGraphView);
