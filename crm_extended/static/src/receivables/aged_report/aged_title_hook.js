import { useEffect, useEnv } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** Name the action after the side that is shown, when it is not the one that the action opened with. */
export function useAgedTitle() {
    const { config, searchModel } = useEnv();
    const opened = {
        side: searchModel.globalContext.crmx_side || "receivable",
        name: config.getDisplayName(),
    };
    const nameOf = (side) => {
        if (side === opened.side) {
            return opened.name;
        }
        return side === "payable" ? _t("Aged Payables") : _t("Aged Receivables");
    };
    useEffect(
        (side) => {
            if (nameOf(side) !== config.getDisplayName()) {
                config.setDisplayName(nameOf(side));
            }
        },
        () => [searchModel.context.crmx_side || opened.side],
    );
}
