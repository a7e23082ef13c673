import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

const CLAIM = "crmx.call.claim";
/** Time for a tab that is looked at to claim a call, in milliseconds. */
const CLAIM_DELAY = 150;

/**
 * Shows a card when a call rings for the user, in one tab only: the one that he looks at, else the main
 * one. The message brings an id; what the card shows is read under the user's rights, and the server says
 * whether the call is too old, so that no clock of the browser counts.
 */
export const callService = {
    dependencies: ["bus_service", "multi_tab", "orm"],

    start(env, { bus_service: bus, multi_tab: multiTab, orm }) {
        const state = reactive({ cards: [] });
        const close = (id) => {
            state.cards = state.cards.filter((card) => card.id !== id);
        };

        async function isForThisTab(id) {
            if (document.hasFocus()) {
                browser.localStorage.setItem(CLAIM, id);
                return true;
            }
            if (!(await multiTab.isOnMainTab())) {
                return false;
            }
            await new Promise((resolve) => browser.setTimeout(resolve, CLAIM_DELAY));
            return browser.localStorage.getItem(CLAIM) !== String(id);
        }

        async function ring(id) {
            if (!(await isForThisTab(id))) {
                return;
            }
            const card = await orm.silent.call("crmx.call", "get_card", [id], { context: user.context });
            if (!card.is_stale) {
                close(id);
                state.cards.push(card);
            }
        }

        bus.subscribe("crmx.call/ringing", ({ call_id }) => ring(call_id));
        bus.subscribe("crmx.call/changed", ({ call_id, state: callState }) => {
            const card = state.cards.find(({ id }) => id === call_id);
            if (card) {
                card.state = callState;
            }
        });
        bus.start();
        return { state, close };
    },
};

registry.category("services").add("crmx_call", callService);
