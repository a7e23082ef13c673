import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/** Lets what is beside a drawing know that its changes are not wanted, before they are asked for. */
export class ProcessFormController extends FormController {
    async discard() {
        this.model.bus.trigger("CRMX_DISCARD");
        return super.discard();
    }
}

registry.category("views").add("crmx_process_form", { ...formView, Controller: ProcessFormController });
