"""What every carrier promises whatever comes from the other side; see adapters/carrier.py.

Somebody else's parcels, answers without an end, ways to another address, echoes of our own secrets,
proofs by strange keys: none of it may be believed, followed, waited for or repeated.
"""

import asyncio
import gzip
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from unicodedata import is_normalized
from urllib.parse import unquote_plus

import httpx
import pytest
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from adapters.carrier import Announcement, Carrier, Contact, Forged, Unreachable, Unreadable
from adapters.event import CarrierEvent, Milestone, Source
from adapters.registry import CarrierSettings, build
from tests.adapters.at_work import (
    MONDAY,
    a_journey,
    asked,
    at_work,
    every_asked,
    every_stand_in,
)
from tests.standins.all import STAND_INS
from tests.standins.standin import (
    PASSWORD,
    PHONE,
    RECIPIENT,
    SIGNING_KEY,
    STREET,
    TOKEN,
    Hook,
    Scan,
    StandIn,
)

SECRETS = (TOKEN, SIGNING_KEY, PASSWORD)
PERSONS = (RECIPIENT, PHONE, STREET)
OTHERS_KEYS = CarrierSettings(token="o" * 30, signing_key="p" * 30, username="o", password="p")

every_announcing = pytest.mark.parametrize(
    "kind",
    [kind for kind in STAND_INS.values() if kind().carrier().takes_announcements],
    ids=lambda kind: kind.name,
)


def a_scan(carrier: Carrier, milestone: Milestone = Milestone.DELIVERED) -> Scan:
    return a_journey(carrier, milestone)[0]


def a_hook(kind: type[StandIn]) -> tuple[Carrier, Hook]:
    standin, carrier = kind(), kind().carrier()
    return carrier, standin.hook(standin.number(1), a_scan(carrier))


def with_settings(kind: type[StandIn], settings: CarrierSettings) -> Carrier:
    return build({kind.name: settings})[kind.name]


def trust(carrier: Carrier, hook: Hook) -> Source | None:
    """How far a hook is proven; None for a forged one. Nothing else may come of it."""
    try:
        return carrier.verify(hook.headers, hook.query, hook.body)
    except Forged:
        return None


def what_is_said(fault: BaseException | None) -> str:
    """Return all that a log could hold of a fault, and of those that led to it."""
    said = ""
    while fault is not None:
        said += f"{fault}\n{fault!r}\n"
        fault = fault.__cause__ or fault.__context__
    return said


def is_silent_about(said: str, *words: str) -> bool:
    return not any(word in said for word in words)


# What carriers show of themselves


@every_stand_in
def test_a_carrier_shows_none_of_its_secrets(kind: type[StandIn]) -> None:
    with at_work(kind) as (standin, carrier):
        if carrier.can_be_asked:
            asked(carrier, standin.number(1))  # a log-in may have left a token behind
        assert is_silent_about(f"{carrier!r} {carrier}", *SECRETS)


@every_stand_in
def test_each_status_is_explained_in_both_languages(kind: type[StandIn]) -> None:
    for code, status in kind().carrier().statuses.items():
        assert code == code.strip() != ""
        for meaning in (status.vi, status.en):
            assert meaning == meaning.strip() != ""
            assert is_normalized("NFC", meaning)


@every_stand_in
def test_a_number_with_anything_behind_it_is_none(kind: type[StandIn]) -> None:
    carrier, number = kind().carrier(), kind().number(1)
    assert not any(carrier.is_number(number + more) for more in ("\n", " ", "?x=1", "#", "ừ"))


# Which hooks are believed


@every_stand_in
def test_without_a_key_nobody_is_believed(kind: type[StandIn]) -> None:
    _, hook = a_hook(kind)
    assert trust(with_settings(kind, CarrierSettings()), hook) in {None, Source.UNSIGNED}


@every_stand_in
def test_empty_proof_is_none_even_where_no_key_was_set(kind: type[StandIn]) -> None:
    carrier, hook = a_hook(kind)
    body = hook.body.replace(TOKEN.encode(), b"").replace(SIGNING_KEY.encode(), b"")
    empty = Hook(body, dict.fromkeys(hook.headers, ""), dict.fromkeys(hook.query, ""))
    for each in (carrier, with_settings(kind, CarrierSettings())):
        assert trust(each, empty) in {None, Source.UNSIGNED}


