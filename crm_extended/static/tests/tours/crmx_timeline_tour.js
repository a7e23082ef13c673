import { addTour } from "./patience";

const event = (title) => `.o_crmx_event:has(.o_crmx_event_title:contains(${title}))`;

/** Find a customer's history, narrow it, read it to its end, log a call, and see it on top. */
addTour("crmx_timeline", {
    steps: () => [
        {
            content: "The sales person opens a customer",
            trigger: ".o_data_row .o_data_cell[name=complete_name]:contains(/^AA Nordwind Logistics$/)",
            run: "click",
        },
        {
            content: "His history loads when its page is opened",
            trigger: ".o_form_view:not(:has(.o_crmx_timeline)) .nav-link[name=crmx_history]",
            run: "click",
        },
        { trigger: event("Visit 40") },
        { trigger: ".o_crmx_timeline:not(:has(.o_crmx_event_title:contains(/^Visit 1$/)))" },
        {
            content: "Orders of other sales persons are absent",
            trigger: ".o_crmx_timeline:not(:contains(S-FOREIGN))",
        },
        {
            content: "Only what belongs to sales",
            trigger: ".o_crmx_filter_kind",
            run: "click",
        },
        {
            trigger: ".o_crmx_department[data-department=sale]",
            run: "click",
        },
        { trigger: `${event("S-OWN")} .o_crmx_event_amount:contains(500.00)` },
        { trigger: ".o_crmx_timeline:not(:contains(Visit 40)):not(:contains(S-FOREIGN))" },
        {
            trigger: ".o_crmx_filter_clear",
            run: "click",
        },
        {
            content: "The text of a visit unfolds in place",
            trigger: `${event("Visit 40")} .o_crmx_event_unfold`,
            run: "click",
        },
        { trigger: `${event("Visit 40")} .o_crmx_event_detail:contains(The whole text)` },
        {
            content: "Older events come as one scrolls",
            trigger: ".o_crmx_timeline_more",
            run: ({ anchor }) => anchor.scrollIntoView(),
        },
        { trigger: ".o_crmx_timeline:not(:has(.o_crmx_timeline_more))" },
        { trigger: ".o_crmx_timeline .o_crmx_event_title:contains(/^Visit 1$/)" },
        {
            content: "A call is logged in two clicks: here is the first",
            trigger: ".o_crmx_timeline_log",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=partner_id] input:value(AA Nordwind Logistics)" },
        {
            content: "and here the second",
            trigger: ".modal .o_form_button_save:enabled",
            run: "click",
        },
        {
            content: "It stands on top, under Today",
            trigger:
                ".o_crmx_timeline_group:first:has(.o_crmx_timeline_heading:contains(Today)) .o_crmx_event[data-kind=call]",
        },
        {
            content: "From the chatter it takes two clicks as well",
            trigger: ".o_crmx_chatter_log",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=name] input, .modal .o_field_widget[name=name] textarea",
            run: "edit From the chatter",
        },
        {
            trigger: ".modal .o_form_button_save:enabled",
            run: "click",
        },
        {
            content: "The list hears of it by itself, and of what a colleague writes meanwhile",
            trigger: event("From the chatter"),
        },
        { trigger: ".o_crmx_event[data-kind=comment]:contains(From a colleague)" },
        {
            content: "The same on a page of its own",
            trigger: ".o_crmx_timeline_open",
            run: "click",
        },
        { trigger: ".o_breadcrumb .active:contains(History of AA Nordwind Logistics)" },
        { trigger: `.o_crmx_timeline_page ${event("From the chatter")}` },
        {
            trigger: ".o_crmx_by_matter",
            run: "click",
        },
        { trigger: ".o_crmx_timeline_heading:contains(S-OWN)" },
        {
            trigger: ".o_crmx_by_day",
            run: "click",
        },
        { trigger: ".o_crmx_timeline_heading:contains(Today)" },
    ],
});

/** Two clicks from a card of the pipeline. */
addTour("crmx_log_from_card", {
    steps: () => [
        {
            trigger: ".o_kanban_record:contains(Tyres for the yard) .o_crmx_log_interaction",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=partner_id] input:value(Nordwind Logistics)" },
        {
            trigger: ".modal .o_form_button_save:enabled",
            run: "click",
        },
        { trigger: "body:not(:has(.modal))" },
    ],
});
