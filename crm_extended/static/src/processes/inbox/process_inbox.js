import { Component, onWillStart, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { session } from "@web/session";

/** How many steps of processes the user has to do, and the most urgent ones. */
export class ProcessInbox extends Component {
    static template = "crm_extended.ProcessInbox";
    static components = { Dropdown };
    static props = {};

    setup() {
        this.action = useService("action");
        this.bus = useService("bus_service");
        this.orm = useService("orm");
        this.dropdown = useDropdownState();
        this.state = useState({ count: 0, late: 0, items: [] });
        this.bus.subscribe("crmx.work.item/changed", () => this.load());
        // steps are finished on screens: what one has left is counted anew with each
        useBus(this.env.bus, "ACTION_MANAGER:UI-UPDATED", () => this.state.count && this.load());
        onWillStart(() => {
            this.load();
        });
    }

    async load() {
        Object.assign(this.state, await this.orm.silent.call("crmx.work.item", "get_inbox", []));
    }

    until(item) {
        return formatDateTime(deserializeDateTime(item.until.replace("T", " ")), { format: "d MMM HH:mm" });
    }

    async open(item) {
        this.dropdown.close();
        const action = await this.orm.call("crmx.work.item", "action_open_document", [[item.id]]);
        await this.action.doAction(action);
    }

    openAll() {
        this.dropdown.close();
        this.action.doAction("crm_extended.crmx_work_item_action_mine", { clearBreadcrumbs: true });
    }
}

registry
    .category("systray")
    .add(
        "crm_extended.process_inbox",
        { Component: ProcessInbox, isDisplayed: () => Boolean(session.crmx_processes) },
        { sequence: 22 },
    );