@every_stand_in
def test_what_others_keys_prove_is_forged(kind: type[StandIn]) -> None:
    carrier, hook = a_hook(kind)
    if trust(carrier, hook) is not Source.UNSIGNED:
        assert trust(with_settings(kind, OTHERS_KEYS), hook) is None


@every_stand_in
def test_one_key_alone_is_enough_whichever_setting_it_stands_in(kind: type[StandIn]) -> None:
    carrier, hook = a_hook(kind)
    alone = [CarrierSettings(token=TOKEN), CarrierSettings(token=SIGNING_KEY)]
    assert trust(carrier, hook) in {trust(with_settings(kind, each), hook) for each in alone}


@pytest.mark.covering
@every_stand_in
@pytest.mark.parametrize("shown", ["ừ", "\ud83d", "\x00", "a" * 100_000, "=", "sha256="])
def test_strange_proof_is_no_fault_but_a_forgery(kind: type[StandIn], shown: str) -> None:
    carrier, hook = a_hook(kind)
    strange = Hook(hook.body, dict.fromkeys(hook.headers, shown), dict.fromkeys(hook.query, shown))
    believed = trust(carrier, hook) if not hook.query and b"token-of" in hook.body else None
    assert trust(carrier, strange) in {None, Source.UNSIGNED, believed}


@pytest.mark.covering
@every_stand_in
@pytest.mark.parametrize("body", [b"", b"\x00", b"\xff\xfe", b"{", b"[]", b"[" * 100_000, b"null"])
def test_a_body_that_is_none_is_never_signed(kind: type[StandIn], body: bytes) -> None:
    carrier, hook = a_hook(kind)
    assert trust(carrier, replace(hook, body=body)) is not Source.SIGNED


@every_stand_in
def test_a_forgery_is_told_without_what_it_showed(kind: type[StandIn]) -> None:
    carrier, hook = a_hook(kind)
    if trust(carrier, hook) is Source.UNSIGNED:
        return  # it never is one
    with pytest.raises(Forged) as fault:
        with_settings(kind, OTHERS_KEYS).verify(hook.headers, hook.query, hook.body)
    keys = (OTHERS_KEYS.token, OTHERS_KEYS.signing_key)
    assert is_silent_about(what_is_said(fault.value), *SECRETS, *PERSONS, *keys)


# What is read of a hook


@every_stand_in
@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 2, 28, 17, 0, tzinfo=UTC),  # the first of March begins in Vietnam
        datetime(2025, 12, 31, 16, 59, 59, tzinfo=UTC),
        datetime(2026, 3, 1, 23, 59, 59, tzinfo=timezone(timedelta(hours=-8))),
    ],
    ids=str,
)
def test_midnight_is_the_same_moment_in_every_zone(kind: type[StandIn], at: datetime) -> None:
    standin, carrier = kind(), kind().carrier()
    hook = standin.hook(standin.number(1), replace(a_scan(carrier), at=at))
    [event] = carrier.read_message(hook.body)
    assert timedelta() <= at - event.happened_at < kind.tells_time_to
    assert event.happened_at.utcoffset() == timedelta(0)


@every_stand_in
def test_no_person_gets_into_an_event_from_a_hook(kind: type[StandIn]) -> None:
    carrier, hook = a_hook(kind)
    assert is_silent_about(repr(carrier.read_message(hook.body)), *PERSONS)


@every_stand_in
def test_a_place_with_a_name_without_end_loses_no_event(kind: type[StandIn]) -> None:
    if kind.name == "rehearsal":
        return  # it is ours, and refuses what it would never send
    standin, carrier = kind(), kind().carrier()
    scan = replace(a_scan(carrier), place="Bưu cục " + "rất xa " * 100)
    [event] = carrier.read_message(standin.hook(standin.number(1), scan).body)
    assert len(event.place) <= 120
    assert event.place == event.place.strip()


@every_stand_in
def test_an_id_fits_into_one_line_and_tells_nobody(kind: type[StandIn]) -> None:
    carrier, hook = a_hook(kind)
    [event] = carrier.read_message(hook.body)
    assert 1 <= len(event.event_id) <= 100
    assert event.event_id.isascii()
    assert event.event_id.isprintable()


