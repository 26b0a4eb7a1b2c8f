"""Whatever is thrown at an adapter, it reads scans or says that it cannot; it never breaks."""

import contextlib
import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from adapters.carrier import Forged, Unreadable
from adapters.registry import MAKERS, CarrierSettings, build
from tests.hostile import EACH, strings_for

CARRIERS = build({name: CarrierSettings(token="sample token") for name in MAKERS})
SCAN = {
    "id": "1",
    "tracking_number": "EE123456785VN",
    "status": "PHAT_TC",
    "at": "2026-03-02T08:15:00+07:00",
    "office": "Bưu cục Uông Bí",
    "reason": "VANG_NHA",
}
SENT_BY = [
    (path.parents[1].name, json.loads(path.read_bytes()))
    for path in sorted((Path(__file__).parents[1] / "samples").glob("*/readable/*.json"))
    if not path.name.endswith(".events.json")
]
SENT = [message for _, message in SENT_BY]
"""Messages that can be read, of all carriers."""
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def reads_or_refuses(body, only=""):
    for carrier in [CARRIERS[only]] if only else CARRIERS.values():
        with contextlib.suppress(Forged):
            carrier.verify({}, {}, body)
        try:
            events = carrier.read_message(body)
        except Unreadable:
            continue
        for event in events:
            assert event.happened_at.utcoffset() is not None
            for word in (event.tracking_number, event.event_id, event.carrier_code):
                assert 1 <= len(word) <= 100
                assert "\x00" not in word
            event.place.encode()


def gone_mad(data, message):
    """The message with one thing in it replaced by anything, however deep it stands."""
    if not (message and isinstance(message, list | dict) and data.draw(st.integers(0, 4))):
        return data.draw(anything)
    keys = list(message) if isinstance(message, dict) else range(len(message))
    changed = message.copy()
    key = data.draw(st.sampled_from(keys))
    changed[key] = gone_mad(data, message[key])
    return changed


@given(st.binary())
def test_bytes(body):
    reads_or_refuses(body)


@given(anything)
def test_json(found):
    reads_or_refuses(json.dumps(found).encode())


@given(st.sampled_from(sorted(SCAN)), anything)
def test_a_scan_with_one_field_gone_mad(field, found):
    reads_or_refuses(json.dumps({"scans": [{**SCAN, field: found}]}).encode())


@given(st.data(), st.sampled_from(SENT))
def test_a_message_with_one_field_gone_mad(data, message):
    reads_or_refuses(json.dumps(gone_mad(data, message)).encode())


@given(
    st.text(alphabet="0123456789-:T.Z+", max_size=32) | st.datetimes().map(lambda t: t.isoformat())
)
def test_times(found):
    reads_or_refuses(json.dumps({"scans": [{**SCAN, "at": found}]}).encode())


def places(message, way=()):
    """Return the way to each thing that a message holds."""
    inner = message.items() if isinstance(message, dict) else enumerate(message)
    for key, value in inner:
        yield (*way, key)
        if isinstance(value, dict | list):
            yield from places(value, (*way, key))


def changed(message, way, value):
    copied, (key, *rest) = message.copy(), way
    copied[key] = changed(message[key], rest, value) if rest else value
    return copied


@EACH
def test_a_message_with_a_hostile_string_anywhere(every, share):
    strings = strings_for(share, every)
    for carrier, message in SENT_BY:
        for way in list(places(message))[:: every * 2 - 1]:
            for text in strings:
                reads_or_refuses(json.dumps(changed(message, way, text)).encode(), carrier)
