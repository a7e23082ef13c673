import { addTour } from "./patience";

const page = (name) => ({ trigger: `.o_notebook .nav-link:contains('${name}')`, run: "click" });

addTour("crmx_process_heat", {
    steps: () => [
        page("Figures"),
        { trigger: "[name='heat_table'] td:contains('Approve')" },
        {
            trigger: ".o_crmx_process_clickable [data-node]:contains('Approve')",
            run: "click",
        },
        { content: "what waits there", trigger: ".o_list_view .o_data_row:contains('AA Consumables')" },
    ],
});

addTour("crmx_process_replay", {
    steps: () => [
        page("How it went"),
        { trigger: ".o_crmx_process_replay .o_crmx_process_now:contains('Approve')" },
        {
            trigger: ".o_crmx_replay_range",
            run: ({ anchor }) => {
                anchor.value = 1;
                anchor.dispatchEvent(new Event("input"));
            },
        },
        { trigger: ".o_crmx_replay_text:contains('2 /'):contains('Ask')" },
        { trigger: ".o_crmx_process_replay .o_crmx_process_now:contains('Ask')" },
        { trigger: ".o_crmx_replay_play", run: "click" },
        { trigger: ".o_crmx_process_replay .o_crmx_process_done:contains('Ask')" },
        { trigger: ".o_crmx_process_replay .o_crmx_process_now:contains('Approve')" },
    ],
});

/** Nothing may stick out of a telephone's screen. */
function fits() {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) {
        throw new Error(`the page is ${scrollWidth} px wide on a screen of ${clientWidth} px`);
    }
}

const fitting = (trigger) => ({ trigger, run: fits });

addTour("crmx_process_phone", {
    steps: () => [
        { trigger: ".o_crmx_process_count", run: "click" },
        { trigger: ".o_crmx_process_inbox .dropdown-item:contains('Approve')", run: "click" },
        fitting(".o_crmx_process_now .btn:contains('Yes')"),
        { trigger: ".o_crmx_process_now .btn:contains('Yes')", run: "click" },
        fitting(".o_crmx_process_done:contains('Approve: Yes')"),
    ],
});

addTour("crmx_process_phone_list", {
    steps: () => [
        {
            content: "cards instead of a list",
            trigger: ".o_kanban_view .o_kanban_record:contains('Ask') .btn:contains('Done'):not(:disabled)",
            run: fits,
        },
        { trigger: ".o_kanban_record:contains('AA Consumables') .btn:contains('Done')", run: "click" },
        { trigger: "body:not(:has(.o_kanban_record:contains('AA Consumables')))" },
    ],
});
