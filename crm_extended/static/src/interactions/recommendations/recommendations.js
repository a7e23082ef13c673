import { Component, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

const ACTIONS = {
    activity: { icon: "fa-clock-o", label: _t("Plan") },
    call: { icon: "fa-phone", label: _t("Call") },
    meeting: { icon: "fa-calendar", label: _t("Meet") },
    offer: { icon: "fa-file-text-o", label: _t("Offer") },
    list: { icon: "fa-list", label: _t("Open") },
};

/** What is recommended, each with its reason: one click does it, one click dismisses it. */
export class Recommendations extends Component {
    static template = "crm_extended.Recommendations";
    static components = { Dropdown, DropdownItem };
    static props = {
        lines: Array,
        reasons: Array,
        /** Name the partner on each line. */
        showPartner: { type: Boolean, optional: true },
        onDone: Function,
    };

    setup() {
        this.action = useService("action");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.state = useState({ isBusy: false });
    }

    actionOf(line) {
        return ACTIONS[line.action];
    }

    keyOf(line) {
        return `${line.rule_id},${line.partner_id}`;
    }

    openPartner(line) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: line.partner_id,
            views: [[false, "form"]],
        });
    }

    async accept(line) {
        const result = await this.answer("accept", line, []);
        if (result.done) {
            this.notification.add(result.done, { type: "success" });
        }
        if (result.type) {
            const onClose = () => this.props.onDone(line);
            await this.action.doAction(result, { onClose });
        }
        if (result.done || result.target === "new") {
            this.props.onDone(line);
        }
    }

    async dismiss(line, reason) {
        await this.answer("dismiss", line, [reason?.id || false]);
        this.props.onDone(line);
    }

    /** Ask the server once, however often one clicks. */
    async answer(method, line, more) {
        this.state.isBusy = true;
        try {
            return await this.orm.call("crmx.recommendation", method, [
                line.rule_id,
                line.partner_id,
                ...more,
            ]);
        } finally {
            this.state.isBusy = false;
        }
    }
}
