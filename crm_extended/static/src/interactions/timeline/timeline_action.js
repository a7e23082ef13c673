import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Timeline } from "./timeline";

/** The history of a partner on a page of its own. */
export class TimelineAction extends Component {
    static template = "crm_extended.TimelineAction";
    static components = { Layout, Timeline };
    static props = { ...standardActionServiceProps };
    static displayName = _t("History");

    setup() {
        this.display = { controlPanel: {} };
        this.partnerId = this.props.action.context.active_id || false;
    }

    onScope({ partner }) {
        if (partner) {
            this.env.config.setDisplayName(_t("History of %s", partner.name));
        }
    }
}

registry.category("actions").add("crmx_timeline", TimelineAction);
