"""Each command that acts is in the audit log, or stands here with the reason why not."""

import json
import socket
from contextlib import suppress

import pytest
from typer.main import get_command

from postal_tracker.__main__ import app
from postal_tracker.access import audit
from postal_tracker.access.audit import AuditFilter
from postal_tracker.spreadsheets import write_csv
from tests.printing.machines import machine

LOOKS = "it looks, and shows nobody's data"
OTHER = "it works on another database than this, or on none"
ITSELF = "what the service does is written down where it is done"

NOT_WRITTEN = {
    **dict.fromkeys(
        (
            *("staff list", "keys list", "printers list", "numbers list", "messages list"),
            *("carriers list", "carriers check", "track", "log checkpoint"),
            *("log key", "log verifier", "notices test", "webhooks list"),
        ),
        LOOKS,
    ),
    **dict.fromkeys(("demo", "rehearsal", "log witness", "import template"), OTHER),
    **dict.fromkeys(("serve", "worker"), ITSELF),
    "national export": "its pages are readings: see tests/commands/test_national.py",
    "migrate": "it changes tables, and no data; the log of migrations stands in the database",
    "log new-key": "that another key signs stands in the log itself, for ever",
}

PASSWORD = "ba con voi qua cau"
LAN = ("--name", "Lan", "--role", "courier", "--password-stdin")
NUMBERS = ("--carrier", "vnpost", "--indicator", "EE", "--first", "20000000", "--last", "20000009")
PRINTER = ("--office", "H49.12", "--kind", "browser")

STORY = [
    (("staff", "add", "lan", *LAN), "account", "lan added courier"),
    (("staff", "carrier", "lan", "vnpost"), "account", "lan of vnpost"),
    (("staff", "disable", "lan"), "account", "lan disabled"),
    (("staff", "enable", "lan"), "account", "lan enabled"),
    (("staff", "reset", "lan", "--password-stdin"), "account", "lan password reset"),
    (("numbers", "add", *NUMBERS), "settings", "numbers of vnpost added"),
    (("printers", "add", "A", *PRINTER), "settings", "printer 1 added"),
    (
        ("printers", "calibrate", "A", "--offset-x", "1", "-o", "sheet.pdf"),
        "settings",
        "printer 1 moved",
    ),
    (("printers", "remove", "A"), "settings", "printer 1 removed"),
    (("staff", "forget-code", "lan"), "account", "lan second factor removed"),
    (("messages", "read-again", "--all"), "command", "messages read-again"),
    (("replay", "--mend"), "command", "replay --mend"),
    (("replay", "--check"), "command", "replay --check: 0 differences"),
    (("verify",), "command", "verify: ok"),
    (("import", "dossiers", "day.csv", "--office", "H49.12"), "command", "import dossiers: 1 rows"),
    (("import", "offices", "offices.csv"), "command", "import offices: 1 rows"),
    (("import", "authorities", "places.csv"), "command", "import authorities: 1 rows"),
    (("import", "procedures", "what.csv"), "command", "import procedures: 1 rows"),
    (("import", "acts", "acts.csv"), "command", "import acts: 1 rows"),
    (("backup", "copy.db"), "exported", "backup"),
    (("log", "export", "-o", "log.jsonl"), "exported", "log"),
    (("log", "export", "--for-strangers", "-o", "l"), "exported", "log for strangers"),
    (("audit", "--what", "read"), "audit-read", ""),
]

FILES = {
    "day.csv": (("Thủ tục", "Họ tên"), ("GPLX-01", "Đỗ Thị Hoa")),
    "offices.csv": (("Mã", "Tên"), ("H49.77", "Điểm tiếp nhận")),
    "places.csv": (("Mã", "Tên"), ("XX", "Sở")),
    "what.csv": (
        ("Mã", "Tên", "Cơ quan giải quyết", "Số ngày làm việc"),
        ("TT-77", "Thủ tục", "PC08", "5"),
    ),
    "acts.csv": (
        ("Mã hồ sơ", "Việc đã làm", "Thời điểm"),
        ("H49.12-261123-0001", "Đã có kết quả", "24/11/2026 08:00"),
    ),
}


