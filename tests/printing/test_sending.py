"""What becomes of a document on its way to a printer: taken, refused, stalled or broken off."""

import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from ipaddress import ip_network

import pytest

from labels.paper import MEDIA
from postal_tracker.printing.devices import PrinterFault, cups, network_printer
from postal_tracker.printing.devices.addresses import host_and_port, is_allowed, is_queue
from postal_tracker.printing.devices.network_printer import Timeouts
from postal_tracker.storage.tables import Printer
from tests.printing.machines import address_of_nobody, fake_lp, machine

LABEL = b"^XA^FO50,50^FDthu^FS^XZ"
A_LONG_DAY = LABEL * 200_000
"""More than the buffers of both ends hold."""

send_there = partial(network_printer.send, allowed=[ip_network("127.0.0.1")])

HASTY = Timeouts(connect=0.5, stall=60, close=60, backoff=(0.01, 0.01))
"""Where a printer is waited for, a busy machine has time enough."""


def a_printer(address: str, kind: str = "zpl_tcp") -> Printer:
    return Printer(name="Zebra quầy 1", kind=kind, address=address, dpi=203, medium="100x150")


def fault_of(send, *given):
    with pytest.raises(PrinterFault) as caught:
        send(*given)
    assert "Zebra quầy 1" in caught.value.vi
    assert "Zebra quầy 1" in caught.value.en
    assert caught.value.vi != caught.value.en
    return caught.value


# Where a printer may stand

OFFICE = [ip_network("192.168.0.0/16"), ip_network("10.0.0.0/8"), ip_network("fc00::/7")]


@pytest.mark.parametrize("address", ["192.168.1.40", "10.3.2.1", "::ffff:10.3.2.1", "fd12::9"])
def test_a_printer_stands_in_one_of_the_networks_of_printers(address):
    assert is_allowed(address, OFFICE)


@pytest.mark.parametrize(
    "address",
    [
        *("203.0.113.7", "2001:db8::1", "::ffff:203.0.113.7"),
        *("169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "100.100.100.200"),
        *("127.0.0.1", "127.8.8.8", "::1", "0.0.0.0", "::", "::ffff:127.0.0.1"),
        *("fe80::1", "fe80::1%eth0", "224.0.0.1", "255.255.255.255", "ff02::1"),
    ],
)
def test_no_printer_stands_at_a_metadata_service_or_in_this_machine(address):
    everything = [ip_network("0.0.0.0/0"), ip_network("::/0")]
    is_plain = address in ("203.0.113.7", "2001:db8::1", "::ffff:203.0.113.7")

    assert not is_allowed(address, OFFICE)
    assert is_allowed(address, everything) == is_plain


def test_this_machine_may_be_allowed_by_name():
    assert is_allowed("127.0.0.1", [ip_network("127.0.0.1")])
    assert is_allowed("169.254.7.7", [ip_network("169.254.7.0/24")])
    assert not is_allowed("127.0.0.2", [ip_network("127.0.0.1")])


def test_a_name_that_leads_elsewhere_is_connected_to_by_nobody():
    """Whatever a name meant when the printer was added."""
    with machine() as zebra:
        port = zebra.address.rpartition(":")[2]
        for allowed in (OFFICE, []):
            send = partial(network_printer.send, allowed=allowed)
            told = fault_of(send, a_printer(f"localhost:{port}"), LABEL, HASTY)
            assert (told.slug, told.unsure) == ("printer-elsewhere", False)

        assert zebra.jobs == []


# Label printers on the network


def test_a_printer_gets_every_byte_once():
    with machine() as zebra:
        send_there(a_printer(zebra.address), LABEL, HASTY)
        send_there(a_printer(zebra.address), A_LONG_DAY, HASTY)

    assert zebra.jobs == [LABEL, A_LONG_DAY]


def test_a_printer_that_is_off_is_named_and_was_sent_nothing():
    told = fault_of(send_there, a_printer(address_of_nobody()), LABEL, HASTY)

    assert told.slug == "printer-refuses"
    assert not told.unsure


def test_an_address_that_nobody_knows_is_said_to_be_so():
    # There is no such network card; no name server is asked about it.
    told = fault_of(send_there, a_printer("[fe80::1%nowhere]:9100"), LABEL, HASTY)

    assert told.slug == "printer-address-unknown"
    assert not told.unsure


def test_a_printer_that_does_not_answer_is_out_of_reach():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
        place = deaf.getsockname()
        # Once its queue is full the system drops who knocks, as a cut cable does.
        queue = [socket.socket() for _ in range(4)]
        for waiting in queue:
            waiting.setblocking(False)
            waiting.connect_ex(place)
        told = fault_of(send_there, a_printer(f"127.0.0.1:{place[1]}"), LABEL, HASTY)
        for waiting in queue:
            waiting.close()

    assert told.slug == "printer-out-of-reach"
    assert not told.unsure


def test_a_printer_that_takes_no_more_is_not_waited_for_for_ever():
    with machine(reads=False) as out_of_paper:
        began = time.monotonic()
        soon = replace(HASTY, stall=0.3)
        told = fault_of(send_there, a_printer(out_of_paper.address), A_LONG_DAY, soon)

    assert told.slug == "printer-stalled"
    assert told.unsure, "what was in its memory may have come out"
    assert time.monotonic() - began < 30


def test_a_slow_printer_is_waited_for_as_long_as_it_takes_something():
    with machine(reads_slowly=True) as slow:
        send_there(a_printer(slow.address), LABEL * 4_000, HASTY)

    assert slow.jobs == [LABEL * 4_000]


def test_whoever_must_be_answered_gives_up_on_a_printer_that_is_too_slow():
    in_a_moment = partial(send_there, until=time.monotonic() + 0.1)
    with machine(reads_slowly=True) as slow:
        told = fault_of(in_a_moment, a_printer(slow.address), LABEL * 8_000, HASTY)

    assert (told.slug, told.unsure) == ("printer-stalled", True)


@pytest.mark.parametrize("document", [LABEL, A_LONG_DAY])
def test_a_printer_that_breaks_off_half_way_has_not_taken_the_document(document):
    with machine() as zebra:
        zebra.breaks_off_at = [10]
        told = fault_of(send_there, a_printer(zebra.address), document, HASTY)

    assert told.slug == "printer-broke-off"
    assert told.unsure
    assert len(zebra.jobs) == 1, "what was begun is never sent again by itself"


def test_a_printer_that_refuses_for_a_moment_is_tried_again():
    address = address_of_nobody()
    patient = replace(HASTY, backoff=(0.1,) * 600)
    with ThreadPoolExecutor() as pool:
        sent = pool.submit(send_there, a_printer(address), LABEL, patient)
        time.sleep(0.05)
        with machine(address) as zebra:
            sent.result()

    assert zebra.jobs == [LABEL]


@pytest.mark.parametrize(
    "address",
    [
        *("", "zebra", "zebra:0", "zebra:65536", "zebra:9100/x", "a@zebra:9100", "zebra:9100?x"),
        *(":9100", "http://zebra:9100", "256.1.1.1:9100", "-zebra:9100", "zebra..lan:9100"),
        *("ze bra:9100", "zebra:+9100", "zebra:0x1", "[::1:9100", "::1:9100", "zebra:9100\n"),
        *("máy:9100", "x" * 260),
    ],
)
def test_what_is_no_host_and_port_is_no_address(address):
    with pytest.raises(ValueError):  # noqa: PT011 - the libraries' own words for it
        host_and_port(address)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.168.1.40:9100", ("192.168.1.40", 9100)),
        ("Zebra-1.office.lan:9100", ("zebra-1.office.lan", 9100)),
        ("may_in_1:6101", ("may_in_1", 6101)),
        ("[fd00::9]:9100", ("fd00::9", 9100)),
        ("localhost:65535", ("localhost", 65535)),
    ],
)
def test_an_address_is_a_host_and_a_port(address, place):
    assert host_and_port(address) == place


