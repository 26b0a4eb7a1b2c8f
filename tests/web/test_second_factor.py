"""A second factor: an app's codes are asked for after the password, each once."""

import re
from datetime import timedelta

import pyotp
import pytest

from postal_tracker.access import audit
from postal_tracker.access.audit import AuditFilter
from postal_tracker.storage.tables import SecondFactor
from tests.web.conftest import PASSWORD, Visitor, employ

FACTOR = "/desk/second-factor"


def secret_on(page):
    return re.search(r"<code class=\"code\">([A-Z2-7 ]{39})<", page.text)[1].replace(" ", "")


def recovery_codes_on(page):
    return re.findall(r"<code class=\"code\">([A-Z2-9-]{29})<", page.text)


def code_of(secret, centre, steps=0):
    return pyotp.TOTP(secret).at(centre.clock() + timedelta(seconds=30 * steps))


def enrolled(person, centre, at=FACTOR):
    """Set an app up; return its secret and the recovery codes."""
    secret = secret_on(person.sends(at, {"do": "begin"}))
    done = person.sends(at, {"do": "confirm", "one_time_code": code_of(secret, centre)})
    centre.clock.pass_(minutes=2)
    return secret, recovery_codes_on(done)


def pending_on(page):
    return re.search(r'name="pending" value="([^"]+)"', page.text)[1]


def gives(person, code, pending="", home="/desk"):
    pending = pending or pending_on(person.signs_in("lan"))
    fields = {"pending": pending, "one_time_code": code}
    return person.client.post(f"{home}/sign-in/code", data=fields)


@pytest.fixture
def any_lan(any_centre):
    """Lan, signed in on either database."""
    employ(any_centre, "lan")
    lan = Visitor(any_centre)
    assert lan.signs_in("lan").status_code == 303
    return lan


def test_after_the_password_the_code_of_the_app_is_asked_for_and_taken_once(any_lan, any_centre):
    secret, codes = enrolled(any_lan, any_centre)
    assert len(set(codes)) == 8
    phone, page = Visitor(any_centre), any_lan.signs_in("lan")
    assert (page.status_code, "sid" in phone.client.cookies) == (200, False)
    code = code_of(secret, any_centre)

    assert gives(phone, code).headers["location"] == "/desk"
    assert phone.opens("/desk").status_code == 200
    assert gives(Visitor(any_centre), code).status_code == 422  # a shoulder was looked over
    told = any_centre.database.read_now(lambda s: audit.entries(s, AuditFilter(what="signed-in")))
    assert [e.detail for e in told.items] == ["password and code", "password"]


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_a_clock_may_be_half_a_minute_off(lan, centre, steps, status):
    secret, _ = enrolled(lan, centre)

    assert gives(Visitor(centre), code_of(secret, centre, steps)).status_code == status


def test_a_recovery_code_opens_once_however_it_is_typed(lan, centre):
    _, codes = enrolled(lan, centre)
    typed = codes[0].lower().replace("-", " ")

    assert gives(Visitor(centre), typed).status_code == 303
    assert gives(Visitor(centre), typed).status_code == 422
    assert gives(there := Visitor(centre), codes[1]).status_code == 303
    assert "Còn 6 mã dự phòng" in there.opens(FACTOR).text


def test_a_wrong_code_leads_nowhere_and_after_five_the_account_rests(lan, centre):
    secret, _ = enrolled(lan, centre)
    pending, thief = pending_on(lan.signs_in("lan")), Visitor(centre)
    for wrong in ("000000", "abcdef", "", "12345", "x" * 60):
        assert gives(thief, wrong, pending).status_code == 422

    assert gives(thief, code_of(secret, centre), pending).status_code == 429
    assert "sid" not in thief.client.cookies


def test_a_password_waits_five_minutes_for_its_code_and_no_made_up_one_does(lan, centre):
    secret, _ = enrolled(lan, centre)
    pending = pending_on(lan.signs_in("lan"))
    for made_up in ("", "1-99999999999-" + "0" * 40, pending[:-1] + "x", "é", "1-2-3"):
        assert gives(Visitor(centre), code_of(secret, centre), made_up or "-").status_code == 401
    centre.clock.pass_(minutes=5)

    assert gives(Visitor(centre), code_of(secret, centre), pending).status_code == 401


def test_a_stolen_record_makes_no_codes(lan, centre):
    secret, codes = enrolled(lan, centre)
    row = centre.database.read_now(lambda s: s.get(SecondFactor, 1))
    kept = row.sealed_secret + row.recovery_hashes

    assert secret not in kept
    assert not any(code.replace("-", "") in kept for code in codes)


def test_it_is_turned_off_with_a_code_alone_and_other_sessions_end_when_it_is_on(lan, centre):
    elsewhere = Visitor(centre)
    elsewhere.signs_in("lan")
    secret, _ = enrolled(lan, centre)
    assert elsewhere.opens("/desk").status_code == 303
    assert lan.sends(FACTOR, {"do": "remove", "one_time_code": "000000"}).status_code == 422
    assert "đang bật" in lan.sends(FACTOR, {"do": "begin"}).text  # nobody puts another app in place
    code = code_of(secret, centre)
    assert lan.sends(FACTOR, {"do": "remove", "one_time_code": code}).status_code == 303

    assert Visitor(centre).signs_in("lan").status_code == 303


def test_an_administrator_sets_his_app_up_before_anything_else(centre, visitor):
    centre.settings.second_factor_roles = "admin"
    quan = visitor("quan")
    assert quan.opens("/desk").headers["location"] == FACTOR
    asked = quan.client.get("/api/v1/dossiers", headers={"accept": "application/json"})
    assert asked.json()["type"].endswith("/second-factor-first")
    page = quan.opens(FACTOR)
    assert re.search(r'"csrf" value="(\w+)"', page.text)[1] == quan.token()
    enrolled(quan, centre)

    assert quan.opens("/desk").status_code == 200
    assert visitor("lan").opens("/desk").status_code == 200


def test_an_administrator_helps_whoever_lost_the_telephone(lan, centre, visitor):
    enrolled(lan, centre)
    quan = visitor("quan")
    assert "mã xác thực" in quan.opens("/desk/admin/people").text
    quan.sends("/desk/admin/people/1", {"do": "factor"})

    assert lan.opens("/desk").status_code == 303
    assert Visitor(centre).signs_in("lan").status_code == 303


def test_a_courier_may_have_one_too(centre, visitor):
    tuan = visitor("tuan")
    assert "Mã xác thực" in tuan.opens("/courier/password").text
    secret, _ = enrolled(tuan, centre, "/courier/second-factor")
    fields = {"username": "tuan", "password": PASSWORD}
    page = tuan.client.post("/courier/sign-in", data=fields)
    answer = gives(Visitor(centre), code_of(secret, centre), pending_on(page), "/courier")

    assert answer.headers["location"] == "/courier"
