# A past that the history does not know yet, and twins whom nobody has found; run in Odoo's shell.
LEADS, TWINS = 12_000, 3_000

customer = env["res.partner"].create({"name": "Fault Customer", "is_company": True})
lead = env["crm.lead"].create({"name": "Pattern", "partner_id": customer.id})
env.cr.flush()  # the history of these two is written, and forgotten below
env.cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'crm_lead'")
columns = ", ".join(f'"{name}"' for [name] in env.cr.fetchall() if name not in ("id", "phone_sanitized"))
env.cr.execute(
    f"""INSERT INTO crm_lead ({columns})
        SELECT {columns} FROM crm_lead, generate_series(2, {LEADS}) WHERE id = %s""",
    [lead.id],
)
env.cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'res_partner'")
columns = [f'"{name}"' for [name] in env.cr.fetchall() if name not in ("id", "name", "commercial_partner_id")]
columns = ", ".join(columns)
# each of two has one name
env.cr.execute(
    f"""INSERT INTO res_partner (name, {columns})
        SELECT 'Twin ' || md5((n / 2)::text), {columns}
          FROM res_partner, generate_series(2, {2 * TWINS + 1}) n
         WHERE id = %s""",
    [customer.id],
)
env.cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE commercial_partner_id IS NULL")
env.cr.execute("DELETE FROM crmx_timeline_event")
env.cr.execute("DELETE FROM crmx_partner_key")
env.invalidate_all()
Progress = env["crmx.timeline.progress"]
Progress._sync_sources()
Progress.search([])._restart()
env["crmx.duplicate.progress"].search([])._restart()
env.cr.commit()
