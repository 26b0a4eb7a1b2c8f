"""Whole rounds of a courier with every kind of network, and a telephone that dies in its midst."""

import re
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from random import Random

import psutil
import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page, expect

from tests.centre import Centre
from tests.sampling import Share
from tests.web.conftest import employ, sign_in
from tests.web.phones import PHONE, Line, comes_in, notes, told, until_sent
from tests.web.serving import serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

EVENTS = 50
ON_THE_WAY = ("in_transit", "arrived_at_delivery_office", "out_for_delivery")

NOTE = """([number, milestone]) => new Promise((done) => {
  document.addEventListener("noted", () => done(), { once: true });
  const finding = document.querySelector("form.finding");
  finding.elements.namedItem("code").value = number;
  finding.requestSubmit();
  const noting = document.querySelector("form.noting");
  noting.requestSubmit(noting.querySelector(`button[value="${milestone}"]`));
})"""
"""The page's own forms, faster than any thumb."""


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def address(centre: Centre, line: Line) -> Iterator[str]:
    centre.clock.pass_(seconds=(datetime.now(UTC) - centre.clock()).total_seconds())
    employ(centre, "tuan")
    with serving(centre, line.around) as base:
        yield base


def a_round(
    centre: Centre, page: Page, context: BrowserContext, line: Line, chance: Random
) -> tuple[str, list[str]]:
    """Note fifty things of one parcel while the network comes and goes; return them in order."""
    number, noted = centre.a_parcel(), []
    for _ in range(EVENTS):
        if chance.random() < 0.15:
            context.set_offline(chance.random() < 0.6)
        if chance.random() < 0.1:
            line.swallows = chance.randrange(3)
        noted.append(chance.choice(ON_THE_WAY))
        page.evaluate(NOTE, [number, noted[-1]])
    context.set_offline(False)
    line.swallows = 0
    return number, noted


def check(centre: Centre, number: str, noted: list[str]) -> None:
    events = centre.get(f"/parcels/{number}").json()["events"]
    assert [event["milestone"] for event in events] == ["announced", *noted]
    times = [datetime.fromisoformat(event["happened_at"]) for event in events]
    assert [pair for pair in pairwise(times) if pair[0] >= pair[1]] == []


def test_no_round_loses_or_doubles_anything_whatever_the_network_does(
    centre: Centre,
    address: str,
    page: Page,
    context: BrowserContext,
    line: Line,
    share: Share,
    watched: list[str],
) -> None:
    page.set_viewport_size(PHONE)
    comes_in(page, address, "tuan")
    for n in range(share.of(500, 50)):
        centre.clock.pass_(seconds=(datetime.now(UTC) - centre.clock()).total_seconds())
        number, noted = a_round(centre, page, context, line, Random(f"{share.seed} {n}"))
        until_sent(page)
        check(centre, number, noted)
    assert page.locator("ul.refused li").count() == 0
    assert centre.differences() == []


def test_a_telephone_that_dies_in_its_midst_has_all_that_it_said_it_had(
    centre: Centre,
    address: str,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, object],
    browser_context_args: dict[str, object],
    tmp_path: Path,
    share: Share,
) -> None:
    how = {**browser_type_launch_args, **browser_context_args}
    for n in range(share.of(20, 10)):
        centre.clock.pass_(seconds=(datetime.now(UTC) - centre.clock()).total_seconds())
        number, folder = centre.a_parcel(), tmp_path / str(n)
        first = browser_type.launch_persistent_context(str(folder), **how)  # type: ignore[arg-type]
        page = first.new_page()
        comes_in(page, address, "tuan")
        first.set_offline(True)
        noted = [*Random(f"{share.seed} {n}").choices(ON_THE_WAY, k=EVENTS)]
        for milestone in noted:
            page.evaluate(NOTE, [number, milestone])
        pull_the_battery(folder)
        second = browser_type.launch_persistent_context(str(folder), **how)  # type: ignore[arg-type]
        page = second.new_page()
        page.goto(f"{address}/courier")
        if "sign-in" in page.url:
            sign_in(page, "tuan")
            page.wait_for_url(re.compile("/courier$"))
        until_sent(page)
        second.close()
        check(centre, number, noted)


def pull_the_battery(folder: Path) -> None:
    """End the browser of this folder, and no other, at once."""
    ours = [
        process
        for process in psutil.process_iter(["cmdline"])
        if f"--user-data-dir={folder}" in (process.info["cmdline"] or [])
    ]
    assert ours
    for process in ours:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs(ours, timeout=10)


def test_the_server_may_stop_in_its_midst(
    centre: Centre, page: Page, line: Line, watched: list[str]
) -> None:
    employ(centre, "tuan")
    centre.clock.pass_(seconds=(datetime.now(UTC) - centre.clock()).total_seconds())
    number = centre.a_parcel()
    page.set_viewport_size(PHONE)
    with serving(centre, line.around) as address:
        comes_in(page, address, "tuan")
        port = int(address.rpartition(":")[2])
    notes(page, number)
    expect(page.locator(".queue .waiting")).to_be_visible()
    with serving(centre, line.around, port=port):
        until_sent(page)
    assert told(centre, number) == ["announced", "accepted"]
