# Years of work before the add-on came, small: run in Odoo's shell.
from odoo import Command

company = env.company
env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
env.user.group_ids |= env.ref("base.group_multi_currency") | env.ref("account.group_account_manager")

partners = env["res.partner"].create(
    [{"name": f"Customer {n}", "is_company": True, "email": f"c{n}@example.com"} for n in range(12)]
)
product = env["product.product"].create({"name": "Tyre", "is_storable": True, "list_price": 90})
for n, partner in enumerate(partners):
    partner.message_post(body="Called about the offer", message_type="comment")
    partner.activity_schedule("mail.mail_activity_data_todo", summary="Call again")
    env["ir.attachment"].create(
        {"name": "offer.txt", "raw": b"offer %d" % n, "res_model": "res.partner", "res_id": partner.id}
    )

invoices = env["account.move"].create(
    [
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": f"2024-{month:02}-15",
            "invoice_line_ids": [Command.create({"product_id": product.id, "quantity": month})],
        }
        for partner in partners
        for month in range(1, 5)
    ]
)
invoices.action_post()
for invoice in invoices[::2]:
    env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
        {"amount": invoice.amount_total / 2, "payment_date": "2024-06-30"}
    ).action_create_payments()

orders = env["sale.order"].create(
    [
        {"partner_id": partner.id, "order_line": [Command.create({"product_id": product.id})]}
        for partner in partners
    ]
)
orders.action_confirm()
for picking in orders[:6].picking_ids:
    picking.move_ids.write({"quantity": 1, "picked": True})
    picking.button_validate()

env["crm.lead"].create([{"name": f"Lead {p.name}", "partner_id": p.id} for p in partners])
brand = env["fleet.vehicle.model.brand"].create({"name": "Brand"})
model = env["fleet.vehicle.model"].create({"name": "Model", "brand_id": brand.id})
vehicle = env["fleet.vehicle"].create({"model_id": model.id, "license_plate": "AB 1"})
kind = env["fleet.service.type"].create({"name": "Repair", "category": "service"})
env["fleet.vehicle.log.services"].create(
    {"vehicle_id": vehicle.id, "service_type_id": kind.id, "amount": 120}
)
env["calendar.event"].create(
    {
        "name": "Meeting",
        "start": "2024-05-01 10:00:00",
        "stop": "2024-05-01 11:00:00",
        "partner_ids": [Command.set(partners[:2].ids)],
    }
)
env["ir.exports"].create(
    {"name": "Customers", "resource": "res.partner", "export_fields": [Command.create({"name": "name"})]}
)
env["ir.filters"].create({"name": "Own customers", "model_id": "res.partner", "domain": "[]"})
# what the first use of the settings, and of the list of add-ons, stores
env["res.config.settings"].create({}).execute()
env["ir.module.module"].update_list()
# the mechanic, the part and the unit that records of ours are made with
env["hr.employee"].create({"name": "made by a test", "company_id": env.company.id})
part = env["product.product"].create({"name": "made by a test"})
env["stock.lot"].create({"name": "made by a test", "product_id": part.id, "company_id": env.company.id})
env.cr.commit()
