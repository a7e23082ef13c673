import { addTour } from "./patience";

/** A scanner types fast and ends with Enter. */
function keys(barcode) {
    for (const key of [...barcode, "Enter"]) {
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    }
}

const scan = (barcode) => ({
    content: `scan ${barcode}`,
    trigger: ".o_crmx_receiving",
    run: () => keys(barcode),
});
const said = (text, kind) => ({ trigger: `.o_crmx_receiving_said.alert-${kind}:contains('${text}')` });
const counted = (barcode, text) => ({
    trigger: `.o_crmx_receiving_line[data-barcode='${barcode}'] .o_crmx_receiving_count:contains('${text}')`,
});

addTour("crmx_receiving", {
    steps: () => [
        { trigger: ".o_crmx_receiving_typed" },
        scan("PO-OF-OURS"),
        counted("SCREW-1", "0 / 14"),
        scan("NOTHING"),
        said("“NOTHING” is not known", "danger"),
        scan("SCREW-BOX"),
        counted("SCREW-1", "12 / 14"),
        scan("SCREW-BOX"),
        said("14 are expected", "danger"),
        {
            content: "one more by hand",
            trigger: ".o_crmx_receiving_line[data-barcode='SCREW-1'] button[title='One more']",
            run: "click",
        },
        counted("SCREW-1", "13 / 14"),
        { trigger: ".o_crmx_receiving_typed", run: "edit SCREW-1 && press Enter" },
        counted("SCREW-1", "14 / 14"),
        { trigger: ".o_crmx_receiving_count", run: () => document.activeElement.blur() },
        scan("PAINT-1"),
        said("scan its lot", "info"),
        scan("LOT-7"),
        counted("PAINT-1", "1 / 3"),
        scan("PAINT-1"),
        said("scan its lot", "info"),
        scan("LOT-7"),
        counted("PAINT-1", "2 / 3"),
        scan("PAINT-1"),
        said("scan its lot", "info"),
        scan("LOT-8"),
        counted("PAINT-1", "3 / 3"),
        scan("PUMP-1"),
        said("scan its lot or serial", "info"),
        scan("SER-1"),
        counted("PUMP-1", "1 / 2"),
        scan("PUMP-1"),
        said("scan its lot or serial", "info"),
        scan("SER-1"),
        said("was counted before", "danger"),
        scan("SER-2"),
        counted("PUMP-1", "2 / 2"),
        { trigger: ".o_crmx_receiving_validate", run: "click" },
        { trigger: ".o_crmx_receiving_done" },
    ],
});
