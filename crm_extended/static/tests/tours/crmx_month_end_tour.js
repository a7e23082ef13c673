import { addTour } from "./patience";

const menu = (xmlid) => [
    { trigger: ".o_navbar [data-menu-xmlid='crm_extended.receivables_menu']", run: "click" },
    { trigger: `.o-dropdown--menu [data-menu-xmlid='crm_extended.${xmlid}']`, run: "click" },
];

/** An accountant charges interest, sets aside what may not come in, and writes off what is lost. */
addTour("crmx_month_end", {
    steps: () => [
        { trigger: ".modal button[name='action_propose']", run: "click" },
        { trigger: ".o_list_view .o_data_row td[name='partner_id']:contains('Adler')", run: "click" },
        { trigger: ".o_form_view [name='line_ids'] .o_data_row:contains('Fee')" },
        { trigger: "button[name='action_post']", run: "click" },
        { trigger: ".o_statusbar_status button.o_arrow_button_current:contains('Posted')" },
        ...menu("crmx_allowance_menu"),
        { trigger: ".o_breadcrumb:contains('Allowances')" },
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_form_view [name='method_id'] input:value('By age')" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: "button[name='action_value']", run: "click" },
        { trigger: ".o_form_view [name='line_ids'] .o_data_row:contains('Adler')" },
        { trigger: "button[name='action_post']", run: "click" },
        { trigger: ".o_statusbar_status button.o_arrow_button_current:contains('Posted')" },
        ...menu("crmx_bad_debt_menu"),
        { trigger: ".o_breadcrumb:contains('Write-Offs')" },
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_form_view [name='partner_id'] input", run: "edit Lost" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Lost')", run: "click" },
        { trigger: ".o_form_view [name='reason'] textarea", run: "edit Dissolved." },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: "button[name='action_propose']", run: "click" },
        { trigger: ".o_form_view [name='line_ids'] .o_data_row:contains('INV')" },
        { trigger: "button[name='action_ask']", run: "click" },
        { trigger: ".o_statusbar_status button.o_arrow_button_current:contains('Posted')" },
        ...menu("crmx_receivables_dashboard_menu"),
        { trigger: ".o_crmx_figures [data-figure='dso']" },
        { trigger: ".o_crmx_figures_rows tbody tr" },
    ],
});
