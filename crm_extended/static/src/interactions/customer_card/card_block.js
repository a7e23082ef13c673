import { Component } from "@odoo/owl";

/** A block of the card: its heading, how many there are, and a way to all of them. */
export class CardBlock extends Component {
    static template = "crm_extended.CardBlock";
    static props = {
        name: String,
        title: String,
        icon: String,
        count: { type: [Number, { value: false }], optional: true },
        onOpen: { type: [Function, { value: false }], optional: true },
        slots: Object,
    };
}
