import { registry } from "@web/core/registry";

/** Milliseconds that a step waits for its element: a busy machine is slow, and no fault of the page's. */
const PATIENCE = 60000;

/** Register a tour whose steps wait longer than the host's ten seconds. */
export function addTour(name, tour) {
    registry.category("web_tour.tours").add(name, {
        ...tour,
        steps: () => tour.steps().map((step) => ({ timeout: PATIENCE, ...step })),
    });
}
