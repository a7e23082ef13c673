"""The history of the busiest customer, what it costs whoever writes, and how it is filled in.

- `pointers`, `page`: `first` is the newest page, `deep` the one behind 5,000 events. The peer of a
  complete page is the chatter of one record, 30 messages, as the host's route returns it: the page
  has as many lines, of all the customer's records.
- `post messages`, `confirm orders`: what a user's transaction does, up to its commit; the limit is
  the same without a history.
- `backfill`: the newest records of each source, as one run of the scheduled action; the limit is
  plain INSERT ... SELECT of the same rows.
- `number lookup`: whose number it is, for numbers as they are typed.
"""

from functools import partial
from unittest.mock import patch

from .core import Failure
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
MESSAGES = 50
ORDERS = 10
NUMBERS = 100

# What one index gives, straight from its table.
POINTERS = """
    SELECT id, date, res_model, res_id, doc_model, doc_res_id, kind, direction, partner_id, user_id
    FROM crmx_timeline_event
    WHERE commercial_partner_id = %(partner)s AND (date, id) < (%(date)s, %(id)s)
    ORDER BY date DESC, id DESC LIMIT %(limit)s
"""
# The same, for whoever has to leave out what an earlier page has shown: an event with several persons
# has a row for each, of one moment.
LINES = """
    SELECT date, id, res_model, res_id, kind FROM crmx_timeline_event
    WHERE commercial_partner_id = %(partner)s AND date <= %(date)s
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
    yield from reading(env, partner)
    yield from writing(env, partner)
    yield filling(env)
    yield looking_up(env)


def reading(env, partner):
    env.cr.execute(CURSOR, [partner, deepest(env, partner)])
    deep = env.cr.fetchone()
    env.cr.execute(TALKATIVE)
    chatter = partial(run_chatter, *env.cr.fetchone())
    for name, cursor in (("first", None), ("deep", deep)):
        yield Operation(
            f"pointers {name}",
            ours=partial(run_pointers, partner, cursor),
            limit=partial(run_limit, partner, cursor),
            check=check_pointers,
            bounds=Bounds(limit=5, queries=1),
        )
        yield Operation(
            f"page {name}",
            ours=partial(run_page, partner, cursor),
            limit=partial(run_lines, partner, cursor),
            peer=chatter,
            check=partial(check_page, cursor),
            bounds=Bounds(peer=0.5, queries=8 + 4 * len(env["crmx.event.source"]._sources())),
        )


def writing(env, partner):
    """With and without the history: at most a tenth more."""
    of_partner = [("partner_id.commercial_partner_id", "=", partner)]
    orders = env["sale.order"].search(of_partner, limit=MESSAGES, order="id DESC")
    drafts = env["sale.order"].search([("state", "in", ("draft", "sent"))], limit=ORDERS, order="id DESC")
    for name, run, records in (
        (f"post {MESSAGES} messages", run_messages, orders),
        (f"confirm {ORDERS} orders", run_confirmations, drafts),
    ):
        yield Operation(
            name,
            ours=partial(run, records.ids),
            limit=partial(without_history, partial(run, records.ids)),
            check=check_written,
            bounds=Bounds(processor=1.1),
            units=len(records),
        )


def filling(env):
    """One chunk of each source: the rows that they bring are kept in a table, for the plain copy."""
    scopes = newest_chunks(env)
    env.cr.execute("DROP TABLE IF EXISTS bench_pointers")
    env.cr.execute("CREATE UNLOGGED TABLE bench_pointers AS SELECT * FROM crmx_timeline_event LIMIT 0")
    for model_name, (low, high) in scopes.items():
        env.cr.execute(
            """INSERT INTO bench_pointers SELECT * FROM crmx_timeline_event
               WHERE res_model = %s AND res_id BETWEEN %s AND %s ORDER BY id""",
            [model_name, low, high],
        )
    env.cr.execute("SELECT count(*) FROM bench_pointers")
    [rows] = env.cr.fetchone()
    env.cr.commit()  # for the processes that measure
    return Operation(
        "backfill",
        ours=partial(run_backfill, scopes),
        limit=run_copy,
        check=check_filled,
        bounds=Bounds(rate=20_000),
        units=rows,
    )


def looking_up(env):
    env.cr.execute("SELECT id, number FROM crmx_phone_number ORDER BY id DESC LIMIT %s", [NUMBERS])
    rows = env.cr.fetchall()
    if not rows:
        raise Failure("no partner has a number that could be looked up")
    return Operation(
        f"number lookup, {len(rows)} calls",
        ours=partial(run_lookup, [number for _row, number in rows]),
        limit=partial(run_index, [row for row, _number in rows]),
        check=check_lookup,
        bounds=Bounds(queries=len(rows) + 5),  # and those of the company
        units=len(rows),
    )


def fill_history(env):
    """As the scheduled actions do on a database with years of history; kept for the next time."""
    for model_name, domain in (
        ("crmx.timeline.progress", [("task", "=", "fill")]),
        ("crmx.phone.progress", []),
    ):
        progress = env[model_name].sudo()  # sudo: a benchmark's own database
        progress._cron_fill()
        unfinished = progress.search([*domain, ("state", "!=", "done")])
        if unfinished:
            raise Failure(f"not filled in: {', '.join(unfinished.mapped('display_name'))}")


def newest_chunks(env):
    """:return: ``{model: (lowest id, highest id)}`` of what the scheduled action does at once"""
    from odoo.addons.crm_extended.models.interactions.timeline_progress import CHUNK

    chunks = {}
    for source in env["crmx.event.source"]._sources():
        table = env[source._source_model]._table
        env.cr.execute(
            f"SELECT min(id), max(id) FROM (SELECT id FROM {table} ORDER BY id DESC LIMIT %s) newest", [CHUNK]
        )
        low, high = env.cr.fetchone()
        if high:
            chunks[source._source_model] = (low, high)
    return chunks


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
    # in all companies, whose documents the customer has
    Ledger = env["crmx.timeline.event"].with_context(allowed_company_ids=env.user.company_ids.ids)
    return Ledger.get_page(partner_id=partner, before=before, limit=LIMIT)


def run_limit(partner, cursor, env):
    moment, row = cursor or ("infinity", 0)
    env.cr.execute(POINTERS, {"partner": partner, "date": moment, "id": row, "limit": LIMIT})
    return env.cr.fetchall()


def run_lines(partner, cursor, env):
    """Rows from the moment of the cursor on, as many as a page may need."""
    moment = cursor[0] if cursor else "infinity"
    env.cr.execute(LINES, {"partner": partner, "date": moment, "limit": 3 * LIMIT})
    return env.cr.fetchall()


def run_messages(order_ids, env):
    for order in env["sale.order"].browse(order_ids):
        order.message_post(body="Measured", message_type="comment", subtype_xmlid="mail.mt_comment")
    return finish(env, "sale.order", order_ids)


def run_confirmations(order_ids, env):
    env["sale.order"].browse(order_ids).action_confirm()
    return finish(env, "sale.order", order_ids)


def finish(env, model_name, ids):
    """What a commit does before the database's own part; :return: pointers of these documents."""
    env.flush_all()
    env.cr.precommit.run()
    env.cr.execute(
        "SELECT count(*) FROM crmx_timeline_event WHERE doc_model = %s AND doc_res_id = ANY(%s)",
        [model_name, ids],
    )
    return env.cr.fetchone()[0]


