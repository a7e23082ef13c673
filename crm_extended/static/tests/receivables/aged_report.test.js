import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne, queryText } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    editFavoriteName,
    fields,
    getFacetTexts,
    makeServerError,
    mockService,
    models,
    mountView,
    onRpc,
    pagerNext,
    patchWithCleanup,
    removeFacet,
    saveFavorite,
    serverState,
    toggleMenuItem,
    toggleSaveFavorite,
    toggleSearchBarMenu,
} from "@web/../tests/web_test_helpers";
import { download } from "@web/core/network/download";
import { session } from "@web/session";

class OpenItem extends models.Model {
    _name = "crmx.open.item";

    commercial_partner_id = fields.Many2one({ string: "Partner", relation: "res.partner" });
    user_id = fields.Many2one({ string: "Salesperson", relation: "res.users" });
    residual = fields.Float({ string: "Open Amount" });
}

class AgingScheme extends models.Model {
    _name = "crmx.aging.scheme";

    name = fields.Char();
    limits = fields.Char();
    preview = fields.Char();

    _records = [
        { id: 1, name: "Monthly", limits: "30, 60", preview: "Not due | 1–30 | 31–60 | 61+" },
        { id: 2, name: "Weekly", limits: "7, 14", preview: "Not due | 1–7 | 8–14 | 15+" },
    ];
}

defineMailModels();
defineModels([OpenItem, AgingScheme]);

const USD = 1;
const EUR = 2;
const CHECKED = { difference: 0, text: "The accounts agree." };

const amounts = (buckets, tail = {}) => {
    const { credit_notes = 0, payments = 0, exchange = 0 } = tail;
    const total = [...buckets, credit_notes, payments, exchange].reduce((a, b) => a + b);
    return { buckets, credit_notes, payments, exchange, total };
};

const row = (key, name, figures, currencies = []) => ({ key, name, ...figures, currencies });

/** Two customers: one with credits, one who owes 1,000.00 USD of which 880.00 EUR at 950.00 USD. */
const ROWS = [
    row(7, "Adler", amounts([100, 20, 0, 0], { credit_notes: -5 })),
    row(8, "Bergström", amounts([0, 50, 0, 950]), [
        { currency_id: EUR, ...amounts([0, 0, 0, 950]), document: amounts([0, 0, 0, 880]) },
        { currency_id: USD, ...amounts([0, 50, 0, 0]), document: null },
    ]),
];

function page({ options, rows = ROWS, length = rows.length, notices = [] }) {
    const limits = options.limits ? options.limits.split(",").map(Number) : [30, 60];
    const labels = ["Not due", "1–30", "31–60", "61+"];
    const columns = labels.map((label, index) => ({ key: `bucket_${index}`, label }));
    columns.push(
        { key: "credit_notes", label: "Credit Notes" },
        { key: "payments", label: "Unallocated Payments" },
        { key: "exchange", label: "Exchange Difference" },
        { key: "total", label: "Total" },
    );
    return {
        options: {
            as_of: "2026-06-30",
            side: "receivable",
            basis: "due",
            credits: "apart",
            ...options,
            limits,
        },
        columns: columns.filter(({ key }) => options.credits !== "aged" || /bucket|total/.test(key)),
        currency_id: USD,
        rows,
        total: row(false, "", amounts([100, 70, 0, 950], { credit_notes: -5 }), ROWS[1].currencies),
        length,
        notices,
    };
}

/** Mount the report; each call of `get_page` leaves a step with what was asked. */
async function mountReport({ reply = page, check = () => CHECKED, ...params } = {}) {
    mockDate("2026-06-30 12:00:00");
    serverState.currencies = [
        { id: USD, name: "USD", position: "before", symbol: "$" },
        { id: EUR, name: "EUR", position: "after", symbol: "€" },
    ];
    onRpc("crmx.aged.report", "get_page", ({ kwargs }) => {
        const { group_by, offset, order } = kwargs;
        const domain = JSON.stringify(kwargs.domain);
        const options = Object.entries(kwargs.options)
            .map(([name, value]) => `${name}=${value}`)
            .join(" ");
        expect.step([options, group_by, offset, order, domain].join("|"));
        return reply(kwargs);
    });
    onRpc("crmx.aged.report", "get_check", check);
    onRpc("has_group", () => true);
    await mountView({
        type: "list",
        resModel: "crmx.open.item",
        arch: `<list js_class="crmx_aged_report" export_xlsx="0"><field name="residual"/></list>`,
        searchViewArch: `
            <search>
                <filter name="late" string="Late" domain="[('residual', '>', 0)]"/>
                <filter name="by_partner" string="Partner" context="{'group_by': 'commercial_partner_id'}"/>
                <filter name="by_user" string="Salesperson" context="{'group_by': 'user_id'}"/>
            </search>`,
        ...params,
    });
    await animationFrame();
}

