# Thirty customers with overdue invoices, the fourth of them French, and a mail server; run in Odoo's shell.
import os
from datetime import timedelta

from odoo import Command, fields

company = env.company
env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
company.email = "books@us.example"
env["res.lang"]._activate_lang("fr_FR")
text = env.ref("crm_extended.mail_template_dunning_1")
text.with_context(lang="fr_FR").subject = "Rappel : {{ object.amounts }}"
env["ir.mail_server"].search([]).active = False
env["ir.mail_server"].create(
    {
        "name": "Sink",
        "smtp_host": "127.0.0.1",
        "smtp_port": int(os.environ["CRMX_SMTP_PORT"]),
        "smtp_encryption": "none",
    }
)
policy = env["crmx.dunning.policy"].create(
    {
        "name": "Black box",
        "level_ids": [
            Command.create({"number": 1, "name": "First", "days": 10, "attach_invoices": False}),
        ],
    }
)
company.crmx_dunning_policy_id = policy
partners = env["res.partner"].create(
    [{"name": f"Debtor {n}", "is_company": True, "email": f"debtor{n}@customer.example"} for n in range(30)]
)
partners[3].lang = "fr_FR"
today = fields.Date.today()
env["account.move"].create(
    [
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": today - timedelta(days=60),
            "invoice_date_due": today - timedelta(days=30),
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                Command.create({"name": "Goods", "price_unit": 100 + number, "tax_ids": False})
            ],
        }
        for number, partner in enumerate(partners)
    ]
).action_post()
run = env["crmx.dunning.run"].create({})
run.action_propose()
run.letter_ids.filtered(lambda letter: letter.partner_id not in partners).action_exclude()
print("proposed:", len(run.letter_ids.filtered(lambda letter: letter.state == "proposed")))
run.action_confirm()
env.cr.commit()