def without_history(run, env):
    with patch.object(env.registry["crmx.timeline.event"], "_watches", lambda self: {}):
        return run(env)


def run_backfill(scopes, env):
    from odoo.addons.crm_extended.models.common.event_source import Scope

    Ledger = env["crmx.timeline.event"]
    env.cr.execute("TRUNCATE crmx_timeline_event")
    return sum(
        Ledger._append(
            source, Scope(low=scopes[source._source_model][0], high=scopes[source._source_model][1])
        )
        for source in env["crmx.event.source"]._sources()
        if source._source_model in scopes
    )


def run_copy(env):
    env.cr.execute("TRUNCATE crmx_timeline_event")
    env.cr.execute("INSERT INTO crmx_timeline_event SELECT * FROM bench_pointers")
    return env.cr.rowcount


def run_lookup(numbers, env):
    Number = env["crmx.phone.number"]
    return [Number._find(number).ids for number in numbers]


def run_index(row_ids, env):
    found = []
    for row_id in row_ids:
        env.cr.execute(
            """SELECT DISTINCT n.partner_id FROM crmx_phone_number known
               JOIN crmx_phone_number n ON n.normalised = known.normalised
               JOIN res_partner p ON p.id = n.partner_id AND p.active
               WHERE known.id = %s ORDER BY n.partner_id""",
            [row_id],
        )
        found.append([partner_id for [partner_id] in env.cr.fetchall()])
    return found


def run_chatter(model, res_id, env):
    """What /mail/thread/messages does for a user."""
    from odoo.addons.mail.tools.discuss import Store

    fetched = env["mail.message"]._message_fetch(domain=None, thread=env[model].browse(res_id))
    return Store().add(fetched.pop("messages")).get_result()


# --- figures ------------------------------------------------------------------


def check_pointers(results):
    if results["ours"] != results["limit"]:
        yield "the pointers are not those of the index"


def check_page(cursor, results):
    """The administrator may read everything: the lines are the events of the pointers, each once."""
    seen, expected = set(), []
    for moment, row, *event in results["limit"]:
        is_new = tuple(event) not in seen
        seen.add(tuple(event))
        if is_new and (cursor is None or (moment, row) < cursor):
            expected.append((row, *event))
    lines = [(line["id"], line["model"], line["res_id"], line["kind"]) for line in results["ours"]["events"]]
    if lines != expected[:LIMIT]:
        yield f"{len(lines)} lines for {len(expected[:LIMIT])} events, or others"
    if len(results["peer"]["mail.message"]) < min(LIMIT, len(lines)):
        yield "the chatter has fewer messages than the page has lines"


def check_written(results):
    if results["ours"] <= results["limit"]:
        yield "nothing was written into the history"


def check_filled(results):
    if results["ours"] != results["limit"]:
        yield f"{results['ours']} rows filled in, {results['limit']} copied"


def check_lookup(results):
    if results["ours"] != results["limit"]:
        yield "other partners than those of the index"
