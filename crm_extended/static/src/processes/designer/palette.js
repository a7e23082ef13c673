import { _t } from "@web/core/l10n/translation";

/** What the palette offers: that which can be run. */
const SHAPES = [
    ["start", "bpmn:StartEvent", "bpmn-icon-start-event-none", _t("Start")],
    ["user", "bpmn:UserTask", "bpmn-icon-user-task", _t("Somebody does it")],
    ["service", "bpmn:ServiceTask", "bpmn-icon-service-task", _t("Run an action")],
    ["send", "bpmn:SendTask", "bpmn-icon-send-task", _t("Send a message")],
    ["receive", "bpmn:ReceiveTask", "bpmn-icon-receive-task", _t("Wait for the document")],
    ["call", "bpmn:CallActivity", "bpmn-icon-call-activity", _t("Run another process")],
    ["exclusive", "bpmn:ExclusiveGateway", "bpmn-icon-gateway-xor", _t("Decision")],
    ["parallel", "bpmn:ParallelGateway", "bpmn-icon-gateway-parallel", _t("At the same time")],
    [
        "timer",
        "bpmn:IntermediateCatchEvent",
        "bpmn-icon-intermediate-event-catch-timer",
        _t("Timer: on its own, or at the border of a step"),
        "bpmn:TimerEventDefinition",
    ],
    ["end", "bpmn:EndEvent", "bpmn-icon-end-event-none", _t("End")],
];

/** What the small menu at a shape keeps of the library's own, besides what is done to lanes. */
const PAD = new Set([
    "append.end-event",
    "append.gateway",
    "append.text-annotation",
    "connect",
    "delete",
    "replace",
]);

/** What a shape can be changed into. */
const CHANGES = new Set(
    [
        ..."user-task service-task send-task receive-task call-activity".split(" "),
        ..."exclusive-gateway parallel-gateway".split(" "),
        ..."none-start timer-start message-start conditional-start none-end".split(" "),
        ..."timer-intermediate-catch timer-boundary non-interrupting-timer-boundary".split(" "),
        ..."sequence-flow default-flow expanded-pool collapsed-pool".split(" "),
    ].map((name) => `replace-with-${name}`),
);
const REPEATS = new Set(["toggle-parallel-mi"]);

/** Takes the place of the library's own palette; its arguments are the library's services. */
export class Palette {
    static $inject = ["palette", "create", "elementFactory", "handTool", "lassoTool", "globalConnect"];

    constructor(palette, create, elementFactory, handTool, lassoTool, globalConnect) {
        Object.assign(this, { create, elementFactory, handTool, lassoTool, globalConnect });
        palette.registerProvider(this);
    }

    getPaletteEntries() {
        const tool = (className, title, start) => ({
            group: "tools",
            className,
            title,
            action: { click: start },
        });
        const shape = (className, title, make) => {
            const begin = (ev) => this.create.start(ev, make());
            return {
                group: "shapes",
                className,
                title: `${title}`,
                action: { dragstart: begin, click: begin },
            };
        };
        const entries = {
            hand: tool("bpmn-icon-hand-tool", _t("Move the drawing"), (ev) => this.handTool.activateHand(ev)),
            lasso: tool("bpmn-icon-lasso-tool", _t("Select several"), (ev) =>
                this.lassoTool.activateSelection(ev),
            ),
            connect: tool("bpmn-icon-connection-multi", _t("Draw an arrow"), (ev) =>
                this.globalConnect.start(ev),
            ),
            separator: { group: "tools", separator: true },
        };
        for (const [key, type, className, title, eventDefinitionType] of SHAPES) {
            entries[key] = shape(className, title, () =>
                this.elementFactory.createShape({ type, eventDefinitionType }),
            );
        }
        entries.lanes = shape("bpmn-icon-participant", _t("Frame with lanes"), () =>
            this.elementFactory.createParticipantShape(),
        );
        return entries;
    }
}

/** Leaves in the library's menus at a shape what can be run. */
export class ShapeMenus {
    static $inject = ["contextPad", "popupMenu", "create", "autoPlace", "elementFactory"];

    constructor(contextPad, popupMenu, create, autoPlace, elementFactory) {
        Object.assign(this, { create, autoPlace, elementFactory });
        // after the library's own providers
        contextPad.registerProvider(500, this);
        popupMenu.registerProvider("bpmn-replace", 500, this);
    }

    getContextPadEntries() {
        return (entries) => {
            const mayAppend = "append.append-task" in entries;
            const kept = Object.entries(entries).filter(([key]) => PAD.has(key) || key.startsWith("lane-"));
            return mayAppend
                ? { "append.user-task": this.appendEntry(), ...Object.fromEntries(kept) }
                : Object.fromEntries(kept);
        };
    }

    appendEntry() {
        const make = () => this.elementFactory.createShape({ type: "bpmn:UserTask" });
        return {
            group: "model",
            className: "bpmn-icon-user-task",
            title: _t("A step after it"),
            action: {
                dragstart: (ev, source) => this.create.start(ev, make(), { source }),
                click: (ev, source) => this.autoPlace.append(source, make()),
            },
        };
    }

    getPopupMenuEntries() {
        return (entries) => pick(entries, CHANGES);
    }

    getPopupMenuHeaderEntries() {
        return (entries) => pick(entries, REPEATS);
    }
}

function pick(entries, names) {
    return Object.fromEntries(Object.entries(entries).filter(([key]) => names.has(key)));
}