const cells = (selector) => queryAllTexts(`${selector} > *`);

test("figures, empty cells and totals", async () => {
    await mountReport();
    expect.verifySteps(["|partner|0|name|[]"]);
    expect(cells("thead tr")).toEqual([
        "Partner",
        "Not due",
        "1–30",
        "31–60",
        "61+",
        "Credit Notes",
        "Unallocated Payments",
        "Exchange Difference",
        "Total",
    ]);
    expect(cells("tbody tr:eq(0)")).toEqual([
        "Adler",
        "100.00",
        "20.00",
        "–",
        "–",
        "-5.00",
        "–",
        "–",
        "$ 115.00",
    ]);
    expect(cells("tfoot tr:eq(0)")[0]).toBe("Total of 2 rows");
    expect("tfoot [data-column=total]").toHaveText("$ 1,115.00");
    expect("tbody tr").toHaveCount(2);
    expect(".o_crmx_check").toHaveText("The accounts agree.");
    expect(".o_crmx_check.text-success").toHaveCount(1);
});

test("a difference from the ledger is an alert", async () => {
    const check = () => ({ difference: 12.5, text: "A difference of $ 12.50." });
    await mountReport({ check });
    expect.verifySteps(["|partner|0|name|[]"]);
    expect(".o_crmx_check.alert-danger").toHaveText("A difference of $ 12.50.");
});

test("a check that fails says so and leaves the figures", async () => {
    const check = () => {
        throw makeServerError({ errorName: "psycopg2.errors.QueryCanceled" });
    };
    await mountReport({ check });
    expect.verifySteps(["|partner|0|name|[]"]);
    expect(".o_crmx_check").toHaveText("The total could not be compared with the accounts.");
    expect("tbody tr").toHaveCount(2);
});

test("sort by a column: largest first, then smallest; name from A", async () => {
    await mountReport();
    await contains("thead [data-column=bucket_1] button").click();
    expect("thead [data-column=bucket_1]").toHaveAttribute("aria-sort", "descending");
    await contains("thead [data-column=bucket_1] button").click();
    await contains("thead .o_crmx_name button").click();
    await contains("thead .o_crmx_name button").click();
    expect.verifySteps([
        "|partner|0|name|[]",
        "|partner|0|bucket_1 desc|[]",
        "|partner|0|bucket_1|[]",
        "|partner|0|name|[]",
        "|partner|0|name desc|[]",
    ]);
});

test("document currencies unfold row by row and all at once", async () => {
    await mountReport();
    expect("tbody .o_crmx_fold").toHaveCount(1);
    await contains("tbody .o_crmx_fold").click();
    expect(queryAllTexts("tbody .o_crmx_currency_row th")).toEqual(["USD", "EUR"]);
    expect("tbody .o_crmx_currency_row:eq(1) [data-column=bucket_3]").toHaveText("950.00\n880.00 €");
    await contains("tbody .o_crmx_fold").click();
    expect(".o_crmx_currency_row").toHaveCount(0);
    await contains("#o_crmx_documents").click();
    expect("tbody .o_crmx_currency_row").toHaveCount(2);
    expect("tfoot .o_crmx_currency_row").toHaveCount(2);
    expect.verifySteps(["|partner|0|name|[]"]); // the figures were already there
});

test("options are sent to the server", async () => {
    await mountReport();
    await contains("[data-side=payable]").click();
    await contains("[data-basis=invoice]").click();
    expect("[data-basis=invoice]").toHaveAttribute("aria-pressed", "true");
    await contains("#o_crmx_credits").click();
    expect("thead [data-column=payments]").toHaveCount(0);
    await contains(".o_crmx_as_of").edit("05/31/2026");
    expect(".o_crmx_as_of").toHaveValue("05/31/2026");
    const rest = "side=payable basis=invoice credits=aged";
    expect.verifySteps([
        "|partner|0|name|[]",
        "side=payable|partner|0|name|[]",
        "side=payable basis=invoice|partner|0|name|[]",
        `${rest}|partner|0|name|[]`,
        `as_of=2026-05-31 ${rest}|partner|0|name|[]`,
    ]);
});

test("today as as-of date moves on with the days", async () => {
    await mountReport({ context: { crmx_as_of: "2026-01-31" } });
    await contains(".o_crmx_as_of").edit("06/30/2026");
    expect.verifySteps(["as_of=2026-01-31|partner|0|name|[]", "|partner|0|name|[]"]);
});

