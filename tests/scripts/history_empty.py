# As if the add-on had just come to a database with years of history: much of it, and an empty ledger.
partners = env["res.partner"].create([{"name": f"Busy {number}"} for number in range(20)])
env.flush_all()
env.cr.execute(
    """INSERT INTO crmx_interaction (type_id, channel, direction, date, date_end, partner_id, company_id,
           duration, create_date, write_date, create_uid, write_uid)
       SELECT t.id, t.channel, 'in', now() - n * interval '1 hour', now() - n * interval '1 hour',
           (%s)[1 + n %% %s], %s, 0, now(), now(), 1, 1
       FROM generate_series(1, 50000) n, (SELECT id, channel FROM crmx_interaction_type LIMIT 1) t""",
    [partners.ids, len(partners), env.company.id],
)
env.cr.execute("DELETE FROM crmx_timeline_event")
env["crmx.timeline.progress"]._sync_sources()
env["crmx.timeline.progress"].search([("task", "=", "fill")])._restart()
env.cr.commit()
