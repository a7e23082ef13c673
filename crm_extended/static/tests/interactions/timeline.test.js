import { beforeEach, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockDate, mockTimeZone } from "@odoo/hoot-mock";
import { waitForChannels } from "@bus/../tests/bus_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeServerError,
    MockServer,
    mockService,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";
import { TimelineModel } from "@crm_extended/interactions/timeline/timeline_model";
import { browser } from "@web/core/browser/browser";
import { session } from "@web/session";
import { WebClient } from "@web/webclient/webclient";

class Interaction extends models.Model {
    _name = "crmx.interaction";

    name = fields.Char();
    partner_id = fields.Many2one({ relation: "res.partner" });

    _views = {
        form: `<form><field name="name"/><field name="partner_id"/></form>`,
    };
}

class Document extends models.Model {
    _name = "document";

    name = fields.Char();
    partner_id = fields.Many2one({ relation: "res.partner" });

    _records = [{ id: 5, name: "S00005" }];
}

defineMailModels();
defineModels([Interaction, Document]);

const LEDGER = "crmx.timeline.event";
const USD = 1;
const KINDS = {
    call: { label: "Phone call", icon: "fa-phone", group: "contact" },
    email: { label: "E-mail", icon: "fa-envelope-o", group: "contact" },
    invoice: { label: "Invoice", icon: "fa-file-text", group: "account" },
};

/** A line as the server returns it; the ledger numbers its rows from 1 on. */
const line = (id, date, values = {}) => {
    const kind = values.kind || "call";
    return {
        id,
        kind,
        label: KINDS[kind].label,
        icon: KINDS[kind].icon,
        direction: "out",
        date,
        model: "crmx.interaction",
        res_id: id,
        title: `Call ${id}`,
        snippet: null,
        author: null,
        state: null,
        amount: null,
        currency_id: null,
        document: null,
        partner: { id: 9, name: "Nordwind" },
        hidden: false,
        ...values,
    };
};

/** So many calls, one an hour, newest first. */
const calls = (count, values) => {
    const hour = (index) => String(23 - (index % 24)).padStart(2, "0");
    const day = (index) => String(28 - Math.floor(index / 24)).padStart(2, "0");
    return Array.from({ length: count }, (_, index) =>
        line(count - index, `2026-05-${day(index)} ${hour(index)}:00:00`, values),
    );
};

/** A server with the given events, which pages and narrows as the real one does. */
function serve(events, { scope = {}, filled = null } = {}) {
    const server = { events, filled };
    onRpc(LEDGER, "get_scope", () => ({
        partner: { id: 9, name: "Nordwind", is_whole: true },
        commercial_id: 9,
        kinds: KINDS,
        can_log: true,
        ...scope,
    }));
    onRpc(LEDGER, "get_page", ({ kwargs }) => {
        const { before, limit, filters, document, partner_id } = kwargs;
        const owner = document ? document.join(",") : partner_id;
        expect.step(["page", owner, before ? before[1] : "first", JSON.stringify(filters)].join(" "));
        const { kinds, directions, text } = filters;
        const found = server.events.filter(
            (event) =>
                (!kinds || kinds.includes(event.kind)) &&
                (!directions || directions.includes(event.direction)) &&
                (!text || event.title.includes(text)),
        );
        const start = before ? found.findIndex((event) => event.id === before[1]) + 1 : 0;
        const page = found.slice(start, start + limit);
        const isLast = start + limit >= found.length;
        return {
            events: page,
            next: isLast ? null : [page.at(-1).date, page.at(-1).id],
            filled: before ? null : server.filled,
        };
    });
    return server;
}

/** The history on a document's form. */
async function mountTimeline(arch = `<form><widget name="crmx_timeline"/></form>`) {
    await mountView({ type: "form", resModel: "document", resId: 5, arch });
}

const titles = () => queryAllTexts(".o_crmx_event_title");

beforeEach(() => {
    mockDate("2026-05-29 10:00:00");
    mockTimeZone(0);
    serverState.currencies = [{ id: USD, name: "USD", position: "before", symbol: "$" }];
    patchWithCleanup(session, { crmx_log_models: ["res.partner", "document"] });
});

