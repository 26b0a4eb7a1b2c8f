"""An empty centre's first administrator opens an account, once."""

from postal_tracker.access.first_admin import first_admin_token
from tests.asserting import assert_problem
from tests.web.conftest import PASSWORD, Visitor, employ

QUAN = {"username": "quan", "name": "Quân", "password": PASSWORD, "again": PASSWORD}


def address(centre):
    return f"/first-admin/{first_admin_token(centre.house.secret)}"


def test_whoever_has_the_address_opens_the_first_account_and_nobody_a_second(any_centre):
    visitor, at = Visitor(any_centre), address(any_centre)
    assert "Tài khoản quản trị đầu tiên" in visitor.opens(at).text
    made = visitor.client.post(at, data=QUAN)
    again = visitor.client.post(at, data=QUAN | {"username": "gian"})

    assert made.headers["location"] == "/desk/sign-in"
    assert (visitor.opens(at).status_code, again.status_code) == (404, 404)
    assert visitor.signs_in("quan").status_code == 303
    [entry] = any_centre.get("/audit?what=account", role="admin").json()["items"]
    assert entry["detail"] == "quan first administrator"


def test_another_address_opens_nothing(centre):
    for token in ("x", "0" * 40, first_admin_token("another-secret-of-more-than-32-letters")):
        assert_problem(centre.client.get(f"/first-admin/{token}"), 404, "no-such-page")


def test_with_an_account_there_is_no_first_one_any_more(centre):
    employ(centre, "lan")

    assert centre.client.get(address(centre)).status_code == 404


def test_another_site_cannot_send_the_form(centre):
    there = {"sec-fetch-site": "cross-site"}
    answer = centre.client.post(address(centre), data=QUAN, headers=there)

    assert answer.status_code == 403


def test_what_is_wrong_is_said_and_nothing_is_made(centre):
    visitor, at = Visitor(centre), address(centre)
    for wrong in ({"again": "khac"}, {"password": "x", "again": "x"}, {"username": "Q"}):
        assert visitor.client.post(at, data=QUAN | wrong).status_code == 422

    assert visitor.opens(at).status_code == 200
