import { addTour } from "./patience";

/** A customer pays two of three open items, and signs the act that waits for it. */
addTour("crmx_portal_debts", {
    steps: () => [
        {
            content: "leave out what is not to be paid now",
            trigger: ".crmx_debts tr:contains(Not today) input[name=item]",
            run: "click",
        },
        {
            trigger: ".crmx_debts:has(tr:contains(Not today) input[name=item]:not(:checked))",
        },
        {
            content: "pay the others",
            trigger: ".crmx_debts button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the sum of what is open on both",
            trigger: ".o_payment_form, #o_payment_form",
        },
        {
            trigger: "main:contains(1,250.00)",
        },
        {
            trigger: "button[name=o_payment_submit_button]:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "back from the provider, look at the act",
            trigger: "main a:contains(RA/)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "a:contains(Agree and sign)",
            run: "click",
        },
        {
            trigger: ".modal .o_web_sign_name_and_signature input",
            run: "clear",
        },
        {
            trigger: ".modal .o_web_sign_name_and_signature input",
            run: "fill Anna Adler",
        },
        {
            trigger: ".modal canvas.o_web_sign_signature",
            run: "canvasNotEmpty",
        },
        {
            trigger: ".modal .o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".alert-success:contains(Signed by Anna Adler)",
        },
    ],
});
