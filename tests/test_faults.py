"""Power cuts and races on a real database: killed processes, people who merge the same pair."""

import ast
import os
import signal
import time

import pytest
from blackbox import SCRIPTS, TIMEOUT

#: Statements that are sent; ``CRMX_STATEMENTS=1000`` for as many, each with a PDF that is really printed.
STATEMENTS = int(os.environ.get("CRMX_STATEMENTS", "60"))


@pytest.fixture(scope="module")
def database(installed, copy_of):
    copy = copy_of(installed)
    copy.shell("fault_past.py")
    return copy


def kill_when(database, script, query, enough, timeout=TIMEOUT):
    """Start a script and kill it with SIGKILL as soon as a query gives at least ``enough``.

    :return: what the query gave then, after the kill
    """
    code = (SCRIPTS / script).read_text()
    with database.running(["shell", "--no-http"], code=code) as process:
        deadline = time.monotonic() + timeout
        while database.rows(query)[0][0] < enough:
            assert process.poll() is None, f"{script} ended before it could be killed"
            assert time.monotonic() < deadline, f"{script} does not get on"
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
    # the server ends the transaction of a client that went
    while database.rows(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )[0][0]:
        time.sleep(0.1)
    return database.rows(query)[0][0]


def states(database, task):
    return {
        state for [state] in database.rows(f"SELECT state FROM crmx_timeline_progress WHERE task = '{task}'")
    }


LEADS = "SELECT count(*) FROM crmx_timeline_event WHERE res_model = 'crm.lead' AND kind = 'lead'"
ALL_LEADS = "SELECT count(*) FROM crm_lead WHERE partner_id IS NOT NULL"


def test_kill_while_the_history_is_filled_in(database):
    expected = database.rows(ALL_LEADS)[0][0]
    filled = kill_when(database, "fault_fill.py", LEADS, 1_000)
    assert 1_000 <= filled < expected, "it was killed half-way"
    [[done]] = database.rows(
        "SELECT done FROM crmx_timeline_progress"
        " WHERE task = 'fill' AND source = 'crmx.event.source.crm.lead'"
    )
    assert done == filled, "what is written, and how far it is, were committed together"
    database.shell("fault_fill.py")
    assert states(database, "fill") == {"done"}
    assert database.rows(LEADS)[0][0] == expected
    assert "drift: 0" in database.shell("fault_drift.py")


def test_kill_while_the_history_is_checked(database):
    database.shell("fault_fill.py")
    wrong = "date = '2001-01-01'"
    with database.cursor() as cr:
        cr.execute(f"UPDATE crmx_timeline_event SET {wrong} WHERE res_model = 'crm.lead'")
        cr.execute("DELETE FROM crmx_timeline_event WHERE res_model = 'crm.lead' AND res_id % 3 = 0")
    corrected = f"{LEADS} AND NOT ({wrong})"
    assert kill_when(database, "fault_check.py", corrected, 1_000) < database.rows(ALL_LEADS)[0][0]
    database.shell("fault_check.py")
    assert states(database, "check") == {"done"}
    assert database.rows(corrected) == database.rows(ALL_LEADS)
    assert "drift: 0" in database.shell("fault_drift.py")
    [[reported]] = database.rows(
        "SELECT sum(missing + wrong) FROM crmx_timeline_drift WHERE source = 'crmx.event.source.crm.lead'"
    )
    assert reported >= 12_000, "the report tells what both runs corrected"


def test_kill_while_duplicates_are_searched(database):
    pairs = "SELECT count(*) FROM crmx_duplicate WHERE state = 'review'"
    kill_when(database, "fault_duplicates.py", "SELECT count(*) FROM crmx_partner_key", 1_000)
    found = kill_when(database, "fault_duplicates.py", pairs, 300)
    assert 300 <= found < 3_000, "it was killed half-way"
    database.shell("fault_duplicates.py")
    twins = """SELECT count(*) FROM crmx_duplicate d JOIN res_partner p ON p.id = d.partner_id
                JOIN res_partner o ON o.id = d.other_id WHERE p.name = o.name AND p.name LIKE 'Twin %'"""
    assert database.rows(twins) == [(3_000,)]
    assert database.rows("SELECT count(*) FROM crmx_partner_key WHERE is_checked IS NOT TRUE") == [(0,)]


