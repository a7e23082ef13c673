# A telephone provider, users with lines and customers who call; run in Odoo's shell.
from odoo import Command

from odoo.addons.crm_extended.tools import call_protocol

company = env.ref("base.main_company")
company.write({"country_id": env.ref("base.de").id, "crmx_use_interactions": True})
provider = env["crmx.call.provider"].create(
    {
        "name": "Exchange",
        "code": "burst",
        "company_id": company.id,
        "tz": "UTC",
        "secret": "not told to anybody",
        "rule_ids": [Command.create({"target": name, "source": name}) for name in call_protocol.TARGETS],
    }
)
env["res.users"].with_context(no_reset_password=True).create(
    [
        {
            "name": f"Agent {line}",
            "login": f"agent{line}",
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [Command.link(env.ref("crm_extended.group_interactions_user").id)],
            "crmx_phone_extension": str(line),
        }
        for line in range(100, 110)
    ]
)
env["res.partner"].create(
    [{"name": f"Caller {number}", "phone": f"+49 30 {5550000 + number}"} for number in range(50)]
)
env.cr.commit()
print("token:", provider.token)
