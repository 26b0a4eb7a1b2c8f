"""Printers from the command line, and labels that come out of them."""

import json
import os
import pty
import subprocess
import sys

import pytest

from labels.paper import MEDIA
from tests.centre import PRINTERS
from tests.commands.running import surroundings
from tests.labels.eyes import codes, seen
from tests.printing.machines import address_of_nobody, machine

ADD = ("printers", "add", "Zebra", "--office", "H49.12", "--kind", "zpl_tcp", "--media", "100x50")


def numbers_on(jobs):
    return [
        next(c for c in codes(page) if not c.startswith("http"))
        for job in jobs
        for page in seen(job, "zpl", MEDIA["100x50"])
    ]


@pytest.fixture
def zebra(run, furnished):
    with machine() as made:
        assert run(*ADD, "--address", made.address).exit_code == 0
        yield made


def test_a_printer_is_added_listed_and_removed(run, furnished):
    added = run(*ADD, "--address", "192.168.1.40:9100", "--offset-x", "1.5", "--json")
    assert added.exit_code == 0, added.stderr
    assert json.loads(added.stdout)["offset_x"] == 1.5

    [listed] = json.loads(run("printers", "list", "--json").stdout)
    assert (listed["name"], listed["address"]) == ("Zebra", "192.168.1.40:9100")
    assert json.loads(run("printers", "list", "--office", "H49.12.01", "--json").stdout) == []
    assert run("printers", "remove", "Zebra").exit_code == 0
    assert run("printers", "remove", "Zebra").exit_code == 1


@pytest.mark.parametrize(
    ("told", "word"),
    [
        (("--address", "nowhere"), "host and a port"),
        (("--address", "a:9100", "--dpi", "20000"), "dpi"),
        (("--address", "a:9100", "--offset-x", "99"), "offset_x"),
        (("--address", "a:9100", "--media", "papyrus"), "no such medium"),
        (("--address", "a:9100", "--kind", "fax"), "kind"),
        (("--address", "a:9100", "--office", "H99"), "no such office"),
    ],
)
def test_what_is_no_printer_is_refused_in_words(run, furnished, told, word):
    refused = run(*ADD, *told)

    assert refused.exit_code == 1
    assert word in refused.stderr
    assert run("printers", "list").stdout == ""


def test_a_list_goes_to_a_printer_each_label_once(run, furnished, zebra):
    numbers = [furnished.a_parcel() for _ in range(3)]
    made = furnished.post("/handovers", {"carrier": "rehearsal", "parcels": numbers}).json()

    told = run("labels", "--handover", made["number"], "--printer", "Zebra")
    assert told.exit_code == 0, told.stderr
    assert "3 printed." in told.stderr
    assert numbers_on(zebra.jobs) == numbers
    once_more = run("labels", "--handover", made["number"], "--printer", "Zebra", "--json")
    assert json.loads(once_more.stdout)["already"] == 3
    assert len(zebra.jobs) == 1


def test_a_day_goes_to_a_printer_or_into_a_file(run, furnished, zebra, tmp_path):
    number = furnished.a_parcel()

    assert run("labels", "--day", "2026-11-22", "--printer", "Zebra").exit_code == 0
    assert zebra.jobs == []
    assert run("labels", "--day", "2026-11-23", "--printer", "Zebra").exit_code == 0
    assert numbers_on(zebra.jobs) == [number]
    file = ("labels", "--day", "2026-11-23", "--media", "100x50", "--format", "zpl", "-o", "l.zpl")
    assert run(*file).exit_code == 1, "it was printed"
    assert run(*file, "--again").exit_code == 0
    assert numbers_on([(tmp_path / "l.zpl").read_bytes()]) == [number]


def test_a_printer_that_stops_is_told_and_the_same_command_goes_on(run, furnished, zebra):
    numbers = [furnished.a_parcel() for _ in range(7)]
    zebra.breaks_off_at = [None, 10]

    stopped = run("labels", "--day", "2026-11-23", "--printer", "Zebra")
    assert stopped.exit_code == 1
    assert "5 printed." in stopped.stderr
    assert "2 left: the same command goes on." in stopped.stderr
    assert f"Perhaps on paper already: {numbers[5]}, {numbers[6]}; then" in stopped.stderr
    assert run("labels", "--day", "2026-11-23", "--printer", "Zebra").exit_code == 0
    assert numbers_on([zebra.jobs[0], zebra.jobs[2]]) == numbers


def test_a_printer_that_is_off_is_said_to_be(run, furnished):
    run(*ADD, "--address", address_of_nobody())
    told = run("labels", furnished.a_parcel(), "--printer", "Zebra")

    assert told.exit_code == 1
    assert "Printer Zebra refuses the connection." in told.stderr


@pytest.mark.parametrize(
    "asked",
    [
        (),
        ("EB100000003VN",),
        ("--printer", "Zebra"),
        ("EB100000003VN", "--printer", "Zebra", "-o", "l.pdf"),
        ("EB100000003VN", "--handover", "BK-261123-0001", "-o", "l.pdf"),
        ("--handover", "BK-261123-0001", "--day", "2026-11-23", "-o", "l.pdf"),
        ("--day", "yesterday", "-o", "l.pdf"),
        ("EB100000003VN", "--printer", "Zebra", "--format", "pdf"),
    ],
)
def test_what_to_print_and_where_is_asked_for_once(run, furnished, asked):
    assert run("labels", *asked).exit_code == 2


@pytest.mark.slow
def test_somebody_at_a_terminal_sees_how_far_it_is(furnished, zebra, tmp_path, sqlite_url):
    for _ in range(3):
        furnished.a_parcel()
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "postal_tracker", "labels"),
            *("--day", "2026-11-23", "--printer", "Zebra"),
        ],
        cwd=tmp_path,
        env=surroundings(
            POSTAL_DATABASE_URL=sqlite_url, POSTAL_PRINTER_NETWORKS=PRINTERS, TERM="xterm"
        ),
        stdout=subprocess.PIPE,
        stderr=theirs,
        timeout=60,
        check=False,
    )
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)

    assert done.returncode == 0, shown
    assert "Printing" in shown
    assert "100%" in shown
    assert "3 printed." in shown


def test_a_printer_is_set_right_from_a_terminal(run, zebra, tmp_path):
    assert run("printers", "calibrate", "Zebra").exit_code == 0
    assert run("printers", "calibrate", "Zebra", "--offset-x", "1.5").exit_code == 0
    assert len(set(zebra.jobs)) == 2
    assert json.loads(run("printers", "list", "--json").stdout)[0]["offset_x"] == 1.5

    too_far = run("printers", "calibrate", "Zebra", "--offset-y", "4")
    assert too_far.exit_code == 1
    assert "can be moved by 2.5 mm" in too_far.stderr


def test_a_browsers_calibration_sheet_is_a_file(run, furnished, tmp_path):
    run("printers", "add", "Laser", "--office", "H49.12", "--kind", "browser", "--media", "a4-24")
    sheet = tmp_path / "sheet.pdf"

    assert run("printers", "calibrate", "Laser", "-o", str(sheet)).exit_code == 0
    assert sheet.read_bytes().startswith(b"%PDF")
    assert run("printers", "calibrate", "Laser").exit_code == 2
    assert run("printers", "calibrate", "Nobody's").exit_code == 1