def test_kill_while_statements_are_sent(database):
    sent = "SELECT count(*) FROM crmx_statement WHERE send_state = 'sent'"
    timeout = TIMEOUT * STATEMENTS // 60
    for enough in (STATEMENTS // 6, STATEMENTS // 2):
        count = kill_when(database, "fault_statements.py", sent, enough, timeout)
        assert count < STATEMENTS, "it was killed half-way"
    database.shell("fault_statements.py", timeout=timeout)
    assert database.rows("SELECT receiver FROM fault_mails GROUP BY 1 HAVING count(*) > 1") == []
    states = dict(database.rows("SELECT send_state, count(*) FROM crmx_statement GROUP BY 1"))
    assert states.keys() <= {"sent", "unknown"} and sum(states.values()) == STATEMENTS
    assert states.get("unknown", 0) <= 2, "what was on its way is all that nobody knows of"
    [[heard]] = database.rows("SELECT count(*) FROM fault_mails")
    assert states["sent"] <= heard <= STATEMENTS


def test_two_people_merge_the_same_pair(database):
    output = database.shell("fault_merge_race.py").splitlines()
    results = [line.removeprefix("result: ") for line in output if line.startswith("result: ")]
    assert "left: 1" in output and "kept: 1" in output
    assert len(results) == 2 and results.count("merged") == 1
    assert "was merged into" in next(result for result in results if result != "merged")


def test_merge_of_large_histories(database):
    output = database.shell("fault_merge_large.py")
    told = dict(line.split(": ") for line in output.splitlines() if ": " in line)
    few, many = map(int, told["statements"].split())
    assert many == few, "the number of statements depends on the number of events"
    assert (told["messages"], told["meetings"], told["lost"]) == ("200000", "1000", "0")
    assert float(told["seconds"]) < 120


def test_two_people_at_one_limit(installed, copy_of):
    """Two orders that fit one by one do not fit together, and one hold is decided once."""
    told = dict(
        line.split(": ", 1)
        for line in copy_of(installed).shell("together.py", "credit_race.py").splitlines()
        if ": " in line
    )
    assert told["confirmed"] == "['done', 'done']"
    assert told["states"] == "['draft', 'sale']"
    assert told["holds"] == told["still holds"] + " held" == "1 held"
    assert told["again"] == "['done', 'done']"
    released = ast.literal_eval(told["released"])
    assert sorted(result == "done" for result in released) == [False, True], released
    assert "not on hold any more" in str(released) or "Somebody else decides" in str(released)
    assert told["after"] == "sale released"
    assert told["logged"] == "['hold_set', 'hold_released']"
    limits = ast.literal_eval(told["limits"])
    assert sorted(result == "done" for result in limits) == [False, True], limits
    assert "Two limits would hold at once" in str(limits)
    assert told["broken"] == "None"


def test_two_people_at_one_debt(installed, copy_of):
    told = dict(
        line.split(": ", 1)
        for line in copy_of(installed).shell("together.py", "receivables_race.py").splitlines()
        if ": " in line
    )
    contested = ast.literal_eval(told["contested"])
    assert sorted(result == "done" for result in contested) == [False, True], contested
    assert "Somebody else has just contested" in str(contested) or "more of" in str(contested)
    assert told["disputes"] == "1"
    raised = ast.literal_eval(told["raised"])
    assert sorted(result == "done" for result in raised) == [False, True], raised
    assert float(told["in all"]) == 100
    for rivals in (told["netted"], told["rivals"]):
        results = ast.literal_eval(rivals)
        assert sorted(result == "done" for result in results) == [False, True], results
    assert told["left"] == "0.0 entries: 1"
    assert told["posted"] == "1"
    assert ast.literal_eval(told["logged"]) == ["done"] * 6
    assert told["entries"] == "6 broken: None"


def test_interest_is_charged_once(installed, copy_of):
    """By three who compute it at the same moment: the others are told."""
    told = dict(
        line.split(": ", 1)
        for line in copy_of(installed).shell("together.py", "interest_race.py").splitlines()
        if ": " in line
    )
    proposed = ast.literal_eval(told["proposed"])
    assert "done" in proposed, proposed
    others = [result for result in proposed if result != "done"]
    assert all("right now" in other or "has just charged" in other for other in others), others
    assert told["fees"] == "1"
    assert told["days"] == told["late"]
    # a schedule that runs three times at once makes a period's proposals once
    assert ast.literal_eval(told["scheduled"])[0] == "done", told["scheduled"]
    assert told["periods"] == "1"


def test_several_at_one_worklist(installed, copy_of):
    """Each customer is listed once, and what two collectors and the schedule do at once is all kept."""
    told = dict(
        line.split(": ", 1)
        for line in copy_of(installed).shell("together.py", "worklist_race.py").splitlines()
        if ": " in line
    )
    for what in ("listed", "called"):
        assert ast.literal_eval(told[what]) == ["done"] * 3, (what, told[what])
    assert told["cases"] == "1"
    assert told["contacts"] == "2 activities: 2"
    assert told["back"] == "True"
    paid = ast.literal_eval(told["paid"])
    assert "done" in paid, paid
    assert all(result == "done" or "owes nothing" in result for result in paid), paid
    assert told["state"] == "clear promises open: 0"


def test_several_in_the_workshop(installed, copy_of):
    """Parts are issued once, an order is finished once, a trailer is in one place; also by locks alone."""
    told = dict(
        line.split(": ", 1)
        for line in copy_of(installed).shell("together.py", "workshop_race.py").splitlines()
        if ": " in line
    )
    for what in ("issued", "finished", "read", "coupled", "by locks", "mounted"):
        results = ast.literal_eval(told[what])
        assert sorted(result == "done" for result in results) == [False, True], (what, results)
    assert "Somebody else is just changing" in told["finished"] or "Look at it anew" in told["finished"]
    assert (told["cost"], told["logs"]) == ("100.0", "1")
    assert "backwards" in told["read"]
    assert "End that first" in told["by locks"]
    assert (told["couplings"], told["left"]) == ("1", "1")
    assert "is not in the store" in told["mounted"] or "Dismount it first" in told["mounted"], told["mounted"]
    assert told["fittings"] == "1"
    assert told["orders"] == "2", told["planned"]
