import { Component, markup, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const STATES = ["done", "now", "late", "fault"].map((name) => `o_crmx_process_${name}`);
/** Milliseconds that a frame is shown. */
const FRAME = 900;

/** The picture of a process whose steps can be clicked: shows what waits there. */
export class ProcessPictureField extends Component {
    static template = "crm_extended.ProcessPicture";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get picture() {
        return markup(this.props.record.data[this.props.name] || "");
    }

    async onClick(ev) {
        const node = ev.target.closest("[data-node]");
        if (!node) {
            return;
        }
        const { resModel, resId } = this.props.record;
        const action = await this.orm.call(resModel, "action_open_step", [[resId], node.dataset.node]);
        await this.action.doAction(action);
    }
}

registry.category("fields").add("crmx_process_picture", {
    component: ProcessPictureField,
    displayName: _t("Picture of a process"),
    supportedTypes: ["html"],
    additionalClasses: ["w-100", "d-block"],
});

/** A run once more, event by event. */
export class ProcessReplay extends Component {
    static template = "crm_extended.ProcessReplay";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.root = useRef("picture");
        this.state = useState({ number: 0, isPlaying: false });
        onWillStart(async () => {
            const { resModel, resId } = this.props.record;
            const { picture, frames } = await this.orm.silent.call(resModel, "get_replay", [[resId]]);
            this.picture = markup(picture);
            this.frames = frames;
            this.state.number = Math.max(0, frames.length - 1);
        });
        useEffect(
            () => this.paint(),
            () => [this.state.number],
        );
        onWillUnmount(() => this.stop());
    }

    get frame() {
        return this.frames[this.state.number];
    }

    get when() {
        return formatDateTime(deserializeDateTime(this.frame.date));
    }

    paint() {
        const { states } = this.frame || { states: {} };
        for (const node of this.root.el?.querySelectorAll("[data-node]") || []) {
            node.classList.remove(...STATES);
            const state = states[node.dataset.node];
            if (state) {
                node.classList.add(`o_crmx_process_${state}`);
            }
        }
    }

    go(number) {
        this.state.number = Math.min(this.frames.length - 1, Math.max(0, Number(number)));
    }

    play() {
        if (this.state.number >= this.frames.length - 1) {
            this.go(0);
        }
        this.state.isPlaying = true;
        this.timer = setInterval(() => {
            this.go(this.state.number + 1);
            if (this.state.number >= this.frames.length - 1) {
                this.stop();
            }
        }, FRAME);
    }

    stop() {
        clearInterval(this.timer);
        this.state.isPlaying = false;
    }
}

registry.category("view_widgets").add("crmx_process_replay", {
    component: ProcessReplay,
    additionalClasses: ["d-block", "w-100"],
});