@every_stand_in
def test_the_answer_is_json_whatever_headers_came(kind: type[StandIn]) -> None:
    carrier, hook = a_hook(kind)
    hostile = dict.fromkeys(hook.headers, '"},\n<script>ừ\ud83d')
    for headers in (hook.headers, {}, hostile):
        answer = carrier.answer(headers)
        assert isinstance(json.loads(answer.body), dict)
        assert answer.media_type == "application/json"


# What is heard of an answer


class Changed(httpx.AsyncBaseTransport):
    """Real HTTP, whose answers are changed on their way back."""

    def __init__(self, change: Callable[[bytes], AsyncIterator[bytes]]) -> None:
        self._real = httpx.AsyncHTTPTransport(verify=False, trust_env=False)
        self._change = change

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._real.handle_async_request(request)
        headers = [(n, v) for n, v in answer.headers.items() if n != "content-length"]
        changed = self._change(await answer.aread())
        await answer.aclose()
        return httpx.Response(answer.status_code, headers=headers, content=changed)

    async def aclose(self) -> None:
        await self._real.aclose()


def asked_through(
    change: Callable[[bytes], AsyncIterator[bytes]], carrier: Carrier, number: str
) -> list[CarrierEvent]:
    async def asking() -> list[CarrierEvent]:
        async with httpx.AsyncClient(transport=Changed(change), timeout=60) as client:
            return await carrier.ask(client, [number])

    return asyncio.run(asking())


@every_asked
def test_news_of_parcels_nobody_asked_about_is_not_heard(kind: type[StandIn]) -> None:
    with at_work(kind) as (standin, carrier):
        ours, others = standin.number(1), standin.number(2)
        standin.told(ours, a_scan(carrier))

        async def about_another(body: bytes) -> AsyncIterator[bytes]:
            assert ours.encode() in body
            yield body.replace(ours.encode(), others.encode())

        assert asked_through(about_another, carrier, ours) == []


@every_asked
def test_an_answer_without_an_end_is_not_read_to_its_end(kind: type[StandIn]) -> None:
    sent = 0

    async def endless(body: bytes) -> AsyncIterator[bytes]:
        nonlocal sent
        yield body  # a right answer, if the blanks behind it ever ended
        while sent < 64 * 2**20:
            sent += 2**16
            yield b" " * 2**16

    with at_work(kind) as (standin, carrier):
        standin.told(standin.number(1), a_scan(carrier))
        with pytest.raises(Unreachable):
            asked_through(endless, carrier, standin.number(1))
    assert sent <= 2 * 2**20


@every_asked
def test_a_right_answer_of_two_mebibytes_is_refused(kind: type[StandIn]) -> None:
    async def padded(body: bytes) -> AsyncIterator[bytes]:
        yield body + b" " * 2 * 2**20

    with at_work(kind) as (standin, carrier):
        standin.told(standin.number(1), a_scan(carrier))
        with pytest.raises(Unreachable):
            asked_through(padded, carrier, standin.number(1))


@every_asked
def test_a_small_answer_that_swells_is_refused(kind: type[StandIn]) -> None:
    with at_work(kind) as (standin, carrier):
        bomb = gzip.compress(b" " * 20 * 2**20)
        standin.bad_days = [Response(bomb, headers={"content-encoding": "gzip"})]
        with pytest.raises(Unreachable):
            asked(carrier, standin.number(1))


@every_asked
def test_no_person_gets_into_an_event_from_an_answer(kind: type[StandIn]) -> None:
    with at_work(kind) as (standin, carrier):
        standin.told(standin.number(1), replace(a_scan(carrier), reason_code=""))
        answer = asked(carrier, standin.number(1))
        assert answer
        assert is_silent_about(repr(answer), *PERSONS)
        assert {event.happened_at.utcoffset() for event in answer} == {timedelta(0)}


@every_asked
def test_an_unknown_status_in_an_answer_is_kept_and_not_guessed(kind: type[StandIn]) -> None:
    with at_work(kind) as (standin, carrier):
        standin.told(standin.number(1), Scan("98765", MONDAY))
        answer = asked(carrier, standin.number(1))
        assert {event.milestone for event in answer} == {Milestone.UNRECOGNISED}
        assert all(event.carrier_code.endswith("98765") for event in answer)


