import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

class Contact extends models.Model {
    _name = "contact";
    name = fields.Char();
    hint = fields.Json();
    score = fields.Integer();
    missing = fields.Json();
    comparison = fields.Json();
    choices = fields.Json();
    target_id = fields.Many2one({ relation: "contact" });
    email = fields.Char();
    _records = [
        {
            id: 1,
            name: "Ada",
            hint: [
                { id: 2, name: "Ada K.", detail: "Berlin", reasons: ["Phone", "E-mail"], score: 80 },
                { id: 3, name: "<b>A</b>", detail: "", reasons: ["Name"], score: 40 },
            ],
            score: 60,
            missing: [{ name: "E-mail address", field: "email" }],
            comparison: {
                partners: [
                    { id: 1, name: "Ada", facts: { events: 3, created: "2025-01-01" } },
                    { id: 2, name: "Ada K.", facts: { events: 1000, created: "" } },
                ],
                fields: [
                    { name: "city", label: "City", values: ["Kiel", "Bonn"], filled: [true, true] },
                    { name: "ref", label: "Reference", values: ["", "B7"], filled: [false, true] },
                ],
            },
            choices: false,
            target_id: 1,
        },
        { id: 2, name: "Ada K.", hint: false, score: 0, missing: false, comparison: false },
    ];
}
defineMailModels();
defineModels([Contact]);

const form = (arch, resId = 1) =>
    mountView({ type: "form", resModel: "contact", resId, arch: `<form>${arch}</form>` });

test("hint names others with what they have in common", async () => {
    await form(`<field name="hint" widget="crmx_duplicate_hint"/>`);
    expect(".o_crmx_duplicate_hint a").toHaveCount(2);
    expect(queryAllTexts(".o_crmx_duplicate_hint a")).toEqual(["Ada K.", "<b>A</b>"]);
    expect(queryAllTexts(".o_crmx_duplicate_hint small")).toEqual(["(Phone, E-mail)", "(Name)"]);
    expect(".o_crmx_duplicate_hint a:first").toHaveAttribute("href", "/odoo/res.partner/2");
});

test("no hint where there is nobody like him", async () => {
    await form(`<field name="hint" widget="crmx_duplicate_hint"/>`, 2);
    expect(".o_crmx_duplicate_hint").toHaveCount(0);
});

test("comparison: the one who stays, gaps filled, choices by hand", async () => {
    let saved;
    onRpc("contact", "web_save", ({ args }) => {
        saved = args[1];
    });
    await form(
        `<field name="comparison" widget="crmx_comparison"
                options="{'target_field': 'target_id', 'choices_field': 'choices'}"/>`,
    );
    const kept = () => queryAllTexts(".o_crmx_comparison .table-primary");
    expect(kept()).toEqual(["Kiel", "B7"], { message: "an empty value is filled from the other" });
    await contains(".o_crmx_comparison tbody tr:eq(0) td:eq(1) input").click();
    expect(kept()).toEqual(["Bonn", "B7"]);
    await contains(".o_crmx_comparison tbody tr:eq(1) td:eq(0) input").click();
    expect(kept()).toEqual(["Bonn", "empty"], { message: "empty can be chosen" });
    await contains(".o_crmx_comparison thead th:eq(2) input").click();
    expect(".o_crmx_comparison .badge").toHaveCount(1);
    await contains(".o_form_button_save").click();
    expect(saved).toEqual({ choices: { city: 2, ref: 1 }, target_id: 2 });
});

test("comparison without choices is only shown", async () => {
    await form(`<field name="comparison" widget="crmx_comparison"/>`);
    expect(".o_crmx_comparison input").toHaveCount(0);
    expect(queryAllTexts(".o_crmx_comparison tbody th")).toEqual(["City", "Reference"]);
});

test("completeness: a click goes to the field, on whatever page it is", async () => {
    await form(`
        <field name="score" widget="crmx_completeness" options="{'missing_field': 'missing'}" readonly="1"/>
        <notebook>
            <page string="One"><field name="name"/></page>
            <page string="Two"><field name="email"/></page>
        </notebook>`);
    expect(".o_crmx_completeness").toHaveText(/60 % complete/);
    expect(".o_field_widget[name=email]").toHaveCount(0);
    await contains(".o_crmx_completeness button").click();
    await animationFrame();
    await animationFrame();
    await contains(".o_field_widget[name=email] input").click();
    expect(".o_field_widget[name=email]").toHaveCount(1);
});

test("nothing is asked of others", async () => {
    await form(`<field name="score" widget="crmx_completeness" options="{'missing_field': 'missing'}"/>`, 2);
    expect(".o_crmx_completeness").toHaveCount(0);
});
