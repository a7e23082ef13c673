import { addTour } from "./patience";

/** Post an event as the exchange does. */
async function exchange(event) {
    const response = await fetch(`/crmx/calls/${"f".repeat(32)}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ direction: "in", to: "101", ...event }),
    });
    if (!response.ok) {
        throw new Error(`The webhook answered ${response.status}`);
    }
}

/** Wait until the bus is connected: what is sent before is not heard. */
async function connected() {
    const bus = odoo.__WOWL_DEBUG__.root.env.services.bus_service;
    for (let n = 0; n < 100 && !bus.isActive; n++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
}

const known = { callId: "tour known", from: "+49305550100" };
const unknown = { callId: "tour unknown", from: "+49401234567" };

addTour("crmx_screen_pop", {
    steps: () => [
        {
            trigger: ".o_web_client",
            async run() {
                await connected();
                await exchange({ ...known, event: "newCall" });
            },
        },
        {
            content: "Who calls, and what was last",
            trigger: ".o_crmx_call:contains(Incoming call) .o_crmx_call_who:contains(Nordwind Logistics)",
        },
        { trigger: ".o_crmx_call_events:contains(Saw the yard)" },
        {
            trigger: ".o_crmx_call",
            run: () => exchange({ ...known, event: "answer", answeringNumber: "101" }),
        },
        { trigger: ".o_crmx_call:contains(Call in progress)" },
        {
            trigger: ".o_crmx_call .o_crmx_call_open",
            run: "click",
        },
        { trigger: ".o_form_view .o_field_widget[name=name] :value(Nordwind Logistics)" },
        {
            trigger: ".o_crmx_call .btn-close",
            run: "click",
        },
        {
            content: "A caller whom nobody knows",
            trigger: "body:not(:has(.o_crmx_call))",
            run: () => exchange({ ...unknown, event: "newCall" }),
        },
        { trigger: ".o_crmx_call_who:contains(+49401234567)" },
        {
            trigger: ".o_crmx_call_link",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=number]:contains(+49401234567)" },
        {
            trigger: ".modal .btn:contains(Cancel)",
            run: "click",
        },
        { trigger: "body:not(:has(.modal))" },
    ],
});

addTour("crmx_screen_pop_of_another", {
    steps: () => [
        {
            trigger: ".o_web_client",
            async run() {
                await connected();
                await exchange({ ...known, event: "newCall" });
                await new Promise((resolve) => setTimeout(resolve, 1500));
            },
        },
        { trigger: ".o_web_client:not(:has(.o_crmx_call))" },
    ],
});
