"""Business processes when the power goes: before each statement of what moves a run, all is as it was."""

import pytest


@pytest.fixture(scope="module")
def killed(installed, copy_of):
    text = copy_of(installed).shell("process_kill.py", timeout=900)
    assert "failed:" not in text, text
    return dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)


def parts(killed, what):
    return [part.strip() for part in killed[f"{what} after"].strip(" |").split("|")]


@pytest.mark.parametrize("what", ["start", "finish", "fire", "end"])
def test_nothing_before_the_end(killed, what):
    assert int(killed[f"{what} points"]) > 8, "each of its statements was one before which it was killed"


def test_all_in_the_end(killed):
    assert parts(killed, "start") == [
        "running",
        "Both active",
        "Both open",
        "0",
        "None",
        "0",
        "started,entered",
    ]
    steps = ["Both done,Mark done,Tell done,Wait active", "Both done", "1", "marked", "1"]
    kinds = "started,entered,done,elevated,performed,performed"
    assert parts(killed, "finish") == ["running", *steps, kinds]
    steps = [
        "Both done,Mark done,Tell done,Wait done,After active",
        "Both done,After open",
        "0",
        "marked",
        "1",
    ]
    assert parts(killed, "fire") == ["running", *steps, f"{kinds},entered"]
    steps = ["Both done,Mark done,Tell done,Wait done,After done", "Both done,After done", "0", "marked", "1"]
    assert parts(killed, "end") == ["done", *steps, f"{kinds},entered,done,finished"]
    assert killed["broken"] == "None"
