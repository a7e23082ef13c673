import { beforeEach, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { mockDate, mockTimeZone } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";
import { session } from "@web/session";

class Move extends models.Model {
    _name = "move";

    partner_id = fields.Many2one({ relation: "res.partner" });

    _records = [
        { id: 1, partner_id: serverState.partnerId },
        { id: 2, partner_id: false },
    ];
}

defineMailModels();
defineModels([Move]);

const USD = 1;
const SUMMARY = {
    partner: { id: 3, name: "Nordwind" },
    owner: { id: 2, name: "Sam Seller" },
    last_contact: "2026-05-26 10:00:00",
    matters: [{ source: "crmx.interaction", label: "Matters", icon: "fa-comments-o", count: 2 }],
    matter_count: 2,
    offers: { count: 3, amount: 1250.5, currency_id: USD },
    next_activity: { date: "2026-06-01", user: "Sam Seller" },
};
const NOTHING = {
    ...SUMMARY,
    owner: null,
    last_contact: null,
    matters: [],
    matter_count: 0,
    offers: { count: 0, amount: 0, currency_id: USD },
    next_activity: null,
};

function serve(summary) {
    onRpc("res.partner", "crmx_get_crm_summary", ({ args }) => {
        expect.step(`summary ${args[0]}`);
        return summary;
    });
}

const mountMove = (resId = 1) =>
    mountView({
        type: "form",
        resModel: "move",
        resId,
        arch: `<form><field name="partner_id"/><widget name="crmx_crm_summary"/></form>`,
    });

beforeEach(() => {
    mockDate("2026-05-29 10:00:00");
    mockTimeZone(0);
    serverState.currencies = [{ id: USD, name: "USD", position: "before", symbol: "$" }];
    patchWithCleanup(session, { crmx_crm_summary: true });
});

test("says what sales know", async () => {
    serve(SUMMARY);
    await mountMove();
    await contains(".o_crmx_summary_owner").hover();
    const [owner, contact, matters, , next] = queryAllTexts(".o_crmx_crm_summary li");
    expect([owner, contact, matters, next]).toEqual([
        "Sam Seller",
        "Last contact 3 days ago",
        "Matters: 2",
        "Next: 06/01/2026, Sam Seller",
    ]);
    expect(".o_crmx_summary_offers").toHaveText(/Open offers: 3, \$\s1,250\.50/);
    expect(".o_crmx_summary_contact").toHaveAttribute("title", "05/26/2026 10:00:00");
    expect(".o_crmx_crm_summary button, .o_crmx_crm_summary a").toHaveCount(0);
    expect.verifySteps([`summary ${serverState.partnerId}`]);
});

test("says that there is nothing", async () => {
    serve(NOTHING);
    await mountMove();
    await contains(".o_crmx_summary_contact").hover();
    expect(queryAllTexts(".o_crmx_crm_summary li")).toEqual(["No contact yet"]);
    expect.verifySteps([`summary ${serverState.partnerId}`]);
});

test("nobody, and nobody who may see it: nothing is asked", async () => {
    serve(SUMMARY);
    await mountMove(2);
    expect(".o_form_view").toHaveCount(1);
    expect(".o_crmx_crm_summary").toHaveCount(0);
    patchWithCleanup(session, { crmx_crm_summary: false });
    await mountMove(1);
    expect(".o_crmx_crm_summary").toHaveCount(0);
    expect.verifySteps([]);
});
