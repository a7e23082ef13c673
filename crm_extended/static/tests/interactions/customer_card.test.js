import { beforeEach, expect, test } from "@odoo/hoot";
import { click, queryAllTexts, queryFirst, resize } from "@odoo/hoot-dom";
import { animationFrame, Deferred, mockDate, mockTimeZone } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    makeServerError,
    mockService,
    mountView,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";
import { CustomerCard } from "@crm_extended/interactions/customer_card/customer_card";
import { session } from "@web/session";
import { WebClient } from "@web/webclient/webclient";

defineMailModels();

const PROFILE = { birthday: null, languages: [], channel: null, hours: null, consents: [] };
const ADVICE = {
    rule_id: 4,
    partner_id: 9,
    partner: "Nordwind",
    name: "Ask about the offer",
    reason: "1 offer waits for 8 days.",
    action: "activity",
};
const BARE = {
    partner: {
        id: 9,
        name: "Nordwind",
        is_company: true,
        commercial: false,
        owner: false,
        is_customer: true,
        is_supplier: false,
    },
    company: false,
    today: "2026-05-29",
    filled: null,
    can: { log: false, offer: false },
    who: { profile: PROFILE, roles: [], function: false, properties: [], persons: [], total: 0 },
    activities: { total: 0, lines: [] },
};
const months = Array.from({ length: 12 }, (_, index) => ({
    date: `2026-${String(index + 1).padStart(2, "0")}-01`,
    amount: index * 100,
}));
const FULL = {
    ...BARE,
    company: "Trading",
    can: { log: true, offer: true },
    who: {
        ...BARE.who,
        profile: { ...PROFILE, languages: ["German", "French"] },
        properties: [{ label: "Gate", value: "Three" }],
        persons: [
            {
                ...PROFILE,
                id: 10,
                name: "Ada Kern",
                function: "Head",
                email: "ada@nordwind.example",
                phone: "+49 30 1",
                roles: ["Decision maker"],
                birthday: { date: "2026-05-30", days: 1, age: 46 },
                hours: { from: 9, to: 12.5, zone: false, now: true, local: "10:00" },
                consents: [
                    { channel: "email", label: "E-mail", status: "given", date: null, blacklisted: true },
                    {
                        channel: "phone",
                        label: "Phone",
                        status: "given",
                        date: "2026-05-28 08:00:00",
                        source: "Form",
                        blacklisted: false,
                    },
                ],
            },
        ],
        total: 7,
    },
    relations: {
        total: 1,
        lines: [
            {
                id: 1,
                who: "Ada Kern",
                wording: "Director of",
                other: { id: 12, name: "Southern" },
                since: false,
                note: false,
            },
        ],
    },
    matters: [
        {
            model: "crmx.interaction",
            label: "Matters",
            icon: "fa-comments-o",
            count: 1,
            domain: [],
            lines: [
                {
                    model: "crmx.interaction",
                    id: 3,
                    name: "Depot",
                    date: "2026-05-01 08:00:00",
                    user: "Sam",
                    amount: null,
                    currency_id: null,
                },
            ],
        },
    ],
    offers: {
        model: "sale.order",
        total: 2,
        amount: 350.4,
        currency_id: 1,
        domain: [["state", "=", "sent"]],
        lines: [
            { id: 5, name: "S5", date: "2026-05-20", state: "sent", amount: 100, currency_id: 1, late: true },
        ],
    },
    value: {
        currency_id: 1,
        since: "2026-01-01",
        turnover: { amount: 6600, before: 3300, change: 100 },
        purchases: { amount: 0, before: 0, change: null },
        margin: null,
        margin_percent: null,
        months,
    },
    debt: {
        total: 500,
        overdue: 120,
        can_open: true,
        currency_id: 1,
        buckets: [
            { label: "Not due", amount: 380 },
            { label: "1-30", amount: 120 },
        ],
    },
    rhythm: {
        tier: "A",
        color: 3,
        interval: 14,
        own: false,
        last: "2026-05-10 09:00:00",
        next: "2026-05-24",
        days_overdue: 5,
        state: "overdue",
    },
    recommendations: { lines: [ADVICE], reasons: [{ id: 2, name: "Already done" }] },
};

