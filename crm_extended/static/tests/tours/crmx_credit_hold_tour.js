import { addTour } from "./patience";

/** A salesperson confirms an order that goes beyond the limit. */
addTour("crmx_credit_hold_sale", {
    steps: () => [
        { trigger: ".o_form_view [name='crmx_credit_summary']:contains('limit')" },
        { trigger: "button[name='action_confirm']", run: "click" },
        { trigger: "[name='crmx_credit_hold']:contains('On credit hold'):contains('600.00')" },
        { trigger: ".o_statusbar_status button.o_arrow_button_current:contains('Quotation')" },
    ],
});

/** The manager finds it in the queue and releases it. */
addTour("crmx_credit_hold_release", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row td[name='reason']:contains('600.00')", run: "click" },
        { trigger: "button[name='action_release']", run: "click" },
        { trigger: ".modal [name='comment'] textarea", run: "edit He pays tomorrow." },
        { trigger: ".modal button[name='action_decide']:visible", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".o_form_view [name='released_by_id']:contains('boss')" },
        { trigger: ".o_form_view [name='comment']:contains('tomorrow')" },
    ],
});

/** The warehouse ships it. */
addTour("crmx_credit_hold_ship", {
    steps: () => [
        { trigger: ".o_form_view button[name='button_validate']", run: "click" },
        { trigger: ".o_statusbar_status button.o_arrow_button_current:contains('Done')" },
    ],
});