@every_asked
def test_asking_twice_hears_the_same_scans(kind: type[StandIn]) -> None:
    with at_work(kind) as (standin, carrier):
        for scan in a_journey(carrier, Milestone.OUT_FOR_DELIVERY, Milestone.DELIVERED):
            standin.told(standin.number(1), scan)
        first, again = (asked(carrier, standin.number(1)) for _ in "12")
        assert first == again != []


@every_asked
def test_questions_at_one_time_do_not_mix_their_parcels(kind: type[StandIn]) -> None:
    async def asking(carrier: Carrier, numbers: list[str]) -> list[list[CarrierEvent]]:
        async with httpx.AsyncClient(trust_env=False, verify=False, timeout=60) as client:
            return await asyncio.gather(*(carrier.ask(client, [number]) for number in numbers))

    with at_work(kind) as (standin, carrier):
        numbers = [standin.number(n) for n in range(8)]
        for number in numbers:
            standin.told(number, a_scan(carrier))
        heard = asyncio.run(asking(carrier, numbers))
        assert [{event.tracking_number for event in one} for one in heard] == [
            {number} for number in numbers
        ]
        assert standin.log_ins <= 1


# What comes of trouble


@pytest.mark.covering
@every_asked
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_followed_to_another_address(kind: type[StandIn], status: int) -> None:
    with at_work(kind) as (standin, carrier), at_work(kind) as (thief, at_the_thiefs):
        number = standin.number(1)
        thief.told(number, a_scan(carrier))
        assert asked(at_the_thiefs, number)
        [(_, _, where, _)] = thief.asked
        elsewhere = f"{at_the_thiefs.base_url}{where}"  # type: ignore[attr-defined]
        standin.bad_days = [RedirectResponse(elsewhere, status)] * 3
        with pytest.raises(Unreachable):
            asked(carrier, number)
        assert (len(standin.asked), len(thief.asked)) == (1, 1)


@pytest.mark.covering
@every_asked
@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
def test_a_carrier_in_trouble_is_not_asked_again_at_once(kind: type[StandIn], status: int) -> None:
    if status == kind.unknown_number_is:
        return  # that is no trouble of its own
    with at_work(kind) as (standin, carrier):
        standin.bad_days = [JSONResponse({}, status)] * 10
        with pytest.raises(Unreachable):
            asked(carrier, standin.number(1))
        assert len(standin.asked) == 1
        assert standin.log_ins <= 1


@every_asked
def test_who_is_turned_away_logs_in_anew_once_at_most(kind: type[StandIn]) -> None:
    with at_work(kind) as (standin, carrier):
        standin.bad_days = [JSONResponse({}, 401)] * 10
        with pytest.raises(Unreachable):
            asked(carrier, standin.number(1))
        assert len(standin.asked) <= 2
        assert standin.log_ins <= 2


@every_asked
def test_with_a_wrong_token_no_parcel_looks_unknown(kind: type[StandIn]) -> None:
    with at_work(kind) as (standin, right):
        base_url = right.base_url  # type: ignore[attr-defined]
        standin.told(standin.number(1), a_scan(right))
        settings = replace(standin.settings(base_url), token="wrong-one", password="wrong-too")
        with pytest.raises(Unreachable) as fault:
            asked(with_settings(kind, settings), standin.number(1))
        assert is_silent_about(what_is_said(fault.value), "wrong-one", "wrong-too", *SECRETS)


@every_asked
@pytest.mark.parametrize("token", ["ừ", "a\r\nb: c", "\x00"], ids=ascii)
def test_a_token_that_none_can_send_is_a_fault_like_any(kind: type[StandIn], token: str) -> None:
    with at_work(kind) as (standin, right):
        settings = replace(standin.settings(right.base_url), token=token)  # type: ignore[attr-defined]
        with pytest.raises((Unreachable, Unreadable)):
            asked(with_settings(kind, settings), standin.number(1))


