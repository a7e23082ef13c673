"""Makes databases once and finds them again: each bears a note, as its comment, of what it is.

The server is the one of PGHOST, PGPORT and PGUSER.
"""

import contextlib
import json

import psycopg2

from . import Failure

MARK = "crm_extended benchmark "


@contextlib.contextmanager
def connect(database):
    connection = psycopg2.connect(dbname=database)
    try:
        yield connection
    finally:
        connection.close()


def execute(query, *parameters):
    """Run one statement outside a transaction; return its rows."""
    with connect("postgres") as connection:
        connection.autocommit = True
        with connection.cursor() as cr:
            cr.execute(query, parameters or None)
            return cr.fetchall() if cr.description else []


def ours():
    """The databases that benchmarks made, with their notes."""
    rows = execute(
        """
        SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database
        WHERE shobj_description(oid, 'pg_database') LIKE %s
        """,
        MARK + "%",
    )
    return {name: json.loads(comment[len(MARK) :]) for name, comment in rows}


def build(name, template, fill):
    """Make a database by copying the template and calling `fill` with its temporary name.

    It gets its name when it is complete, so that an interrupted one is never mistaken for it.

    :param fill: returns a dict of what to note
    """
    unfinished = f"{name}_new"
    drop(name)
    drop(unfinished)
    execute(f'CREATE DATABASE "{unfinished}" TEMPLATE "{template}" {how_to_copy()}')
    note(unfinished, {"unfinished": True})
    facts = fill(unfinished)
    note(unfinished, facts)
    execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')


def how_to_copy():
    """From PostgreSQL 15 on a copy goes through the log unless told otherwise: slow for a large one."""
    version = int(execute("SHOW server_version_num")[0][0])
    return "STRATEGY file_copy" if version >= 150_000 else ""


def note(name, facts):
    comment = (MARK + json.dumps(facts)).replace("'", "''")
    execute(f"COMMENT ON DATABASE \"{name}\" IS '{comment}'")


def drop(name):
    try:
        execute(f'DROP DATABASE IF EXISTS "{name}"')
    except psycopg2.errors.ObjectInUse:
        raise Failure(f"{name} is to be made anew, but somebody is connected to it") from None


def drop_stale(key):
    """Drop what other sources of the generator or an interruption left, unless it is in use."""
    for name, facts in ours().items():
        if facts.get("key") != key:
            with contextlib.suppress(psycopg2.errors.ObjectInUse):
                execute(f'DROP DATABASE "{name}"')
                print(f"Dropped {name}: unfinished, or made by another generator")


def size(name):
    """Bytes on disk."""
    return execute("SELECT pg_database_size(%s)", name)[0][0]
