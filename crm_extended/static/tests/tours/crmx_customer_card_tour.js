import { addTour } from "./patience";

/** Open a customer, read the card, follow an advice, dismiss another, and browse relations. */
addTour("crmx_customer_card", {
    steps: () => [
        {
            content: "The sales person opens a customer",
            trigger: ".o_data_row .o_data_cell[name=complete_name]:contains(/^AA Nordwind Logistics$/)",
            run: "click",
        },
        { trigger: ".o_crmx_card_tier:contains(Gold)" },
        { trigger: ".o_crmx_card_rhythm:contains(Contact overdue for 5 days)" },
        { trigger: "[data-block=persons]:contains(Ada Kern):contains(Chief)" },
        {
            content: "Offers of other sales persons are absent",
            trigger: "[data-block=offers]:contains(S-OWN):not(:contains(S-FOREIGN))",
        },
        {
            content: "What was recommended is done with a click",
            trigger: ".o_crmx_recommendation:contains(Ring up) .o_crmx_recommendation_accept",
            run: "click",
        },
        {
            trigger:
                ".o_crmx_card:not(:has(.o_crmx_recommendation:contains(Ring up))) [data-block=activities]:contains(Ring up)",
        },
        {
            content: "Another is dismissed, with the reason",
            trigger: ".o_crmx_recommendation:contains(Write) .o_crmx_recommendation_dismiss",
            run: "click",
        },
        {
            trigger: ".o_crmx_recommendation_why:contains(Already done)",
            run: "click",
        },
        { trigger: ".o_crmx_card:not(:has(.o_crmx_recommendation))" },
        {
            content: "Log a contact: the card hears of it",
            trigger: ".o_crmx_card_log",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=name] input, .modal .o_field_widget[name=name] textarea",
            run: "edit Rang him",
        },
        {
            trigger: ".modal .o_form_button_save:enabled",
            run: "click",
        },
        { trigger: ".o_crmx_card_last:contains(today)" },
        {
            content: "Relations, read from his side",
            trigger: "[data-block=relations] .o_crmx_card_all",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains(Southern Traders)" },
        {
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item.o_back_button",
            run: "click",
        },
        { trigger: ".o_crmx_card [data-block=relations] .o_crmx_card_all" },
        {
            content: "The rest of what is known of him",
            trigger: ".nav-link[name=crmx_relationship]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=crmx_contact_interval] input",
            run: "edit 45 && press Tab",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "The card looks again when the form was saved",
            trigger: ".o_crmx_card_rhythm[title='Agreed: every 45 days']",
        },
    ],
});
