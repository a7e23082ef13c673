"""Writes rows by `INSERT ... SELECT`, and prints what it does."""

import time

from .plan import Dice


class Writer:
    """Fills one database by plan.

    New rows are first worked out in tables of the schema `draft`, with their final ids; then
    `copy_template` writes them, each as a copy of a row that Odoo made itself (see `templates`), so
    that a column of whatever module is installed has the value that Odoo would have given it.
    """

    def __init__(self, cursor, plan):
        self.cr = cursor
        self.plan = plan
        self.dice = Dice(plan.seed)
        self.columns = {}

    def run(self, sql, label=None):
        """Execute; print the label with the number of rows and the time, if there is one."""
        start = time.perf_counter()
        self.cr.execute(sql)
        if label:
            took = time.perf_counter() - start
            print(f"  {label:<42}{self.cr.rowcount:>10,} rows{took:>8.2f} s", flush=True)

    def draft(self, table, select, key=None):
        """Work out a table of the schema `draft`, unique by the key."""
        self.run(f"CREATE TABLE draft.{table} AS {select}", f"draft: {table}")
        if key:
            self.run(f"CREATE UNIQUE INDEX ON draft.{table} ({key})")
        self.run(f"ANALYZE draft.{table}")

    def value(self, sql):
        self.cr.execute(sql)
        return self.cr.fetchone()[0]

    def last_id(self, table):
        return self.value(f"SELECT coalesce(max(id), 0) FROM {table}")

    def template(self, key, company=0):
        """The id of a template record; those of no company in particular have company 0."""
        return self.value(f"SELECT id FROM bench_template WHERE key = '{key}' AND company_id = {company}")

    def seller(self, number):
        """Whose a document is: an expression that gives the sellers in turn."""
        ids = self.value("SELECT array_agg(id ORDER BY id) FROM bench_template WHERE key LIKE 'seller%'")
        return f"(ARRAY{ids})[1 + {number} % {len(ids)}]"

    def xmlid(self, name):
        module, name = name.split(".")
        return self.value(f"SELECT res_id FROM ir_model_data WHERE module = '{module}' AND name = '{name}'")

    def copy_template(self, table, source, template, values, label=None):
        """Insert a row for each row `s` of the source: a copy of the template with these values.

        :param source: a FROM item, aliased `s`
        :param template: the id of the template's row: a number, or an expression of `s`
        :param values: SQL expressions of `s` and the template's row `t`, by column
        """
        columns = self._columns(table)
        unknown = set(values) - set(columns)
        if unknown:
            raise ValueError(f"{table} has no column {', '.join(sorted(unknown))}")
        names = ", ".join(f'"{column}"' for column in columns)
        expressions = ", ".join(str(values.get(column, f't."{column}"')) for column in columns)
        self.run(
            f"INSERT INTO {table} ({names}) SELECT {expressions} "
            f"FROM {source} JOIN {table} t ON t.id = {template}",
            label or table,
        )

    def if_present(self, table, **values):
        """Those of the values whose column is there: modules of peers add some."""
        return {name: sql for name, sql in values.items() if name in self._columns(table)}

    def _columns(self, table):
        if table not in self.columns:
            self.cr.execute(
                """
                SELECT column_name FROM information_schema.columns
                WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'
                ORDER BY ordinal_position
                """,
                (table,),
            )
            self.columns[table] = [row[0] for row in self.cr.fetchall()]
        return self.columns[table]


def stamps(day):
    """When a row was made and last changed: on that day."""
    return {"create_date": f"{day}::timestamp", "write_date": f"{day}::timestamp"}


def amounts(home, currency):
    """A journal item's balance in the company's currency and its amount in the document's."""
    return {
        "balance": home,
        "debit": f"greatest({home}, 0)",
        "credit": f"greatest(-({home}), 0)",
        "amount_currency": currency,
    }
