"""Closing a month: killed when all is written and nothing committed, and by two people at once."""

import pytest
from test_faults import kill_when

WAITS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 1907"
STATE = "SELECT state, digest FROM crmx_kpi_period WHERE kind = 'month' ORDER BY date_from DESC LIMIT 1"
REGISTER = "SELECT count(*) FROM crmx_kpi_log WHERE kind = 'period_closed'"


@pytest.fixture(scope="module")
def database(installed, copy_of):
    return copy_of(installed)


def test_killed_while_closing(database):
    kill_when(database, "fault_close.py", WAITS, 1)
    assert database.rows(STATE) == [("open", None)], "it is open, as if nothing had happened"
    assert database.rows(REGISTER) == [(0,)]
    assert database.rows("SELECT count(*) FROM crmx_kpi_fact")[0][0], "what was measured before stays"


def test_closed_once(database):
    text = database.shell("fault_close_twice.py")
    assert "closed: 1 refused: 2" in text
    assert "state: closed" in text
    assert "register: 1" in text
    assert "verified: success" in text
