import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Timeline } from "./timeline";

/**
 * The history of a partner on his form, or of a document's customer on the document.
 *
 * Forms render a notebook's page when it is opened, and so load the history no earlier.
 */
export class TimelineWidget extends Component {
    static template = "crm_extended.TimelineWidget";
    static components = { Timeline };
    static props = {
        ...standardWidgetProps,
        partnerField: { type: String, optional: true },
    };

    /** What the history is of; null where the record is new or has no partner. */
    get timelineProps() {
        const { resId, resModel, data } = this.props.record;
        const { partnerField } = this.props;
        if (!resId || (partnerField && !data[partnerField]?.id)) {
            return null;
        }
        return resModel === "res.partner" ? { partnerId: resId } : { document: [resModel, resId] };
    }

    get key() {
        const { partnerId, document } = this.timelineProps;
        const { partnerField, record } = this.props;
        // The saved customer decides; a record with unsaved changes shows the old one.
        return partnerId || `${document},${record.data[partnerField || "partner_id"]?.id}`;
    }
}

export const timelineWidget = {
    component: TimelineWidget,
    additionalClasses: ["d-block", "w-100"],
    extractProps: ({ attrs }) => ({ partnerField: attrs.partner_field }),
    fieldDependencies: ({ attrs }) =>
        attrs.partner_field ? [{ name: attrs.partner_field, type: "many2one" }] : [],
    supportedAttributes: [{ label: "Partner field", name: "partner_field", type: "string" }],
};

registry.category("view_widgets").add("crmx_timeline", timelineWidget);
