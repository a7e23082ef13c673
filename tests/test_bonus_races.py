"""Bonuses with real threads, each with a connection of its own."""

import pytest


@pytest.fixture(scope="module")
def raced(installed, copy_of):
    text = copy_of(installed).shell("together.py", "bonus_race.py")
    return dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)


def test_computed_once(raced):
    assert raced["bonuses"] == "1"


def test_approved_once(raced):
    assert raced["approved"] == "1"


def test_posted_once(raced):
    # the others are told so by the lock, or by the state that they find
    assert raced["posted"].startswith(("1 “BON/", "1 Somebody else is just changing “BON/"))
    assert raced["entries"] == "1"


def test_reversed_once(raced):
    assert raced["reversed"] == "1"
    assert raced["left"] == "0.0 reversed"
