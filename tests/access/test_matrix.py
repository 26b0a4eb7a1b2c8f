"""Who may do what to whose file: `matrix.csv`, every route of the service, asked over HTTP."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from postal_tracker.outgoing.relay import relay
from tests.access.offices import OFFICES, Asker, Files, askers, doubt_labels, furnish
from tests.access.questions import question

MATRIX = list(csv.DictReader((Path(__file__).parent / "matrix.csv").read_text().splitlines()))


def routes(app) -> Iterator[tuple[str, str]]:
    """Return every route of the service, found by itself."""
    for route in app.router.routes:
        each = getattr(route, "effective_route_contexts", None)
        for one in each() if each else [route]:
            methods = set(getattr(one, "methods", None) or ())
            if "GET" in methods:
                methods -= {"HEAD"}
            yield from ((method, one.path) for method in methods)


@pytest.mark.slow
@pytest.mark.one_in(2)
def test_everybody_gets_as_far_as_the_matrix_says(any_centre, tmp_path):
    any_centre.settings.log_key_file = tmp_path / "log-key"
    assert all_faults(any_centre, OFFICES) == []


def test_a_clerk_gets_no_further_than_her_offices(centre):
    """A sample of the same: some routes, the office's own files, and its sister's."""
    assert all_faults(centre, ("own", "sister"), only="clerk", rows=MATRIX[::6]) == []


def all_faults(centre, offices, only="", rows=MATRIX) -> list[str]:
    files = furnish(centre, offices)
    centre.tell(centre.an_event("LA999999999VN", "accepted"))  # the first message, of no home
    centre.house.sequencer("one").append_now()  # what is told in the log's order is in it
    centre.database.write_now(partial(relay, now=centre.clock()))
    asked = [one for one in askers(centre) if not only or (one.column == only and one.headers)]
    return [fault for one in asked for fault in faults(centre, one, files, rows)]


def test_every_route_stands_in_the_matrix(centre):
    found = set(routes(centre.client.app)) - {("GET", "/static")}

    assert found == {(row["method"], row["path"]) for row in MATRIX}


@dataclass(frozen=True, slots=True)
class Try:
    """One question that somebody asks, and what is due."""

    who: Asker
    row: dict[str, str]
    office: str
    files: Files
    due: str

    @property
    def about(self) -> str:
        row = self.row
        return f"{self.who.name}: {row['method']} {row['path']} of {self.office}'s {row['of']}"


def faults(centre, who, files, rows) -> Iterator[str]:
    """Say in a line each what somebody gets though he must not, and what he does not get."""
    outside = set(files) - who.within
    for one in tries(who, files, rows):
        got, text = answer(centre, one)
        if one.due not in (got, "open"):
            yield f"{one.about}: {got}, not {one.due}"
        sent = str(question(one.row, one.files))
        for office in () if one.due == "open" else outside:
            told = [m for m in files[office].marks() if m in text and m not in sent]
            if told:
                yield f"{one.about}: tells of {office}'s {told}"
        if mark := LISTED.get(one.row["of"]) if got == "yes" else None:
            within = who.within & set(files)
            lacking = [o for o in within if getattr(files[o], mark) not in text]
            if lacking:
                yield f"{one.about}: does not tell of {lacking}"


LISTED = {"list": "dossier", "printers": "printer", "waiting": "parcel", "lists": "handover"}
LISTED |= {"surveys": "survey", "telephones": "telephone"}
"""What a list has to name of each office within reach."""


TELEPHONES = {
    *("/courier", "/courier/undo", "/courier/read", "/courier/{tracking_number:path}"),
    *("/courier/lists", "/courier/lists/{number}", "/courier/lists/{number}.pdf"),
    *("/api/v1/events", "/api/v1/handovers/{number}/take"),
}
"""The only doors, beside those open to anybody, that an enrolled telephone comes through."""


def cell_of(who, row) -> str:
    """Return what the matrix says; of a telephone what it says of its courier, at these doors."""
    cell = row[who.column]
    is_shut = who.is_on_telephone and cell != "open" and row["path"] not in TELEPHONES
    return "no" if is_shut else cell


def tries(who, files, rows) -> Iterator[Try]:
    for row in rows:
        cell = cell_of(who, row)
        if is_other_door(who, row) or (cell == "open" and who.column != "stranger"):
            continue
        if cell in OF_NONE or row["others"] in ("", "absent"):
            yield Try(who, row, "own", files["own"], OF_NONE.get(cell) or due(who, row, "own"))
            continue
        for office in who.asks_about & set(files):
            yield Try(who, row, office, files[office], due(who, row, office))
        if cell == "own carrier" and row["of"] == "parcel":
            yield Try(who, row, "another carrier's", of_other(files["own"]), row["others"])


OF_NONE = {"no": "no", "sign-in": "sign-in", "open": "open", "yes": "yes"}
"""Where it does not matter whose it is."""


def of_other(files: Files) -> Files:
    return replace(files, parcel=files.others, failed=files.others)


def is_other_door(who, row) -> bool:
    """Whoever has a key comes to the API, whoever has signed in to the pages."""
    is_page = not row["path"].startswith("/api/")
    comes_to_both = who.is_on_telephone or who.column == "program"
    return bool(who.headers) and is_page != bool(who.csrf) and not comes_to_both


def due(who, row, office) -> str:
    """Return what the matrix says becomes of it."""
    cell = cell_of(who, row)
    if cell == "whole":
        return "yes" if who.is_whole else "no"
    if cell == "none":
        return row["others"]
    if cell == "own carrier" and row["of"] == "carrier":
        return "no"
    return "yes" if office in who.within else row["others"]


def answer(centre, one) -> tuple[str, str]:
    """Ask, and return in the matrix's words what came of it, and what was told."""
    who, row = one.who, one.row
    address, rest = question(row, one.files)
    if row["path"].endswith("came-out"):
        centre.database.write_now(doubt_labels)
    if "data" in rest:
        rest = rest | {"data": rest["data"] | {"csrf": who.csrf}}
    headers = who.headers | rest.pop("headers", {})
    if not row["path"].startswith("/api/"):
        headers |= {"accept": "text/html"}
    centre.client.cookies.clear()  # what a page left there would go along instead of the session
    came = centre.client.request(
        row["method"], address, headers=headers, follow_redirects=False, **rest
    )
    is_text = "pdf" not in came.headers.get("content-type", "")
    return became(row, came), came.text if is_text else ""


def became(row, came) -> str:
    if came.status_code == 401 or "/sign-in" in came.headers.get("location", ""):
        return "sign-in"
    if came.status_code == 403:
        return "no"
    if came.status_code == 404:
        return "hidden"
    if came.status_code >= 500 and "/print" not in row["path"]:
        return f"a fault ({came.status_code})"
    return in_its_body(row, came)


def in_its_body(row, came) -> str:
    """Tell what is answered to everybody alike, and says in its body that there is nothing."""
    others, text = row["others"], came.text
    if others == "unknown" and '"kind":"unknown"' in text:
        return "unknown"
    if others == "unfound" and came.status_code == 422:
        return "unfound"
    if others == "refused" and ('"status":"refused"' in text or came.status_code == 422):
        return "refused"
    if others == "unshown" and "chưa có bưu gửi này" in text:
        return "unshown"
    if others == "untold" and "Không tìm thấy gì với mã này" in text:
        return "untold"
    if others == "unnoted" and '"noted":0' in text:
        return "unnoted"
    return "yes"
