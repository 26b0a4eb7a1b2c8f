"""An administrator lets another system be told, sees what came of it, and has it told again."""

import re

import pytest

from postal_tracker.storage.tables import Webhook
from tests.web.conftest import Visitor, employ

HOOKS = "/desk/admin/webhooks"
PORTAL = {
    "url": "https://portal.example.vn/dossiers",
    "office": "",
    "types": "dossier.stage_changed",
}


@pytest.fixture
def any_quan(any_centre):
    employ(any_centre, "quan")
    quan = Visitor(any_centre)
    assert quan.signs_in("quan").status_code == 303
    return quan


def test_a_webhook_is_added_tested_told_again_and_deleted_by_page(any_quan):
    secret = re.search(r"whsec_[\w+/=]+", any_quan.sends(HOOKS, PORTAL).text)[0]
    listed = any_quan.opens(HOOKS).text
    assert (PORTAL["url"] in listed, secret in listed) == (True, False)

    one = f"{HOOKS}/1"
    assert any_quan.sends(one, {"do": "test"}).headers["location"] == one
    assert "chờ gửi" in any_quan.opens(one).text
    for done in ({"do": "redeliver", "delivery": "1"}, {"do": "replay", "days": "7"}):
        assert any_quan.sends(one, done).status_code == 303
    any_quan.sends(one, {"do": "disable"})
    page = any_quan.opens(one).text
    assert ("đã tắt" in page, "đã thôi gửi" in page) == (True, True)
    assert any_quan.sends(one, {"do": "test"}).status_code == 409
    any_quan.sends(one, {"do": "enable"})
    assert "đang hoạt động" in any_quan.opens(one).text
    assert any_quan.sends(one, {"do": "delete"}).headers["location"] == HOOKS
    assert any_quan.opens(one).status_code == 404


@pytest.mark.parametrize("url", ["", "http://portal.example.vn/", "https://10.0.0.1/", "x" * 501])
def test_an_address_inside_is_refused_beside_its_field(visitor, url):
    page = visitor("quan").sends(HOOKS, PORTAL | {"url": url})

    assert page.status_code == 422
    assert 'id="f-url-fault"' in page.text


def test_what_cannot_be_done_is_refused(visitor):
    quan = visitor("quan")
    quan.sends(HOOKS, PORTAL)

    assert quan.sends(f"{HOOKS}/1", {"do": "sing"}).status_code == 404
    for delivery in ("", "x", "9" * 30, "5"):
        asked = {"do": "redeliver", "delivery": delivery}
        assert quan.sends(f"{HOOKS}/1", asked).status_code == 404


def test_the_administrator_is_told_that_a_webhook_was_disabled_by_itself(visitor, centre):
    quan = visitor("quan")
    quan.sends(HOOKS, PORTAL)

    def fail(session):
        hook = session.get(Webhook, 1)
        hook.disabled_at, hook.disabled_why = centre.clock(), "failing"
        session.add(hook)

    assert "đã tự tắt" not in quan.opens("/desk/admin").text
    centre.database.write_now(fail)

    assert "đã tự tắt" in quan.opens("/desk/admin").text
    assert "năm ngày liền" in quan.opens(f"{HOOKS}/1").text
