"""The desk is asked when somebody's dossier may be registered already, and has to answer."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session, select

from postal_tracker.storage.tables import Applicant
from tests.web.conftest import Served

HOA = {"procedure": "GPLX-01", "applicant.name": "Bà Hoa", "applicant.phone": "0912 345 678"}


def names(session: Session) -> list[str]:
    return [row.name for row in session.exec(select(Applicant))]


def taken_in(lan, **fields):
    answer = lan.sends("/desk/dossiers/new", {**HOA, **fields})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2].partition("?")[0]


def answer_of(page) -> str:
    """Return what the page's tick would send."""
    return re.search(r'name="seen" value="([^"]*)"', page.text)[1]


def test_the_form_comes_back_with_what_was_found_and_what_was_typed(lan, centre):
    first = taken_in(lan)

    page = lan.sends("/desk/dossiers/new", {**HOA, "note": "hai xe"})

    assert page.status_code == 409
    assert f'href="/desk/dossiers/{first}"' in page.text
    assert answer_of(page) == first
    assert 'value="0912 345 678"' in page.text
    assert "hai xe" in page.text
    assert centre.database.read_now(names) == ["Bà Hoa"]


def test_another_dossier_is_registered_once_somebody_says_that_it_is_one(lan, centre):
    taken_in(lan)
    asked = lan.sends("/desk/dossiers/new", {**HOA, "form_id": "f1"})

    second = taken_in(lan, form_id="f1", seen=answer_of(asked))
    pressed_twice = taken_in(lan, form_id="f1", seen=answer_of(asked))

    assert pressed_twice == second
    assert centre.database.read_now(names) == ["Bà Hoa", "Bà Hoa"]
    assert centre.get(f"/dossiers/{second}").json()["flags"] == []


def test_an_answer_holds_for_what_was_shown_and_for_nothing_else(lan, centre):
    first = taken_in(lan)
    second = taken_in(lan, seen=first)  # a colleague was quicker

    asked = lan.sends("/desk/dossiers/new", {**HOA, "seen": first})

    assert asked.status_code == 409
    assert answer_of(asked) == f"{first} {second}"
    assert "checked" not in asked.text.partition('name="seen"')[2].partition(">")[0]


def test_a_form_with_another_fault_keeps_the_answer(lan):
    first = taken_in(lan)

    page = lan.sends("/desk/dossiers/new", {**HOA, "applicant.email": "x", "seen": first})

    assert page.status_code == 422
    assert "checked" in page.text.partition('name="seen"')[2].partition(">")[0]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_is_asked_in_both_languages(lan, language):
    taken_in(lan)

    page = lan.sends("/desk/dossiers/new", HOA, headers={"accept-language": language})

    said = {"vi": "vẫn đăng ký", "en": "this is another dossier, register it"}
    assert said[language] in page.text


def test_a_flag_of_a_program_is_shown_at_the_desk(lan, centre):
    body = {"procedure": "GPLX-01", "applicant": {"name": "Bà Hoa", "phone": "0912345678"}}
    for _ in range(2):
        made = centre.post("/dossiers", body, role="integration").json()

    assert "Có thể trùng hồ sơ khác" in lan.opens(f"/desk/dossiers/{made['code']}").text
    assert "Có thể trùng hồ sơ khác" in lan.opens("/desk/dossiers").text


def test_a_clerk_answers_with_the_keyboard(desk: Page, served: Served) -> None:
    served.centre.a_dossier()
    desk.goto(f"{served.address}/desk/dossiers/new")
    desk.get_by_label("Thủ tục").fill("GPLX-01")
    desk.get_by_label("Họ và tên").fill("Bà Hoa")
    desk.get_by_label("Số điện thoại").fill("0912345678")
    desk.get_by_role("button", name="Tiếp nhận", exact=True).click()

    desk.get_by_role("alert").get_by_role("link").click()
    expect(desk.get_by_label("Đã kiểm tra")).to_be_focused()
    desk.keyboard.press("Space")
    desk.keyboard.press("F9")

    expect(desk).to_have_url(re.compile("after=H49"))
