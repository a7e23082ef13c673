import { Component } from "@odoo/owl";

const WIDTH = 120;
const HEIGHT = 28;

/** A figure, its target, its light, and the periods before. */
export class KpiTile extends Component {
    static template = "crm_extended.KpiTile";
    static props = {
        tile: Object,
        isChosen: { type: Boolean, optional: true },
        onChoose: { type: Function, optional: true },
        onOpen: Function,
    };

    get lightClass() {
        return { green: "success", amber: "warning", red: "danger" }[this.props.tile.light] || "secondary";
    }

    get reached() {
        const { reached } = this.props.tile;
        return typeof reached === "number" ? Math.round(reached * 1000) / 10 : null;
    }

    /** Bars of the periods, the newest last; none where nothing is known. */
    get bars() {
        const { points } = this.props.tile;
        const known = points.filter((value) => typeof value === "number");
        if (known.length < 2) {
            return [];
        }
        const top = Math.max(...known, 0);
        const bottom = Math.min(...known, 0);
        const unit = top > bottom ? HEIGHT / (top - bottom) : 0;
        const step = WIDTH / points.length;
        return points
            .map((value, index) => ({ value, index }))
            .filter(({ value }) => typeof value === "number")
            .map(({ value, index }) => ({
                index,
                x: index * step + 1,
                y: (top - Math.max(value, 0)) * unit,
                width: step - 2,
                height: Math.max(Math.abs(value) * unit, 1),
                isLast: index === points.length - 1,
            }));
    }
}
