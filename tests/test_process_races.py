"""Business processes with real threads, each with a connection of its own."""

import pytest


@pytest.fixture(scope="module")
def raced(installed, copy_of):
    database = copy_of(installed)
    text = database.shell("together.py", "process_race.py")
    return dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)


def test_begun_once(raced):
    assert raced["begun"] == "['', '', '', 'done']"
    assert raced["runs"] == "1"


def test_one_finishes_and_the_others_read_who(raced):
    assert raced["finished"] == "1 read who did: 3"
    assert raced["timers"] == "1"


def test_an_event_begins_once(raced):
    assert raced["by event"] == "1"


def test_three_workers_fire_each_timer_once(raced):
    assert raced["fired"] == "59 of 59 left: 0"
    assert raced["twice"] == "0"
    assert raced["broken"] == "None"
