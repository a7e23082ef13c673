import { Component, onWillStart, useState } from "@odoo/owl";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Mutex } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Receiving by barcode: choose or scan a receipt, scan what is there, validate it. */
export class Receiving extends Component {
    static template = "crm_extended.Receiving";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.hasCamera = isBarcodeScannerSupported();
        this.state = useState({ receipts: [], receipt: null, said: null, awaited: false, typed: "" });
        // one after the other, as they were scanned
        this.mutex = new Mutex();
        useBus(useService("barcode").bus, "barcode_scanned", ({ detail }) => this.scan(detail.barcode));
        onWillStart(() => this.start());
    }

    async start() {
        const { active_id: id, active_model: model } = this.props.action.context;
        if (id && (!model || model === "stock.picking")) {
            await this.open(id);
        } else {
            await this.list();
        }
        this.env.config.setDisplayName(_t("Receiving"));
    }

    async list() {
        const receipts = await this.orm.silent.call("stock.picking", "crmx_receipts", []);
        Object.assign(this.state, { receipts, receipt: null, said: null, awaited: false });
    }

    async open(id) {
        const receipt = await this.orm.call("stock.picking", "crmx_receipt", [[id]]);
        Object.assign(this.state, { receipt, said: null, awaited: false });
    }

    get placeholder() {
        if (!this.state.receipt) {
            return _t("Receipt or order");
        }
        return this.state.awaited ? _t("Lot or serial number") : _t("Product, packaging or lot");
    }

    get isDone() {
        return this.state.receipt.state === "done";
    }

    get counted() {
        return this.state.receipt.lines.filter((line) => line.counted >= line.expected).length;
    }

    scan(barcode, isForced = false) {
        return this.mutex.exec(() =>
            this.state.receipt ? this.count(barcode, isForced) : this.find(barcode),
        );
    }

    async find(barcode) {
        const id = await this.orm.call("stock.picking", "crmx_find_receipt", [barcode]);
        if (id) {
            await this.open(id);
        } else {
            this.state.said = { status: "unknown", text: _t("No receipt “%s” waits.", barcode) };
        }
    }

    async count(barcode, isForced) {
        if (this.isDone) {
            await this.find(barcode);
            return;
        }
        const { receipt, awaited } = this.state;
        const answer = await this.orm.call("stock.picking", "crmx_scan", [[receipt.id], barcode], {
            product_id: awaited,
            is_forced: isForced,
        });
        Object.assign(this.state, {
            receipt: answer.receipt,
            said: { status: answer.status, text: answer.text, barcode },
            // the next scan is the number of this one
            awaited: ["lot", "twice"].includes(answer.status)
                ? answer.product_id
                : answer.status === "too_many" && awaited,
        });
        if (answer.status !== "ok" && answer.status !== "lot") {
            navigator.vibrate?.([80, 60, 80]);
        }
    }

    onTyped(ev) {
        ev.preventDefault();
        const barcode = this.state.typed.trim();
        this.state.typed = "";
        if (barcode) {
            this.scan(barcode);
        }
    }

    async openCamera() {
        const barcode = await scanBarcode(this.env);
        if (barcode) {
            await this.scan(barcode);
        }
    }

    async set(line, quantity) {
        await this.mutex.exec(async () => {
            this.state.receipt = await this.orm.call("stock.picking", "crmx_set_count", [
                [this.state.receipt.id],
                line.id,
                Math.max(0, quantity),
            ]);
            this.state.said = null;
        });
    }

    async validate() {
        const { id } = this.state.receipt;
        const action = await this.orm.call("stock.picking", "crmx_receive", [[id]]);
        if (action && typeof action === "object") {
            await this.action.doAction(action, { onClose: () => this.open(id) });
        } else {
            await this.open(id);
        }
    }

    openForm() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "stock.picking",
            res_id: this.state.receipt.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("crmx_receiving", Receiving);
