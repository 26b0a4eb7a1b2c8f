"""Everybody who signs in sees where else, and can end that."""

import re

import pytest

from postal_tracker.access import audit
from postal_tracker.access.audit import AuditFilter


def names(page):
    return re.findall(r'name="session" value="(\w+)"', page.text)


@pytest.mark.parametrize(("username", "home"), [("lan", "/desk"), ("tuan", "/courier")])
def test_one_of_two_other_sessions_is_ended_and_its_browser_signs_in_anew(visitor, username, home):
    here, phone, counter = (visitor(username) for _ in range(3))
    assert f'href="{home}/sessions"' in here.opens(f"{home}/password").text
    page = here.opens(f"{home}/sessions")
    assert page.text.count("testclient") == 3
    assert page.text.count("Máy đang dùng.") == 1
    first, second = names(page)
    answer = here.sends(f"{home}/sessions", {"session": first})

    assert (answer.status_code, answer.headers["location"]) == (303, f"{home}/sessions")
    shown = here.opens(f"{home}/sessions")
    assert "Đã kết thúc phiên đăng nhập." in shown.text
    assert names(shown) == [second]
    assert sorted(who.opens(home).status_code for who in (phone, counter)) == [200, 303]


def test_all_others_are_ended_at_once_and_no_colleagues(visitor):
    here, phone, counter, colleague = (visitor(name) for name in ("lan", "lan", "lan", "minh"))
    here.sends("/desk/sessions")

    signed_in = [who.opens("/desk").status_code for who in (here, phone, counter, colleague)]
    assert signed_in == [200, 303, 303, 200]


def test_nobody_ends_anothers_session_or_more_than_he_named(visitor):
    here, phone, colleague = visitor("lan"), visitor("lan"), visitor("minh")
    visitor("minh")
    [theirs] = names(colleague.opens("/desk/sessions"))
    for name in (theirs, "%", "_", "x" * 9000):
        here.sends("/desk/sessions", {"session": name})
    assert here.client.post("/desk/sessions").status_code == 403

    assert names(here.opens("/desk/sessions")) != []
    assert [who.opens("/desk").status_code for who in (phone, colleague)] == [200, 200]


def test_what_has_run_out_is_not_shown(visitor, centre):
    visitor("lan")
    centre.clock.pass_(hours=12)

    assert names(visitor("lan").opens("/desk/sessions")) == []


def test_an_ended_session_is_in_the_audit_log(visitor, centre):
    here, _ = visitor("lan"), visitor("lan")
    for _ in range(2):  # of the second nothing is left to be ended
        here.sends("/desk/sessions")

    seen = centre.database.read_now(lambda s: audit.entries(s, AuditFilter(what="account"))).items
    assert [(e.who, e.detail, e.door) for e in seen] == [
        ("staff:1", "own session ended", "POST /desk/sessions")
    ]
