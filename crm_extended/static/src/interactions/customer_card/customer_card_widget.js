import { Component, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { CustomerCard } from "./customer_card";

/** The card of the partner whose form it stands on; it looks again when the form was saved. */
export class CustomerCardWidget extends Component {
    static template = xml`
        <CustomerCard t-if="props.record.resId" t-key="key" partnerId="props.record.resId"/>`;
    static components = { CustomerCard };
    static props = { ...standardWidgetProps };

    get key() {
        const { resId, data } = this.props.record;
        return `${resId} ${data.write_date}`;
    }
}

registry.category("view_widgets").add("crmx_customer_card", {
    component: CustomerCardWidget,
    additionalClasses: ["d-block", "w-100"],
    fieldDependencies: [{ name: "write_date", type: "datetime" }],
});
