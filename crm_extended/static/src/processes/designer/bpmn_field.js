import { Component, onMounted, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { useSetupAction } from "@web/search/action_hook";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { lostIds } from "./drawing_ids";
import { Palette, ShapeMenus } from "./palette";
import { StepPanel } from "./step_panel";

const FAULT = "o_crmx_bpmn_fault";
/** Milliseconds after the last change in which nothing is checked yet, and after which a shape is opened. */
const PAUSE = 700;
const OPENING = 250;
/** Room in pixels: of the palette, and at the other sides. */
const PALETTE = 120;
const MARGIN = 20;

/** A drawing of a process, to be changed with the mouse. The library is loaded when it is first shown. */
export class BpmnField extends Component {
    static template = "crm_extended.BpmnField";
    static components = { StepPanel };
    static props = { ...standardFieldProps };

    setup() {
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.canvas = useRef("canvas");
        this.state = useState({ problems: [], lost: null, selected: null, step: null, isLarge: false });
        this.check = useDebounced(() => this.showProblems(), PAUSE);
        this.openLater = useDebounced(() => this.openStep(), OPENING);
        this.keepLast = new KeepLast();
        this.isChanged = false;
        this.panel = null;
        onWillStart(() => loadBundle("crm_extended.assets_bpmn"));
        onMounted(() => this.start());
        onWillUnmount(() => this.modeler?.destroy());
        // what was drawn is taken into the record before it is saved, and when it is left
        const { bus } = this.props.record.model;
        useBus(bus, "NEED_LOCAL_CHANGES", ({ detail }) => detail.proms.push(this.savePanel(), this.commit()));
        useBus(bus, "WILL_SAVE_URGENTLY", () => this.commit());
        useBus(bus, "CRMX_DISCARD", () => {
            this.closePanel();
            this.markDirty(false);
        });
        useSetupAction({ beforeLeave: () => this.savePanel() });
        useRecordObserver((record) => this.show(record.data[this.props.name]));
    }

    // --- drawing ---

    async start() {
        this.modeler = new window.BpmnJS({
            container: this.canvas.el,
            additionalModules: [
                {
                    __init__: ["shapeMenus"],
                    paletteProvider: ["type", Palette],
                    shapeMenus: ["type", ShapeMenus],
                },
            ],
        });
        this.modeler.on(["palette.changed", "contextPad.open"], () => this.addTitles());
        this.modeler.on("selection.changed", ({ newSelection }) => this.select(newSelection));
        this.modeler.on("element.changed", ({ element }) => this.rename(element));
        this.modeler.on("commandStack.changed", () => {
            this.isChanged = true;
            this.markDirty();
            this.check();
        });
        await this.show(this.props.record.data[this.props.name]);
    }

    markDirty(isDirty = true) {
        this.props.record.model.bus.trigger("FIELD_IS_DIRTY", isDirty);
    }

    /** The library names its buttons for screen readers only. */
    addTitles() {
        for (const button of this.canvas.el?.querySelectorAll(".entry[aria-label]:not([title])") || []) {
            button.title = button.getAttribute("aria-label");
        }
    }

    /** Draw what the record has, unless it is what is drawn. */
    async show(drawing) {
        if (!this.modeler || !drawing || drawing === this.drawn) {
            return;
        }
        this.drawn = drawing;
        this.isChanged = false;
        try {
            const { warnings } = await this.modeler.importXML(drawing);
            this.fit();
            this.addTitles();
            await this.showLost(drawing, warnings);
        } catch (error) {
            this.notification.add(error.message, {
                title: _t("The drawing cannot be shown"),
                type: "danger",
            });
        }
        await this.showProblems();
    }

    /** Say what of the text would be gone if it was saved from here, though nothing was drawn. */
    async showLost(drawing, warnings) {
        const { xml } = await this.modeler.saveXML({ format: true });
        const lost = lostIds(drawing, xml);
        const isSome = lost.elements.length || lost.picture.length || warnings.length;
        this.state.lost = isSome ? { ...lost, warnings: warnings.map((warning) => warning.message) } : null;
    }

    async commit() {
        if (!this.isChanged || this.props.readonly) {
            return;
        }
        this.isChanged = false;
        const { xml } = await this.modeler.saveXML({ format: true });
        this.drawn = xml;
        await this.props.record.update({ [this.props.name]: xml });
        this.markDirty(false); // from here on the record itself is
    }

    /** Mark what could not be published, and say why. */
    async showProblems() {
        if (!this.modeler) {
            return;
        }
        const { xml } = await this.modeler.saveXML();
        const { resId } = this.props.record;
        const problems = await this.orm.silent.call("crmx.process", "check_drawing", [
            resId ? [resId] : [],
            xml,
        ]);
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

    /** Go to what a problem is about. */
    goTo(problem) {
        const elements = this.modeler.get("elementRegistry");
        const element = problem.ids.map((id) => elements.get(id)).find(Boolean);
        if (element) {
            this.modeler.get("canvas").scrollToElement(element);
            this.modeler.get("selection").select(element);
        }
    }

    undo() {
        this.modeler.get("commandStack").undo();
    }

    redo() {
        this.modeler.get("commandStack").redo();
    }

    /** Show all of the drawing, beside the palette that lies on it. */
    fit() {
        const canvas = this.modeler.get("canvas");
        canvas.resized();
        const { inner, outer } = canvas.viewbox();
        const [width, height] = [outer.width - PALETTE - MARGIN, outer.height - 2 * MARGIN];
        const scale = Math.max(0.2, Math.min(1, width / (inner.width || 1), height / (inner.height || 1)));
        canvas.viewbox({
            x: inner.x - PALETTE / scale,
            y: inner.y + inner.height / 2 - outer.height / scale / 2,
            width: outer.width / scale,
            height: outer.height / scale,
        });
    }

    enlarge() {
        this.state.isLarge = !this.state.isLarge;
    }

    // --- what is said of a shape --- //

    select(elements) {
        // a name stands beside its shape and is one with it
        const [element] = elements.length === 1 ? elements : [];
        const object = element?.businessObject;
        this.state.selected = object
            ? { id: object.id, name: object.name || "", isStart: object.$type === "bpmn:StartEvent" }
            : null;
        if (object) {
            this.openLater();
        } else {
            this.closePanel({ isSaved: true });
        }
    }

    rename(element) {
        const { selected } = this.state;
        if (selected && element.businessObject?.id === selected.id) {
            selected.name = element.businessObject.name || "";
        }
    }

    onNameChange(ev) {
        const element = this.modeler.get("elementRegistry").get(this.state.selected.id);
        this.modeler.get("modeling").updateLabel(element, ev.target.value.trim());
    }

    /** Open the form of the selected step beside the drawing, when the record knows what was drawn. */
    async openStep() {
        const { selected } = this.state;
        if (!selected || this.props.readonly) {
            return;
        }
        await this.savePanel();
        if (this.isChanged || !this.props.record.resId) {
            if (!(await this.props.record.save())) {
                return;
            }
        }
        const id = await this.keepLast.add(
            this.orm.silent.call("crmx.process", "get_step", [[this.props.record.resId], selected.id]),
        );
        if (this.state.selected?.id === selected.id) {
            this.state.step = id ? { id, key: `${id} ${this.drawn.length} ${selected.id}` } : null;
            this.keepInView();
        }
    }

    /** The panel takes room from the drawing. */
    keepInView() {
        const canvas = this.modeler.get("canvas");
        const element = this.modeler.get("elementRegistry").get(this.state.selected.id);
        canvas.resized();
        if (element) {
            canvas.scrollToElement(element, {
                left: PALETTE + MARGIN,
                right: 4 * MARGIN,
                top: MARGIN,
                bottom: MARGIN,
            });
        }
    }

    async closePanel({ isSaved } = {}) {
        if (isSaved) {
            await this.savePanel();
        }
        this.panel = null;
        if (!this.state.selected || !isSaved) {
            this.state.step = null;
        }
    }

    /** Keep what was typed beside the drawing. */
    async savePanel() {
        const root = this.panel?.root;
        if (root && (await root.isDirty())) {
            await root.save();
        }
    }

    onPanelReady(model) {
        this.panel = model;
    }

    onPanelGone(model) {
        // the next one is made before this one goes
        if (this.panel === model) {
            this.panel = null;
        }
    }

    async onPanelSaved() {
        this.markDirty(this.isChanged);
        this.check();
    }
}

registry.category("fields").add("crmx_bpmn", {
    component: BpmnField,
    displayName: _t("Drawing of a process"),
    supportedTypes: ["text"],
    additionalClasses: ["w-100", "d-block"],
});
