"""A desk that was left alone asks for the password, and goes on with what was typed."""

import re
from html import unescape

import pytest

from tests.web.conftest import PASSWORD, Visitor


def fields_on(page):
    """Return what the hidden fields of the page would send."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    form = page.text.partition('action="/desk/unlock"')[2].partition("</form>")[0]
    return {n: unescape(v) for n, v in found if f'name="{n}"' in form}


def unlocks(person, page, password=PASSWORD):
    fields = fields_on(page) | {"unlock_password": password}
    return person.client.post("/desk/unlock", data=fields)


A_NOTE = 'Bà Hoa "gửi\nlại" <b>'


@pytest.fixture
def away(lan, centre):
    """Lan, who registers a dossier, has gone for lunch, and comes back."""
    form = {"procedure": "GPLX-01", "applicant.name": "Bà Hoa", "note": A_NOTE, "form_id": "f1"}
    token = lan.token()
    centre.clock.pass_(minutes=30)
    return lan, lan.client.post("/desk/dossiers/new", data={"csrf": token, **form})


def test_a_form_sent_after_lunch_is_sent_on_once_the_password_is_given(away, centre):
    lan, page = away
    assert page.status_code == 401
    assert "tạm khóa" in page.text
    sent_on = unlocks(lan, page)
    assert (sent_on.status_code, sent_on.headers["location"]) == (307, "/desk/dossiers/new")
    carried = fields_on(page)
    done = lan.client.post("/desk/dossiers/new", data=carried)

    assert done.status_code == 303
    assert carried["note"] == A_NOTE
    assert len(centre.get("/dossiers").json()["items"]) == 1


def test_a_wrong_password_keeps_the_form_and_the_sixth_must_wait(away):
    lan, page = away
    for n in range(5):
        page = unlocks(lan, page, f"sai {n}")
        assert (page.status_code, fields_on(page)["note"]) == (422, A_NOTE)

    assert unlocks(lan, page).status_code == 429
    assert lan.opens("/desk").status_code == 401


def test_each_use_begins_the_quarter_anew(lan, centre):
    for _ in range(3):
        centre.clock.pass_(minutes=29)
        assert lan.opens("/desk").status_code == 200
    centre.clock.pass_(minutes=30)

    assert lan.opens("/desk").status_code == 401


def test_a_page_is_shown_again_with_what_it_was_asked(lan, centre):
    centre.clock.pass_(hours=2)
    page = lan.opens("/desk/dossiers?stage=received")
    assert "Lan" in page.text

    assert unlocks(lan, page).headers["location"] == "/desk/dossiers?stage=received"
    assert lan.opens("/desk/dossiers").status_code == 200


def test_another_sites_form_is_not_carried_on(lan, centre):
    centre.clock.pass_(hours=1)
    there = {"sec-fetch-site": "cross-site"}
    forged = lan.client.post("/desk/dossiers/new", data={"note": "x"}, headers=there)
    page = lan.client.post("/desk/dossiers/new", data={"note": "x"})  # without its token

    assert forged.status_code == 403
    assert unlocks(lan, page).status_code == 403


@pytest.mark.parametrize("trap", ["//evil.example", "/desk//evil", "/desk/../x", "https://e", "/x"])
def test_it_leads_nowhere_else(away, trap):
    lan, page = away
    fields = fields_on(page) | {"unlock_password": PASSWORD, "unlock_to": trap}

    assert lan.client.post("/desk/unlock", data=fields).headers["location"] == "/desk"


def test_passwords_are_not_carried_and_a_file_is_chosen_again(visitor, centre):
    quan = visitor("quan")
    token = quan.token()
    centre.settings.lock_after_minutes_admin = 5
    centre.clock.pass_(minutes=5)
    assert visitor("lan").opens("/desk").status_code == 200
    fields = {"csrf": token, "old_password": PASSWORD, "password": "x", "again": "x"}
    assert PASSWORD not in quan.client.post("/desk/password", data=fields).text
    file = {"file": ("a.csv", b"x")}
    page = quan.client.post("/desk/admin/import/offices", data={"csrf": token}, files=file)

    assert "chọn lại tệp" in page.text
    assert unlocks(quan, page).headers["location"] == "/desk"


def test_a_program_with_the_session_is_told_and_a_courier_rides_on(lan, visitor, centre):
    tuan = visitor("tuan")
    centre.clock.pass_(hours=1)
    asked = lan.client.get("/api/v1/dossiers", headers={"accept": "application/json"})

    assert (asked.status_code, asked.json()["type"]) == (401, "/problems/locked")
    assert tuan.opens("/courier").status_code == 200


def test_somebody_else_signs_in_and_sees_nothing_of_it(away, centre):
    lan, page = away
    out = lan.client.post("/desk/sign-out", data={"csrf": fields_on(page)["csrf"]})
    assert out.headers["location"] == "/desk/sign-in"

    assert A_NOTE.partition('"')[0] not in lan.opens("/desk/sign-in").text
    assert Visitor(centre).client.post("/desk/unlock", data={}).headers["location"] == (
        "/desk/sign-in"
    )
