import { Component, useState } from "@odoo/owl";
import { CheckboxItem } from "@web/core/dropdown/checkbox_item";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useDebounced } from "@web/core/utils/timing";

const { DateTime } = luxon;

const TYPING_DELAY = 400;

/** More kinds than that are searched rather than scrolled through. */
const MANY_KINDS = 12;

/** Departments by the code that sources use; others are called by their code. */
const DEPARTMENTS = {
    contact: _t("Contacts"),
    plan: _t("Plans"),
    sale: _t("Sales"),
    account: _t("Accounting"),
    logistics: _t("Logistics"),
    purchase: _t("Purchase"),
    service: _t("Service"),
    marketing: _t("Marketing"),
};

const DIRECTIONS = [
    ["in", _t("Incoming")],
    ["out", _t("Outgoing")],
    ["internal", _t("Internal")],
];

const PERIODS = [
    ["week", _t("Last 7 days"), () => DateTime.local().minus({ days: 6 })],
    ["month", _t("Last 30 days"), () => DateTime.local().minus({ days: 29 })],
    ["quarter", _t("Last 90 days"), () => DateTime.local().minus({ days: 89 })],
    ["year", _t("This year"), () => DateTime.local().startOf("year")],
];

/** Filters of a history: kind, direction, period, person, text, document. */
export class TimelineFilters extends Component {
    static template = "crm_extended.TimelineFilters";
    static components = { CheckboxItem, DateTimeInput, Dropdown, DropdownItem, RecordSelector };
    static props = {
        filters: Object,
        filterCount: Number,
        departments: Array,
        scope: { type: Object, optional: true },
        hasDocument: Boolean,
        onChange: Function,
        onClear: Function,
    };

    setup() {
        this.directions = DIRECTIONS;
        this.periods = PERIODS;
        this.typed = useState({ text: this.props.filters.text, kind: "" });
        this.applyText = useDebounced(() => this.props.onChange({ text: this.typed.text }), TYPING_DELAY);
    }

    departmentLabel({ code }) {
        return DEPARTMENTS[code] || code;
    }

    // === KINDS === //

    get kindsLabel() {
        const { kinds } = this.props.filters;
        if (!kinds.length) {
            return _t("Kind");
        }
        const whole = this.props.departments.find((department) => this.isWhole(department));
        if (whole && whole.kinds.length === kinds.length) {
            return this.departmentLabel(whole);
        }
        const [first] = kinds;
        const label = this.props.scope.kinds[first]?.label || first;
        return kinds.length === 1
            ? label
            : _t("%(first)s and %(count)s more", { first: label, count: kinds.length - 1 });
    }

    get hasManyKinds() {
        const count = this.props.departments.reduce((sum, { kinds }) => sum + kinds.length, 0);
        return count > MANY_KINDS;
    }

    /** Departments with the kinds that match what was typed; all of one whose own name matches. */
    get shownDepartments() {
        const text = this.typed.kind.trim().toLowerCase();
        const matches = (label) => String(label).toLowerCase().includes(text);
        return this.props.departments
            .map((whole) => ({
                code: whole.code,
                whole,
                kinds: matches(this.departmentLabel(whole))
                    ? whole.kinds
                    : whole.kinds.filter(({ label }) => matches(label)),
            }))
            .filter(({ kinds }) => kinds.length);
    }

    /** Whether all kinds of a department are chosen. */
    isWhole(department) {
        return department.kinds.every(({ code }) => this.props.filters.kinds.includes(code));
    }

    toggleKind(code) {
        this.props.onChange({ kinds: toggled(this.props.filters.kinds, [code]) });
    }

    toggleDepartment(department) {
        const codes = department.kinds.map(({ code }) => code);
        const others = this.props.filters.kinds.filter((code) => !codes.includes(code));
        this.props.onChange({ kinds: this.isWhole(department) ? others : [...others, ...codes] });
    }

    // === DIRECTION === //

    get directionLabel() {
        const chosen = DIRECTIONS.filter(([code]) => this.props.filters.directions.includes(code));
        return chosen.length ? chosen.map(([, label]) => label).join(", ") : _t("Direction");
    }

    toggleDirection(code) {
        this.props.onChange({ directions: toggled(this.props.filters.directions, [code]) });
    }

    // === PERIOD === //

    get period() {
        const { dateFrom, dateTo } = this.props.filters;
        return dateTo ? undefined : PERIODS.find(([, , start]) => serializeDate(start()) === dateFrom);
    }

    get periodLabel() {
        const { dateFrom, dateTo } = this.props.filters;
        if (!dateFrom && !dateTo) {
            return _t("Period");
        }
        if (this.period) {
            return this.period[1];
        }
        const format = (date) => (date ? deserializeDate(date).toLocaleString(DateTime.DATE_SHORT) : "…");
        return `${format(dateFrom)} – ${format(dateTo)}`;
    }

    setPeriod(period) {
        const isSame = this.period === period;
        this.props.onChange({ dateFrom: isSame ? false : serializeDate(period[2]()), dateTo: false });
    }

    date(name) {
        const value = this.props.filters[name];
        return value ? deserializeDate(value) : false;
    }

    setDate(name, value) {
        this.props.onChange({ [name]: value ? serializeDate(value) : false });
    }

    // === PERSONS === //

    get personLabel() {
        const { userId, contactId } = this.props.filters;
        if (userId === user.userId && !contactId) {
            return _t("Mine");
        }
        return userId || contactId ? _t("Person: chosen") : _t("Person");
    }

    get isMine() {
        return this.props.filters.userId === user.userId;
    }

    get userDomain() {
        return [["share", "=", false]];
    }

    get contactDomain() {
        return [["id", "child_of", this.props.scope.commercial_id]];
    }

    toggleMine() {
        this.props.onChange({ userId: this.isMine ? false : user.userId });
    }

    setPerson(name, resId) {
        this.props.onChange({ [name]: resId });
    }

    // === TEXT === //

    onTextInput(ev) {
        this.typed.text = ev.target.value;
        this.applyText();
    }

    onTextKeydown(ev) {
        // Enter and Escape mean the form around it otherwise.
        if (ev.key === "Enter") {
            ev.preventDefault();
            ev.stopPropagation();
            this.applyText.cancel();
            this.props.onChange({ text: this.typed.text });
        } else if (ev.key === "Escape" && this.typed.text) {
            ev.stopPropagation();
            this.typed.text = "";
            this.applyText.cancel();
            this.props.onChange({ text: "" });
        }
    }

    clear() {
        this.typed.text = "";
        this.applyText.cancel();
        this.props.onClear();
    }
}

/** @returns {string[]} the values with those given added, or removed where they were */
function toggled(values, codes) {
    const kept = values.filter((value) => !codes.includes(value));
    return kept.length < values.length ? kept : [...values, ...codes];
}
