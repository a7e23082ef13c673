import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const SHADES = {
    empty: "border-secondary text-muted o_crmx_place_empty",
    good: "border-success bg-success-subtle",
    soon: "border-warning bg-warning-subtle",
    over: "border-warning bg-warning-subtle",
    illegal: "border-danger bg-danger-subtle",
};

/** A vehicle seen from above: each place for a tyre or another unit, with what is on it and how worn it is. */
export class AxleDrawing extends Component {
    static template = "crm_extended.AxleDrawing";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get drawing() {
        return this.props.record.data[this.props.name] || { axles: [], others: [], can: false };
    }

    get isClosed() {
        return !this.drawing.can || !this.props.record.resId;
    }

    on(axle, side) {
        return axle.filter((place) => place.side === side);
    }

    shade(place) {
        return SHADES[place.condition];
    }

    async open(place) {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        const action = await this.orm.call(record.resModel, "action_crmx_open_position", [
            [record.resId],
            place.id,
        ]);
        await this.action.doAction(action, { onClose: () => record.load() });
    }
}

export const axleDrawing = {
    component: AxleDrawing,
    displayName: _t("Drawing of Axles"),
    supportedTypes: ["json"],
};

registry.category("fields").add("crmx_axle_drawing", axleDrawing);
