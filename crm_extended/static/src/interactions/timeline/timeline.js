import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useVisible } from "@mail/utils/common/hooks";

import { canLogInteraction, useLogInteraction } from "../log_interaction/log_interaction_hook";
import { TimelineFilters } from "./timeline_filters";
import { groupByDay, groupByMatter } from "./timeline_groups";
import { TimelineLine } from "./timeline_line";
import { TimelineModel } from "./timeline_model";

const CHANGED = "crmx.timeline/changed";
const REFRESH_DELAY = 500;
/** Events of one matter that show without being asked for. */
const EVENTS_PER_MATTER = 3;
/** Pages without anything to show after which the reader is asked whether to look further. */
const MAX_EMPTY_PAGES = 5;
const GROUPING_KEY = "crm_extended.timeline.grouping";

/** The history of a partner, or of a document's customer. */
export class Timeline extends Component {
    static template = "crm_extended.Timeline";
    static components = { TimelineFilters, TimelineLine };
    static props = {
        partnerId: { type: [Number, { value: false }], optional: true },
        /** Model and id. */
        document: { type: Array, optional: true },
        isPage: { type: Boolean, optional: true },
        onScope: { type: Function, optional: true },
    };

    setup() {
        this.action = useService("action");
        this.bus = useService("bus_service");
        this.logInteraction = useLogInteraction();
        const { partnerId, document } = this.props;
        this.model = useState(new TimelineModel(useService("orm"), { partnerId, document }));
        this.state = useState({
            grouping: browser.localStorage.getItem(GROUPING_KEY) === "matter" ? "matter" : "day",
            unfolded: {},
        });
        this.refresh = useDebounced(() => this.model.refresh(), REFRESH_DELAY);
        useVisible("load-more", (isVisible) => isVisible && this.onEndVisible());
        onWillStart(async () => {
            await this.model.load();
            this.props.onScope?.(this.model.scope);
            this.listen();
        });
        onWillDestroy(() => this.stopListening?.());
    }

    /** Hear of changes for as long as the history is shown. */
    listen() {
        const { commercial_id: commercialId } = this.model.scope;
        if (!commercialId) {
            return;
        }
        const channel = `crmx.timeline_${commercialId}`;
        const onChanged = ({ partner_id }) => {
            if (partner_id === commercialId) {
                this.refresh();
            }
        };
        this.bus.addChannel(channel);
        this.bus.subscribe(CHANGED, onChanged);
        this.stopListening = () => {
            this.bus.unsubscribe(CHANGED, onChanged);
            this.bus.deleteChannel(channel);
        };
    }

    // === LIST === //

    get groups() {
        return this.isByMatter ? groupByMatter(this.model.events) : groupByDay(this.model.events);
    }

    get isByMatter() {
        return this.state.grouping === "matter";
    }

    get context() {
        const [model, id] = this.props.document || [];
        return { model, id, partnerId: this.model.scope?.partner?.id };
    }

    contextOf(group) {
        if (!this.isByMatter) {
            return this.context;
        }
        return { ...this.context, model: group.model, id: group.id, isHeading: true };
    }

    shownEvents(group) {
        const isWhole = !this.isByMatter || this.state.unfolded[group.key];
        return isWhole ? group.events : group.events.slice(0, EVENTS_PER_MATTER);
    }

    setGrouping(grouping) {
        this.state.grouping = grouping;
        browser.localStorage.setItem(GROUPING_KEY, grouping);
    }

    unfold(group) {
        this.state.unfolded[group.key] = true;
    }

    /** By matter, older events join groups above: the reader asks for them. */
    onEndVisible() {
        if (!this.isByMatter && !this.model.hasFailed && this.model.emptyPages < MAX_EMPTY_PAGES) {
            return this.model.loadMore();
        }
    }

    // === ACTIONS === //

    get canLog() {
        return Boolean(this.model.scope?.can_log && this.model.scope.partner && canLogInteraction());
    }

    async log() {
        const [resModel, resId] = this.props.document || ["res.partner", this.model.scope.partner.id];
        await this.logInteraction({ resModel, resId, onSaved: () => this.model.refresh() });
    }

    openRecord({ model, id }) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openPage() {
        return this.action.doAction("crm_extended.crmx_timeline_action", {
            additionalContext: { active_id: this.model.scope.partner.id, active_model: "res.partner" },
        });
    }

    print() {
        return this.action.doAction("crm_extended.crmx_history_print_action", {
            additionalContext: { active_id: this.model.scope.partner.id },
        });
    }
}
