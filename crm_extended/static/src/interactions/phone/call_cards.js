import { Component, useState } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";

/** The cards of calls that ring, in a corner of the screen. */
export class CallCards extends Component {
    static template = "crm_extended.CallCards";
    static props = {};

    setup() {
        this.service = useService("crmx_call");
        this.action = useService("action");
        this.orm = useService("orm");
        this.calls = useState(this.service.state);
    }

    title(card) {
        const titles = {
            ringing: _t("Incoming call"),
            answered: _t("Call in progress"),
            ended: _t("Call ended"),
        };
        return titles[card.state];
    }

    money(amount, card) {
        return formatMonetary(amount, { currencyId: card.debt.currency_id });
    }

    when(event) {
        return formatDateTime(deserializeDateTime(event.date));
    }

    text(event) {
        return [event.title, event.snippet].filter(Boolean).join(" – ");
    }

    close(card) {
        this.service.close(card.id);
    }

    openRecord(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    async choose(card, partner) {
        Object.assign(card, await this.orm.call("crmx.call", "choose_partner", [card.id, partner.id]));
    }

    async run(card, method) {
        const action = await this.orm.call("crmx.call", method, [[card.id]], { context: user.context });
        return this.action.doAction(action);
    }
}

registry.category("main_components").add("crm_extended.CallCards", { Component: CallCards });
