"""What is wrong with a file or a cell and what to do about it, in words.

``column`` is the column as people find it, ``value`` what stands there.
"""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

FILE_WORDS = {
    "empty": _lt("The file is empty: choose one with rows."),
    "old_excel": _lt("This is a workbook of an old Excel (XLS). Save it as XLSX or CSV."),
    "not_a_table": _lt("This is no table. Choose a CSV or XLSX file."),
    "unknown_encoding": _lt("There is no encoding “%(value)s”."),
    "open_quote": _lt(
        "Near row %(value)s a quotation mark is opened and never closed. Close it, or choose another"
        " delimiter."
    ),
    "bad_workbook": _lt(
        "The workbook is damaged (%(value)s). Open it in a spreadsheet program and save it again."
    ),
    "too_large_unpacked": _lt(
        "The workbook unpacks to %(value)s MB, more than can be read. Save its first sheet as CSV."
    ),
}
CELL_WORDS = {
    "missing": _lt("%(column)s: empty, but needed. Fill it in."),
    "nobody": _lt("Names nobody: fill in a number, an e-mail, a name or a reference."),
    "not_a_date": _lt(
        "%(column)s: “%(value)s” is no date in the chosen order of day, month and year. Correct it."
    ),
    "future": _lt("%(column)s: “%(value)s” lies in the future. Correct it, or the order of day and month."),
    "too_old": _lt("%(column)s: “%(value)s” is before 1980. Correct the year."),
    "not_a_time": _lt("%(column)s: “%(value)s” is no time of day, like 14:30."),
    "not_a_duration": _lt("%(column)s: “%(value)s” is no duration, like 90 or 1:30."),
    "too_long": _lt("%(column)s: “%(value)s” is more than a week. Check the unit of durations."),
    "not_a_direction": _lt("%(column)s: “%(value)s” is no direction. Write one of: %(known)s."),
    "rounded_number": _lt(
        "%(column)s: a spreadsheet has rounded the number to “%(value)s”. Format the column as"
        " text and export again."
    ),
    "not_an_email": _lt("%(column)s: “%(value)s” is no e-mail address."),
    "unknown_type": _lt(
        "%(column)s: there is no type “%(value)s”. Correct it, or add it under Configuration."
    ),
    "unknown_topic": _lt(
        "%(column)s: there is no topic “%(value)s”. Correct it, or add it under Configuration."
    ),
    "unknown_outcome": _lt(
        "%(column)s: there is no outcome “%(value)s”. Correct it, or add it under Configuration."
    ),
    "broken_text": _lt(
        "%(column)s: has characters that are not in the chosen encoding. Choose another one, or"
        " correct “%(value)s”."
    ),
    "no_result": _lt(
        "%(column)s: a formula without a stored result. Open the file in a spreadsheet program"
        " and save it, or replace the formula by its value."
    ),
    "failed_cell": _lt("%(column)s: the formula gives an error. Replace it by a value."),
    "too_many_cells": _lt(
        "Has %(value)s cells, more than there are columns. Put texts with delimiters in quotation marks."
    ),
}
