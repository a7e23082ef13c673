import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { canLogInteraction, useLogInteraction } from "./log_interaction_hook";

/** Button that logs an interaction with the partner of a record, for forms and kanban cards. */
export class LogInteractionButton extends Component {
    static template = "crm_extended.LogInteractionButton";
    static props = { ...standardWidgetProps };

    setup() {
        this.logInteraction = useLogInteraction();
    }

    get isVisible() {
        const { resId, resModel } = this.props.record;
        return Boolean(resId) && canLogInteraction(resModel);
    }

    log() {
        const { resId, resModel } = this.props.record;
        return this.logInteraction({ resModel, resId });
    }
}

registry.category("view_widgets").add("crmx_log_interaction", { component: LogInteractionButton });
