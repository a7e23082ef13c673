"""SQL that measures several indicators of one kind, condition and date of documents."""

from collections import defaultdict

from odoo.tools import SQL

from .measure_columns import Columns


class Statement(Columns):
    """The query of a bucket, and what its rows mean.

    Grouping sets count all levels in one pass: none is summed up from another, so that different values are
    counted anew in each.
    """

    def _rows(self, *more):
        """The documents with their columns: c0, c1 ... to group by, m0, m1 ... to measure."""
        measures = [self._measure_column(indicator) for indicator in self.indicators]
        columns = [SQL("%s AS %s", sql, SQL.identifier(f"c{n}")) for n, sql in enumerate(self.columns)]
        columns += [SQL("%s AS %s", sql, SQL.identifier(f"m{n}")) for n, sql in enumerate(measures)]
        return self.query.select(*more, *columns)

    def _sets(self):
        """:return: ``{GROUPING() of a set: (number of the row of periods, level, number of the column)}``"""
        first = len(self.lanes)
        subjects = [("company", None)]
        subjects += [(level, first + number) for number, (level, _sql) in enumerate(self.subjects)]
        found = {}
        for lane in range(first) if first else (None,):
            for level, column in subjects:
                grouped = {number for number in (lane, column) if number is not None}
                mask = sum(
                    1 << (len(self.columns) - 1 - number)
                    for number in range(len(self.columns))
                    if number not in grouped
                )
                found[mask] = (lane, level, column)
        return found

    def aggregate(self):
        """The one query: for each group, which set it is of, its columns, its number, its measures."""
        names = [SQL.identifier(f"c{number}") for number in range(len(self.columns))]
        sets = []
        for lane, _level, column in self._sets().values():
            sets.append([names[number] for number in (lane, column) if number is not None])
        which = SQL("GROUPING(%s)", SQL(", ").join(names)) if names else SQL("0")
        measures = [
            part
            for number, indicator in enumerate(self.indicators)
            for part in _aggregates(indicator, SQL.identifier(f"m{number}"))
        ]
        return SQL(
            "SELECT %s FROM (%s) document GROUP BY GROUPING SETS (%s)",
            SQL(", ").join([which, *names, SQL("COUNT(*)"), *measures]),
            self._rows(),
            SQL(", ").join(SQL("(%s)", SQL(", ").join(columns)) for columns in sets),
        )

    def keyed(self, rows, index):
        """Yield ((period, level, subject), (documents, first value, second value)) of one indicator."""
        sets, width = self._sets(), len(self.columns)
        company_id, start = self.scope.company.id, 2 + width + 2 * index
        runs_on = self.bucket.basis == "until"
        running = defaultdict(list)
        for row in rows:
            lane, level, column = sets[row[0]]
            subject = company_id if column is None else row[1 + column]
            if not subject:
                continue
            cells = (row[1 + width], row[start], row[start + 1])
            if lane is None:
                yield from (((period_id, level, subject), cells) for period_id in self.scope.period_ids)
            elif runs_on:
                running[lane, level, subject].append((row[1 + lane], cells))
            elif (period_id := self._period_at(lane, row[1 + lane])) is not None:
                yield (period_id, level, subject), cells
        for (lane, level, subject), steps in running.items():
            yield from self._accumulated(lane, level, subject, dict(steps))

    def _period_at(self, lane, number):
        """The period that a number of `width_bucket` stands for; None before, between and behind them."""
        return self.lanes[lane][1][number - 1] if number else None

    def _accumulated(self, lane, level, subject, steps):
        """What there is up to the end of each period: all that came before, and in it."""
        documents, total = 0, 0.0
        for number in range(len(self.lanes[lane][1]) + 1):
            count, value, _second = steps.get(number, (0, 0, None))
            documents += count
            total += float(value or 0)
            if (period_id := self._period_at(lane, number)) is not None:
                yield (period_id, level, subject), (documents, total, None)

    def documents(self, level, subject_id, most=None):
        """The query of the ids behind a figure of a single period, newest first."""
        rows = self._rows(SQL("%s AS id", SQL.identifier(self.query.table, "id")))
        conditions = []
        if self.lanes and self.bucket.basis == "within":
            [[_days, keys]] = self.lanes
            conditions.append(SQL("c0 = %s", 1 + keys.index(self.scope.periods[0][0])))
        if level != "company":
            numbers = [n for n, (name, _sql) in enumerate(self.subjects, len(self.lanes)) if name == level]
            matches = [SQL("%s = %s", SQL.identifier(f"c{number}"), subject_id) for number in numbers]
            conditions.append(SQL("(%s)", SQL(" OR ").join(matches) if matches else SQL("FALSE")))
        where = SQL(" AND ").join(conditions) if conditions else SQL("TRUE")
        return SQL("SELECT id FROM (%s) document WHERE %s ORDER BY id DESC LIMIT %s", rows, where, most)


def _aggregates(indicator, column):
    """The two values of a measure; the second is what an average or a share is divided by."""
    second = SQL("COUNT(%s)", column)
    first = {
        "count": SQL("COUNT(*)"),
        "distinct": SQL("COUNT(DISTINCT %s)", column),
        "sum": SQL("SUM(%s)", column),
        "average": SQL("SUM(%s)", column),
        "minimum": SQL("MIN(%s)", column),
        "maximum": SQL("MAX(%s)", column),
        "median": SQL("percentile_cont(0.5) WITHIN GROUP (ORDER BY %s)", column),
        "within": SQL("COUNT(*) FILTER (WHERE %s <= %s)", column, indicator.limit),
    }[indicator.measure]
    return first, second if indicator.measure in ("average", "within") else SQL("NULL::integer")
