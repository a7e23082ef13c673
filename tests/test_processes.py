"""Long work in processes of its own: killed in the middle, or done by two at a time."""

import os
import signal
import time

import pytest
from blackbox import SCRIPTS, TIMEOUT

#: Seconds for an import; ``CRMX_IMPORT=100000`` imports so many rows instead of 5,000.
IMPORT_TIMEOUT = TIMEOUT * max(1, int(os.environ.get("CRMX_IMPORT", "5000")) // 10_000)


def kill_amid(database, script, is_amid):
    """Run a script until ``is_amid()``, then let the power go."""
    with database.running(["shell", "--no-http"], code=(SCRIPTS / script).read_text()) as process:
        deadline = time.monotonic() + IMPORT_TIMEOUT
        while not is_amid():
            assert process.poll() is None, "the work was over before it could be interrupted"
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()


# -- an import ---------------------------------------------------------------


@pytest.fixture(scope="module")
def importing(installed, copy_of):
    database = copy_of(installed)
    rows = int(database.shell("import_prepare.py", timeout=IMPORT_TIMEOUT).rpartition("rows: ")[2].split()[0])
    return database, rows


LAST = "(SELECT max(id) FROM crmx_interaction_import)"


def imported(database):
    return database.rows(f"SELECT count(*) FROM crmx_interaction WHERE import_id = {LAST}")[0][0]


def test_import_goes_on_after_a_power_cut(importing):
    database, rows = importing
    good = rows - rows // 10
    for so_far in (good // 4, good // 2):
        kill_amid(database, "import_work.py", lambda so_far=so_far: imported(database) >= so_far)
        assert so_far <= imported(database) < good
    database.shell("import_work.py", timeout=IMPORT_TIMEOUT)
    assert database.rows(
        f"SELECT stage, state, done, count_ready, count_error FROM crmx_interaction_import WHERE id = {LAST}"
    ) == [("done", "done", rows, good, rows // 10)]
    # each row once: the file's first is its header
    assert database.rows(
        f"""SELECT count(*), count(DISTINCT import_row), min(import_row), max(import_row)
              FROM crmx_interaction WHERE import_id = {LAST}"""
    ) == [(good, good, 3, rows + 1)]
    # and each in the history, as if it had been imported in one go
    assert database.rows(
        f"""SELECT count(*), count(DISTINCT e.res_id) FROM crmx_timeline_event e
            JOIN crmx_interaction i ON e.res_model = 'crmx.interaction' AND e.res_id = i.id
            WHERE i.import_id = {LAST}"""
    ) == [(good, good)]


# -- the history -------------------------------------------------------------


def test_two_fill_in_the_past_at_a_time(installed, copy_of):
    database = copy_of(installed)
    database.shell("history_empty.py")
    code = (SCRIPTS / "history_fill.py").read_text()
    with (
        database.running(["shell", "--no-http"], code=code) as first,
        database.running(["shell", "--no-http"], code=code) as second,
    ):
        assert [first.wait(TIMEOUT), second.wait(TIMEOUT)] == [0, 0]
    states = "SELECT DISTINCT state, coalesce(error, '') FROM crmx_timeline_progress WHERE task = 'fill'"
    assert database.rows(states) == [("done", "")]
    assert database.rows(
        """SELECT count(*) >= 50000, count(*) = count(DISTINCT (res_id, partner_id, kind))
             FROM crmx_timeline_event WHERE res_model = 'crmx.interaction'"""
    ) == [(True, True)]
    missing = """SELECT count(*) FROM crmx_interaction i WHERE i.partner_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM crmx_timeline_event e WHERE e.res_model = 'crmx.interaction' AND e.res_id = i.id)"""
    assert database.rows(missing) == [(0,)]
