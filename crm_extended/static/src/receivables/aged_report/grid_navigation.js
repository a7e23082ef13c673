import { onMounted, onPatched, useEnv } from "@odoo/owl";
import { useBus } from "@web/core/utils/hooks";

const FOCUSABLE = "button";
/** Of several buttons in a cell, the one that stands for it. */
const CELL = "o_crmx_cell";

/**
 * Let arrow keys, Home and End move the focus between the buttons of a table, as in a spreadsheet. The
 * table is a single stop of the Tab key, at the cell that had the focus last.
 *
 * @param {{ el: HTMLTableElement | null }} ref
 */
export function useGridNavigation(ref) {
    const env = useEnv();

    const targets = (row) => [...row.querySelectorAll(FOCUSABLE)];
    const cellOf = (target) => target.closest("th, td");

    function setStop(target) {
        for (const stop of ref.el.querySelectorAll(`${FOCUSABLE}[tabindex="0"]`)) {
            stop.tabIndex = -1;
        }
        if (target) {
            target.tabIndex = 0;
        }
    }

    function ensureStop() {
        if (!ref.el.querySelector(`${FOCUSABLE}[tabindex="0"]`)) {
            setStop(ref.el.querySelector(`tbody ${FOCUSABLE}`));
        }
    }

    function inRow(target, step) {
        const all = targets(target.closest("tr"));
        return all[all.indexOf(target) + step];
    }

    /** Return the target in the same column of the nearest row above or below that has one. */
    function inColumn(target, step) {
        const { cellIndex } = cellOf(target);
        const rows = [...ref.el.rows];
        let index = rows.indexOf(target.closest("tr")) + step;
        for (; rows[index]; index += step) {
            const all = targets(rows[index].cells[cellIndex]);
            const found = all.find((button) => button.classList.contains(CELL)) || all.at(-1);
            if (found) {
                return found;
            }
        }
    }

    function next(target, key) {
        const isRtl = getComputedStyle(ref.el).direction === "rtl";
        switch (key) {
            case "ArrowRight":
                return inRow(target, isRtl ? -1 : 1);
            case "ArrowLeft":
                return inRow(target, isRtl ? 1 : -1);
            case "ArrowDown":
                return inColumn(target, 1);
            case "ArrowUp":
                return inColumn(target, -1);
            case "Home":
                return targets(target.closest("tr"))[0];
            case "End":
                return targets(target.closest("tr")).at(-1);
        }
    }

    function onKeydown(ev) {
        const target = ev.target.closest(FOCUSABLE);
        if (!target || ev.altKey || ev.ctrlKey || ev.metaKey || ev.shiftKey) {
            return;
        }
        const found = next(target, ev.key);
        if (found) {
            ev.preventDefault();
            found.focus();
        } else if (ev.key === "ArrowUp") {
            ev.preventDefault();
            env.searchModel?.trigger("focus-search");
        }
    }

    onMounted(() => {
        ref.el.addEventListener("keydown", onKeydown);
        ref.el.addEventListener("focusin", (ev) => setStop(ev.target.closest(FOCUSABLE)));
        ensureStop();
    });
    onPatched(ensureStop);
    if (env.searchModel) {
        useBus(env.searchModel, "focus-view", () => {
            ref.el.querySelector(`tbody ${FOCUSABLE}`)?.focus();
        });
    }
}
