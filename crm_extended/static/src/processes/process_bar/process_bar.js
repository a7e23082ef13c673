import { Component, onWillStart, onWillUpdateProps, useState, xml } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Where the processes on a document stand, and the buttons of the steps that the user has. */
export class ProcessBar extends Component {
    static template = "crm_extended.ProcessBar";
    static components = { Dropdown, DropdownItem };
    static props = { model: String, resId: Number, version: String, save: Function, reload: Function };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({ runs: [], startable: [], isBusy: false });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((props) => {
            if (props.version !== this.props.version) {
                this.load(props);
            }
        });
    }

    async load(props) {
        const request = this.orm.silent.call("crmx.process.instance", "get_bar", [props.model, props.resId]);
        const { runs, startable } = await this.keepLast.add(request);
        Object.assign(this.state, { runs, startable });
    }

    until(step) {
        const format = { format: "d MMM HH:mm" };
        const date = deserializeDateTime(step.until.replace("T", " "));
        return _t("until %s", formatDateTime(date, format));
    }

    /** What the user typed into the document comes first: the step may depend on it. */
    async act(work) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            if (await this.props.save()) {
                await work();
            }
        } finally {
            this.state.isBusy = false;
        }
    }

    async refresh(action) {
        if (action && typeof action === "object") {
            await this.action.doAction(action, { onClose: () => this.reload() });
        } else {
            await this.reload();
        }
    }

    async reload() {
        await this.props.reload();
        await this.load(this.props);
    }

    choose(step, outcome) {
        return this.act(async () => {
            const method = outcome ? "choose" : "action_done";
            const args = outcome ? [[step.id], outcome.ref] : [[step.id]];
            await this.refresh(await this.orm.call("crmx.work.item", method, args));
        });
    }

    call(step, method) {
        return this.act(async () => {
            await this.refresh(await this.orm.call("crmx.work.item", method, [[step.id]]));
        });
    }

    cancel(run) {
        return this.act(async () => {
            await this.refresh(await this.orm.call("crmx.process.instance", "action_cancel", [[run.id]]));
        });
    }

    open(run) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crmx.process.instance",
            res_id: run.id,
            views: [[false, "form"]],
        });
    }

    start(process) {
        this.dialog.add(ConfirmationDialog, {
            title: process.name,
            body: process.description || _t("Begin it on this document?"),
            confirmLabel: _t("Begin"),
            confirm: () =>
                this.act(async () => {
                    await this.orm.call("crmx.process", "start", [[process.id], this.props.resId]);
                    await this.reload();
                }),
            cancel: () => {},
        });
    }
}

/** The bar of the record of a form; it looks again when the form was saved. */
export class ProcessBarWidget extends Component {
    static template = xml`
        <ProcessBar t-if="props.record.resId" model="props.record.resModel"
            resId="props.record.resId" version="version" save.bind="save" reload.bind="reload"/>`;
    static components = { ProcessBar };
    static props = { ...standardWidgetProps };

    get version() {
        const { resModel, resId, data } = this.props.record;
        return `${resModel},${resId} ${data.write_date}`;
    }

    save() {
        return this.props.record.save();
    }

    reload() {
        return this.props.record.load();
    }
}

registry.category("view_widgets").add("crmx_process_bar", {
    component: ProcessBarWidget,
    additionalClasses: ["o_crmx_process_bar_widget", "d-block", "w-100"],
    fieldDependencies: [{ name: "write_date", type: "datetime" }],
});
