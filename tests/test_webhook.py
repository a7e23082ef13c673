"""The webhook under a burst of calls, with several workers, and when the power goes in the middle."""

import concurrent.futures
import hashlib
import hmac
import json
import os
import random
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

import pytest

#: Calls of the burst; ``CRMX_BURST=10000`` for the whole of it.
CALLS = int(os.environ.get("CRMX_BURST", "200"))
SENDERS = 8
SECRET = b"not told to anybody"
#: The exchange's clock is ahead by so much.
AHEAD = timedelta(minutes=7)
RING, TALK = 12, 60


def events(number, begin):
    """What the exchange tells of one call, every third of which nobody takes."""
    common = {
        "callId": f"burst {number}",
        "direction": "in",
        "from": f"+4930{5550000 + number % 60}",
        "to": str(100 + number % 10),
    }

    def event(name, seconds, **values):
        moment = begin + AHEAD + timedelta(seconds=seconds)
        return {**common, "event": name, "timestamp": moment.isoformat(), **values}

    yield event("newCall", 0)
    if number % 3:
        yield event("answer", RING, answeringNumber=common["to"])
        yield event("hangup", RING + TALK, answeringNumber=common["to"], cause="normal")
    else:
        yield event("hangup", RING, cause="noAnswer")


def mixed(calls):
    """Out of order, and one in five twice."""
    rng = random.Random(20260105)
    begin = datetime.now(timezone.utc).replace(microsecond=0)
    told = [event for number in range(calls) for event in events(number, begin)]
    told += rng.sample(told, len(told) // 5)
    # within some hundred messages, as when the lines of an exchange run through several senders
    places = {place: place + rng.uniform(0, 200) for place in range(len(told))}
    return [told[place] for place in sorted(places, key=places.get)]


def post(address, event):
    """:return: status of the answer; None when there was none"""
    body = json.dumps(event).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Signature": hmac.new(SECRET, body, hashlib.sha256).hexdigest(),
    }
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=120) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def send(address, told):
    """All at once, through several senders; :return: ``{status: how many}``"""
    counts = {}
    with concurrent.futures.ThreadPoolExecutor(SENDERS) as senders:
        for status in senders.map(lambda event: post(address, event), told):
            counts[status] = counts.get(status, 0) + 1
    return counts


@pytest.fixture(scope="module")
def exchange(installed, copy_of):
    database = copy_of(installed)
    output = database.shell("calls.py")
    return database, f"/crmx/calls/{output.rpartition('token: ')[2].split()[0]}"


def check(database, calls, prefix):
    """Each call once, over, with one interaction, its true times and its line in the history."""
    numbers = database.rows(
        """SELECT count(*), count(DISTINCT c.external_id), count(*) FILTER (WHERE c.state = 'ended'),
                  count(DISTINCT c.interaction_id), count(*) FILTER (WHERE c.is_missed),
                  count(*) FILTER (WHERE c.talk_seconds = %s), count(*) FILTER (WHERE c.ring_seconds = %s),
                  count(*) FILTER (WHERE c.user_id IS NOT NULL),
                  count(c.partner_id) = count(*) FILTER (
                      WHERE substr(c.external_id, %s)::int %% 60 < 50)
             FROM crmx_call c WHERE c.external_id LIKE %s""",
        [TALK, RING, len(prefix) + 1, prefix + "%"],
    )
    taken = sum(1 for number in range(calls) if number % 3)
    assert numbers == [(calls, calls, calls, calls, calls - taken, taken, calls, calls, True)]
    doubled = database.rows(
        """SELECT count(*) FROM (
               SELECT c.id FROM crmx_call c
               JOIN crmx_timeline_event e ON e.res_model = 'crmx.interaction' AND e.res_id = c.interaction_id
               WHERE c.external_id LIKE %s AND c.partner_id IS NOT NULL
               GROUP BY c.id HAVING count(*) = 1) once""",
        [prefix + "%"],
    )
    recognised = sum(1 for number in range(calls) if number % 60 < 50)
    assert doubled == [(recognised,)]
    # however wrong the exchange's clock is, no call is of the future
    query = "SELECT count(*) FROM crmx_call WHERE external_id LIKE %s AND date_start > date_received"
    assert database.rows(query, [prefix + "%"]) == [(0,)]


def test_burst(exchange):
    database, path = exchange
    told = mixed(CALLS)
    with database.serving(workers=4) as address:
        start = time.monotonic()
        counts = send(address + path, told)
        took = time.monotonic() - start
    print(f"{CALLS} calls, {len(told)} messages in {took:.1f} s: {len(told) / took:.0f} a second")
    assert counts == {200: len(told)}
    check(database, CALLS, "burst ")


def test_power_cut(exchange):
    """The server is killed amid a burst; the exchange tells again what was not confirmed, and more."""
    database, path = exchange
    calls = 40
    told = [{**event, "callId": event["callId"].replace("burst", "cut")} for event in mixed(calls)]
    with concurrent.futures.ThreadPoolExecutor(1) as background:
        with database.serving(workers=2) as address:
            sending = background.submit(send, address + path, told)
            while not database.rows(
                "SELECT 1 FROM crmx_call WHERE external_id LIKE 'cut%' OFFSET 10 LIMIT 1"
            ):
                assert not sending.done()
                time.sleep(0.1)
        counts = sending.result()
    assert counts.get(None), "all were answered before the power went"
    with database.serving(workers=2) as address:
        assert send(address + path, told) == {200: len(told)}
    check(database, calls, "cut ")
