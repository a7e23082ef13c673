import { beforeEach, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockTimeZone } from "@odoo/hoot-mock";
import { waitForChannels } from "@bus/../tests/bus_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    MockServer,
    mockService,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { session } from "@web/session";
import { WebClient } from "@web/webclient/webclient";

class Interaction extends models.Model {
    _name = "crmx.interaction";

    name = fields.Char();

    _views = {
        form: `<form><field name="name"/></form>`,
    };
}

class Contact extends models.Model {
    _name = "contact";

    name = fields.Char();
    phone = fields.Char();

    _records = [
        { id: 5, name: "Ada Kern", phone: "030 555 01 00" },
        { id: 6, name: "Nobody's number" },
    ];
}

defineMailModels();
defineModels([Interaction, Contact]);

const PROVIDER = "crmx.call.provider";
const USD = 1;
/** In place of the user's own, which is not asked for by name. */
const CHANNEL = "the user";

/** A card as the server returns it. */
const card = (values = {}) => ({
    is_stale: false,
    id: 7,
    state: "ringing",
    direction: "in",
    number: "+49305550100",
    line: "101",
    company: false,
    partner: { id: 9, name: "Ada Kern", company: "Nordwind" },
    candidates: [],
    events: [],
    matters: [],
    debt: null,
    can_create: true,
    can_log: true,
    ...values,
});

const unknown = { partner: false, debt: null };

/** Each call is answered by the next card. */
function serveCards(...cards) {
    onRpc("crmx.call", "get_card", ({ args }) => {
        expect.step(`card ${args[0]}`);
        return cards.length > 1 ? cards.shift() : cards[0];
    });
}

async function tell(type, payload) {
    MockServer.env["bus.bus"]._sendone(CHANNEL, `crmx.call/${type}`, payload);
    await animationFrame();
    await advanceTime(500);
    await animationFrame();
}

const ring = (id = 7) => tell("ringing", { call_id: id });

/** Whether the user looks at this tab, and whether it is the main one of his browser. */
function inTab({ hasFocus = true, isMain = true } = {}) {
    patchWithCleanup(document, { hasFocus: () => hasFocus });
    mockService("multi_tab", { isOnMainTab: async () => isMain });
}

async function mountScreen() {
    await mountWithCleanup(WebClient);
    getService("bus_service").addChannel(CHANNEL);
    await waitForChannels([CHANNEL]);
}

async function mountForm(resId = 5) {
    await mountView({
        type: "form",
        resModel: "contact",
        resId,
        arch: `<form><field name="phone" widget="phone" options="{'enable_sms': false}"/></form>`,
    });
}

beforeEach(() => {
    mockTimeZone(0);
    serverState.currencies = [{ id: USD, name: "USD", position: "before", symbol: "$" }];
    patchWithCleanup(session, { crmx_log_models: ["contact"], crmx_call_companies: [] });
});

// === THE FIELD === //

test("a click on a number has the provider call", async () => {
    patchWithCleanup(session, { crmx_call_companies: serverState.companies.map(({ id }) => id) });
    onRpc(PROVIDER, "originate", ({ args }) => {
        expect.step(`call ${args[0]}`);
        return { started: true, provider: "Exchange" };
    });
    await mountForm();
    await contains(".o_phone_form_link", { visible: false }).click();
    expect(".o_notification").toHaveText("Exchange is calling 030 555 01 00: your telephone rings first.");
    expect.verifySteps(["call 030 555 01 00"]);
});

test("where the provider does not call, the browser's telephone program does", async () => {
    patchWithCleanup(session, { crmx_call_companies: serverState.companies.map(({ id }) => id) });
    patchWithCleanup(browser.location, { assign: (address) => expect.step(address) });
    onRpc(PROVIDER, "originate", () => ({ started: false }));
    await mountForm();
    await contains(".o_phone_form_link", { visible: false }).click();
    expect(".o_notification").toHaveCount(0);
    expect.verifySteps(["tel:0305550100"]);
});