@every_asked
def test_who_is_slow_is_not_waited_for(kind: type[StandIn]) -> None:
    async def asking(carrier: Carrier, number: str) -> None:
        async with httpx.AsyncClient(trust_env=False, verify=False, timeout=0.2) as client:
            await carrier.ask(client, [number])

    with at_work(kind) as (standin, carrier):
        standin.seconds_to_answer = 60
        began = time.monotonic()
        with pytest.raises(Unreachable):
            asyncio.run(asking(carrier, standin.number(1)))
        assert time.monotonic() - began < 20


def an_echo(status: int) -> Response:
    """An answer in everybody's shape that repeats our secrets and a citizen's name."""
    words = " ".join((*SECRETS, *PERSONS))
    told: dict[str, Any] = {
        "code": 400,
        "success": False,
        "message": words,
        "error_code": words,
        "code_message": words,
        "error": {"code": words, "message": words},
        "meta": {"code": 400, "message": words},
        "data": {"errors": [{"code": -1, "message": words}]},
        words: words,
    }
    return JSONResponse(told, status)


@pytest.mark.covering
@every_asked
@pytest.mark.parametrize(
    "answer",
    [
        an_echo(200),
        an_echo(400),
        an_echo(401),
        an_echo(500),
        PlainTextResponse(" ".join((*SECRETS, *PERSONS))),
        JSONResponse({"scans": [" ".join(SECRETS)], "data": [PHONE], "order": STREET, "code": 200}),
        RedirectResponse("http://127.0.0.1:9/?token=" + TOKEN),
        RedirectResponse("http://[" + TOKEN),
    ],
    ids=["200", "400", "401", "500", "a page", "another shape", "a redirect", "no address"],
)
def test_what_went_wrong_is_told_without_secrets_and_persons(
    kind: type[StandIn], answer: Response
) -> None:
    with at_work(kind) as (standin, carrier):
        standin.bad_days = [answer] * 3
        with pytest.raises((Unreachable, Unreadable)) as fault:
            asked(carrier, standin.number(1))
        said = what_is_said(fault.value)
        assert is_silent_about(said, *SECRETS, *PERSONS)
        assert 0 < len(str(fault.value)) < 80


@every_asked
@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "no address", "http://[", "http://\x00"])
def test_an_address_that_is_none_is_told_without_secrets(kind: type[StandIn], address: str) -> None:
    with pytest.raises(Unreachable) as fault:
        asked(kind().carrier(address), kind().number(1))
    assert is_silent_about(what_is_said(fault.value), *SECRETS)


# Announcements


def announced(carrier: Carrier, number: str) -> None:
    sender = Contact("Trung tâm mẫu", "0203 000 000", "", "Phường Quang Trung", "Quảng Ninh")
    recipient = Contact(RECIPIENT, PHONE, STREET, "Phường Cầu Giấy", "Hà Nội")
    parcel = Announcement(number, "Uông Bí", "Hà Nội", 2, sender, recipient)

    async def telling() -> None:
        async with httpx.AsyncClient(trust_env=False, verify=False, timeout=60) as client:
            await carrier.announce(client, parcel)

    asyncio.run(telling())


@every_announcing
def test_announcing_twice_is_harmless(kind: type[StandIn]) -> None:
    with at_work(kind) as (standin, carrier):
        for _ in "12":
            announced(carrier, standin.number(1))
        assert asked(carrier, standin.number(1)) == []


@every_announcing
def test_no_person_stands_in_an_address_that_is_called(kind: type[StandIn]) -> None:
    with at_work(kind) as (standin, carrier):
        announced(carrier, standin.number(1))
        called = unquote_plus(" ".join(where for _, _, where, _ in standin.asked))
        assert is_silent_about(called, *PERSONS)


@every_announcing
@pytest.mark.parametrize(
    "answer", [an_echo(400), an_echo(401), an_echo(500)], ids=["400", "401", "500"]
)
def test_an_announcement_that_is_refused_is_a_fault(kind: type[StandIn], answer: Response) -> None:
    with at_work(kind) as (standin, carrier):
        standin.bad_days = [answer] * 3
        with pytest.raises((Unreachable, Unreadable)) as fault:
            announced(carrier, standin.number(1))
        assert is_silent_about(what_is_said(fault.value), *SECRETS, *PERSONS)
