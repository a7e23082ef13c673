import { Chatter } from "@mail/chatter/web_portal/chatter";
import { patch } from "@web/core/utils/patch";

import { canLogInteraction, useLogInteraction } from "./log_interaction_hook";

patch(Chatter.prototype, {
    setup() {
        super.setup(...arguments);
        this.crmxLogInteraction = useLogInteraction();
    },

    get crmxCanLog() {
        return canLogInteraction(this.props.threadModel);
    },

    async crmxOnClickLog() {
        if (!this.props.threadId && !(await this.props.saveRecord?.())) {
            return;
        }
        const { threadModel: resModel, threadId: resId } = this.props;
        await this.crmxLogInteraction({
            resModel,
            resId,
            onSaved: () => this.load(this.state.thread, ["activities", "messages"]),
        });
    },
});
