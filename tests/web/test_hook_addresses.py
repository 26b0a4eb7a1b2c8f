"""Carriers that try a webhook's address by HEAD before they send anything there."""

import httpx
import pytest
from prometheus_client import REGISTRY
from pydantic import SecretStr
from sqlmodel import select

from adapters.registry import MAKERS
from postal_tracker.carriers.configured import Carriers
from postal_tracker.settings import CarrierSettings
from postal_tracker.storage.tables import CarrierMessage
from tests.centre import HOOK_SECRET, TOKEN, Centre
from tests.web.serving import serving

NEXT_SECRET = "next-hook-secret-0123456789"

every_carrier = pytest.mark.parametrize("carrier", sorted(MAKERS))


@pytest.fixture
def hooked(centre: Centre) -> Centre:
    """A centre that has told every carrier where to send its webhooks."""
    centre.settings.carriers = {
        name: CarrierSettings(
            token=SecretStr(TOKEN),
            hook_secret=SecretStr(HOOK_SECRET),
            hook_secret_next=SecretStr(NEXT_SECRET),
        )
        for name in MAKERS
    }
    centre.house.carriers = Carriers(centre.settings)
    return centre


def forged(carrier: str) -> float:
    counted = REGISTRY.get_sample_value("postal_forged_messages_total", {"carrier": carrier})
    return counted or 0


def kept(centre: Centre) -> int:
    return len(centre.database.read_now(lambda s: s.exec(select(CarrierMessage)).all()))


@every_carrier
@pytest.mark.parametrize("secret", [HOOK_SECRET, NEXT_SECRET], ids=["today's", "the next"])
def test_a_right_address_answers_and_keeps_nothing(hooked, carrier, secret):
    before = forged(carrier)
    answer = hooked.client.head(f"/hooks/{carrier}/{secret}")

    assert (answer.status_code, answer.content) == (200, b"")
    assert (kept(hooked), forged(carrier)) == (0, before)


@pytest.mark.covering
@every_carrier
@pytest.mark.parametrize("wrong", ["wrong-secret-wrong-secret", HOOK_SECRET + "x", "%C3%A9%00"])
def test_a_wrong_address_is_refused_and_counted_as_a_message_there_is(hooked, carrier, wrong):
    before = forged(carrier)
    tried = hooked.client.head(f"/hooks/{carrier}/{wrong}")
    assert (tried.status_code, forged(carrier)) == (401, before + 1)

    sent = hooked.client.post(f"/hooks/{carrier}/{wrong}", content=b"{}")
    assert (sent.status_code, forged(carrier)) == (401, before + 2)
    assert tried.headers["content-type"] == sent.headers["content-type"]


@pytest.mark.parametrize("carrier", ["pigeon", "by_hand", "vnpost", "REHEARSAL", "%00", "x" * 300])
def test_a_carrier_without_a_secret_has_no_address(centre, carrier):
    tried = centre.client.head(f"/hooks/{carrier}/{HOOK_SECRET}")
    sent = centre.client.post(f"/hooks/{carrier}/{HOOK_SECRET}", content=b"{}")

    assert tried.status_code == sent.status_code
    assert tried.status_code in (404, 422)


def test_on_the_wire_nothing_follows_the_headers(centre):
    with serving(centre) as url, httpx.Client(base_url=url, trust_env=False, timeout=60) as carrier:
        right = carrier.head(f"/hooks/rehearsal/{HOOK_SECRET}")
        wrong = carrier.head("/hooks/rehearsal/wrong-secret-wrong-secret")
        again = carrier.head(f"/hooks/rehearsal/{HOOK_SECRET}")  # the connection is still good

    assert [answer.status_code for answer in (right, wrong, again)] == [200, 401, 200]
    assert [answer.content for answer in (right, wrong, again)] == [b"", b"", b""]
    assert right.headers["content-length"] == "0"
