"""Everybody who signs in can change their own password; whoever forgot it is told whom to ask."""

import pytest

from tests.web.conftest import PASSWORD

NEW = "cau-thang-may-xanh-71"


def changes(visitor, home="/desk", **other):
    fields = {"old_password": PASSWORD, "password": NEW, "again": NEW} | other
    return visitor.sends(f"{home}/password", fields)


@pytest.mark.parametrize("username", ["lan", "tuan"])
def test_a_password_is_changed_by_whoever_has_it(visitor, username):
    home = "/courier" if username == "tuan" else "/desk"
    person = visitor(username)
    assert f'href="{home}/password"' in person.opens(home).text
    assert person.opens(f"{home}/password").status_code == 200
    answer = changes(person, home)

    assert (answer.status_code, answer.headers["location"]) == (303, home)
    assert "Đã đổi mật khẩu" in person.opens(home).text
    assert visitor().signs_in(username).status_code == 401
    assert visitor().signs_in(username, NEW).status_code == 303


def test_other_sessions_end_and_ones_own_goes_on(visitor):
    here, elsewhere, colleague = visitor("lan"), visitor("lan"), visitor("minh")
    changes(here)

    assert [who.opens("/desk").status_code for who in (here, elsewhere, colleague)] == [
        200,
        303,
        200,
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"old_password": "khong-phai-mat-khau"}, "old_password"),
        ({"old_password": ""}, "old_password"),
        ({"again": NEW + "x"}, "again"),
        ({"password": "ngan", "again": "ngan"}, "password"),
        ({"password": "matkhau@2026", "again": "matkhau@2026"}, "password"),
        ({"password": PASSWORD, "again": PASSWORD}, "password"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_changed(visitor, wrong, field):
    lan = visitor("lan")
    answer = changes(lan, **wrong)

    assert answer.status_code == 422
    assert f'id="f-{field}-fault"' in answer.text
    assert NEW not in answer.text
    assert visitor().signs_in("lan").status_code == 303


def test_who_guesses_at_an_open_desk_is_stopped_and_hears_nothing_more(centre, visitor):
    lan = visitor("lan")
    guesses = [changes(lan, old_password=f"doan-mo-lan-thu-{n}").status_code for n in range(6)]

    assert guesses == [422] * 5 + [429]
    assert changes(lan).status_code == 429
    centre.clock.pass_(minutes=15)
    assert changes(lan).status_code == 303


def test_nobody_else_comes_near(centre, visitor):
    assert visitor().opens("/desk/password").status_code == 303  # to the sign-in
    fields = {"old_password": PASSWORD, "password": NEW, "again": NEW}
    forged = visitor("lan").client.post("/desk/password", data=fields)  # without its token
    by_key = centre.call("POST", "/desk/password", data=fields)

    assert (forged.status_code, by_key.status_code) == (403, 403)
    assert visitor().signs_in("lan").status_code == 303


@pytest.mark.parametrize(
    ("lang", "hint"), [("vi", "Quên mật khẩu?"), ("en", "Forgot your password?")]
)
@pytest.mark.parametrize("home", ["/desk", "/courier"])
def test_the_sign_in_page_says_whom_to_ask(visitor, home, lang, hint):
    assert hint in visitor().opens(f"{home}/sign-in?lang={lang}").text