test("a page of events, by day, with what each says", async () => {
    serve([
        line(7, "2026-05-29 09:30:00", { title: "Second truck", author: "Mitchell", state: "Agreed" }),
        line(6, "2026-05-29 12:00:00", {
            kind: "invoice",
            model: "account.move",
            title: "INV/0006",
            amount: 1200.5,
            currency_id: USD,
            direction: null,
        }),
        line(5, "2026-05-28 08:00:00", {
            kind: "email",
            model: "mail.message",
            title: null,
            direction: "in",
            snippet: "We need it by Friday",
            document: { model: "sale.order", id: 3, name: "S00003" },
            partner: { id: 10, name: "Nordwind, Ada Kern" },
        }),
        line(4, "2026-01-02 08:00:00", {
            kind: "call",
            label: "Something happened",
            icon: "fa-lock",
            title: null,
            model: null,
            partner: null,
            direction: null,
            hidden: true,
        }),
    ]);
    await mountTimeline();
    expect(queryAllTexts(".o_crmx_timeline_heading")).toEqual([
        "Today",
        "Yesterday",
        "Friday, January 2, 2026",
    ]);
    expect(titles()).toEqual(["Second truck", "INV/0006", "E-mail", "Something happened"]);
    expect(queryAllTexts(".o_crmx_event_time")).toEqual(["9:30 AM", "", "8:00 AM", "8:00 AM"]);
    expect(".o_crmx_event:eq(0) .badge").toHaveText("Agreed");
    expect(".o_crmx_event:eq(0) .o_crmx_event_author").toHaveText("Mitchell");
    expect(".o_crmx_event:eq(0) .o_crmx_event_partner").toHaveCount(0); // the list is about him
    expect(".o_crmx_event_amount").toHaveText(/^\$\s1,200\.50$/);
    expect(".o_crmx_event:eq(2) .o_crmx_event_document").toHaveText("S00003");
    expect(".o_crmx_event:eq(2) .o_crmx_event_partner").toHaveText("Nordwind, Ada Kern");
    expect(".o_crmx_event:eq(2) .o_crmx_event_direction").toHaveAttribute("title", "Incoming");
    expect(".o_crmx_event:eq(3) button").toHaveCount(0);
    expect(".o_crmx_timeline_more").toHaveCount(0);
    expect.verifySteps(["page document,5 first {}"]);
});

test("nothing yet, and nobody yet", async () => {
    serve([]);
    await mountTimeline();
    expect(".o_crmx_timeline_empty").toHaveText("Nothing has happened yet that you may see.");
    await contains(".o_crmx_timeline_text").edit("x", { confirm: "Enter" });
    expect(".o_crmx_timeline_empty").toHaveText("Nothing matches these filters.");
    expect.verifySteps(["page document,5 first {}", 'page document,5 first {"text":"x"}']);
});

test("a document without a customer has no history", async () => {
    serve([], { scope: { partner: false, commercial_id: false } });
    await mountTimeline();
    expect(".o_crmx_timeline_nobody").toHaveCount(1);
    expect(".o_crmx_timeline_toolbar").toHaveCount(0);
    expect.verifySteps(["page document,5 first {}"]);
});

test("says how far the past is filled in", async () => {
    serve(calls(1), { filled: 42.3 });
    await mountTimeline();
    expect(".o_crmx_timeline_filling").toHaveText(/42 %/);
    expect.verifySteps(["page document,5 first {}"]);
});

test("is loaded when its page is opened, and no earlier", async () => {
    serve(calls(2));
    await mountTimeline(`
        <form><sheet><notebook>
            <page name="first" string="First"><field name="name"/></page>
            <page name="history" string="History"><widget name="crmx_timeline"/></page>
        </notebook></sheet></form>`);
    expect.verifySteps([]);
    await contains(".nav-link[name=history]").click();
    expect(".o_crmx_event").toHaveCount(2);
    expect.verifySteps(["page document,5 first {}"]);
});

