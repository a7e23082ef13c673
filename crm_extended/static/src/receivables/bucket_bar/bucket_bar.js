import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

// From not late (calm) to the oldest bucket (alarming), by the theme's own colours.
const SHADES = ["bg-success", "bg-info", "bg-warning", "bg-danger"];

/** A bar of what a partner owes, split by age; each part names its bucket and amount. */
export class BucketBar extends Component {
    static template = "crm_extended.BucketBar";
    static props = { ...standardFieldProps, currencyField: { type: String, optional: true } };

    get parts() {
        const buckets = this.props.record.data[this.props.name] || [];
        const total = buckets.reduce((sum, { amount }) => sum + amount, 0);
        const [currencyId] = this.currency;
        return buckets
            .map(({ label, amount }, index) => ({
                label,
                width: total ? (100 * amount) / total : 0,
                shade: this.shade(index, buckets.length),
                title: _t("%(bucket)s: %(amount)s", {
                    bucket: label,
                    amount: formatMonetary(amount, { currencyId }),
                }),
            }))
            .filter(({ width }) => width > 0);
    }

    get currency() {
        const currency = this.props.record.data[this.props.currencyField];
        return [currency && (currency.id ?? currency[0])];
    }

    shade(index, count) {
        if (index === 0) {
            return SHADES[0];
        }
        const last = SHADES.length - 1;
        return SHADES[Math.min(last, 1 + Math.floor(((index - 1) * last) / (count - 1)))];
    }
}

export const bucketBar = {
    component: BucketBar,
    displayName: _t("Ageing Bar"),
    supportedTypes: ["json"],
    supportedOptions: [
        { label: _t("Currency"), name: "currency_field", type: "field", availableTypes: ["many2one"] },
    ],
    fieldDependencies: ({ options }) =>
        options.currency_field ? [{ name: options.currency_field, type: "many2one" }] : [],
    extractProps: ({ options }) => ({ currencyField: options.currency_field }),
};

registry.category("fields").add("crmx_bucket_bar", bucketBar);
