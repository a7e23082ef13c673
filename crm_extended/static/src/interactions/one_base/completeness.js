import { Component, useRef } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/** How complete a contact is, and what is missing; a click goes to where it is entered. */
export class Completeness extends Component {
    static template = "crm_extended.Completeness";
    static props = { ...standardFieldProps, missingField: { type: String } };

    setup() {
        this.root = useRef("root");
    }

    get score() {
        return this.props.record.data[this.props.name];
    }

    /** Nothing is asked of new contacts, colleagues and mere addresses. */
    get isAsked() {
        return Array.isArray(this.props.record.data[this.props.missingField]);
    }

    get missing() {
        return this.props.record.data[this.props.missingField] || [];
    }

    get color() {
        if (this.score >= 75) {
            return "bg-success";
        }
        return this.score >= 50 ? "bg-warning" : "bg-danger";
    }

    /** The field may be on a page of the notebook that is not open: these are looked through. */
    async goTo({ field }) {
        const form = this.root.el.closest(".o_form_view");
        const tabs = [null, ...form.querySelectorAll(".o_notebook_headers .nav-link")];
        for (const tab of tabs) {
            if (tab) {
                tab.click();
                await nextFrame();
            }
            const widget = form.querySelector(`.o_field_widget[name="${field}"]`);
            if (widget) {
                widget.scrollIntoView({ behavior: "smooth", block: "center" });
                widget.querySelector("input, textarea, a, button")?.focus();
                return;
            }
        }
    }
}

export const completeness = {
    component: Completeness,
    displayName: _t("Completeness"),
    supportedTypes: ["integer"],
    supportedOptions: [
        { label: _t("What is missing"), name: "missing_field", type: "field", availableTypes: ["json"] },
    ],
    fieldDependencies: ({ options }) => [{ name: options.missing_field, type: "json" }],
    extractProps: ({ options }) => ({ missingField: options.missing_field }),
};

registry.category("fields").add("crmx_completeness", completeness);
