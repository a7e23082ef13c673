"""Reminders to a real mail server: what arrives, what a kill leaves behind, and two runs at once."""

import signal
import time

import pytest
from blackbox import SCRIPTS, TIMEOUT
from smtp_sink import Sink

STATES = "SELECT state, count(*) FROM crmx_dunning_letter WHERE state <> 'excluded' GROUP BY state"


@pytest.fixture(scope="module")
def sink():
    with Sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def database(installed, copy_of, sink):
    copy = copy_of(installed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRMX_SMTP_PORT", str(sink.port))
        assert "proposed: 30" in copy.shell("dunning_past.py")
    return copy


def kill_while_the_server_has_not_answered(database, sink, mails):
    """Kill the sending process between a mail's arrival and the server's answer to it."""
    with database.running(["shell", "--no-http"], code=(SCRIPTS / "dunning_send.py").read_text()) as process:
        deadline = time.monotonic() + TIMEOUT
        while len(sink.mails) < mails:
            assert process.poll() is None and time.monotonic() < deadline, "nothing is sent"
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()


def test_kill_while_sending(database, sink):
    sink.delay = 1.0
    kill_while_the_server_has_not_answered(database, sink, 5)
    assert len(sink.mails) == 5
    assert dict(database.rows(STATES)) == {"sent": 4, "sending": 1, "queued": 25}
    sink.delay = 0.0
    database.shell("dunning_send.py")
    assert dict(database.rows(STATES)) == {"sent": 29, "unknown": 1}
    recipients = sink.recipients()
    assert len(recipients) == len(set(recipients)) == 30, "nobody got it twice, and nobody was forgotten"
    database.shell("dunning_send.py")
    assert len(sink.mails) == 30, "what is unknown is never sent again unasked"
    [[left]] = database.rows("SELECT count(*) FROM mail_mail WHERE state = 'outgoing'")
    assert not left, "nor by the host's queue"


def test_what_arrived(database, sink):
    assert len(sink.mails) == 30, "the test before sent them"
    mails = {recipients[0]: message for recipients, message in sink.mails}
    message = mails["debtor7@customer.example"]
    assert "107.00" in message["Subject"] and message["Subject"].startswith("Reminder:")
    html = message.get_body(("html",)).get_content()
    assert "Debtor 7" in html and "107.00" in html and "INV/" in html
    assert "30" in html, "days late"
    french = mails["debtor3@customer.example"]
    assert french["Subject"].startswith("Rappel")
    sent = dict(database.rows("SELECT message_id_sent, subject FROM crmx_dunning_letter"))
    assert sent[message["Message-Id"]] == message["Subject"], "kept as it was sent"
    kept = database.rows("SELECT data FROM crmx_receivables_log WHERE kind = 'reminder_sent'")
    assert len(kept) == 29 and any("Debtor 7" in data for [data] in kept)


def test_two_runs_at_the_same_moment(database):
    output = database.shell("together.py", "dunning_race.py").splitlines()
    told = dict(line.split(": ", 1) for line in output if ": " in line)
    assert told["live"] == told["expected"], "each item is in one of the runs only"
    results = [line.removeprefix("result: ") for line in output if line.startswith("result: ")]
    assert len(results) == 2 and "done" in results
