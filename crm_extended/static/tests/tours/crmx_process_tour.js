import { addTour } from "./patience";

addTour("crmx_process_ask", {
    steps: () => [
        { trigger: ".o_crmx_process_start:contains('Approval of ours')", run: "click" },
        { trigger: ".modal-footer .btn-primary:contains('Begin')", run: "click" },
        { trigger: ".o_crmx_process_now:contains('Ask')" },
        { trigger: ".o_crmx_process_finish", run: "click" },
        { trigger: ".o_crmx_process_done:contains('Ask')" },
        { trigger: ".o_crmx_process_now:contains('Approve')" },
        { trigger: ".o_crmx_process_next:contains('Buy')" },
    ],
});

addTour("crmx_process_refuse", {
    steps: () => [
        { trigger: ".o_crmx_process_count", run: "click" },
        { trigger: ".o_crmx_process_inbox .dropdown-item:contains('Approve')", run: "click" },
        { trigger: ".o_crmx_process_now .btn:contains('No')", run: "click" },
        { trigger: ".modal [name='flow_id'] .o_radio_item:has(input:checked):contains('No')" },
        { trigger: ".modal [name='comment'] textarea", run: "edit Too dear" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_crmx_process_done:contains('Approve: No')" },
    ],
});
