import { stepUtils } from "@web_tour/tour_utils";
import { addTour } from "./patience";

/** An administrator sets an indicator up, without code, and sees what it counts. */
addTour("crmx_kpi_indicator", {
    steps: () => [
        { trigger: ".o_form_view .o_field_widget[name='name'] input", run: "edit Meetings of the tour" },
        { trigger: ".o_field_widget[name='code'] input", run: "edit tour_meetings" },
        { trigger: ".o_field_widget[name='res_model'] input", run: "click" },
        { trigger: ".o_field_widget[name='res_model'] input", run: "edit Calendar Event" },
        { trigger: ".o_select_menu_item:contains('Calendar Event')", run: "click" },
        {
            content: "the preview counts the meetings of the month",
            trigger: ".o_field_widget[name='preview_value']:contains('2 (from 2 documents)')",
        },
        { trigger: ".o_field_widget[name='preview_documents']:contains('Tour meeting')" },
        ...stepUtils.saveForm(),
    ],
});

/** A month is closed: its figures stay, and it can be verified that they did. */
addTour("crmx_kpi_closing", {
    steps: () => [
        { trigger: ".o_form_view button[name='action_close']", run: "click" },
        { trigger: ".modal .modal-footer button.btn-primary", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains('Closed')" },
        { trigger: "button[name='action_verify']", run: "click" },
        { trigger: ".o_notification:contains('as they were')" },
        { trigger: "button[name='action_open_facts']", run: "click" },
        { trigger: ".o_list_view .o_group_header:contains('own_sum')" },
    ],
});

/** My numbers: a figure beside its target, and the documents behind it. */
addTour("crmx_kpi_my_numbers", {
    steps: () => [
        { trigger: ".o_crmx_kpi_tile[data-indicator='own_sum'] .badge:contains('83.3')" },
        { trigger: ".o_crmx_kpi_due:contains('Nothing is due')" },
        { trigger: ".o_crmx_kpi_tile[data-indicator='own_sum'] .o_crmx_kpi_open", run: "click" },
        { trigger: ".o_breadcrumb:contains('1 of 1 visible to you')" },
        { trigger: ".o_list_view .o_data_row" },
    ],
});

/** The management: from the company to a team, to a person, and back; the month before. */
addTour("crmx_kpi_management", {
    steps: () => [
        { trigger: ".o_crmx_kpi_tile[data-indicator='own_sum'] .o_crmx_kpi_who", run: "click" },
        { trigger: ".o_crmx_kpi_table h5:contains('own_sum')" },
        { trigger: ".o_crmx_kpi_descend:contains('East')", run: "click" },
        { trigger: ".breadcrumb-item.active:contains('East')" },
        { trigger: ".o_crmx_kpi_descend:contains('Ann')", run: "click" },
        { trigger: ".breadcrumb-item.active:contains('Ann')" },
        { trigger: ".o_crmx_kpi_tile[data-indicator='own_sum']:contains('100.00')" },
        { trigger: "button[title='The period before']", run: "click" },
        { trigger: ".o_crmx_kpi_tile[data-indicator='own_sum']:contains('50.00')" },
        { trigger: ".o_crmx_kpi_board .breadcrumb button:first", run: "click" },
        { trigger: ".o_crmx_kpi_descend:contains('East')" },
        { trigger: "button[data-kind='quarter']", run: "click" },
        { trigger: ".o_nocontent_help:contains('There is no such period yet')" },
    ],
});
