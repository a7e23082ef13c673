"""The history of the busiest customer: pages of pointers, complete pages, and the host's chatter.

`first` is the newest page, `deep` the one behind 5,000 events. The peer of a complete page is the
chatter of one record, 30 messages, as the host's route returns it: the page has as many lines, of
all the customer's records.
"""

from functools import partial

from .core.measure import Bounds, Operation

ISSUE = 5
LIMIT = 30
DEEP = 5_000

BUSIEST = """
    SELECT commercial_partner_id FROM crmx_timeline_event
    GROUP BY commercial_partner_id ORDER BY count(*) DESC, commercial_partner_id LIMIT 1
"""
CURSOR = """
    SELECT date, id FROM crmx_timeline_event WHERE commercial_partner_id = %s
    ORDER BY date DESC, id DESC OFFSET %s LIMIT 1
"""
# What one index gives, straight from its table.
POINTERS = """
    SELECT id, date, res_model, res_id, doc_model, doc_res_id, kind, direction, partner_id, user_id
    FROM crmx_timeline_event
    WHERE commercial_partner_id = %(partner)s AND (date, id) < (%(date)s, %(id)s)
    ORDER BY date DESC, id DESC LIMIT %(limit)s
"""
TALKATIVE = """
    SELECT model, res_id FROM mail_message WHERE model = 'res.partner' AND res_id > 0
    GROUP BY model, res_id ORDER BY count(*) DESC, res_id LIMIT 1
"""


def operations(env):
    fill_history(env)
    env.cr.execute(BUSIEST)
    [partner] = env.cr.fetchone()
    env.cr.execute(CURSOR, [partner, deepest(env, partner)])
    deep = env.cr.fetchone()
    env.cr.execute(TALKATIVE)
    chatter = partial(run_chatter, *env.cr.fetchone())
    for name, cursor in (("first", None), ("deep", deep)):
        limit = partial(run_limit, partner, cursor)
        yield Operation(
            f"pointers {name}",
            ours=partial(run_pointers, partner, cursor),
            limit=limit,
            check=check_pointers,
            bounds=Bounds(limit=5, queries=1),
        )
        yield Operation(
            f"page {name}",
            ours=partial(run_page, partner, cursor),
            limit=limit,
            peer=chatter,
            check=check_page,
            bounds=Bounds(peer=0.5, queries=8 + 4 * len(env["crmx.event.source"]._sources())),
        )


def fill_history(env):
    """As the scheduled action does on a database with years of history; kept for the next time."""
    progress = env["crmx.timeline.progress"].sudo()
    progress._cron_fill()
    unfinished = progress.search([("task", "=", "fill"), ("state", "!=", "done")])
    if unfinished:
        raise RuntimeError(f"not filled in: {unfinished.mapped('source')}")


def deepest(env, partner):
    """How far to go back: the depth of the name, or half of what there is at a small scale."""
    env.cr.execute("SELECT count(*) FROM crmx_timeline_event WHERE commercial_partner_id = %s", [partner])
    return min(DEEP, env.cr.fetchone()[0] // 2)


# --- sides --------------------------------------------------------------------


def run_pointers(partner, cursor, env):
    from odoo.tools import SQL

    condition = SQL("commercial_partner_id = %s", partner)
    return env["crmx.timeline.event"]._fetch_pointers(condition, cursor, LIMIT)


def run_page(partner, cursor, env):
    before = cursor and [cursor[0].isoformat(), cursor[1]]
    return env["crmx.timeline.event"].get_page(partner_id=partner, before=before, limit=LIMIT)


def run_limit(partner, cursor, env):
    moment, row = cursor or ("infinity", 0)
    env.cr.execute(POINTERS, {"partner": partner, "date": moment, "id": row, "limit": LIMIT})
    return env.cr.fetchall()


def run_chatter(model, res_id, env):
    """What /mail/thread/messages does for a user."""
    from odoo.addons.mail.tools.discuss import Store

    fetched = env["mail.message"]._message_fetch(domain=None, thread=env[model].browse(res_id))
    return Store().add(fetched.pop("messages")).get_result()


# --- figures ------------------------------------------------------------------


def check_pointers(results):
    if results["ours"] != results["limit"]:
        yield "the pointers are not those of the index"


def check_page(results):
    """The administrator may read everything: the lines are the pointers, in their order."""
    lines = [(line["id"], line["model"], line["res_id"]) for line in results["ours"]["events"]]
    pointers = [(row[0], row[2], row[3]) for row in results["limit"]]
    if lines != pointers:
        yield f"{len(lines)} lines for {len(pointers)} pointers, or others"
    if len(results["peer"]["mail.message"]) < min(LIMIT, len(lines)):
        yield "the chatter has fewer messages than the page has lines"
