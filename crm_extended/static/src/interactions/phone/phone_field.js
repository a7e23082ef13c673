import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";
import { PhoneField } from "@web/views/fields/phone/phone_field";

import { canLogInteraction, useLogInteraction } from "../log_interaction/log_interaction_hook";

/**
 * A click on a number asks the company's telephone provider to call, where one is set up and the user has a
 * line; else the browser's own telephone program does. Beside it one logs the call.
 */
patch(PhoneField.prototype, {
    setup() {
        super.setup(...arguments);
        this.crmxOrm = useService("orm");
        this.crmxNotification = useService("notification");
        this.crmxLogInteraction = useLogInteraction();
    },

    get crmxCanLog() {
        const { resId, resModel } = this.props.record;
        return Boolean(resId) && canLogInteraction(resModel);
    },

    crmxLog() {
        const { resId, resModel } = this.props.record;
        return this.crmxLogInteraction({ resModel, resId, channel: "call" });
    },

    get crmxHasProvider() {
        return (session.crmx_call_companies || []).includes(user.activeCompany?.id);
    },

    async crmxCall(ev) {
        if (!this.crmxHasProvider) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
        const number = this.props.record.data[this.props.name];
        const { started, provider } = await this.crmxOrm.call("crmx.call.provider", "originate", [number]);
        if (started) {
            this.crmxNotification.add(
                _t("%(provider)s is calling %(number)s: your telephone rings first.", {
                    provider,
                    number,
                }),
                { type: "info" },
            );
        } else {
            browser.location.assign(this.phoneHref);
        }
    },
});
