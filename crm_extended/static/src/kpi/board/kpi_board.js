import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { KpiTile } from "../tile/kpi_tile";

const MODEL = "crmx.kpi.board";
/** Where each board begins. */
const VIEWS = {
    crmx_kpi_my_numbers: "mine",
    crmx_kpi_team_board: "team",
    crmx_kpi_management_board: "management",
};

/** One's own day, a team, or the company: figures beside their targets, and what they are made of. */
export class KpiBoard extends Component {
    static template = "crm_extended.KpiBoard";
    static components = { KpiTile, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ data: null, path: [] });
        this.asked = { view: VIEWS[this.props.action.tag] || "mine", kind: "month" };
        onWillStart(() => this.load());
    }

    get display() {
        return { controlPanel: {} };
    }

    get data() {
        return this.state.data;
    }

    /** Tiles by what they are about, in the order in which they come. */
    get groups() {
        const groups = [];
        for (const tile of this.data.tiles) {
            let group = groups.find((one) => one.name === tile.category);
            if (!group) {
                group = { name: tile.category, tiles: [] };
                groups.push(group);
            }
            group.tiles.push(tile);
        }
        return groups;
    }

    get bys() {
        const bys = [
            ["team", _t("Team")],
            ["department", _t("Department")],
            ["user", _t("Person")],
        ];
        const chosen = this.data.tiles.find((tile) => tile.id === this.data.indicator_id);
        return chosen && chosen.has_items ? [...bys, ["item", _t("Other")]] : bys;
    }

    get chosenName() {
        const chosen = this.data.tiles.find((tile) => tile.id === this.data.indicator_id);
        return chosen ? chosen.name : "";
    }

    async load(changes = {}) {
        Object.assign(this.asked, changes);
        this.state.data = await this.orm.call(MODEL, "get_board", [], this.asked);
    }

    setKind(kind) {
        return this.load({ kind, period_id: false });
    }

    setPeriod(ev) {
        return this.load({ period_id: Number(ev.target.value) });
    }

    step(by) {
        const { periods, period } = this.data;
        const index = periods.findIndex((one) => one.id === period.id) - by;
        return periods[index] && this.load({ period_id: periods[index].id });
    }

    isLast(by) {
        const { periods, period } = this.data;
        return !period || !periods[periods.findIndex((one) => one.id === period.id) - by];
    }

    setSubject(ev) {
        this.state.path = [];
        return this.load({ level: "team", subject_id: Number(ev.target.value), indicator_id: false });
    }

    setBy(ev) {
        return this.load({ by: ev.target.value });
    }

    /** Tell by whom a figure is made; once more, and all are shown again. */
    choose(tile) {
        const chosen = this.data.indicator_id === tile.id ? false : tile.id;
        return this.load({ indicator_id: chosen, ...(chosen ? {} : { by: "team" }) });
    }

    /** One level deeper. */
    descend(row) {
        if (row.level === "item") {
            return;
        }
        this.state.path.push(this.data.subject);
        return this.load({ level: row.level, subject_id: row.id, indicator_id: false });
    }

    ascend(index) {
        const subject = this.state.path[index];
        this.state.path.splice(index);
        return this.load({ level: subject.level, subject_id: subject.id, indicator_id: false });
    }

    async openDocuments(factId) {
        const action = await this.orm.call("crmx.kpi.fact", "action_open_documents", [factId]);
        return this.action.doAction(action);
    }

    openRecord(resModel, resId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
        });
    }

    async openDigest() {
        return this.action.doAction(await this.orm.call("crmx.kpi.digest", "action_mine", []));
    }

    openAction(xmlId) {
        return this.action.doAction(`crm_extended.${xmlId}`);
    }

    /** The width of a bar beside a figure: of the largest in its column. */
    width(column, cell) {
        const values = this.data.table.rows.map((row) => Math.abs(row.cells[column.id]?.value || 0));
        const most = Math.max(...values);
        return most ? (Math.abs(cell.value || 0) / most) * 100 : 0;
    }

    lightClass(light) {
        return { green: "success", amber: "warning", red: "danger" }[light] || "";
    }
}

for (const tag of Object.keys(VIEWS)) {
    registry.category("actions").add(tag, KpiBoard);
}
