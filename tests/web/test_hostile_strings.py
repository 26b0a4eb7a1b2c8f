"""Strings that break programs go through every field, and break nothing.

The Big List of Naughty Strings, and some for this trade. Whatever becomes of one: no 5xx, and on no
page does it become markup; pages are parsed as browsers do it.
"""

import copy
import json
from urllib.parse import quote

import pytest
from lxml import html

from tests.hostile import EACH, HARMLESS, strings_for
from tests.web.conftest import Served
from tests.web.document import address, bodies, operations
from tests.web.furnishing import furnished
from tests.web.markup import markup


@pytest.fixture
def shown(centre):
    return furnished(Served(centre, "", 0))


def sendable(text):
    """Return a text as a client can send it: half of a pair of surrogates is no character."""
    return text.encode("utf-8", "replace").decode()


# JSON


def put(body, path, value):
    """Return a body with a value at a path, whatever stood there."""
    if not path:
        return value
    first, *rest = path
    if first == 0:
        return [put((body or [None])[0] if isinstance(body, list) else None, rest, value)]
    whole = copy.deepcopy(body) if isinstance(body, dict) else {}
    return whole | {first: put(whole.get(first), rest, value)}


def roles_of(operation):
    return [role for way in operation["security"] for role in next(iter(way.values()))] or [""]


@EACH
def test_no_string_in_a_json_body_breaks_anything(centre, document, shown, every, share):
    told = {(path, method): what for method, path, what in operations(document)}
    fields = list(bodies(document))[::every]
    faults = []
    for path, method, field in fields:
        content = told[path, method]["requestBody"]["content"]["application/json"]
        for text in strings_for(share, every):
            raw = json.dumps(put(content["example"], field, text)).encode()
            answer = centre.call(
                method,
                address(path),
                role=roles_of(told[path, method])[0],
                content=raw,
                headers={"content-type": "application/json", "if-match": "*"},
            )
            if answer.status_code >= 500:
                faults.append((method, path, field, text, answer.status_code))

    assert faults == []
    assert len(fields) > 60 // every
    assert centre.differences() == []


OTHER_KINDS = (5, -1.5, 10**400, True, None, [], [5], {}, {"a": None})


def test_nothing_of_another_kind_in_a_json_body_breaks_anything(centre, document):
    told = {(path, method): what for method, path, what in operations(document)}
    faults = []
    for path, method, field in bodies(document):
        example = told[path, method]["requestBody"]["content"]["application/json"]["example"]
        for value in OTHER_KINDS:
            answer = centre.call(
                method,
                address(path),
                role=roles_of(told[path, method])[-1],
                content=json.dumps(put(example, field, value)).encode(),
                headers={"content-type": "application/json", "if-match": "*"},
            )
            if answer.status_code >= 500:
                faults.append((method, path, field, value))

    assert faults == []
    assert centre.differences() == []


# Addresses and headers


@EACH
def test_no_string_in_an_address_or_a_header_breaks_anything(centre, document, shown, every, share):
    centre.house.sequencer("one").append_now()  # or the feeds would say that the log stands still
    places = [
        (path, method, parameter["in"], parameter["name"], roles_of(what)[0])
        for method, path, what in operations(document)
        for parameter in what.get("parameters", [])
    ]
    faults = []
    for place in places[::every]:
        for text in strings_for(share, every):
            answer = asked(centre, *place, sendable(text))
            if answer.status_code >= 500:
                faults.append((*place, text, answer.status_code))

    assert faults == []
    assert len(places) > 60


def asked(centre, path, method, where, name, role, text):
    if where == "path":
        named = address(path.replace(f"{{{name}}}", quote(text, safe="")))
        return centre.call(method, named, role=role)
    if where == "query":
        return centre.call(method, address(path), role=role, params={name: text})
    held = text.encode().replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"")
    return centre.call(method, address(path), role=role, headers={name: held})


# Pages

A_NEXT_PAGE = ("a", "rel")
"""A list that has grown by what was sent leads on."""


@pytest.fixture
def visitors(shown, visitor):
    return {who: visitor(who) for who in shown}


def filled(visitor, page):
    """Return each form of a page: its address, and its fields as they stand there."""
    for form in html.fromstring(visitor.opens(page).text).iter("form"):
        if form.get("method") == "post":
            fields = {k: v or "" for k, v in form.form_values()}
            empty = {name: "" for name in form.fields if name}
            yield form.get("action") or page, empty | fields


@EACH
def test_no_string_in_a_form_breaks_anything_or_becomes_markup(
    centre, shown, visitors, every, share
):
    forms = [
        (who, where, fields, name)
        for who, pages in shown.items()
        for page in pages
        for where, fields in filled(visitors[who], page)
        for name in fields
        if name != "csrf"
    ]
    once = {(who, where, name): fields for who, where, fields, name in forms}
    known, faults = {A_NEXT_PAGE}, []
    # In the soak, too, a field meets one string of eight: all of them through all take hours.
    part = 8 if every == 1 else 1
    some = list(once.items())[:: every * 2 - 1]
    for place, ((who, where, name), fields) in enumerate(some):
        send = sender(visitors[who], where, fields, name)
        known |= {piece for text in HARMLESS for piece in markup(send(text).text)}
        for text in strings_for(share, every)[place % part :: part]:
            answer = send(sendable(text))
            alien = markup(answer.text) - known if "html" in kind(answer) else set()
            if answer.status_code >= 500 or alien:
                faults.append((who, where, name, text, answer.status_code, alien))

    assert faults == []
    assert len(once) > 60


def kind(answer):
    return answer.headers.get("content-type", "")


def sender(visitor, where, fields, name):
    return lambda text: visitor.sends(where, fields | {"csrf": visitor.token(), name: text})


def test_markup_in_a_page_is_seen():
    """A guard for the test above, and for those of records."""
    page = markup("<p class=x>Bà Hoa <a href=/desk>xem</a></p>")
    hostile = ("<script>1</script>", "<p onclick=x>", "<a href=javascript:x>", "<img src=x>")

    assert all(markup(f"<p class=x>{text}</p>") - page for text in hostile)
    assert markup("<p class=x>&lt;script&gt;</p>") <= page
