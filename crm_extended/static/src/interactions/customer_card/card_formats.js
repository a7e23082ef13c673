import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatFloatTime, formatMonetary } from "@web/views/fields/formatters";

const { DateTime } = luxon;

export function money(amount, currencyId) {
    return formatMonetary(amount, { currencyId });
}

/** An amount without its cents: figures to compare at a glance. */
export function rounded(amount, currencyId) {
    return formatMonetary(Math.round(amount), { currencyId, digits: [16, 0] });
}

export function percent(value) {
    return _t("%s %", Math.round(value));
}

/** A date or a moment, as the day. */
export function localDay(text) {
    return text.length > 10 ? deserializeDateTime(text).startOf("day") : deserializeDate(text);
}

/** A day near today in words, others as a date; without the year when it is this one. */
export function dayText(text) {
    if (!text) {
        return "";
    }
    const date = localDay(text);
    const days = Math.round(date.diff(DateTime.local().startOf("day"), "days").days);
    const words = { "-1": _t("yesterday"), 0: _t("today"), 1: _t("tomorrow") };
    if (days in words) {
        return words[days];
    }
    const isThisYear = date.year === DateTime.local().year;
    return date.toLocaleString(
        isThisYear ? { day: "numeric", month: "short" } : { day: "numeric", month: "short", year: "numeric" },
    );
}

/** A day of the year: near today in words. */
export function birthdayText(text) {
    const day = localDay(text).toLocaleString({ day: "numeric", month: "short" });
    return [_t("today"), _t("tomorrow")].includes(dayText(text)) ? dayText(text) : day;
}

export function isPast(text) {
    return Boolean(text) && localDay(text) < DateTime.local().startOf("day");
}

export function hours({ from, to }) {
    return `${formatFloatTime(from)} – ${formatFloatTime(to)}`;
}

export function monthText(text) {
    return deserializeDate(text).toLocaleString({ month: "short", year: "numeric" });
}

export function joined(...parts) {
    return parts.filter(Boolean).join(" · ");
}
