import { addTour } from "./patience";

const place = (code) => `.o_crmx_place[data-code='${code}']`;
const choose = (field, text) => [
    { trigger: `.modal [name='${field}'] input`, run: `edit ${text}` },
    { trigger: `.modal [name='${field}'] .dropdown-item:contains('${text}')`, run: "click" },
];
const apply = { trigger: ".modal-footer .btn-primary", run: "click" };
const closed = "body:not(:has(.modal)) ";

addTour("crmx_axles", {
    steps: () => [
        { trigger: ".nav-link[name='crmx_units']", run: "click" },
        { trigger: `${place("1L")}.o_crmx_place_empty`, run: "click" },
        ...choose("lot_id", "T-1"),
        { trigger: ".modal [name='tread'] input", run: "edit 15" },
        apply,
        { trigger: `${closed}${place("1L")}:contains('T-1'):contains('15.0 mm')` },
        { trigger: place("1L"), run: "click" },
        ...choose("position_id", "2LO"),
        apply,
        { trigger: `${closed}${place("2LO")}:contains('T-1')` },
        { trigger: `${place("1L")}.o_crmx_place_empty` },
        { trigger: place("2LO"), run: "click" },
        { trigger: ".modal [name='action'] input[data-value='dismount']", run: "click" },
        { trigger: ".modal [name='destination']" },
        apply,
        { trigger: `${closed}${place("2LO")}.o_crmx_place_empty` },
    ],
});