test("scrolls through all pages, each event once", async () => {
    serve(calls(75));
    await mountTimeline();
    expect(".o_crmx_event").toHaveCount(30);
    await contains(".o_crmx_timeline_more").scroll({ top: 0 }); // waits for it to be there
    queryOne(".o_crmx_timeline_more").scrollIntoView();
    await contains(".o_crmx_event:eq(59)").hover();
    queryOne(".o_crmx_timeline_more").scrollIntoView();
    await contains(".o_crmx_event:eq(74)").hover();
    expect(".o_crmx_timeline_more").toHaveCount(0);
    expect(titles()).toEqual(calls(75).map(({ title }) => title));
    expect.verifySteps(["page document,5 first {}", "page document,5 46 {}", "page document,5 16 {}"]);
});

test("a page that cannot be read is asked for again by hand only", async () => {
    expect.errors(1);
    serve(calls(40));
    let fails = true;
    onRpc(LEDGER, "get_page", ({ kwargs }) => {
        if (kwargs.before && fails) {
            fails = false;
            expect.step("fails");
            throw makeServerError({ message: "gone" });
        }
    });
    await mountTimeline();
    queryOne(".o_crmx_timeline_more").scrollIntoView();
    await expect.waitForErrors([/gone/]);
    await contains(".modal .btn-close, .modal .btn-primary").click();
    expect(".o_crmx_event").toHaveCount(30);
    await contains(".o_crmx_timeline_more").click();
    expect(".o_crmx_event").toHaveCount(40);
    expect.verifySteps(["page document,5 first {}", "fails", "page document,5 11 {}"]);
});

test("many kinds are searched by their name or their department's", async () => {
    const many = Object.fromEntries(
        Array.from({ length: 14 }, (_, index) => [
            `sort_${index}`,
            { label: `Sort ${index}`, icon: "fa-tag", group: "logistics" },
        ]),
    );
    serve(calls(1), { scope: { kinds: { ...KINDS, ...many } } });
    await mountTimeline();
    await contains(".o_crmx_filter_kind").click();
    expect(".o_crmx_kind").toHaveCount(16);
    await contains(".o_crmx_kind_text").edit("mail", { confirm: false });
    expect(queryAllTexts(".o_crmx_kind")).toEqual(["E-mail"]);
    await contains(".o_crmx_kind_text").edit("CONTACTS", { confirm: false });
    expect(queryAllTexts(".o_crmx_kind")).toEqual(["Phone call", "E-mail"]);
    await contains(".o_crmx_kind[data-kind=email]").click();
    expect(".o_crmx_filter_kind").toHaveText("E-mail");
    expect.verifySteps(["page document,5 first {}", 'page document,5 first {"kinds":["email"]}']);
});

test("filters by kind, department, direction, person and period", async () => {
    serve([
        ...calls(2),
        line(9, "2026-05-01 10:00:00", { kind: "invoice", title: "INV/9", direction: "in" }),
    ]);
    await mountTimeline();
    await contains(".o_crmx_filter_kind").click();
    await contains(".o_crmx_kind[data-kind=call]").click();
    expect(titles()).toEqual(["Call 2", "Call 1"]);
    expect(".o_crmx_filter_kind").toHaveText("Phone call");
    await contains("[data-department=contact]").click();
    expect(".o_crmx_filter_kind").toHaveText("Contacts");
    await contains("[data-department=contact]").click();
    await contains("[data-department=account]").click();
    expect(titles()).toEqual(["INV/9"]);
    await contains(".o_crmx_filter_direction").click();
    await contains("[data-direction=out]").click();
    expect(".o_crmx_timeline_empty").toHaveCount(1);
    await contains(".o_crmx_filter_clear").click();
    expect(titles()).toHaveLength(3);
    await contains(".o_crmx_filter_person").click();
    await contains(".o_crmx_mine").click();
    await contains(".o_crmx_filter_period").click();
    await contains("[data-period=week]").click();
    expect(".o_crmx_filter_period").toHaveText("Last 7 days");
    await contains(".o_crmx_filter_document").click();
    expect(".o_crmx_filter_document").toHaveAttribute("aria-pressed", "true");
    const mine = `"user_ids":[${serverState.userId}]`;
    expect.verifySteps([
        "page document,5 first {}",
        'page document,5 first {"kinds":["call"]}',
        'page document,5 first {"kinds":["call","email"]}',
        "page document,5 first {}",
        'page document,5 first {"kinds":["invoice"]}',
        'page document,5 first {"kinds":["invoice"],"directions":["out"]}',
        "page document,5 first {}",
        `page document,5 first {${mine}}`,
        `page document,5 first {${mine},"date_from":"2026-05-23"}`,
        `page document,5 first {${mine},"date_from":"2026-05-23","document_only":true}`,
    ]);
});

