# A call log of many rows, a tenth of them broken, checked and ready to be imported; run in Odoo's shell.
import base64
import os
from datetime import datetime, timedelta

ROWS = int(os.environ.get("CRMX_IMPORT", "5000"))
company = env.ref("base.main_company")
company.write({"country_id": env.ref("base.de").id, "crmx_use_interactions": True})
partners = env["res.partner"].create(
    [{"name": f"Called {number}", "phone": f"030 77{number:05}"} for number in range(100)]
)
first = datetime(2026, 1, 5, 8)
lines = ["Date;Direction;Phone;Contact;Subject;Duration (sec)"]
for number in range(ROWS):
    moment = first + timedelta(minutes=number)
    day = "the day before" if number % 10 == 0 else moment
    lines.append(f"{day};in;030 77{number % 100:05};;Call {number};{number % 600}")
batch = env["crmx.interaction.import"].create(
    {"file": base64.b64encode("\n".join(lines).encode()), "file_name": "calls.csv", "tz": "UTC"}
)
batch.action_check()
env.cr.commit()
batch._cron_import()
assert batch.stage == "checked", (batch.stage, batch.state, batch.error)
batch.action_import()
env.cr.commit()
print("rows:", ROWS)
