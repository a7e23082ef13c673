"""What the check has let through in the running transaction, out of reach of callers from outside."""

from contextlib import contextmanager

KEY = "crmx.credit.cleared"


def is_cleared(purpose, record):
    """Return whether the check has just let the record through for a purpose."""
    return (purpose, record._name, record.id) in record.env.cr.precommit.data.get(KEY, ())


@contextmanager
def cleared(purpose, records):
    """Let the records through, without looking at them again, for as long as it lasts."""
    data = records.env.cr.precommit.data
    before = data.get(KEY, frozenset())
    data[KEY] = before | {(purpose, records._name, id_) for id_ in records.ids}
    try:
        yield
    finally:
        data[KEY] = before