test("searches while one types, and at once by Enter", async () => {
    serve(calls(12));
    await mountTimeline();
    await contains(".o_crmx_timeline_text").edit("Call 1", { confirm: false });
    expect.verifySteps(["page document,5 first {}"]);
    await advanceTime(500);
    expect(titles()).toEqual(["Call 12", "Call 11", "Call 10", "Call 1"]);
    await contains(".o_crmx_timeline_text").edit("Call 12", { confirm: "Enter" });
    expect(titles()).toEqual(["Call 12"]);
    await press("Escape");
    await animationFrame();
    expect(titles()).toHaveLength(12);
    expect(".o_crmx_timeline_text").toHaveValue("");
    await advanceTime(1000);
    expect.verifySteps([
        'page document,5 first {"text":"Call 1"}',
        'page document,5 first {"text":"Call 12"}',
        "page document,5 first {}",
    ]);
});

test("by matter: what belongs together, the newest three of each", async () => {
    const order = { model: "sale.order", id: 3, name: "S00003" };
    serve([
        line(9, "2026-05-28 09:00:00", { kind: "email", title: "Re: offer", document: order }),
        line(8, "2026-05-27 09:00:00", { matter: { id: 2, name: "New depot" } }),
        ...[7, 6, 5, 4].map((id) => line(id, `2026-05-0${id} 09:00:00`, { document: order })),
        line(2, "2026-04-01 09:00:00", { title: "New depot", matter: { id: 2, name: "New depot" } }),
    ]);
    await mountTimeline();
    await contains(".o_crmx_by_matter").click();
    expect(queryAllTexts(".o_crmx_timeline_heading > button")).toEqual(["S00003", "New depot"]);
    // the heading names the first contact of the matter, the line says what it was
    expect(titles()).toEqual(["Re: offer", "Call 7", "Call 6", "Call 8", "Phone call"]);
    expect(".o_crmx_event_document").toHaveCount(0); // the heading names it
    expect(".o_crmx_event_time:eq(0)").toHaveText("May 28, 2026, 9:00 AM");
    await contains(".o_crmx_matter_more").click();
    expect(titles().slice(0, 5)).toEqual(["Re: offer", "Call 7", "Call 6", "Call 5", "Call 4"]);
    expect(browser.localStorage.getItem("crm_extended.timeline.grouping")).toBe("matter");
    expect.verifySteps(["page document,5 first {}"]);
});

test("unfolds the whole text in place, once", async () => {
    serve([
        line(3, "2026-05-28 09:00:00", { snippet: "We need it by… ".repeat(10) }),
        line(2, "2026-05-27 09:00:00", { snippet: "Short" }),
    ]);
    onRpc(LEDGER, "get_detail", ({ args }) => {
        expect.step(`detail ${args}`);
        return {
            html: "<p>We need it by <b>Friday</b></p>",
            attachments: [{ id: 12, name: "plan.pdf", mimetype: "application/pdf" }],
        };
    });
    await mountTimeline();
    expect(".o_crmx_event_unfold").toHaveCount(1);
    expect(".o_crmx_event_snippet:eq(1)").toHaveText("Short");
    expect(".o_crmx_event_unfold").toHaveAttribute("aria-expanded", "false");
    await contains(".o_crmx_event_unfold").click();
    expect(".o_crmx_event_detail b").toHaveText("Friday");
    expect(".o_crmx_event_file").toHaveAttribute("href", /\/web\/content\/12\?download=true/);
    await contains(".o_crmx_event_unfold").click();
    expect(".o_crmx_event_detail").toHaveCount(0);
    await contains(".o_crmx_event_unfold").click();
    expect(".o_crmx_event_detail b").toHaveText("Friday");
    expect.verifySteps(["page document,5 first {}", "detail crmx.interaction,3"]);
});

