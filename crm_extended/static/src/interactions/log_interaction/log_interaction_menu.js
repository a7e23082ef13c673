import { Component, useState } from "@odoo/owl";
import { useCommand } from "@web/core/commands/command_hook";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

import { canLogInteraction, useLogInteraction } from "./log_interaction_hook";

/** Quick logging from anywhere: choose the type, say with whom, save. */
export class LogInteractionMenu extends Component {
    static template = "crm_extended.LogInteractionMenu";
    static components = { Dropdown, DropdownItem };
    static props = [];

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.logInteraction = useLogInteraction();
        this.state = useState({ types: [] });
        useCommand(_t("Log interaction"), () => this.log(), {
            category: "activity",
            global: true,
        });
    }

    async onBeforeOpen() {
        if (!this.state.types.length) {
            this.state.types = await this.orm.searchRead("crmx.interaction.type", [], ["name", "icon"]);
        }
    }

    /** The record that the user looks at, where it leads to a partner. */
    get current() {
        const { resModel, currentState } = this.action.currentController?.props || {};
        const resId = currentState?.resId || this.action.currentController?.currentState?.resId;
        return resModel && resId && canLogInteraction(resModel) ? { resModel, resId } : {};
    }

    log(typeId) {
        return this.logInteraction({ ...this.current, typeId });
    }

    openMine() {
        this.action.doAction("crm_extended.crmx_interaction_action", { clearBreadcrumbs: true });
    }
}

registry
    .category("systray")
    .add(
        "crm_extended.log_interaction",
        { Component: LogInteractionMenu, isDisplayed: () => canLogInteraction() },
        { sequence: 22 },
    );