/** Serve cards one after the other, the last one again and again. */
function serve(...cards) {
    onRpc("crmx.customer.card", "get_card", ({ args }) => {
        expect.step(`card ${args[0]}`);
        return cards.length > 1 ? cards.shift() : cards[0];
    });
}

const mountCard = () => mountWithCleanup(CustomerCard, { props: { partnerId: 9 } });

const blocks = () => [...document.querySelectorAll(".o_crmx_card_block")].map(({ dataset }) => dataset.block);

beforeEach(() => {
    mockDate("2026-05-29 10:00:00");
    mockTimeZone(0);
    serverState.currencies = [{ id: 1, name: "USD", position: "before", symbol: "$" }];
    patchWithCleanup(session, { crmx_log_models: ["res.partner"] });
});

test("one request brings all blocks", async () => {
    serve(FULL);
    await mountCard();
    await animationFrame();
    expect.verifySteps(["card 9"]);
    expect(blocks()).toEqual(["persons", "matters", "offers", "relations", "profile"]);
    expect(".o_crmx_card_tier").toHaveText("A");
    expect(".o_crmx_card_rhythm").toHaveText("Contact overdue for 5 days");
    expect(".o_crmx_card_last").toHaveText("Last contact May 10");
    expect(queryAllTexts(".o_crmx_card_figure")).toEqual(["$ 6,600", "$ 500", "$ 350"]);
    expect(".o_crmx_card_alarm").toHaveText("$ 120 overdue");
    expect(".o_crmx_card_bars > span").toHaveCount(12);
    expect(".o_crmx_card_birthday").toHaveText("tomorrow");
    expect(".o_crmx_card_role").toHaveText("Decision maker");
    expect("[data-channel=email]").toHaveAttribute("title", "E-mail: On the blacklist");
    expect("[data-channel=phone]").toHaveAttribute("title", "Phone: Consent given – yesterday, Form");
    expect("[data-block=relations] li").toHaveText("Ada Kern·Director of Southern");
});

test("what the reader has no rights on is absent", async () => {
    serve(BARE);
    await mountCard();
    await animationFrame();
    expect.verifySteps(["card 9"]);
    expect(".o_crmx_card_head").toHaveCount(1);
    for (const part of ["tiles", "block", "tier", "last", "log", "offer", "advice"]) {
        expect(`.o_crmx_card_${part}`).toHaveCount(0);
    }
});

test("the form does not wait for the card", async () => {
    const answer = new Deferred();
    onRpc("crmx.customer.card", "get_card", () => answer);
    await mountView({
        type: "form",
        resModel: "res.partner",
        resId: serverState.partnerId,
        arch: `<form><field name="name"/><widget name="crmx_customer_card"/></form>`,
    });
    expect(".o_field_widget[name=name]").toHaveCount(1);
    expect(".o_crmx_card_loading").toHaveCount(1);
    answer.resolve(BARE);
    await animationFrame();
    expect(".o_crmx_card_loading").toHaveCount(0);
    expect(".o_crmx_card_head").toHaveCount(1);
});

test("a company that does not use it, and a new partner", async () => {
    serve(false);
    await mountCard();
    await animationFrame();
    expect.verifySteps(["card 9"]);
    expect(".o_crmx_card").toHaveText("");
    await mountView({
        type: "form",
        resModel: "res.partner",
        arch: `<form><field name="name"/><widget name="crmx_customer_card"/></form>`,
    });
    expect.verifySteps([]);
});