test("opens the record, or the document where the record has no form", async () => {
    mockService("action", {
        doAction: ({ res_model, res_id }) => expect.step(`open ${res_model} ${res_id}`),
    });
    const order = { model: "sale.order", id: 3, name: "S00003" };
    serve([
        line(3, "2026-05-28 09:00:00", { document: order }),
        line(2, "2026-05-27 09:00:00", { kind: "email", model: "mail.message", document: order }),
        line(1, "2026-05-26 09:00:00", {
            partner: { id: 10, name: "Ada" },
            document: { model: "res.partner", id: 9, name: "Nordwind" },
        }),
    ]);
    await mountTimeline();
    await contains(".o_crmx_event:eq(0) .o_crmx_event_title").click();
    await contains(".o_crmx_event:eq(0) .o_crmx_event_document").click();
    await contains(".o_crmx_event:eq(1) .o_crmx_event_title").click();
    await contains(".o_crmx_event:eq(2) .o_crmx_event_partner").click();
    expect(".o_crmx_event:eq(2) .o_crmx_event_document").toHaveCount(0); // the list is about him
    expect.verifySteps([
        "page document,5 first {}",
        "open crmx.interaction 3",
        "open sale.order 3",
        "open sale.order 3",
        "open res.partner 10",
    ]);
});

test("what happens meanwhile appears on top, and what was loaded stays", async () => {
    const server = serve(calls(50));
    await mountTimeline();
    queryOne(".o_crmx_timeline_more").scrollIntoView();
    await contains(".o_crmx_event:eq(49)").hover();
    server.events = [line(51, "2026-05-29 09:00:00", { title: "Just now" }), ...calls(50)];
    await waitForChannels(["crmx.timeline_9"]);
    const tell = async (partnerId) => {
        MockServer.env["bus.bus"]._sendone("crmx.timeline_9", "crmx.timeline/changed", {
            partner_id: partnerId,
        });
        await animationFrame();
        await advanceTime(1000);
        await animationFrame();
    };
    await tell(77); // of somebody else
    expect(titles()[0]).toBe("Call 50");
    await tell(9);
    expect(titles()[0]).toBe("Just now");
    expect(titles()).toHaveLength(51);
    expect(new Set(titles()).size).toBe(51);
    expect.verifySteps(["page document,5 first {}", "page document,5 21 {}", "page document,5 first {}"]);
    queryOne(".o_crmx_event:eq(0)").scrollIntoView(); // its end out of sight
    // so much is new that the list begins again
    server.events = [...calls(120, { title: "Import" })].map((event) => ({ ...event, id: event.id + 100 }));
    await tell(9);
    expect(titles()[29]).toBe("Import");
    expect(".o_crmx_event_title:contains(Call)").toHaveCount(0);
    expect.verifySteps(["page document,5 first {}"]);
});

test("logs an interaction in two clicks, filled in for the document", async () => {
    const server = serve(calls(1));
    onRpc("crmx.interaction", "get_log_context", ({ args }) => {
        expect.step(`log ${args}`);
        return { default_name: "About S00005" };
    });
    onRpc("crmx.interaction", "web_save", ({ args }) => {
        expect.step(`saved ${args[1].name}`);
        server.events = [line(2, "2026-05-29 09:00:00", { title: args[1].name }), ...server.events];
    });
    await mountTimeline();
    await contains(".o_crmx_timeline_log").click();
    await contains(".modal .o_form_button_save").click();
    expect(".modal").toHaveCount(0);
    expect(titles()).toEqual(["About S00005", "Call 1"]);
    expect.verifySteps([
        "page document,5 first {}",
        "log document,5",
        "saved About S00005",
        "page document,5 first {}",
    ]);
});

