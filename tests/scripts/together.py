# Comes before the scripts of races, in the same shell of Odoo: several people at the same moment.
import threading

import psycopg2

from odoo import api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import mute_logger

registry = Registry(env.cr.dbname)


def together(count, work):
    """Do it `count` times at once, each in a transaction that has begun before another one ends."""
    start, results = threading.Barrier(count), []

    def one(number):
        with registry.cursor() as cr:
            mine = api.Environment(cr, env.uid, {})
            mine["res.partner"].search_count([])
            start.wait(timeout=60)
            try:
                retrying(lambda: work(mine, number), mine)
                cr.commit()
                results.append("done")
            except (UserError, psycopg2.Error) as error:
                cr.rollback()  # as whoever answers a request does
                results.append(str(error).splitlines()[0])

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    with mute_logger("odoo.sql_db", "odoo.service.model"):  # who comes second is tried again
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
    env.cr.rollback()
    env.invalidate_all()
    return results
