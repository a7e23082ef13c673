/* global Chart */
import { Component, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { getColor } from "@web/core/colors/colors";
import { formatDate, deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { loadBundle } from "@web/core/assets";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "crmx.receivables.figure";

/** Tiles, DSO and ageing of the selected companies, as of any day. */
export class FiguresDashboard extends Component {
    static template = "crm_extended.FiguresDashboard";
    static components = { DateTimeInput, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ data: null, asOf: false, months: 12, scope: "team" });
        this.dsoRef = useRef("dso");
        this.ageingRef = useRef("ageing");
        this.charts = [];
        onWillStart(() => Promise.all([loadBundle("web.chartjs_lib"), this.load()]));
        useEffect(
            () => this.draw(),
            () => [this.state.data],
        );
        onWillUnmount(() => this.clear());
    }

    get scopes() {
        return [
            ["company", _t("Company")],
            ["team", _t("Sales Team")],
            ["user", _t("Salesperson")],
            ["partner", _t("Customer")],
        ];
    }

    get display() {
        return { controlPanel: {} };
    }

    get asOf() {
        return deserializeDate(this.state.data.as_of);
    }

    async load() {
        const { asOf, months, scope } = this.state;
        this.state.data = await this.orm.call(MODEL, "get_dashboard", [], {
            as_of: asOf || false,
            months,
            scope,
        });
    }

    setDay(value) {
        this.state.asOf = value ? value.toISODate() : false;
        return this.load();
    }

    setMonths(ev) {
        this.state.months = Number(ev.target.value);
        return this.load();
    }

    setScope(ev) {
        this.state.scope = ev.target.value;
        return this.load();
    }

    async open(view, scope = "company") {
        const { as_of } = this.state.data;
        const months = scope === "company" ? this.state.months : 1;
        const action = await this.orm.call(MODEL, "action_dashboard_open", [view, as_of, months, scope]);
        return this.action.doAction(action);
    }

    format(value, unit) {
        if (value === null || value === undefined || value === false) {
            return "–";
        }
        if (unit === "money") {
            return formatMonetary(value, { currencyId: this.state.data.currency_id });
        }
        return formatFloat(value, { digits: [16, 1] });
    }

    unit(tile) {
        return { days: _t("days"), percent: "%", money: "" }[tile.unit];
    }

    change(tile) {
        if (tile.value === null || tile.before === null || tile.before === undefined) {
            return null;
        }
        const change = tile.value - tile.before;
        if (Math.abs(change) < 0.05) {
            return null;
        }
        return {
            text: `${change > 0 ? "+" : "−"}${this.format(Math.abs(change), tile.unit)}`,
            isGood: change > 0 === tile.is_more_better,
        };
    }

    clear() {
        this.charts.forEach((chart) => chart.destroy());
        this.charts = [];
    }

    draw() {
        this.clear();
        const { labels, lines, ageing } = this.state.data;
        const days = labels.map((label) => formatDate(deserializeDate(label)));
        this.chart(this.dsoRef, "line", days, lines, false);
        this.chart(this.ageingRef, "bar", days, ageing, true);
    }

    chart(ref, type, labels, series, stacked) {
        const datasets = series.map((one, index) => ({
            ...one,
            backgroundColor: getColor(index, "light", series.length),
            borderColor: getColor(index, "light", series.length),
            borderWidth: type === "line" ? 2 : 0,
            pointRadius: 2,
            spanGaps: true,
        }));
        this.charts.push(
            new Chart(ref.el, {
                type,
                data: { labels, datasets },
                options: {
                    animation: false,
                    maintainAspectRatio: false,
                    scales: { x: { stacked }, y: { stacked, beginAtZero: true } },
                    plugins: { legend: { position: "bottom" } },
                },
            }),
        );
    }
}

registry.category("actions").add("crmx_receivables_dashboard", FiguresDashboard);
