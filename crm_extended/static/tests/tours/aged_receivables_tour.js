import { addTour } from "./patience";

const row = (name) => `.o_crmx_row:contains(${name})`;
const cell = (name, column, amount) => `${row(name)} [data-column=${column}] button:contains(/^${amount}$/)`;
const total = (column, amount) => `tfoot tr:first [data-column=${column}] button:contains(/^${amount}$/)`;

/** Click on a button that downloads a spreadsheet, and wait for it to be there. */
async function downloadByClick({ click }) {
    const { send } = XMLHttpRequest.prototype;
    const downloaded = new Promise((resolve) => {
        XMLHttpRequest.prototype.send = function (...args) {
            this.addEventListener("loadend", () => resolve(this));
            return send.apply(this, args);
        };
    });
    try {
        await click();
        const { status, responseURL, response } = await downloaded;
        if (status !== 200 || !response.type.includes("spreadsheet")) {
            throw new Error(`${responseURL} answered ${status} with ${response.type}`);
        }
    } finally {
        XMLHttpRequest.prototype.send = send;
    }
}

/** Open the report, look at two dates, look into a cell down to the journal items, and export. */
addTour("crmx_aged_receivables", {
    steps: () => [
        {
            content: "The accountant finds the report under Invoicing",
            trigger: ".o_menu_sections button:contains(Reporting)",
            run: "click",
        },
        {
            trigger: ".dropdown-item:contains(Aged Receivables)",
            run: "click",
        },
        {
            content: "At the end of May one invoice was 16 days late, and unpaid",
            trigger: ".o_crmx_as_of",
            run: "edit 05/31/2025 && press Enter",
        },
        { trigger: cell("Adler", "bucket_1", "1,000.00") },
        { trigger: `body:not(:has(${row("Bergström")})) tfoot:contains(Total of 1 row)` },
        {
            content: "A month later it was 46 days late and paid in part; another had come",
            trigger: ".o_crmx_as_of",
            run: "edit 06/30/2025 && press Enter",
        },
        { trigger: cell("Adler", "bucket_2", "600.00") },
        { trigger: cell("Bergström", "bucket_0", "250.00") },
        { trigger: total("bucket_0", "250.00") },
        { trigger: total("total", "\\$.850.00") },
        { trigger: ".o_crmx_check.text-success:contains(850.00)" },
        {
            content: "Aged by invoice date, the newer one is 29 days old",
            trigger: "[data-basis=invoice]",
            run: "click",
        },
        { trigger: cell("Bergström", "bucket_1", "250.00") },
        { trigger: cell("Adler", "bucket_3", "600.00") },
        {
            trigger: "[data-basis=due]",
            run: "click",
        },
        {
            content: "Limits that overlap are refused, and the figures stay",
            trigger: ".o_crmx_buckets",
            run: "click",
        },
        {
            trigger: ".o_crmx_own_limits",
            run: "edit 60, 45",
        },
        {
            trigger: ".o_crmx_own_limits_apply",
            run: "click",
        },
        { trigger: ".o_notification:contains(rising order)" },
        { trigger: ".o_crmx_buckets:contains(30-day buckets)" },
        {
            content: "Limits of one's own",
            trigger: ".o_crmx_buckets",
            run: "click",
        },
        {
            trigger: ".o_crmx_own_limits",
            run: "edit 45",
        },
        {
            trigger: ".o_crmx_own_limits_apply",
            run: "click",
        },
        {
            content: "46 days late is past the only limit; look into that cell",
            trigger: cell("Adler", "bucket_2", "600.00"),
            run: "click",
        },
        { trigger: ".o_data_row:contains(600.00) .o_data_cell[name=age]:contains(46)" },
        { trigger: ".o_pager_limit:contains(1)" },
        {
            trigger: ".o_data_row button[name=action_open_journal_items]",
            run: "click",
        },
        { trigger: ".breadcrumb-item:contains(Adler)" },
        { trigger: ".o_data_row:contains(1,000.00)" },
        {
            trigger: ".breadcrumb-item:contains(Adler)",
            run: "click",
        },
        {
            content: "From the item to its invoice",
            trigger: ".o_data_cell[name=move_id]",
            run: "click",
        },
        { trigger: ".o_form_view .o_field_widget[name=partner_id]:contains(Adler)" },
        {
            content: "Back on the report, it stands as it was left",
            trigger: ".breadcrumb-item:contains(Aged Receivables)",
            run: "click",
        },
        { trigger: cell("Adler", "bucket_2", "600.00") },
        { trigger: ".o_crmx_buckets:contains(45 days)" },
        {
            trigger: ".o_crmx_xlsx",
            run: downloadByClick,
        },
    ],
});
