import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Recommendations } from "./recommendations";

/** What is recommended for all partners of the user, most important first. */
export class RecommendationsAction extends Component {
    static template = "crm_extended.RecommendationsAction";
    static components = { Layout, Recommendations };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Recommended Actions");

    setup() {
        this.display = { controlPanel: {} };
        this.orm = useService("orm");
        this.state = useState({ mine: true, lines: [], reasons: [], cut: false, isLoaded: false });
        onWillStart(() => this.load());
    }

    async load() {
        const list = await this.orm.call("crmx.recommendation", "get_list", [this.state.mine]);
        Object.assign(this.state, { ...list, isLoaded: true });
    }

    show(mine) {
        this.state.mine = mine;
        return this.load();
    }

    onDone(done) {
        this.state.lines = this.state.lines.filter(
            ({ rule_id, partner_id }) => rule_id !== done.rule_id || partner_id !== done.partner_id,
        );
    }
}

registry.category("actions").add("crmx_recommendations", RecommendationsAction);