# Printers of the server's own printing system


@pytest.fixture
def path(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder) + os.pathsep + "/usr/bin:/bin")
    return folder


def test_a_queue_gets_the_document_unscaled(path):
    fake_lp(path)
    cups.send(a_printer("van-phong", "lp"), b"%PDF-1.7 ...")

    asked = (path / "arguments").read_text().split("\n")[:-1]
    assert asked == ["-d", "van-phong", "-t", "labels", "-o", "print-scaling=none"]
    assert (path / "fed").read_bytes() == b"%PDF-1.7 ..."


@pytest.mark.parametrize(
    ("medium", "size"),
    [("a6", "A6"), ("a4-24", "A4"), ("100x150", "Custom.100x150mm")],
)
def test_a_queue_is_told_the_size_of_the_paper(path, medium, size):
    fake_lp(path)
    cups.send(a_printer("van-phong", "lp"), b"%PDF", MEDIA[medium])

    assert (path / "arguments").read_text().endswith(f"-o\nmedia={size}\n")


@pytest.mark.parametrize(
    ("script", "within", "slug", "unsure"),
    [
        ("echo 'lp: no such printer or class' >&2; exit 1", 60, "printer-queue-refuses", False),
        ("exec sleep 60", 0.5, "printer-stalled", True),
    ],
)
def test_a_queue_that_does_not_take_it_is_named(path, script, within, slug, unsure):
    fake_lp(path, script=script)
    told = fault_of(partial(cups.send, answer_within=within), a_printer("van-phong", "lp"), b"%PDF")

    assert (told.slug, told.unsure) == (slug, unsure)


def test_where_there_is_no_printing_system_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert fault_of(cups.send, a_printer("van-phong", "lp"), b"%PDF").slug == "no-printing-system"


@pytest.mark.parametrize(
    "name", ["", "-o", "--", "a b", "a/b", "a#b", "a;b", "$(id)", "máy", "a\nb"]
)
def test_no_queue_is_called_what_lp_or_a_shell_could_take_for_more(name):
    assert not is_queue(name)


def test_queues_are_called_as_cups_calls_them():
    assert all(is_queue(n) for n in ("van-phong", "HP_LaserJet_400", "in.tang2", "a" * 127))
    assert not is_queue("a" * 128)
