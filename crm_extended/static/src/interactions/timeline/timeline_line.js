import { Component, markup, useState } from "@odoo/owl";
import { formatMonetary } from "@web/views/fields/formatters";
import { _t } from "@web/core/l10n/translation";
import { url } from "@web/core/utils/urls";

import { hasTime, localDate } from "./timeline_groups";

const { DateTime } = luxon;

const DIRECTIONS = {
    in: { icon: "fa-arrow-left", className: "text-info", label: _t("Incoming") },
    out: { icon: "fa-arrow-right", className: "text-muted", label: _t("Outgoing") },
    internal: { icon: "fa-lock", className: "text-muted", label: _t("Internal") },
};

/** Records that have no form worth opening: the document that they hang on is opened instead. */
const WITHOUT_FORM = ["mail.message", "mail.activity", "mailing.trace"];

/** Texts up to this length, in characters, show as they are. */
const SHORT_TEXT = 100;

/** One event of a history. */
export class TimelineLine extends Component {
    static template = "crm_extended.TimelineLine";
    static props = {
        event: Object,
        showDate: { type: Boolean, optional: true },
        /** What the list is about, which need not be named on every line. */
        context: { type: Object, optional: true },
        getDetail: Function,
        openRecord: Function,
    };

    setup() {
        this.state = useState({ isOpen: false, isLoading: false, detail: null });
    }

    get event() {
        return this.props.event;
    }

    get direction() {
        return DIRECTIONS[this.event.direction];
    }

    /** Whether the list, or its heading, is about the very record. */
    get isContext() {
        const { context } = this.props;
        return Boolean(
            context?.isHeading && context.model === this.event.model && context.id === this.event.res_id,
        );
    }

    get title() {
        return (!this.isContext && this.event.title) || this.event.label;
    }

    /** Whether the line has more to show than its snippet; messages may have files. */
    get isUnfoldable() {
        const { snippet, model } = this.event;
        return Boolean(snippet) && (model === "mail.message" || snippet.length > SHORT_TEXT);
    }

    get target() {
        const { model, res_id, document, hidden } = this.event;
        if (hidden || this.isContext) {
            return null;
        }
        return WITHOUT_FORM.includes(model) ? document : { model, id: res_id };
    }

    /** The document, unless the list is about it or the title leads there. */
    get document() {
        const { document } = this.event;
        const { context } = this.props;
        const isContext = context?.model === document?.model && context?.id === document?.id;
        const isOwner = document?.model === "res.partner" && document.id === context?.partnerId;
        if (!document || isContext || isOwner) {
            return null;
        }
        return document;
    }

    /** With whom, unless the list is about nobody else. */
    get partner() {
        const { partner } = this.event;
        return partner && partner.id !== this.props.context?.partnerId ? partner : null;
    }

    get moment() {
        const date = localDate(this.event);
        const day = this.props.showDate ? date.toLocaleString(DateTime.DATE_MED) : "";
        const time = hasTime(this.event) ? date.toLocaleString(DateTime.TIME_SIMPLE) : "";
        return [day, time].filter(Boolean).join(", ");
    }

    get amount() {
        const { amount, currency_id } = this.event;
        return amount === null ? "" : formatMonetary(amount, { currencyId: currency_id });
    }

    get html() {
        // The server returns the text of a field that it has cleaned, as in a form.
        return markup(this.state.detail.html);
    }

    get toggleLabel() {
        return this.state.isOpen ? _t("Hide the text") : _t("Show the whole text");
    }

    fileUrl(file) {
        return url(`/web/content/${file.id}`, { download: true });
    }

    async toggle() {
        this.state.isOpen = !this.state.isOpen;
        if (this.state.isOpen && !this.state.detail && !this.state.isLoading) {
            this.state.isLoading = true;
            try {
                this.state.detail = await this.props.getDetail(this.event);
            } finally {
                this.state.isLoading = false;
            }
        }
    }
}