test("a card that cannot be read is asked for again by hand", async () => {
    expect.errors(1);
    let fails = true;
    onRpc("crmx.customer.card", "get_card", () => {
        if (fails) {
            fails = false;
            throw makeServerError({ message: "gone" });
        }
        return BARE;
    });
    await mountCard();
    await animationFrame();
    expect.verifyErrors(["gone"]);
    await contains(".o_crmx_card .alert button").click();
    expect(".o_crmx_card_head").toHaveCount(1);
});

test("accept and dismiss with a click", async () => {
    serve(FULL, FULL, BARE);
    onRpc("crmx.recommendation", "accept", ({ args }) => {
        expect.step(`accept ${args}`);
        return { done: "Planned" };
    });
    onRpc("crmx.recommendation", "dismiss", ({ args }) => {
        expect.step(`dismiss ${args}`);
        return true;
    });
    await mountCard();
    await animationFrame();
    await contains(".o_crmx_recommendation_accept").click();
    expect.verifySteps(["card 9", "accept 4,9", "card 9"]);
    await contains(".o_crmx_recommendation_dismiss").click();
    await contains(".o_crmx_recommendation_why").click();
    expect.verifySteps(["dismiss 4,9,2", "card 9"]);
    expect(".o_crmx_recommendation").toHaveCount(0);
});

test("only the first recommendations show, the others on demand", async () => {
    const lines = [1, 2, 3, 4, 5].map((rule_id) => ({ ...ADVICE, rule_id }));
    serve({ ...BARE, recommendations: { lines, reasons: [] } });
    await mountCard();
    await animationFrame();
    expect.verifySteps(["card 9"]);
    expect(".o_crmx_recommendation").toHaveCount(3);
    await contains(".o_crmx_card_advice_more").click();
    expect(".o_crmx_recommendation").toHaveCount(5);
});

test("ways to the documents", async () => {
    serve(FULL);
    mockService("action", {
        doAction: ({ res_model, res_id, domain }) => expect.step([res_model, res_id || domain].join(" ")),
    });
    onRpc("res.partner", "action_crmx_open_relations", () => ({ res_model: "crmx.relation", res_id: 1 }));
    onRpc("res.partner", "action_crmx_open_receivables", () => ({ res_model: "crmx.open.item", res_id: 1 }));
    await mountCard();
    await animationFrame();
    for (const selector of [
        "[data-block=persons] .btn-link:eq(1)",
        "[data-block=offers] .o_crmx_card_all",
        "[data-block=offers] li .btn-link",
        "[data-block=relations] .o_crmx_card_all",
        "[data-tile=debt] .btn-link",
    ]) {
        await contains(selector).click();
    }
    expect.verifySteps([
        "card 9",
        "res.partner 10",
        "sale.order state,=,sent",
        "sale.order 5",
        "crmx.relation 1",
        "crmx.open.item 1",
    ]);
});

test("nothing sticks out on a narrow screen", async () => {
    await resize({ width: 360 });
    serve(FULL);
    await mountCard();
    await animationFrame();
    expect.verifySteps(["card 9"]);
    const card = queryFirst(".o_crmx_card");
    expect(card.scrollWidth).toBeLessThan(card.clientWidth + 1);
});

test("a list over all partners", async () => {
    onRpc("crmx.recommendation", "get_list", ({ args }) => {
        expect.step(`list ${args[0]}`);
        return { lines: args[0] ? [] : [ADVICE], reasons: [], cut: false };
    });
    onRpc("crmx.recommendation", "dismiss", () => true);
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "crmx_recommendations" });
    expect(".o_nocontent_help").toHaveCount(1);
    await contains(".o_crmx_all").click();
    expect(".o_crmx_recommendation_partner").toHaveText("Nordwind");
    await contains(".o_crmx_recommendation_dismiss").click();
    await click(".o-dropdown-item:last");
    await animationFrame();
    expect(".o_crmx_recommendation").toHaveCount(0);
    expect.verifySteps(["list true", "list false"]);
});
