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
            const begin = (ev) =>
                this.create.start(ev, this.elementFactory.createShape({ type, eventDefinitionType }));
            entries[key] = { group: "shapes", className, title, action: { dragstart: begin, click: begin } };
        }
        return entries;
    }
}
