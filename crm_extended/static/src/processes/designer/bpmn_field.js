import { Component, onMounted, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useDebounced } from "@web/core/utils/timing";
import { useBus, useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Palette } from "./palette";

const FAULT = "o_crmx_bpmn_fault";
/** Milliseconds after the last change in which nothing is checked yet. */
const PAUSE = 700;

/** A drawing of a process, to be changed with the mouse. The library is loaded when it is first shown. */
export class BpmnField extends Component {
    static template = "crm_extended.BpmnField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.canvas = useRef("canvas");
        this.state = useState({ problems: [], selected: null, isLarge: false });
        this.check = useDebounced(() => this.showProblems(), PAUSE);
        this.isChanged = false;
        onWillStart(() => loadBundle("crm_extended.assets_bpmn"));
        onMounted(() => this.start());
        onWillUnmount(() => this.modeler?.destroy());
        // what was drawn is taken into the record before it is saved, and when it is left
        const { bus } = this.props.record.model;
        useBus(bus, "NEED_LOCAL_CHANGES", ({ detail }) => detail.proms.push(this.commit()));
        useBus(bus, "WILL_SAVE_URGENTLY", () => this.commit());
        useRecordObserver((record) => this.show(record.data[this.props.name]));
    }

    async start() {
        this.modeler = new window.BpmnJS({
            container: this.canvas.el,
            additionalModules: [{ paletteProvider: ["type", Palette] }],
        });
        this.modeler.on("selection.changed", ({ newSelection: [element] }) => {
            const object = element?.businessObject;
            this.state.selected = object
                ? { id: object.id, name: object.name || object.id, type: object.$type }
                : null;
        });
        this.modeler.on("commandStack.changed", () => {
            this.isChanged = true;
            this.props.record.model.bus.trigger("FIELD_IS_DIRTY", true);
            this.check();
        });
        await this.show(this.props.record.data[this.props.name]);
    }

    /** Draw what the record has, unless it is what is drawn. */
    async show(drawing) {
        if (!this.modeler || !drawing || drawing === this.drawn) {
            return;
        }
        this.drawn = drawing;
        this.isChanged = false;
        try {
            await this.modeler.importXML(drawing);
            this.modeler.get("canvas").zoom("fit-viewport", "auto");
        } catch (error) {
            this.notification.add(error.message, {
                title: _t("The drawing cannot be shown"),
                type: "danger",
            });
        }
        await this.showProblems();
    }

    async commit() {
        if (!this.isChanged || this.props.readonly) {
            return;
        }
        this.isChanged = false;
        const { xml } = await this.modeler.saveXML({ format: true });
        this.drawn = xml;
        await this.props.record.update({ [this.props.name]: xml });
    }

    /** Mark what could not be published, and say why. */
    async showProblems() {
        if (!this.modeler) {
            return;
        }
        const { xml } = await this.modeler.saveXML();
        const problems = await this.orm.silent.call("crmx.process", "check_drawing", [xml]);
        if (!this.modeler) {
            return;
        }
        const canvas = this.modeler.get("canvas");
        const elements = this.modeler.get("elementRegistry");
        elements.forEach(
            (element) => canvas.hasMarker(element, FAULT) && canvas.removeMarker(element, FAULT),
        );
        for (const id of problems.flatMap((problem) => problem.ids)) {
            if (elements.get(id)) {
                canvas.addMarker(id, FAULT);
            }
        }
        this.state.problems = problems;
    }

    undo() {
        this.modeler.get("commandStack").undo();
    }

    redo() {
        this.modeler.get("commandStack").redo();
    }

    fit() {
        this.modeler.get("canvas").zoom("fit-viewport", "auto");
    }

    enlarge() {
        this.state.isLarge = !this.state.isLarge;
    }

    /** Open what is said of the selected step beside the drawing. */
    async openProperties() {
        const { id } = this.state.selected;
        await this.commit();
        if (!(await this.props.record.save())) {
            return;
        }
        const action = await this.orm.call("crmx.process", "get_step_action", [
            [this.props.record.resId],
            id,
        ]);
        if (!action) {
            this.notification.add(_t("Nothing is to be said of this shape beside the drawing."), {
                type: "info",
            });
            return;
        }
        await this.action.doAction(action, { onClose: () => this.props.record.load() });
    }
}

registry.category("fields").add("crmx_bpmn", {
    component: BpmnField,
    displayName: _t("Drawing of a process"),
    supportedTypes: ["text"],
    additionalClasses: ["w-100", "d-block"],
});