test("without a provider a number is the browser's", async () => {
    onRpc(PROVIDER, "originate", () => expect.step("asked"));
    await mountForm();
    expect(".o_phone_form_link").toHaveAttribute("href", "tel:0305550100");
    document
        .querySelector(".o_phone_form_link")
        .addEventListener("click", (ev) => expect.step(`prevented: ${ev.defaultPrevented}`));
    // what the browser would do with the address is not for this page
    document.querySelector(".o_form_view").addEventListener("click", (ev) => ev.preventDefault());
    await contains(".o_phone_form_link", { visible: false }).click();
    expect.verifySteps(["prevented: false"]);
});

test("logs a call from the number in two clicks", async () => {
    onRpc("crmx.interaction", "get_log_context", ({ args }) => {
        expect.step(`log ${args}`);
        return { default_name: "Call to Ada" };
    });
    onRpc("crmx.interaction", "web_save", ({ args }) => {
        expect.step(`saved ${args[1].name}`);
    });
    await mountForm();
    await contains(".o_crmx_phone_log", { visible: false }).click();
    await contains(".modal .o_form_button_save").click();
    expect(".modal").toHaveCount(0);
    expect.verifySteps(["log contact,5,call", "saved Call to Ada"]);
});

test("nothing to log without a number, or without the right", async () => {
    await mountForm(6);
    expect(".o_field_phone").toHaveCount(1);
    expect(".o_crmx_phone_log").toHaveCount(0);
    patchWithCleanup(session, { crmx_log_models: false });
    await mountForm(5);
    expect(".o_phone_form_link").toHaveCount(1);
    expect(".o_crmx_phone_log").toHaveCount(0);
});

// === THE CARD === //

test("a card says who calls, what he owes, what is open and what was last", async () => {
    inTab();
    serveCards(
        card({
            debt: { total: 1200, overdue: 300.5, currency_id: USD },
            matters: [{ model: "crm.lead", id: 3, label: "Opportunity", name: "Two trucks" }],
            events: [
                {
                    id: 1,
                    label: "Visit",
                    icon: "fa-building-o",
                    date: "2026-05-28 08:00:00",
                    title: "Saw the yard",
                    snippet: "All well",
                },
            ],
        }),
    );
    mockService("action", { doAction: (action) => expect.step(`${action.res_model} ${action.res_id}`) });
    await mountScreen();
    await ring();
    expect(".o_crmx_call .card-header").toHaveText("Incoming call");
    expect(".o_crmx_call_who").toHaveText("Ada Kern");
    expect(".o_crmx_call_who + div").toHaveText("Nordwind · +49305550100");
    expect(".o_crmx_call_debt").toHaveText(/Owes \$\s1,200\.00\s?, overdue \$\s300\.50/);
    expect(queryAllTexts(".o_crmx_call_matters button")).toEqual(["Two trucks"]);
    expect(".o_crmx_call_events li").toHaveText(/Saw the yard – All well/);
    await contains(".o_crmx_call_matters button").click();
    await contains(".o_crmx_call_open").click();
    expect.verifySteps(["card 7", "crm.lead 3", "res.partner 9"]);
});

test("the card follows the call until it is closed", async () => {
    inTab();
    serveCards(card());
    await mountScreen();
    await ring();
    await tell("changed", { call_id: 8, state: "ended" }); // another call
    expect(".o_crmx_call .card-header").toHaveText("Incoming call");
    await tell("changed", { call_id: 7, state: "answered" });
    expect(".o_crmx_call .card-header").toHaveText("Call in progress");
    await tell("changed", { call_id: 7, state: "ended" });
    expect(".o_crmx_call .card-header").toHaveText("Call ended");
    await contains(".o_crmx_call .btn-close").click();
    expect(".o_crmx_call").toHaveCount(0);
    expect.verifySteps(["card 7"]);
});