def newest(centre, **wanted):
    found = centre.database.read_now(lambda s: audit.entries(s, AuditFilter(**wanted, limit=1)))
    [entry] = found.items
    assert entry.who == "command"
    return entry


@pytest.mark.parametrize(
    ("typed", "what", "detail"), STORY, ids=[" ".join(typed[:2]) for typed, _, _ in STORY]
)
def test_what_a_command_does_is_written_down(run, furnished, tmp_path, typed, what, detail):
    for name, (header, row) in FILES.items():
        (tmp_path / name).write_bytes(write_csv(header, [row]))
    furnished.a_dossier(received_at="2026-11-23T08:00:00+07:00")
    before = {"staff": STORY[:1], "printers": STORY[6:7]}
    for first, _, _ in before.get(typed[0], ()):
        if first != typed:
            assert run(*first, typed_in=f"{PASSWORD}\n").exit_code == 0

    told = run(*typed, typed_in=f"{PASSWORD}\n")

    assert told.exit_code == 0, told.stderr
    entry = newest(furnished, what=what)
    assert detail in entry.detail


def test_what_is_put_back_says_so(run):
    assert run("backup", "copy.db").exit_code == 0
    assert run("restore", "copy.db", "--yes").exit_code == 0

    written = json.loads(run("audit", "--what", "command", "--json").stdout)
    assert [entry["detail"] for entry in written] == ["restore"]


def test_keys_are_written_with_role_and_scope_and_their_end(run, furnished):
    made = ("keys", "create", "--role", "integration", "--name", "x", "--scope", "registration")
    key = run(*made).stdout.strip().split("_")[1]
    assert newest(furnished, what="key-made").detail == f"key:{key} integration registration"

    run("keys", "revoke", key)
    assert newest(furnished, what="key-revoked").detail == f"key:{key}"


def test_labels_from_the_command_line_are_readings_of_whose_they_are(run, furnished):
    code = furnished.a_dossier()
    number = furnished.a_parcel(code, direction="to_citizen")
    with machine() as zebra:
        add = (
            "printers",
            "add",
            "Z",
            "--office",
            "H49.12",
            "--kind",
            "zpl_tcp",
            "--media",
            "100x50",
        )
        assert run(*add, "--address", zebra.address).exit_code == 0
        for where in (("-o", "labels.pdf"), ("--printer", "Z", "--again")):
            assert run("labels", number, *where).exit_code == 0
            entry = newest(furnished, dossier=code)
            assert (entry.what, entry.detail) == ("read", "labels")
            assert entry.fields == ["name", "phone", "address"]


@pytest.mark.parametrize("target", ["syslog", "stdout"])
def test_what_is_noted_is_told_to_syslog_once_it_is_sure(run, furnished, monkeypatch, target):
    """Where the service tells it to stdout a command does not: its answer stands there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.setblocking(False)
        port = listener.getsockname()[1]
        where = f"syslog:127.0.0.1:{port}" if target == "syslog" else target
        monkeypatch.setenv("POSTAL_SECURITY_LOG", where)
        add = ("staff", "add", "lan", *LAN)
        first, again = (run(*add, typed_in=f"{PASSWORD}\n") for _ in range(2))
        assert (first.exit_code, again.exit_code) == (0, 1)
        assert first.stdout == ""
        told = received(listener)

    assert [line["detail"] for line in told] == ["lan added courier"] * (target == "syslog")


def received(listener):
    lines = []
    with suppress(BlockingIOError):
        while True:
            lines.append(listener.recv(2000).decode())
    return [json.loads(line[line.index("{") : line.rindex("}") + 1]) for line in lines]


def every_command():
    def within(command, name):
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name
            return
        for each, below in inner.items():
            yield from within(below, f"{name} {each}".strip())

    return set(within(get_command(app), ""))


def test_no_command_is_forgotten():
    written = {" ".join(t[:2]) if t[0] in GROUPS else t[0] for t, _, _ in STORY}
    written |= {"keys create", "keys revoke", "labels", "restore"}

    assert written & NOT_WRITTEN.keys() == set()
    assert every_command() == written | NOT_WRITTEN.keys()


GROUPS = {
    "national",
    "staff",
    "keys",
    "printers",
    "numbers",
    "messages",
    "import",
    "log",
    "carriers",
    "notices",
    "webhooks",
}
