import { Component, onWillUnmount, useSubEnv } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { CallbackRecorder } from "@web/search/action_hook";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { View, getDefaultConfig } from "@web/views/view";

/** A form beside a drawing: tells when something was typed into it, and when it was saved. */
export class StepPanelController extends FormController {
    static props = { ...FormController.props, panel: { type: Object, optional: true } };

    setup() {
        super.setup();
        this.props.panel?.enter(this.model);
    }

    get modelParams() {
        const params = super.modelParams;
        params.hooks.onRecordChanged = () => this.props.panel?.changed();
        return params;
    }

    async onRecordSaved(record, changes) {
        await super.onRecordSaved(record, changes);
        await this.props.panel?.saved();
    }
}

registry.category("views").add("crmx_step_panel", { ...formView, Controller: StepPanelController });

/** What is said of a step, beside the drawing. */
export class StepPanel extends Component {
    static template = "crm_extended.StepPanel";
    static components = { View };
    static props = {
        resId: Number,
        readonly: Boolean,
        onReady: Function,
        onGone: Function,
        onChanged: Function,
        onSaved: Function,
    };

    setup() {
        // a page of its own: it must not name the page that it is on
        useSubEnv({ config: getDefaultConfig() });
        this.viewProps = {
            type: "form",
            resModel: "crmx.process.step",
            resId: this.props.resId,
            context: { form_view_ref: "crm_extended.crmx_process_step_view_form_panel" },
            display: { controlPanel: false },
            readonly: this.props.readonly,
            panel: {
                enter: (model) => {
                    this.model = model;
                    this.props.onReady(model);
                },
                changed: () => this.props.onChanged(),
                saved: () => this.props.onSaved(),
            },
            __beforeLeave__: new CallbackRecorder(),
        };
        onWillUnmount(() => this.props.onGone(this.model));
    }
}
