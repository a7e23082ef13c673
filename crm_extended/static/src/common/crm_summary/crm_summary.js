import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { deserializeDate, deserializeDateTime, formatDate, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { session } from "@web/session";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** @returns {boolean} whether the user is shown the summary at all */
export function seesCrmSummary() {
    return Boolean(session.crmx_crm_summary);
}

/** What sales know of a customer, for those who work beside them: figures, no documents. */
export class CrmSummary extends Component {
    static template = "crm_extended.CrmSummary";
    static props = {
        partnerId: Number,
        /** Tells the name of the company too, where it does not stand above. */
        hasTitle: { type: Boolean, optional: true },
        close: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.last = new KeepLast();
        this.state = useState({ summary: null });
        onWillStart(() => {
            this.load(this.props.partnerId); // what it stands on does not wait for it
        });
        onWillUpdateProps(({ partnerId }) => {
            if (partnerId !== this.props.partnerId) {
                this.load(partnerId);
            }
        });
    }

    async load(partnerId) {
        this.state.summary = null;
        const call = this.orm.silent.call("res.partner", "crmx_get_crm_summary", [[partnerId]], {
            context: user.context,
        });
        this.state.summary = await this.last.add(call);
    }

    get lastContact() {
        const { last_contact: moment } = this.state.summary;
        return (
            moment && {
                when: deserializeDateTime(moment).toRelative(),
                day: formatDateTime(deserializeDateTime(moment)),
            }
        );
    }

    get offers() {
        const { count, amount, currency_id: currencyId } = this.state.summary.offers;
        return count && { count, amount: formatMonetary(amount, { currencyId }) };
    }

    get nextActivity() {
        const { next_activity: next } = this.state.summary;
        return (
            next && _t("%(day)s, %(user)s", { day: formatDate(deserializeDate(next.date)), user: next.user })
        );
    }
}

/** The summary of the partner in a field of the record. */
export class CrmSummaryWidget extends Component {
    static template = "crm_extended.CrmSummaryWidget";
    static components = { CrmSummary };
    static props = { ...standardWidgetProps, partnerField: { type: String, optional: true } };
    static defaultProps = { partnerField: "partner_id" };

    get partnerId() {
        return seesCrmSummary() && this.props.record.data[this.props.partnerField]?.id;
    }
}

registry.category("view_widgets").add("crmx_crm_summary", {
    component: CrmSummaryWidget,
    extractProps: ({ attrs }) => ({ partnerField: attrs.partner_field || "partner_id" }),
    fieldDependencies: ({ attrs }) => [{ name: attrs.partner_field || "partner_id", type: "many2one" }],
    supportedAttributes: [{ label: "Partner field", name: "partner_field", type: "string" }],
});
