"""J&T Express Việt Nam, of which no message was seen: what it may be taken to say, and no more."""

import base64
import hashlib
import json
from urllib.parse import quote, urlencode

import pytest

from adapters.carrier import Forged
from adapters.event import Milestone, Source
from adapters.registry import CarrierSettings, build

KEY = "key of the centre"
PARCEL = {
    "billCode": "840000000001",
    "details": [{"scanType": "Giao hàng thành công", "scanTime": "2026-03-02 08:15:00"}],
}
CONTENT = json.dumps([PARCEL], ensure_ascii=False)


def jt_vn(**settings):
    return build({"jt_vn": CarrierSettings(**settings)})["jt_vn"]


def digest(text, key=KEY):
    return {"digest": base64.b64encode(hashlib.md5((text + key).encode()).digest()).decode()}


def form(content=CONTENT):
    return urlencode({"bizContent": content}).encode()


def test_it_is_an_experiment():
    carrier = jt_vn(token=KEY)

    assert carrier.is_experimental
    assert not carrier.can_be_asked
    assert not carrier.takes_announcements


def test_whatever_it_says_is_kept_and_not_believed():
    (event,) = jt_vn().read_message(CONTENT.encode())

    assert event.milestone is Milestone.UNRECOGNISED
    assert event.carrier_code == "Giao hàng thành công"


@pytest.mark.parametrize("body", [form(), b"bizContent=" + quote(CONTENT).encode()])
def test_the_digest_goes_over_the_content_of_a_form_however_it_is_escaped(body):
    assert jt_vn(token=KEY).verify(digest(CONTENT), {}, body) is Source.SHARED_TOKEN


def test_without_a_form_the_digest_goes_over_the_body():
    assert jt_vn(token=KEY).verify(digest(CONTENT), {}, CONTENT.encode()) is Source.SHARED_TOKEN


def test_either_key_of_ours_may_have_made_it():
    carrier = jt_vn(signing_key=KEY, token="another")

    assert carrier.verify(digest(CONTENT), {}, form()) is Source.SHARED_TOKEN
    assert carrier.verify(digest(CONTENT, "another"), {}, form()) is Source.SHARED_TOKEN


@pytest.mark.parametrize(
    "headers",
    [{}, {"digest": ""}, {"digest": "ÿ"}, digest(CONTENT, "another"), digest(CONTENT + " ")],
)
def test_a_digest_that_does_not_fit_is_forged(headers):
    with pytest.raises(Forged):
        jt_vn(token=KEY).verify(headers, {}, form())


@pytest.mark.parametrize("body", [b"", b"bizContent=%FF", b"bizContent=a&bizContent=b"])
def test_a_body_that_is_none_may_be_proven_all_the_same(body):
    text = base64.b64encode(hashlib.md5(body + KEY.encode()).digest()).decode()

    assert jt_vn(token=KEY).verify({"digest": text}, {}, body) is Source.SHARED_TOKEN


def test_without_a_key_of_ours_everything_is_forged():
    with pytest.raises(Forged):
        jt_vn().verify(digest(CONTENT, ""), {}, form())


def test_a_form_and_its_content_tell_the_same():
    assert jt_vn().read_message(form()) == jt_vn().read_message(CONTENT.encode())


def test_one_parcel_needs_no_list():
    (one,) = jt_vn().read_message(json.dumps(PARCEL).encode())

    assert jt_vn().read_message(CONTENT.encode()) == [one]


def test_a_kept_message_is_answered_as_the_open_platform_wants_it():
    assert json.loads(jt_vn().answer({}).body) == {"code": "1", "msg": "success", "data": "SUCCESS"}


def test_postmen_and_recipients_are_in_no_event():
    scan = {**PARCEL["details"][0], "staffName": "Bưu tá mẫu", "desc": "Người nhận mẫu đã ký"}
    (event,) = jt_vn().read_message(json.dumps({**PARCEL, "details": [scan]}).encode())

    assert "mẫu" not in repr(event)
