"""Signatures by Standard Webhooks, against vectors worked out here with hmac alone."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from adapters import signing

KEY = bytes(range(24))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
OTHER = "whsec_" + base64.b64encode(bytes(24)).decode()
BODY = '{"office":"Bưu cục Uông Bí"}'.encode()
AT = datetime(2026, 3, 2, 1, 15, 0, 999_999, UTC)


def by_the_book(key, body=BODY, message_id="msg_1", timestamp="1772414100"):
    """The three headers, worked out without our own code."""
    digest = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


def changed(headers, **new):
    return {**headers, **{f"webhook-{name}": value for name, value in new.items()}}


def test_we_sign_as_the_book_says():
    assert signing.sign(BODY, SECRET, message_id="msg_1", at=AT) == by_the_book(KEY)


def test_a_vector_that_never_changes():
    headers = signing.sign(b"{}", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", message_id="m", at=AT)

    assert headers["webhook-signature"] == "v1,ucm5O1YzZ6EYOA/Hu/C5jZPYsdQOIX9tGa9Lc65A3yI="


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        (SECRET, KEY),
        ("whsec_" + base64.b64encode(bytes(25)).decode().rstrip("="), bytes(25)),
        ("khoá bí mật của bưu cục", "khoá bí mật của bưu cục".encode()),
        (base64.b64encode(KEY).decode(), base64.b64encode(KEY)),
    ],
    ids=["whsec", "unpadded", "text", "base64 without its prefix is text"],
)
def test_a_secret_is_base64_after_its_prefix_and_else_plain_text(secret, key):
    assert signing.is_signed_by([secret], by_the_book(key), BODY)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_bưu cục", "whsec_AA*A"])
def test_a_secret_without_a_key_is_refused(secret):
    with pytest.raises(ValueError):  # noqa: PT011 - base64 words its own
        signing.key_bytes(secret)


def test_either_key_will_do_while_one_takes_over_from_the_other():
    headers = by_the_book(KEY)

    assert signing.is_signed_by([OTHER, SECRET], headers, BODY)
    assert not signing.is_signed_by([OTHER], headers, BODY)
    assert not signing.is_signed_by([], headers, BODY)


def test_one_good_signature_among_several_is_enough():
    good = by_the_book(KEY)["webhook-signature"]
    shown = f"v1a,hnO3f9T8 v1,AAAA {good} v2,zzzz"

    assert signing.is_signed_by([SECRET], changed(by_the_book(KEY), signature=shown), BODY)


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"webhook-signature": by_the_book(KEY)["webhook-signature"]},
        changed(by_the_book(KEY), signature=""),
        changed(by_the_book(KEY), signature="v1,"),
        changed(by_the_book(KEY), signature="v1"),
        changed(by_the_book(KEY), signature="v1,bưu cục"),
        changed(by_the_book(KEY), signature="\udcff"),
        changed(by_the_book(KEY), signature=by_the_book(KEY)["webhook-signature"][3:]),
        changed(by_the_book(KEY), signature="v1a" + by_the_book(KEY)["webhook-signature"][2:]),
        changed(by_the_book(KEY), signature=by_the_book(KEY)["webhook-signature"].lower()),
        changed(by_the_book(KEY), id="msg_2"),
        changed(by_the_book(KEY), timestamp="1772414101"),
        by_the_book(KEY, message_id=""),
        by_the_book(KEY, timestamp=""),
        by_the_book(KEY, timestamp="soon"),
        by_the_book(KEY, timestamp="-1"),
        by_the_book(KEY, timestamp="١٧٧٢٤١٤١٠٠"),
        by_the_book(KEY, body=BODY + b" "),
        by_the_book(KEY[::-1]),
    ],
)
def test_what_does_not_fit_is_not_signed(forged):
    assert not signing.is_signed_by([SECRET], forged, BODY)


def test_the_border_between_id_time_and_body_cannot_be_moved():
    headers = by_the_book(KEY, message_id="msg", body=b'{"km":"7.5.{}"}')
    moved = changed(headers, id='msg.1772414100.{"km":"7', timestamp="5")

    assert not signing.is_signed_by([SECRET], moved, b'{}"}')


def test_a_message_held_up_for_a_year_is_still_the_carriers():
    assert signing.is_signed_by([SECRET], by_the_book(KEY, timestamp="1740878100"), BODY)