test("two calls, two cards; the same call told twice is one", async () => {
    inTab();
    serveCards(card(), card({ id: 8, partner: { id: 10, name: "Bob", company: false } }), card());
    await mountScreen();
    await ring(7);
    await ring(8);
    await ring(7);
    expect(queryAllTexts(".o_crmx_call_who")).toEqual(["Bob", "Ada Kern"]);
    expect.verifySteps(["card 7", "card 8", "card 7"]);
});

test("a call that is over by the time one hears of it shows nothing", async () => {
    inTab();
    serveCards({ is_stale: true });
    await mountScreen();
    await ring();
    expect(".o_crmx_call").toHaveCount(0);
    expect.verifySteps(["card 7"]);
});

test("of several tabs, the one that is looked at shows the card", async () => {
    inTab({ hasFocus: true, isMain: false });
    serveCards(card());
    await mountScreen();
    await ring();
    expect(".o_crmx_call").toHaveCount(1);
    expect(browser.localStorage.getItem("crmx.call.claim")).toBe("7");
    expect.verifySteps(["card 7"]);
});

test("where none is looked at, the main tab shows the card, and no other", async () => {
    inTab({ hasFocus: false, isMain: true });
    serveCards(card());
    await mountScreen();
    browser.localStorage.setItem("crmx.call.claim", "8"); // another call
    await ring();
    expect(".o_crmx_call").toHaveCount(1);
    browser.localStorage.setItem("crmx.call.claim", "9"); // another tab has it
    await ring(9);
    expect(".o_crmx_call").toHaveCount(1);
    expect.verifySteps(["card 7"]);
});

test("a tab in the background stays as it is", async () => {
    inTab({ hasFocus: false, isMain: false });
    serveCards(card());
    await mountScreen();
    await ring();
    expect(".o_crmx_call").toHaveCount(0);
});

test("of several who share the number one is chosen", async () => {
    inTab();
    const persons = [
        { id: 9, name: "Ada Kern", company: "Nordwind" },
        { id: 10, name: "Bob", company: false },
    ];
    serveCards(card({ ...unknown, candidates: persons }));
    onRpc("crmx.call", "choose_partner", ({ args }) => {
        expect.step(`chosen ${args}`);
        return card({ partner: persons[1] });
    });
    await mountScreen();
    await ring();
    expect(".o_crmx_call_who").toHaveText("+49305550100");
    expect(queryAllTexts(".o_crmx_call_candidates button")).toEqual(["Ada KernNordwind", "Bob"]);
    await contains(".o_crmx_call_candidates button:eq(1)").click();
    expect(".o_crmx_call_who").toHaveText("Bob");
    expect(".o_crmx_call_candidates").toHaveCount(0);
    expect.verifySteps(["card 7", "chosen 7,10"]);
});

test("an unknown number can be linked or created, and noted", async () => {
    inTab();
    serveCards(card(unknown));
    for (const method of ["action_link", "action_create_partner", "action_open_interaction"]) {
        onRpc("crmx.call", method, ({ args }) => ({ type: method, id: args[0][0] }));
    }
    mockService("action", { doAction: ({ type, id }) => expect.step(`${type} ${id}`) });
    await mountScreen();
    await ring();
    expect(".o_crmx_call_open").toHaveCount(0);
    await contains(".o_crmx_call_link").click();
    await contains(".o_crmx_call_create").click();
    await contains(".o_crmx_call_log").click();
    expect.verifySteps(["card 7", "action_link 7", "action_create_partner 7", "action_open_interaction 7"]);
});

test("who may neither create nor log is not offered it; a hidden number is said to be one", async () => {
    inTab();
    serveCards(card({ ...unknown, number: "", can_create: false, can_log: false }));
    await mountScreen();
    await ring();
    expect(".o_crmx_call_who").toHaveText("Number withheld");
    expect(".o_crmx_call_link").toHaveCount(1);
    expect(".o_crmx_call_create").toHaveCount(0);
    expect(".o_crmx_call_log").toHaveCount(0);
    expect.verifySteps(["card 7"]);
});
