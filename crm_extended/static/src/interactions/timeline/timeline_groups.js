import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

/** What has no time of its own stands in the ledger at noon, UTC. */
const NO_TIME = "12:00:00";

export function hasTime(event) {
    return !event.date.endsWith(NO_TIME);
}

export function localDate(event) {
    return deserializeDateTime(event.date);
}

function dayLabel(date) {
    const today = DateTime.local();
    if (date.hasSame(today, "day")) {
        return _t("Today");
    }
    if (date.hasSame(today.minus({ days: 1 }), "day")) {
        return _t("Yesterday");
    }
    if (date.hasSame(today.plus({ days: 1 }), "day")) {
        return _t("Tomorrow");
    }
    return date.toLocaleString(DateTime.DATE_HUGE);
}

/** @returns {Object[]} groups of events of one local day, newest first */
export function groupByDay(events) {
    const groups = [];
    for (const event of events) {
        const date = localDate(event);
        const key = date.toISODate();
        if (groups.at(-1)?.key !== key) {
            groups.push({ key, label: dayLabel(date), events: [] });
        }
        groups.at(-1).events.push(event);
    }
    return groups;
}

function matterOf(event) {
    if (event.document) {
        const { model, id, name } = event.document;
        return { key: `${model},${id}`, label: name, model, id };
    }
    if (event.matter) {
        const { id, name } = event.matter;
        return { key: `${event.model},${id}`, label: name, model: event.model, id };
    }
    if (event.hidden || !event.title) {
        return { key: "other", label: _t("Other") };
    }
    return {
        key: `${event.model},${event.res_id}`,
        label: event.title,
        model: event.model,
        id: event.res_id,
    };
}

/** @returns {Object[]} groups of events about one document or subject, by their newest event */
export function groupByMatter(events) {
    const groups = new Map();
    for (const event of events) {
        const matter = matterOf(event);
        if (!groups.has(matter.key)) {
            groups.set(matter.key, { ...matter, events: [] });
        }
        groups.get(matter.key).events.push(event);
    }
    return [...groups.values()];
}
