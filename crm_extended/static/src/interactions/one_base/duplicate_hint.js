import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { _t } from "@web/core/l10n/translation";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

// As in the queue.
const MIN_SCORE = 50;

/** Others who may be the contact that is just being typed. Says so, and prevents nothing. */
export class DuplicateHint extends Component {
    static template = "crm_extended.DuplicateHint";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get others() {
        return this.props.record.data[this.props.name] || [];
    }

    /** Those who are sure enough to be compared; new contacts are not there to be merged yet. */
    get comparable() {
        return this.props.record.resId ? this.others.filter(({ score }) => score >= MIN_SCORE) : [];
    }

    href(other) {
        return `/odoo/res.partner/${other.id}`;
    }

    /** A click opens the other one in place; the browser's own ways to open a link stay. */
    open(event, other) {
        if (event.ctrlKey || event.metaKey || event.shiftKey) {
            return;
        }
        event.preventDefault();
        this.action.doAction({
            type: "ir.actions.act_window",
            name: other.name,
            res_model: "res.partner",
            res_id: other.id,
            views: [[false, "form"]],
        });
    }

    async compare() {
        const { record } = this.props;
        if (await record.save()) {
            const ids = [record.resId, ...this.comparable.map(({ id }) => id)];
            const action = await record.model.orm.call("res.partner", "crmx_action_merge", [ids]);
            await this.action.doAction(action, { onClose: () => record.load() });
        }
    }
}

export const duplicateHint = {
    component: DuplicateHint,
    displayName: _t("Similar Contacts"),
    supportedTypes: ["json"],
};

registry.category("fields").add("crmx_duplicate_hint", duplicateHint);
