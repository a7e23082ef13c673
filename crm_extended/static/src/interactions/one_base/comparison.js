import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const MAX_COMPACT = 6;

/**
 * Contacts side by side, a column each, with the fields in which they differ.
 *
 * With a field for the choices, each row asks whose value is kept; the one who stays is a field too.
 */
export class Comparison extends Component {
    static template = "crm_extended.Comparison";
    static props = {
        ...standardFieldProps,
        targetField: { type: String, optional: true },
        choicesField: { type: String, optional: true },
        isCompact: { type: Boolean, optional: true },
    };

    get data() {
        return this.props.record.data[this.props.name] || { partners: [], fields: [] };
    }

    /** On a card, the fields that both have. */
    get fields() {
        const { fields } = this.data;
        return this.props.isCompact
            ? fields.filter(({ filled }) => filled.every(Boolean)).slice(0, MAX_COMPACT)
            : fields;
    }

    get canChoose() {
        return Boolean(this.props.choicesField);
    }

    get targetId() {
        const target = this.props.record.data[this.props.targetField];
        return target && (target.id ?? target[0]);
    }

    get choices() {
        return this.props.record.data[this.props.choicesField] || {};
    }

    /** Whose value of a field is kept: the chosen one, else that of who stays, else any there is. */
    chosen(field) {
        const { partners } = this.data;
        const filled = partners.filter((_partner, index) => field.filled[index]).map(({ id }) => id);
        const wanted = this.choices[field.name] ?? this.targetId;
        if (field.name in this.choices || filled.includes(wanted)) {
            return wanted;
        }
        return filled[0];
    }

    isKept(field, partner) {
        return this.canChoose && this.chosen(field) === partner.id;
    }

    choose(field, partner) {
        this.props.record.update({
            [this.props.choicesField]: { ...this.choices, [field.name]: partner.id },
        });
    }

    /** Another one stays: what was chosen by hand holds, all else follows. */
    stay(partner) {
        this.props.record.update({
            [this.props.targetField]: { id: partner.id, display_name: partner.name },
        });
    }
}

export const comparison = {
    component: Comparison,
    displayName: _t("Comparison of Contacts"),
    supportedTypes: ["json"],
    supportedOptions: [
        { label: _t("Who stays"), name: "target_field", type: "field", availableTypes: ["many2one"] },
        { label: _t("Only what both have"), name: "compact", type: "boolean" },
        { label: _t("Choices"), name: "choices_field", type: "field", availableTypes: ["json"] },
    ],
    fieldDependencies: ({ options }) => [
        ...(options.target_field ? [{ name: options.target_field, type: "many2one", readonly: false }] : []),
        ...(options.choices_field ? [{ name: options.choices_field, type: "json", readonly: false }] : []),
    ],
    extractProps: ({ options }) => ({
        targetField: options.target_field,
        choicesField: options.choices_field,
        isCompact: Boolean(options.compact),
    }),
};

registry.category("fields").add("crmx_comparison", comparison);
