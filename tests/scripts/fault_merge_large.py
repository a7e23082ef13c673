# Merges two customers with a hundred thousand events each, half of them in common; run in Odoo's shell.
import time

EVENTS = 100_000

one, two, small, smaller = env["res.partner"].create(
    [{"name": name, "is_company": True} for name in ("Large One", "Large Two", "Small One", "Small Two")]
)
for partner in (one, two, small, smaller):
    partner.message_post(body="pattern", message_type="comment", subtype_xmlid="mail.mt_comment")
env.cr.flush()
env.cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'mail_message'")
columns = ", ".join(f'"{name}"' for [name] in env.cr.fetchall() if name not in ("id", "message_id"))
for partner in (one, two):
    env.cr.execute(
        f"""INSERT INTO mail_message ({columns}) SELECT {columns}
              FROM mail_message, generate_series(2, {EVENTS}) WHERE id = %s""",
        [partner.message_ids.filtered(lambda m: m.message_type == "comment").id],
    )
# meetings with both of them, to which both have a row
env.cr.execute(
    """INSERT INTO crmx_timeline_event (partner_id, commercial_partner_id, res_model, res_id, doc_model,
                                        doc_res_id, kind, date)
       SELECT p, p, 'calendar.event', 1000000 + n, 'calendar.event', 1000000 + n, 'meeting', now()
         FROM generate_series(1, 1000) n, unnest(%s) p""",
    [[one.id, two.id]],
)
env.cr.execute(
    """INSERT INTO crmx_timeline_event (partner_id, commercial_partner_id, res_model, res_id, doc_model,
                                        doc_res_id, kind, direction, date, user_id)
       SELECT m.res_id, m.res_id, 'mail.message', m.id, 'res.partner', m.res_id, 'comment', 'out', m.date, 2
         FROM mail_message m WHERE m.model = 'res.partner' AND m.res_id = ANY(%s)
          AND m.message_type = 'comment' ON CONFLICT DO NOTHING""",
    [[one.id, two.id]],
)
env.invalidate_all()
env.cr.commit()


def merge(source, target):
    before, start = env.cr.sql_log_count, time.monotonic()
    (source | target)._crmx_merge(target)
    env.cr.flush()
    return env.cr.sql_log_count - before, time.monotonic() - start


merge(*env["res.partner"].create([{"name": "Warm One"}, {"name": "Warm Two"}]))
few, _seconds = merge(small, smaller)
many, seconds = merge(one, two)
env.cr.commit()
events = env["crmx.timeline.event"].search([("partner_id", "=", two.id)])
print("statements:", few, many)
print("seconds:", round(seconds, 1))
print("messages:", len(events.filtered(lambda event: event.kind == "comment")))
print("meetings:", len(events.filtered(lambda event: event.kind == "meeting")))
print("lost:", env["crmx.timeline.event"].search_count([("partner_id", "=", one.id)]))