test("buckets of a scheme, and own ones", async () => {
    await mountReport();
    expect(".o_crmx_buckets").toHaveText("Monthly");
    await contains(".o_crmx_buckets").click();
    await contains(".o_crmx_scheme:contains(Weekly)").click();
    expect(".o_crmx_buckets").toHaveText("Weekly");
    await contains(".o_crmx_buckets").click();
    await contains(".o_crmx_own_limits").edit("15, 45"); // and Enter
    expect(".o_crmx_buckets").toHaveText("15, 45 days");
    expect.verifySteps([
        "|partner|0|name|[]",
        "limits=7, 14|partner|0|name|[]",
        "limits=15, 45|partner|0|name|[]",
    ]);
});

test("options that the server refuses leave the old figures", async () => {
    mockService("notification", {
        add: (message, { type }) => expect.step(`${type}: ${message}`),
    });
    const reply = (kwargs) => {
        if (kwargs.options.limits) {
            throw makeServerError({ type: "UserError", message: "The limit 30 does not rise." });
        }
        return page(kwargs);
    };
    await mountReport({ reply });
    await contains(".o_crmx_buckets").click();
    await contains(".o_crmx_own_limits").edit("90, 30", { confirm: false });
    await contains(".o_crmx_own_limits_apply").click();
    await animationFrame();
    expect(".o_crmx_buckets").toHaveText("Monthly");
    expect("tbody tr").toHaveCount(2);
    await contains("[data-basis=invoice]").click(); // without the refused limits
    expect.verifySteps([
        "|partner|0|name|[]",
        "limits=90, 30|partner|0|name|[]",
        "danger: The limit 30 does not rise.",
        "basis=invoice|partner|0|name|[]",
    ]);
});

test("a report that cannot be made says why", async () => {
    const reply = () => {
        throw makeServerError({ type: "UserError", message: "There is no rate from EUR." });
    };
    await mountReport({ reply });
    expect(".o_crmx_problem").toHaveText("There is no rate from EUR.");
    expect("table").toHaveCount(0);
    expect(".o_crmx_xlsx").not.toBeEnabled();
    expect.verifySteps(["|partner|0|name|[]"]);
});

test("nothing open: notices and help", async () => {
    const notices = ["The company has no chart of accounts."];
    await mountReport({ reply: (kwargs) => page({ ...kwargs, rows: [], notices }) });
    expect(".alert-info").toHaveText("The company has no chart of accounts.");
    expect(".o_crmx_empty").toHaveText(/Nothing is open/);
    expect.verifySteps(["|partner|0|name|[]"]);
});

test("filters narrow the report, and one group-by replaces the other", async () => {
    await mountReport();
    await toggleSearchBarMenu();
    await toggleMenuItem("Late");
    await toggleMenuItem("Salesperson");
    expect("thead .o_crmx_name").toHaveText("Salesperson");
    await toggleMenuItem("Partner");
    expect(getFacetTexts()).toEqual(["Late", "Partner"]);
    const domain = `[["residual",">",0]]`;
    expect.verifySteps([
        "|partner|0|name|[]",
        `|partner|0|name|${domain}`,
        `|salesperson|0|name|${domain}`,
        `|partner|0|name|${domain}`,
    ]);
});

test("pages by the host's pager, from the first one after a new search", async () => {
    await mountReport({ reply: (kwargs) => page({ ...kwargs, length: 200 }) });
    expect("tfoot .o_crmx_name").toHaveText("Total of 200 rows");
    expect(queryText(".o_pager_value")).toBe("1-80");
    await pagerNext();
    await contains("[data-side=payable]").click();
    expect(queryText(".o_pager_value")).toBe("1-80");
    expect.verifySteps(["|partner|0|name|[]", "|partner|80|name|[]", "side=payable|partner|0|name|[]"]);
});

test("cells drill, names open the partner", async () => {
    mockService("action", { doAction: (action) => expect.step(JSON.stringify(action)) });
    onRpc("crmx.aged.report", "get_drill_action", ({ kwargs }) => {
        const { key, column, group_by, domain } = kwargs;
        return { key, column, group_by, domain, as_of: kwargs.options.as_of };
    });
    await mountReport();
    await contains("tbody tr:eq(0) [data-column=bucket_1] button").click();
    await contains("tfoot tr:eq(0) [data-column=bucket_3] button").click();
    await contains("tbody .o_crmx_fold").click();
    await contains("tbody .o_crmx_currency_row:eq(1) [data-column=total] button").click();
    await contains("tbody tr:eq(0) .o_crmx_open").click();
    const drill = (key, column, domain = []) =>
        JSON.stringify({ key, column, group_by: "partner", domain, as_of: "2026-06-30" });
    expect.verifySteps([
        "|partner|0|name|[]",
        drill(7, "bucket_1"),
        drill(null, "bucket_3"),
        drill(8, "total", [["currency_id", "=", EUR]]),
        JSON.stringify({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: 7,
            views: [[false, "form"]],
        }),
    ]);
});

