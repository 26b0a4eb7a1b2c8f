"""What holds for every carrier in the registry, told by the samples in tests/samples/<carrier>/.

statuses.csv            each status that the carrier is known to send, and our word for it
readable/NAME.*         a message as it was sent; NAME.events.json holds what it says
unreadable/NAME.*       a message that must be kept as unread
"""

import asyncio
import csv
import json
from datetime import date, datetime
from pathlib import Path

import httpx
import pytest

from adapters import registry
from adapters.carrier import Announcement, Carrier, Defaults, Forged, Unreadable
from adapters.event import CarrierEvent, Milestone, Reason, Source

SAMPLES = Path(__file__).parents[1] / "samples"
SETTINGS = registry.CarrierSettings(base_url="http://127.0.0.1:9", token="whsec_" + "c2FtcGxl" * 4)
CARRIERS = registry.build(dict.fromkeys(registry.MAKERS, SETTINGS))


def samples(kind):
    return [
        pytest.param(CARRIERS[folder.name], path.read_bytes(), id=f"{folder.name}-{path.stem}")
        for folder in sorted(SAMPLES.iterdir())
        for path in sorted(folder.glob(f"{kind}/*"))
        if not path.name.endswith(".events.json")
    ]


def readable():
    for folder in sorted(SAMPLES.iterdir()):
        for told in sorted(folder.glob("readable/*.events.json")):
            name = told.name.removesuffix(".events.json")
            (sent,) = (p for p in folder.glob(f"readable/{name}.*") if p != told)
            yield pytest.param(CARRIERS[folder.name], sent, told, id=f"{folder.name}-{name}")


def statuses():
    for folder in sorted(SAMPLES.iterdir()):
        with (folder / "statuses.csv").open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table):
                carrier, code = CARRIERS[folder.name], row["code"]
                yield pytest.param(
                    carrier, code, Milestone(row["milestone"]), id=f"{folder.name}-{code}"
                )


def sent_in(carrier, name):
    folder = SAMPLES / carrier.name / "readable"
    (sent,) = (p for p in folder.glob(f"{name}.*") if not p.name.endswith(".events.json"))
    return sent.read_bytes()


def told_with(carrier, code):
    """What the carrier says when the scan of its sample "accepted" bears this status instead."""
    sent = sent_in(carrier, "accepted")
    (event,) = carrier.read_message(sent)
    told = bare(event.carrier_code).encode()
    (event,) = carrier.read_message(sent.replace(told, code.encode()))
    return event


def bare(code):
    """A code as messages bear it; ours has its family before it where a carrier has several."""
    return code.rpartition(":")[2]


def with_client(call):
    async def calling():
        async with httpx.AsyncClient(verify=False) as client:
            return await call(client)

    return asyncio.run(calling())


def an_event(told):
    return CarrierEvent(
        **{
            **told,
            "milestone": Milestone(told["milestone"]),
            "happened_at": datetime.fromisoformat(told["happened_at"]),
            "reason": Reason(told["reason"]) if told["reason"] else None,
            "expected_on": date.fromisoformat(told["expected_on"])
            if "expected_on" in told
            else None,
        }
    )


every_carrier = pytest.mark.parametrize("carrier", list(CARRIERS.values()), ids=list(CARRIERS))
every_hooking_carrier = pytest.mark.parametrize(
    "carrier",
    [c for c in CARRIERS.values() if (SAMPLES / c.name / "readable").is_dir()],
    ids=lambda carrier: carrier.name,
)


def test_each_carrier_has_samples_and_no_samples_are_left_over():
    assert {folder.name for folder in SAMPLES.iterdir()} == set(registry.MAKERS)
    assert all((SAMPLES / name / "statuses.csv").is_file() for name in CARRIERS)


@every_carrier
def test_a_carrier_bears_the_name_it_is_registered_by(carrier: Carrier):
    assert CARRIERS[carrier.name] is carrier
    assert carrier.title


@every_carrier
def test_a_carrier_inherits_nothing_but_what_most_do_alike(carrier: Carrier):
    assert type(carrier).__bases__ == (Defaults,)
    assert "verify" in vars(type(carrier))  # whom to believe, each says for itself


@pytest.mark.parametrize(("carrier", "sent", "told"), list(readable()))
def test_a_message_tells_what_its_sample_says(carrier: Carrier, sent, told):
    expected = [an_event(one) for one in json.loads(told.read_text(encoding="utf-8"))]

    assert carrier.read_message(sent.read_bytes()) == expected


@pytest.mark.parametrize(("carrier", "sent", "told"), list(readable()))
def test_each_time_knows_its_offset(carrier: Carrier, sent, told):
    for event in carrier.read_message(sent.read_bytes()):
        assert event.happened_at.utcoffset() is not None


@pytest.mark.parametrize(("carrier", "code", "milestone"), list(statuses()))
def test_each_status_of_a_carrier_has_a_word_of_ours(carrier: Carrier, code, milestone):
    event = told_with(carrier, code)

    assert (event.milestone, event.carrier_code) == (milestone, code)


@every_hooking_carrier
def test_a_status_nobody_knows_is_kept_and_not_guessed(carrier: Carrier):
    event = told_with(carrier, "987654321")

    assert (event.milestone, bare(event.carrier_code)) == (Milestone.UNRECOGNISED, "987654321")


@every_hooking_carrier
def test_a_message_sent_again_a_day_later_tells_the_same_scans(carrier: Carrier):
    (first,) = carrier.read_message(sent_in(carrier, "accepted"))
    again = carrier.read_message(sent_in(carrier, "accepted_sent_again_a_day_later"))

    assert {event.event_id for event in again} == {first.event_id}


@pytest.mark.parametrize(("carrier", "body"), samples("unreadable"))
def test_what_cannot_be_read_is_said_so_without_repeating_it(carrier: Carrier, body):
    with pytest.raises(Unreadable) as fault:
        carrier.read_message(body)

    assert 0 < len(str(fault.value)) < 80
    for word in ("EE123456785VN", "Uông Bí", "NHAN_GUI"):
        assert word not in str(fault.value)


@every_carrier
@pytest.mark.parametrize("body", [b"", b"\x00", b"\xff\xfe", b"[" * 100_000, b"0", b"null"])
def test_rubbish_is_unreadable(carrier: Carrier, body):
    with pytest.raises(Unreadable):
        carrier.read_message(body)


@every_carrier
@pytest.mark.parametrize("headers", [{}, {"webhook-id": "a"}, {"authorization": "Bearer x"}])
def test_a_message_without_proof_is_not_trusted(carrier: Carrier, headers):
    try:
        source = carrier.verify(headers, {}, b'{"scans":[]}')
    except Forged:
        return
    assert source is Source.UNSIGNED


@every_carrier
def test_a_carrier_shows_no_secret(carrier: Carrier):
    assert SETTINGS.token not in repr(carrier)
    assert SETTINGS.token not in repr(SETTINGS)


@every_carrier
def test_asking_about_nothing_asks_nobody(carrier: Carrier):
    assert with_client(lambda client: carrier.ask(client, [])) == []


@every_carrier
def test_announcing_to_who_takes_none_does_nothing(carrier: Carrier):
    parcel = Announcement("EE123456785VN", "Uông Bí", "Hà Nội", 1)

    if not carrier.takes_announcements:
        with_client(lambda client: carrier.announce(client, parcel))


def test_a_carrier_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="no such carrier: bo_cau"):
        registry.build({"bo_cau": SETTINGS})


def test_every_post_and_our_own_messenger_are_there_without_a_setting():
    assert set(registry.build({})) == set(registry.POSTS)
