import { _t } from "@web/core/l10n/translation";
import { session } from "@web/session";
import { useOwnedDialogs, useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";

/**
 * @param {string} [resModel] a model, or none for anybody
 * @returns {boolean} whether the user may log an interaction about its records
 */
export function canLogInteraction(resModel) {
    const models = session.crmx_log_models;
    return Boolean(models && (!resModel || models.includes(resModel)));
}

/**
 * @returns {Function} opens the form of a new interaction in a dialog, filled in for a record
 */
export function useLogInteraction() {
    const addDialog = useOwnedDialogs();
    const orm = useService("orm");

    /**
     * @param {Object} [params]
     * @param {string} [params.resModel] with resId: what the user looks at
     * @param {number} [params.resId]
     * @param {number} [params.typeId] type of the interaction, where it has been chosen
     * @param {string} [params.channel] or its channel alone, such as "call"
     * @param {Function} [params.onSaved]
     */
    return async ({ resModel = false, resId = false, typeId = false, channel = false, onSaved } = {}) => {
        const args = channel ? [resModel, resId, channel] : [resModel, resId];
        const context = await orm.call("crmx.interaction", "get_log_context", args);
        if (typeId) {
            context.default_type_id = typeId;
        }
        addDialog(FormViewDialog, {
            resModel: "crmx.interaction",
            title: _t("Log Interaction"),
            context,
            onRecordSaved: () => {
                // The dialog closes now, whatever has to be read again.
                onSaved?.();
            },
        });
    };
}
