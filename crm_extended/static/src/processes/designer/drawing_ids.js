const DIAGRAM = /\/(DI|DC)$/;

/**
 * Ids that one text of a drawing has and another has not: of what the process is, and of its picture only.
 *
 * @param {string} before
 * @param {string} after
 * @returns {{elements: string[], picture: string[]}}
 */
export function lostIds(before, after) {
    const kept = new Set(identified(after).map((element) => element.id));
    const lost = identified(before).filter((element) => !kept.has(element.id));
    return {
        elements: lost.filter((element) => !DIAGRAM.test(element.namespaceURI)).map((element) => element.id),
        picture: lost.filter((element) => DIAGRAM.test(element.namespaceURI)).map((element) => element.id),
    };
}

function identified(text) {
    return [...new DOMParser().parseFromString(text, "application/xml").querySelectorAll("[id]")];
}
