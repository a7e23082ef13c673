# Sends statements through a mail server that writes down whom it heard of; the test kills this process.
import os
import time

from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.crm_extended.models.receivables.statement import Statement

COUNT = int(os.environ.get("CRMX_STATEMENTS", "60"))
registry = env.registry


def send_email(server, message, **_kwargs):
    with registry.cursor() as cr:
        cr.execute("INSERT INTO fault_mails VALUES (%s)", [message["To"]])
    time.sleep(0.05)  # long enough to be killed between the mail server's answer and the commit
    return message["Message-Id"]


def keep_pdf(statement):
    """What is printed is not what is tested here."""
    attachment = statement.env["ir.attachment"].create({"name": "statement.pdf", "raw": b"%PDF"})
    statement.attachment_id = attachment


IrMail_Server.send_email = send_email
IrMail_Server._connect__ = lambda server, **_kwargs: None
if COUNT == 60:
    Statement._keep_pdf = keep_pdf

env.cr.execute("CREATE TABLE IF NOT EXISTS fault_mails (receiver text)")
env.cr.commit()
Statements = env["crmx.statement"]
if not Statements.search_count([]):
    partners = env["res.partner"].create(
        [{"name": f"Mailed {n}", "email": f"mailed{n}@example.com"} for n in range(COUNT)]
    )
    Statements.create([{"partner_id": partner.id} for partner in partners])._outgoing_queue()
    env.cr.commit()
# one run has its time; on a slow machine it takes several
for _run in range(COUNT):
    env.ref("crm_extended.ir_cron_statement_send").method_direct_trigger()
    env.invalidate_all()
    if not Statements.search_count([("send_state", "in", ("queued", "sending"))]):
        break