test("what sales know of a customer, for those who may see it", async () => {
    onRpc("res.partner", "crmx_get_crm_summary", ({ args }) => {
        expect.step(`summary ${args[0]}`);
        return {
            partner: { id: 8, name: "Bergström" },
            owner: { id: 2, name: "Sam Seller" },
            last_contact: false,
            matters: [],
            matter_count: 0,
            offers: { count: 0, amount: 0, currency_id: USD },
            next_activity: null,
        };
    });
    patchWithCleanup(session, { crmx_crm_summary: true });
    await mountReport();
    expect(".o_crmx_row .o_crmx_summary_open").toHaveCount(2); // neither on totals nor on currencies
    await contains(".o_crmx_row:eq(1) .o_crmx_summary_open", { visible: false }).click();
    await contains(".o_popover .o_crmx_summary_owner").hover();
    expect(".o_popover h5").toHaveText("Bergström");
    expect(".o_popover .o_crmx_summary_owner").toHaveText("Sam Seller");
    expect.verifySteps(["|partner|0|name|[]", "summary 8"]);
});

test("arrow keys move between cells, Enter drills", async () => {
    mockService("action", { doAction: (action) => expect.step(action) });
    onRpc("crmx.aged.report", "get_drill_action", ({ kwargs }) => `${kwargs.key} ${kwargs.column}`);
    await mountReport();
    const focused = () => queryOne(":focus").textContent.trim();
    expect("table button[tabindex='0']").toHaveCount(1);
    queryOne("tbody button[tabindex='0']").focus();
    expect(focused()).toBe("Adler");
    await press("ArrowRight");
    await press("ArrowRight");
    expect(focused()).toBe("20.00");
    await press("ArrowDown");
    expect(focused()).toBe("50.00");
    await press("Enter");
    await animationFrame();
    await press("End");
    expect(focused()).toBe("$\u00a01,000.00");
    await press("ArrowDown");
    expect(focused()).toBe("$\u00a01,115.00");
    await press("Home");
    await press("ArrowUp");
    expect(focused()).toBe("Bergström");
    expect("table button[tabindex='0']").toHaveCount(1);
    expect.verifySteps(["|partner|0|name|[]", "8 bucket_1"]);
});

test("exports what is shown", async () => {
    mockService("action", { doAction: (action) => expect.step(action) });
    onRpc("crmx.aged.report", "get_print_action", ({ kwargs }) => `print ${kwargs.order}`);
    patchWithCleanup(download, {
        _download: ({ url, data }) => {
            const { options, domain, group_by, order, context } = JSON.parse(data.data);
            expect(context.allowed_company_ids).toEqual([1]);
            expect.step([url, options.side, domain.length, group_by, order].join(" "));
        },
    });
    await mountReport({ context: { crmx_side: "payable" } });
    await contains("thead [data-column=total] button").click();
    await contains(".o_crmx_print").click();
    await contains(".o_crmx_xlsx").click();
    expect.verifySteps([
        "side=payable|partner|0|name|[]",
        "side=payable|partner|0|total desc|[]",
        "print total desc",
        "/crmx/aged_report/xlsx payable 0 partner total desc",
    ]);
});

test("favourites keep options and order", async () => {
    const irFilters = [
        {
            id: 1,
            name: "Year end",
            context: "{'crmx_as_of': '2025-12-31', 'crmx_limits': '7, 14', 'group_by': ['user_id']}",
            sort: '["bucket_3 desc"]',
            domain: "[]",
            is_default: true,
            user_ids: [],
        },
    ];
    await mountReport({ irFilters, loadIrFilters: true });
    expect(".o_crmx_as_of").toHaveValue("12/31/2025");
    expect(".o_crmx_buckets").toHaveText("Weekly");
    expect.verifySteps(["as_of=2025-12-31 limits=7, 14|salesperson|0|bucket_3 desc|[]"]);
    await removeFacet("Year end");
    expect.verifySteps(["|partner|0|name|[]"]);
});

test("saving a favourite saves what was chosen", async () => {
    onRpc("ir.filters", "create_filter", ({ args }) => {
        const [{ context, sort }] = args;
        expect.step([context.crmx_basis, context.crmx_side, sort].join(" "));
        return [9];
    });
    await mountReport({ irFilters: [], loadIrFilters: true });
    await contains("[data-basis=invoice]").click();
    await contains("thead [data-column=total] button").click();
    await toggleSearchBarMenu();
    await toggleSaveFavorite();
    await editFavoriteName("By invoice date");
    await saveFavorite();
    await removeFacet("By invoice date");
    expect("[data-basis=due]").toHaveAttribute("aria-pressed", "true");
    expect.verifySteps([
        "|partner|0|name|[]",
        "basis=invoice|partner|0|name|[]",
        "basis=invoice|partner|0|total desc|[]",
        `invoice  ["total desc"]`,
        "basis=invoice|partner|0|total desc|[]",
        "|partner|0|total desc|[]",
    ]);
});
