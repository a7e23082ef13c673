import { Component, onWillStart, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { deserializeDate, serializeDate, today } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

/** The row above the figures: as-of date, side, basis, buckets, credits and document currencies. */
export class AgedReportOptions extends Component {
    static template = "crm_extended.AgedReportOptions";
    static components = { DateTimeInput, Dropdown, DropdownItem };
    static props = {
        options: Object,
        documents: Boolean,
        schemes: Array,
        onChange: Function,
    };

    setup() {
        this.action = useService("action");
        this.buckets = useDropdownState();
        this.own = useState({ limits: this.limits });
        this.sides = [
            ["receivable", _t("Receivable")],
            ["payable", _t("Payable")],
        ];
        this.bases = [
            ["due", _t("Due date")],
            ["invoice", _t("Invoice date")],
        ];
        onWillStart(async () => {
            this.isManager = await user.hasGroup("crm_extended.group_receivables_manager");
        });
    }

    get asOf() {
        const { as_of } = this.props.options;
        return as_of ? deserializeDate(as_of) : false;
    }

    get limits() {
        const { limits = [] } = this.props.options;
        return typeof limits === "string" ? limits : limits.join(", ");
    }

    get scheme() {
        return this.props.schemes.find(({ limits }) => limits === this.limits);
    }

    get bucketsLabel() {
        return this.scheme?.name || _t("%s days", this.limits);
    }

    get isAged() {
        return this.props.options.credits === "aged";
    }

    /** Today is kept as no date at all, so that a favourite of today moves on with the days. */
    onDateChange(date) {
        const isToday = !date || date.hasSame(today(), "day");
        this.props.onChange({ as_of: isToday ? false : serializeDate(date) });
    }

    onBucketsOpened() {
        this.own.limits = this.limits;
    }

    onOwnLimits() {
        this.buckets.close();
        this.props.onChange({ limits: this.own.limits.trim() });
    }

    onOwnLimitsKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.onOwnLimits();
        }
    }

    openSchemes() {
        this.action.doAction("crm_extended.crmx_aging_scheme_action");
    }
}
