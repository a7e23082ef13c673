import { addTour } from "./patience";

/** A defect is reported, ordered, mended with a part from the store, and closed with its order. */
addTour("crmx_workshop_defect", {
    steps: () => [
        { trigger: ".o_form_view [name='title'] input:value(Brakes grind)" },
        { trigger: "button[name='action_order']", run: "click" },
        { content: "its work order", trigger: "[name='job_ids'] .o_data_row:contains('Brakes grind')" },
        { trigger: ".o_notebook .nav-link:contains('Parts')", run: "click" },
        { trigger: "[name='part_ids'] .o_field_x2many_list_row_add a", run: "click" },
        { trigger: "[name='part_ids'] [name='product_id'] input", run: "edit Brake pads" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Brake pads')", run: "click" },
        { trigger: "[name='part_ids'] [name='quantity'] input", run: "edit 2" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
        { trigger: "button[name='action_confirm']", run: "click" },
        { trigger: "button[name='action_start']", run: "click" },
        { trigger: ".o_arrow_button_current:contains('In the workshop')" },
        { trigger: "button[name='action_issue']", run: "click" },
        { trigger: ".oe_stat_button [name='cost_total']:contains('100.00')" },
        { trigger: "button[name='action_finish']", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: ".o_arrow_button_current:contains('Done')" },
    ],
});

/** What is due becomes an order with its job and part, and is planned; it is seen in the load of the week. */
addTour("crmx_workshop_plan", {
    steps: () => [
        { content: "not by week", trigger: ".o_facet_remove", run: "click" },
        {
            trigger: ".o_data_row:contains('Yearly service of ours') .o_list_record_selector input",
            run: "click",
        },
        { trigger: "button[name='action_order']", run: "click" },
        { trigger: ".o_kanban_record:contains('Yearly service of ours')", run: "click" },
        { trigger: "[name='job_ids'] .o_data_row:contains('Change the oil')" },
        { trigger: "button[name='action_confirm']", run: "click" },
        { trigger: ".o_arrow_button_current:contains('Planned')" },
    ],
});

addTour("crmx_workshop_load", {
    steps: () => [
        {
            trigger:
                ".o_crmx_workshop_load tr:contains('Nobody planned yet') .o_crmx_load_order:contains('Yearly service of ours')",
        },
        { trigger: ".o_crmx_load_next", run: "click" },
        { trigger: ".o_crmx_workshop_load:not(:has(.o_crmx_load_order:contains('Yearly service of ours')))" },
        { trigger: "button:contains('This Week')", run: "click" },
        { trigger: ".o_crmx_load_order:contains('Yearly service of ours')", run: "click" },
        { trigger: ".o_form_view [name='title'] input:value(Yearly service of ours)" },
    ],
});