test("the chatter offers to log only where there is a customer and the right", async () => {
    onRpc("crmx.interaction", "get_log_context", ({ args }) => {
        expect.step(`log ${args}`);
        return {};
    });
    await mountView({
        type: "form",
        resModel: "res.partner",
        resId: serverState.partnerId,
        arch: `<form><sheet><field name="name"/></sheet><chatter/></form>`,
    });
    await contains(".o_crmx_chatter_log").click();
    expect(".modal .o_form_view").toHaveCount(1);
    expect.verifySteps([`log res.partner,${serverState.partnerId}`]);
});

test("no right to log: no buttons", async () => {
    patchWithCleanup(session, { crmx_log_models: false });
    serve(calls(1), { scope: { can_log: false } });
    await mountView({
        type: "form",
        resModel: "res.partner",
        resId: serverState.partnerId,
        arch: `<form><sheet><widget name="crmx_timeline"/></sheet><chatter/></form>`,
    });
    expect(".o-mail-Chatter").toHaveCount(1);
    expect(".o_crmx_event").toHaveCount(1);
    expect(".o_crmx_chatter_log").toHaveCount(0);
    expect(".o_crmx_timeline_log").toHaveCount(0);
    expect.verifySteps([`page ${serverState.partnerId} first {}`]);
});

test("the systray logs a contact of a chosen type", async () => {
    onRpc("crmx.interaction.type", "search_read", () => [
        { id: 1, name: "Phone call", icon: "fa-phone" },
        { id: 2, name: "Visit", icon: "fa-building-o" },
    ]);
    onRpc("crmx.interaction", "get_log_context", ({ args }) => {
        expect.step(`log ${args}`);
        return {};
    });
    onRpc("crmx.interaction", "onchange", ({ kwargs }) => {
        expect.step(`type ${kwargs.context.default_type_id}`);
    });
    await mountWithCleanup(WebClient);
    await contains(".o_crmx_log_menu").click();
    expect(queryAllTexts(".o_crmx_log_type")).toEqual(["Phone call", "Visit"]);
    await contains(".o_crmx_log_type:eq(1)").click();
    expect(".modal .o_form_view").toHaveCount(1);
    expect.verifySteps(["log false,false", "type 2"]);
});

test("a page of its own names the partner", async () => {
    serve(calls(1));
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crmx_timeline",
        context: { active_id: 9 },
    });
    await animationFrame();
    expect(".o_breadcrumb .active").toHaveText("History of Nordwind");
    expect(".o_crmx_timeline_open").toHaveCount(0);
    expect(titles()).toEqual(["Call 1"]);
    expect.verifySteps(["page 9 first {}"]);
});

test("pages asked for at the same time all arrive; a new question drops the old one", async () => {
    const asked = [];
    const orm = {
        call: (_model, _method, _args, kwargs) =>
            new Promise((resolve) => asked.push({ kwargs, answer: (page) => resolve(page) })),
    };
    const ids = () => model.events.map(({ id }) => id);
    const reply = async (events, next = null) => {
        asked.shift().answer({ events, next, filled: null });
        await animationFrame();
    };
    const model = new TimelineModel(orm, { partnerId: 9, limit: 2 });
    model.reload();
    await reply(calls(4).slice(0, 2), ["x", 3]);
    const all = Promise.all([model.refresh(), model.loadMore(), model.refresh()]);
    await animationFrame();
    expect(asked).toHaveLength(1); // one after another
    const [first] = calls(5);
    await reply([first, calls(4)[0]], ["x", 4]);
    await reply(calls(4).slice(2));
    await reply([first, calls(4)[0]], ["x", 4]);
    await all;
    expect(ids()).toEqual([5, 4, 3, 2, 1]);

    model.loadMore(); // nothing older is left
    const slow = model.refresh();
    await animationFrame();
    const searched = model.setFilters({ text: "Call 2" });
    await animationFrame();
    expect(asked.map(({ kwargs }) => kwargs.filters.text)).toEqual([undefined, "Call 2"]);
    asked.reverse();
    await reply([calls(4)[2]]);
    await reply([first, calls(4)[0]], ["x", 4]);
    await Promise.all([slow, searched]);
    expect(ids()).toEqual([2]);
    expect(model.isLoading).toBe(false);
});
