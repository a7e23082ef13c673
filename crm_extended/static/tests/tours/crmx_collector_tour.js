import { addTour } from "./patience";

/** The list of the day, a call, and a promise in two clicks. */
addTour("crmx_collector_morning", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row td[name='partner_id']:contains('Adler')", run: "click" },
        { trigger: ".o_form_view [name='explanation']:contains('overdue')" },
        { trigger: ".o_form_view [name='script']:contains('1,000.00')" },
        { content: "first click", trigger: "button[name='action_promise']", run: "click" },
        { trigger: ".modal [name='amount'] input:value(1,000.00)" },
        { trigger: ".modal [name='note'] textarea", run: "edit The payment run is on Thursday." },
        { content: "second click", trigger: ".modal button[name='action_save']", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".o_form_view [name='next_action']:contains('Wait for the promise')" },
        { trigger: ".o_form_view [name='interaction_ids'] td:contains('Agreed')" },
    ],
});

/** The money is here: the promise is kept, and nobody calls. */
addTour("crmx_collector_kept", {
    steps: () => [{ trigger: ".o_list_view .o_data_row:contains('Adler') [name='state']:contains('Kept')" }],
});
