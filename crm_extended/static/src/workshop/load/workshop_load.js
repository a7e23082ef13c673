import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloatTime } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "crmx.workshop.load";

/** A week of the workshop: bays and mechanics, what they have to do, and the time that there is for it. */
export class WorkshopLoad extends Component {
    static template = "crm_extended.WorkshopLoad";
    static components = { DateTimeInput, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ data: null, target: null });
        this.dragged = null;
        onWillStart(() => this.load(this.props.action.context?.day));
    }

    get display() {
        return { controlPanel: {} };
    }

    get start() {
        return deserializeDate(this.state.data.start);
    }

    async load(day) {
        this.state.data = await this.orm.call(MODEL, "get_week", [day || false]);
    }

    goTo(date) {
        return this.load(date ? date.toISODate() : false);
    }

    step(weeks) {
        return this.load(this.start.plus({ weeks }).toISODate());
    }

    /** What fills the bar of a day: in percent, and its colour. */
    bar({ available, planned }) {
        if (!available) {
            return { width: planned ? 100 : 0, color: "bg-danger" };
        }
        const percent = (100 * planned) / available;
        const color = percent > 100.5 ? "bg-danger" : percent > 85 ? "bg-warning" : "bg-success";
        return { width: Math.min(100, percent), color };
    }

    hours({ available, planned }) {
        return _t("%(planned)s of %(available)s h", {
            planned: formatFloatTime(planned),
            available: formatFloatTime(available),
        });
    }

    total(row) {
        const sum = (name) => row.days.reduce((total, day) => total + day[name], 0);
        return { available: sum("available"), planned: sum("planned") };
    }

    stateClass(order) {
        return {
            draft: "text-bg-light border border-dashed",
            confirmed: "text-bg-info",
            progress: "text-bg-warning",
        }[order.state];
    }

    open(orderId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crmx.work.order",
            res_id: Number(orderId),
            views: [[false, "form"]],
        });
    }

    // Dragging

    place(group, row, index) {
        return { kind: group.kind, id: row.id, date: this.state.data.days[index].date };
    }

    onDragStart(ev, orderId, group, row, index) {
        this.dragged = { orderId, from: this.place(group, row, index) };
        ev.dataTransfer.effectAllowed = "move";
        ev.dataTransfer.setData("text/plain", String(orderId));
    }

    onDragOver(ev, group, row, index) {
        if (this.dragged?.from.kind === group.kind) {
            ev.preventDefault();
            this.state.target = `${group.kind},${row.id},${index}`;
        }
    }

    isTarget(group, row, index) {
        return this.state.target === `${group.kind},${row.id},${index}`;
    }

    onDragEnd() {
        this.dragged = null;
        this.state.target = null;
    }

    async onDrop(group, row, index) {
        const { orderId, from } = this.dragged;
        const to = this.place(group, row, index);
        this.onDragEnd();
        if (from.id === to.id && from.date === to.date) {
            return;
        }
        await this.orm.call(MODEL, "move_order", [
            orderId,
            group.kind,
            { id: from.id, date: from.date },
            { id: to.id, date: to.date },
        ]);
        return this.load(this.state.data.start);
    }
}

registry.category("actions").add("crmx_workshop_load", WorkshopLoad);
