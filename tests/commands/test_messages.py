"""Carriers' messages without a home, from the terminal."""

import json

from adapters.event import Source
from postal_tracker.carriers.inbox import keep_each, read
from tests.carriers.messages import a_body


def keep(centre, *bodies):
    told = [
        (read(centre.house.carriers, "rehearsal", Source.SIGNED, body), centre.clock())
        for body in bodies
    ]
    centre.database.write_now(lambda s: keep_each(s, told))


def test_messages_without_a_home_are_listed_with_their_reason_and_no_body(run, furnished):
    early = a_body("EE123456785VN", ("1", "NHAN_GUI"), at=furnished.clock())
    keep(furnished, b'{"scans": "Ba Hoa"}', early)

    told = run("messages", "list", "--json")
    rows = {row["state"]: row for row in json.loads(told.stdout)}
    assert rows["unread"]["problem"] == "scans is not a list of at most 1000"
    assert rows["unclaimed"]["waits_for"] == "EE123456785VN"
    assert "Hoa" not in told.stdout
    assert json.loads(run("messages", "list", "--state", "conflicting", "--json").stdout) == []
    assert json.loads(run("messages", "list", "--carrier", "ghn", "--json").stdout) == []


def test_messages_are_read_again_and_counted(run, furnished, monkeypatch):
    monkeypatch.setenv("POSTAL_CARRIERS__REHEARSAL__BASE_URL", "http://127.0.0.1:9")
    keep(furnished, *(b"{" + b" " * n for n in range(120)))
    early = a_body("EE123456785VN", ("1", "NHAN_GUI"), at=furnished.clock())
    keep(furnished, early)

    told = run("messages", "read-again", "--all", "--json")
    assert told.exit_code == 0, told.stderr
    expected = {"read": 0, "unread": 120, "unclaimed": 1, "conflicting": 0}
    assert json.loads(told.stdout) == expected
    told = run("messages", "read-again", "--state", "unclaimed", "--carrier", "rehearsal")
    assert "0 read, 0 unread, 1 unclaimed, 0 conflicting." in told.stderr


def test_which_messages_are_meant_must_be_said(run, furnished):
    assert run("messages", "read-again").exit_code == 2
    assert run("messages", "read-again", "--all", "--state", "unread").exit_code == 2
    assert run("messages", "read-again", "--state", "read").exit_code == 2
    assert run("messages", "list", "--state", "lost").exit_code == 2
