import { addTour } from "./patience";

const PAGE = ".o_notebook .nav-link:contains('Drawing')";
const shape = (name) => `.djs-shape[data-element-id='${name}']`;
const pad = (entry) => `.djs-context-pad .entry[data-action='${entry}']`;

/** The library follows the mouse, and a click has to be at a place in the shape. */
function press(selector) {
    const element = document.querySelector(selector);
    const { x, y, width, height } = element.getBoundingClientRect();
    const init = {
        bubbles: true,
        cancelable: true,
        button: 0,
        clientX: x + width / 2,
        clientY: y + height / 2,
        view: window,
    };
    for (const type of ["mouseover", "mousemove", "mousedown", "mouseup", "click"]) {
        element.dispatchEvent(new MouseEvent(type, init));
    }
}

const pressing = (selector) => ({ trigger: selector, run: () => press(selector) });

addTour("crmx_process_draw", {
    steps: () => [
        { trigger: PAGE, run: "click" },
        { content: "the library's mark is there to be seen", trigger: ".bjs-powered-by" },
        { trigger: ".o_crmx_bpmn_problems:contains('Nothing says where it ends')" },
        {
            content: "only what runs is offered",
            trigger: ".djs-palette .entry[data-action='receive'][title='Wait for the document']",
        },
        pressing(`${shape("ask")} .djs-hit`),
        {
            content: "the form of the step is beside the drawing",
            trigger: ".o_crmx_bpmn_panel [name='performer']",
        },
        { trigger: `.o_breadcrumb:contains('Drawn by us')` },
        pressing(pad("append.user-task")),
        {
            content: "what was drawn is known, and its form opens",
            trigger: ".o_crmx_bpmn_panel:has(.o_crmx_bpmn_name:placeholder-shown) [name='performer']",
        },
        { trigger: ".djs-direct-editing-content", run: "press Escape" },
        { trigger: "body:not(:has(.djs-direct-editing-content))" },
        { trigger: ".o_crmx_bpmn_name:placeholder-shown", run: "edit Decide && press Tab" },
        { trigger: ".djs-shape .djs-label:contains('Decide')" },
        {
            trigger:
                ".o_crmx_bpmn_panel [name='instructions'], .o_crmx_bpmn_panel .nav-link:contains('Instructions')",
            run: "click",
        },
        { trigger: ".o_crmx_bpmn_panel [name='instructions'] textarea", run: "edit Look twice" },
        { trigger: ".o_crmx_bpmn_problems:contains('“Decide”')" },
        pressing(pad("append.end-event")),
        { trigger: "body:not(:has(.o_crmx_bpmn_problems))" },
        { content: "it is taken back", trigger: ".o_crmx_bpmn_undo", run: "click" },
        { trigger: ".o_crmx_bpmn_problems:contains('“Decide”')" },
        { trigger: ".o_crmx_bpmn_redo", run: "click" },
        { trigger: "body:not(:has(.o_crmx_bpmn_problems))" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: "body:has(.o_form_status_indicator_buttons.invisible)" },
        { trigger: "button[name='action_publish']", run: "click" },
        { trigger: "[name='version_id']:contains('version 1')" },
    ],
});

addTour("crmx_process_discard", {
    steps: () => [
        { trigger: PAGE, run: "click" },
        pressing(`${shape("ask")} .djs-hit`),
        { trigger: ".o_crmx_bpmn_panel [name='performer']" },
        { trigger: ".o_crmx_bpmn_name", run: "edit Ask loudly && press Tab" },
        { trigger: ".djs-label:contains('Ask loudly')" },
        { trigger: ".o_form_button_cancel", run: "click" },
        { trigger: ".djs-label:not(:contains('loudly')):contains('Ask')" },
    ],
});
