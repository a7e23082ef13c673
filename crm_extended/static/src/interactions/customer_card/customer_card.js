import { Component, onMounted, onWillDestroy, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";

import { useLogInteraction } from "../log_interaction/log_interaction_hook";
import { Recommendations } from "../recommendations/recommendations";
import { CardBlock } from "./card_block";
import * as formats from "./card_formats";

/** Recommendations that show without being asked for. */
const FIRST_RECOMMENDATIONS = 3;

const CONSENT = {
    given: { className: "text-success", icon: "fa-check", label: _t("Consent given") },
    refused: { className: "text-danger", icon: "fa-ban", label: _t("Consent refused") },
    unknown: { className: "text-muted", icon: "fa-question", label: _t("Consent unknown") },
};
const CHANNELS = {
    phone: "fa-phone",
    email: "fa-envelope-o",
    sms: "fa-mobile",
    messenger: "fa-comments-o",
    letter: "fa-file-text-o",
};
/** From not late (calm) to the oldest bucket (alarming), by the theme's own colours. */
const SHADES = ["bg-success", "bg-info", "bg-warning", "bg-danger"];

/** What one looks at first when a partner is opened. One request brings all of it. */
export class CustomerCard extends Component {
    static template = "crm_extended.CustomerCard";
    static components = { CardBlock, Recommendations };
    static props = { partnerId: Number };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.logInteraction = useLogInteraction();
        this.formats = formats;
        this.channelIcons = CHANNELS;
        this.keepLast = new KeepLast();
        this.state = useState({ card: null, isFailed: false, showsAll: false });
        // The form does not wait for the card.
        onMounted(() => this.load());
        onWillDestroy(() => (this.isGone = true));
    }

    async load() {
        this.state.isFailed = false;
        try {
            const request = this.orm.silent.call("crmx.customer.card", "get_card", [this.props.partnerId]);
            const card = await this.keepLast.add(request);
            if (!this.isGone) {
                this.state.card = card;
            }
        } catch (error) {
            this.state.isFailed = true;
            throw error;
        }
    }

    get card() {
        return this.state.card;
    }

    // -- figures ------------------------------------------------------------

    /** Tiles in a row: name, figure, what it means. */
    get tiles() {
        const { value, debt, owed, offers, supply, partner } = this.card;
        const tiles = [];
        if (value && partner.is_customer) {
            const label = value.is_own ? _t("Your turnover, 12 months") : _t("Turnover, 12 months");
            tiles.push(this.periodTile("turnover", label, value.turnover, value));
        }
        if (value && value.margin !== null && partner.is_customer) {
            tiles.push({
                name: "margin",
                label: _t("Margin, 12 months"),
                figure: formats.rounded(value.margin, value.currency_id),
                note: value.margin_percent === null ? "" : formats.percent(value.margin_percent),
                help: _t("Turnover less quantity times the cost that the products have today."),
            });
        }
        if (debt && (partner.is_customer || debt.total || debt.overdue)) {
            tiles.push(this.debtTile(debt));
        }
        if (offers?.total) {
            tiles.push({
                name: "offers",
                label: _t("Open offers"),
                figure: formats.rounded(offers.amount, offers.currency_id),
                note: _t("%s in all", offers.total),
                help: _t("Quotations that are neither confirmed nor cancelled, untaxed."),
                onClick: () => this.openList(offers, _t("Open offers")),
            });
        }
        if (value && (partner.is_supplier || value.purchases.amount)) {
            tiles.push(this.periodTile("purchases", _t("Purchases, 12 months"), value.purchases, value));
        }
        if (owed?.total) {
            tiles.push({
                name: "owed",
                label: _t("We owe"),
                figure: formats.rounded(owed.total, owed.currency_id),
                note: "",
                help: _t("All open payables of the active company today."),
                onClick: () => this.openDebts("action_crmx_open_payables"),
            });
        }
        if (supply && supply.on_time !== null) {
            tiles.push({
                name: "on_time",
                label: _t("Goods in time"),
                figure: formats.percent(supply.on_time),
                note: "",
                help: _t("Share of the goods that came by the agreed day, in the last year."),
            });
        }
        return tiles;
    }

    periodTile(name, label, { amount, before, change }, { currency_id: currencyId }) {
        const trend = change === null ? "" : change >= 0 ? "up" : "down";
        return {
            name,
            label,
            figure: formats.rounded(amount, currencyId),
            trend,
            note: change === null ? "" : formats.percent(Math.abs(change)),
            help: _t(
                "Posted invoices less credit notes, as far as you may read them, untaxed, in this month and the 11 before. In the 12 months before that: %s",
                formats.rounded(before, currencyId),
            ),
        };
    }

    debtTile({ total, overdue, currency_id: currencyId, can_open: canOpen }) {
        return {
            name: "debt",
            label: total < 0 ? _t("In credit") : _t("Owes"),
            figure: formats.rounded(Math.abs(total), currencyId),
            alarm: overdue ? _t("%s overdue", formats.rounded(overdue, currencyId)) : "",
            note: "",
            help: _t("Open receivables of the active company today, less unallocated payments."),
            onClick: canOpen && (() => this.openDebts("action_crmx_open_receivables")),
        };
    }

    /** Bars of the turnover, as shares of the best month. */
    get bars() {
        const { months, currency_id: currencyId } = this.card.value;
        const best = Math.max(...months.map(({ amount }) => amount), 0);
        return months.map(({ date, amount }) => ({
            date,
            height: best ? Math.max(0, (100 * amount) / best) : 0,
            title: `${formats.monthText(date)}: ${formats.money(amount, currencyId)}`,
        }));
    }

    get debtParts() {
        const { buckets, currency_id: currencyId } = this.card.debt;
        const total = buckets.reduce((sum, { amount }) => sum + amount, 0);
        const last = SHADES.length - 1;
        return buckets.map(({ label, amount }, index) => ({
            label,
            width: total ? (100 * amount) / total : 0,
            shade: SHADES[index && Math.min(last, Math.ceil((index * last) / (buckets.length - 1)))],
            title: `${label}: ${formats.money(amount, currencyId)}`,
        }));
    }

    // -- rhythm, persons ----------------------------------------------------

    get rhythm() {
        const { rhythm } = this.card;
        const states = {
            overdue: {
                className: "text-bg-danger",
                text: _t("Contact overdue for %s days", rhythm?.days_overdue),
            },
            soon: { className: "text-bg-warning", text: _t("Contact due %s", formats.dayText(rhythm?.next)) },
            ok: { className: "text-bg-success", text: _t("Next contact %s", formats.dayText(rhythm?.next)) },
        };
        return rhythm && { ...rhythm, badge: states[rhythm.state] };
    }

    get lastContact() {
        const { last } = this.card.rhythm;
        return last ? _t("Last contact %s", formats.dayText(last)) : _t("Never contacted");
    }

    consent({ status, label, source, date, blacklisted }) {
        const shown = CONSENT[blacklisted ? "refused" : status];
        const how = blacklisted ? _t("On the blacklist") : shown.label;
        const when = date ? `${formats.dayText(date)}, ${source}` : "";
        return { ...shown, title: [`${label}: ${how}`, when].filter(Boolean).join(" – ") };
    }

    birthday({ date, days, age }) {
        return {
            isNear: days <= 14,
            text: formats.birthdayText(date),
            title: _t("Turns %(age)s on %(day)s", { age, day: formats.birthdayText(date) }),
        };
    }

    get recommendations() {
        const { lines } = this.card.recommendations;
        return this.state.showsAll ? lines : lines.slice(0, FIRST_RECOMMENDATIONS);
    }

    /** Lists of documents: block, heading, icon. */
    get lists() {
        const { offers, opportunities, deliveries, orders, receipts } = this.card;
        return [
            { name: "opportunities", title: _t("Opportunities"), icon: "fa-star-o", block: opportunities },
            { name: "offers", title: _t("Open offers"), icon: "fa-file-o", block: offers },
            { name: "deliveries", title: _t("Deliveries under way"), icon: "fa-truck", block: deliveries },
            { name: "orders", title: _t("Open purchase orders"), icon: "fa-shopping-bag", block: orders },
            { name: "receipts", title: _t("Goods to come"), icon: "fa-download", block: receipts },
        ].filter(({ block }) => block?.total);
    }

    // -- actions ------------------------------------------------------------

    openRecord(resModel, resId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
        });
    }

    openList({ model, domain }, name) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: model,
            domain,
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }

    async openPartnerAction(method, partnerId) {
        return this.action.doAction(await this.orm.call("res.partner", method, [[partnerId]]));
    }

    openDebts(method) {
        const { id, commercial } = this.card.partner;
        return this.openPartnerAction(method, commercial?.id || id);
    }

    openRelations() {
        return this.openPartnerAction("action_crmx_open_relations", this.props.partnerId);
    }

    openPersons() {
        return this.openList(
            {
                model: "res.partner",
                domain: [
                    ["commercial_partner_id", "=", this.props.partnerId],
                    ["id", "!=", this.props.partnerId],
                    ["is_company", "=", false],
                    ["name", "not in", [false, ""]],
                ],
            },
            _t("Persons"),
        );
    }

    log() {
        return this.logInteraction({
            resModel: "res.partner",
            resId: this.props.partnerId,
            onSaved: () => this.load(),
        });
    }

    offer() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "sale.order",
            views: [[false, "form"]],
            context: { default_partner_id: this.props.partnerId },
        });
    }

    onAnswered() {
        return this.load();
    }
}
