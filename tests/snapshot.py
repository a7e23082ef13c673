"""What a database is and holds, as plain values that can be compared."""

from collections import Counter

CATALOGUE = {
    "relations": """
        SELECT format('%s %s', c.relkind, c.relname) FROM pg_class c
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind NOT IN ('i', 'I')""",
    "columns": """
        SELECT format('%s.%s %s%s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                      CASE WHEN a.attnotnull THEN ' NOT NULL' END, pg_get_expr(d.adbin, d.adrelid))
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
          LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind NOT IN ('i', 'I')
           AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraints": """
        SELECT format('%s.%s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "functions": """
        SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace""",
    "triggers": "SELECT format('%s.%s', tgrelid::regclass, tgname) FROM pg_trigger WHERE NOT tgisinternal",
    "types": """
        SELECT typname FROM pg_type
         WHERE typnamespace = 'public'::regnamespace AND typrelid = 0 AND typelem = 0""",
    "extensions": "SELECT extname FROM pg_extension",
}


def schema(database):
    """:return: ``{kind: set of descriptions}`` of all that the database consists of"""
    return {kind: {row for [row] in database.rows(query)} for kind, query in CATALOGUE.items()}


def files(database):
    """:return: the node on disk of each table and index: another one means that it was rewritten"""
    return dict(
        database.rows(
            """SELECT relname, relfilenode FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')"""
        )
    )


def content(database, ignored):
    """:return: ``{table: Counter of rows as JSON}`` of all tables

    :param ignored: ``{table: condition of the rows to leave out, or columns to leave out}``; the
        table `*` names the columns to leave out everywhere
    """
    with database.cursor() as cr:
        # by the tables left out, the host's processes tell each other to forget what they know
        cr.execute(
            """SELECT tablename FROM pg_tables
                WHERE schemaname = 'public' AND NOT starts_with(tablename, 'orm_signaling_')"""
        )
        return {table: _rows(cr, table, ignored) for [table] in cr.fetchall()}


def _rows(cr, table, ignored):
    rule = ignored.get(table, ())
    columns, condition = ([], rule) if isinstance(rule, str) else (list(rule), "FALSE")
    cr.execute(
        f"""SELECT CASE WHEN length(line) < 800 THEN line ELSE left(line, 700) || ' ' || md5(line) END
              FROM (SELECT (to_jsonb(t) - %s::text[])::text AS line
                      FROM "{table}" t WHERE ({condition}) IS NOT TRUE) lines""",
        [columns + list(ignored["*"])],
    )
    return Counter(line for [line] in cr.fetchall())


def difference(before, after):
    """:return: readable lines, one for all that is in one of two snapshots and not in the other"""
    lines = []
    for name in sorted(before.keys() | after.keys()):
        old, new = Counter(before.get(name, ())), Counter(after.get(name, ()))
        lines += [f"gone  {name}: {item}" for item in sorted((old - new).elements())]
        lines += [f"left  {name}: {item}" for item in sorted((new - old).elements())]
    return lines
