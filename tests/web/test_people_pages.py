"""An administrator opens, changes and closes people's accounts in the browser."""

import re

import pytest
from sqlalchemy import update
from sqlmodel import select

from postal_tracker.access import Caller, Role, audit, people
from postal_tracker.access.audit import AuditFilter
from postal_tracker.core.problems import Conflict
from postal_tracker.storage.tables import StaffMember
from tests.web.conftest import PASSWORD, Visitor, employ

PEOPLE = "/desk/admin/people"
HOA = {"username": "hoa", "name": "Hoa", "role": "desk", "office": "", "carrier": ""}
CHOSEN = {"password": PASSWORD, "again": PASSWORD}


def address_on(page):
    return re.search(r"/invitation/[0-9a-f-]+", page.text)[0]


def person_of(page, username):
    return re.search(rf'href="({PEOPLE}/\d+)">{username}<', page.text)[1]


@pytest.fixture
def any_quan(any_centre):
    """The administrator, on either database."""
    employ(any_centre, "quan")
    quan = Visitor(any_centre)
    assert quan.signs_in("quan").status_code == 303
    return quan


def a_clerk_hoa(quan, centre):
    """Let Quân open Hoa's account, and Hoa choose her password."""
    at, hoa = address_on(quan.sends(PEOPLE, HOA)), Visitor(centre)
    assert hoa.client.post(at, data=CHOSEN).headers["location"] == "/desk/sign-in"
    assert hoa.signs_in("hoa").status_code == 303
    return hoa, at


def test_a_newcomer_opens_her_one_time_address_and_chooses_her_password(any_quan, any_centre):
    hoa, at = a_clerk_hoa(any_quan, any_centre)

    assert hoa.opens("/desk").status_code == 200
    assert (hoa.opens(at).status_code, hoa.client.post(at, data=CHOSEN).status_code) == (404, 404)
    told = any_centre.database.read_now(lambda s: audit.entries(s, AuditFilter(what="account")))
    assert [e.detail for e in told.items] == ["hoa chose a password", "hoa added desk"]
    assert at not in any_quan.opens(PEOPLE).text


def test_who_waits_for_a_password_signs_in_with_none(visitor, centre):
    visitor("quan").sends(PEOPLE, HOA)
    for password in ("", "!", PASSWORD):
        assert Visitor(centre).signs_in("hoa", password).status_code != 303


def test_an_address_ends_after_three_days_and_by_a_newer_one(visitor, centre):
    quan = visitor("quan")
    first = address_on(quan.sends(PEOPLE, HOA))
    one = person_of(quan.opens(PEOPLE), "hoa")
    second = address_on(quan.sends(one, {"do": "reset"}))
    hoa = Visitor(centre)
    assert [hoa.opens(at).status_code for at in (first, second)] == [404, 200]
    centre.clock.pass_(days=3)

    assert hoa.opens(second).status_code == 404


@pytest.mark.parametrize("wrong", ["x", "1-2-3", "1-99999999999-" + "0" * 40, "9" * 79, "é-1-2"])
def test_another_address_opens_nothing(visitor, centre, wrong):
    visitor("quan").sends(PEOPLE, HOA)

    assert Visitor(centre).opens(f"/invitation/{wrong}").status_code == 404


def test_passwords_that_differ_or_are_easy_are_refused_and_the_address_stays(visitor, centre):
    at, hoa = address_on(visitor("quan").sends(PEOPLE, HOA)), Visitor(centre)
    for wrong in (CHOSEN | {"again": "khac"}, {"password": "x", "again": "x"}):
        assert hoa.client.post(at, data=wrong).status_code == 422

    assert hoa.opens(at).status_code == 200


def test_a_reset_ends_the_old_password_and_every_session(visitor, centre):
    quan = visitor("quan")
    hoa, _ = a_clerk_hoa(quan, centre)
    at = address_on(quan.sends(person_of(quan.opens(PEOPLE), "hoa"), {"do": "reset"}))

    assert hoa.opens("/desk").status_code == 303
    assert hoa.signs_in("hoa").status_code != 303
    assert hoa.client.post(at, data=CHOSEN | {"password": "x", "again": "x"}).status_code == 422
    assert hoa.client.post(at, data=CHOSEN).status_code == 303


def test_a_closed_account_is_signed_out_at_once_and_may_be_opened_again(visitor, centre):
    quan = visitor("quan")
    hoa, _ = a_clerk_hoa(quan, centre)
    one = person_of(quan.opens(PEOPLE), "hoa")
    quan.sends(one, {"do": "disable"})
    assert hoa.opens("/desk").status_code == 303
    assert "đã khóa" in quan.opens(PEOPLE).text
    quan.sends(one, {"do": "enable"})

    assert hoa.signs_in("hoa").status_code == 303


def test_sessions_of_one_and_of_everybody_are_ended_by_the_administrator_who_stays(visitor, centre):
    quan, lan = visitor("quan"), visitor("lan")
    hoa, _ = a_clerk_hoa(quan, centre)
    quan.sends(person_of(quan.opens(PEOPLE), "hoa"), {"do": "sessions"})
    assert [who.opens("/desk").status_code for who in (hoa, lan)] == [303, 200]
    assert hoa.signs_in("hoa").status_code == 303
    quan.sends(f"{PEOPLE}/sessions")

    assert [who.opens("/desk").status_code for who in (hoa, lan, quan)] == [303, 303, 200]
    told = centre.database.read_now(lambda s: audit.entries(s, AuditFilter(what="account"))).items
    assert [e.detail for e in told][:2] == ["all sessions ended", "hoa sessions ended"]


def test_another_role_holds_from_the_next_request_on(visitor, centre):
    quan = visitor("quan")
    hoa, _ = a_clerk_hoa(quan, centre)
    assert hoa.opens(PEOPLE).status_code == 403
    quan.sends(person_of(quan.opens(PEOPLE), "hoa"), {"do": "change", "role": "admin"})

    assert hoa.opens(PEOPLE).status_code == 200


def test_an_opened_account_begins_its_idle_days_anew(visitor, centre):
    quan = visitor("quan")
    a_clerk_hoa(quan, centre)
    one = person_of(quan.opens(PEOPLE), "hoa")
    quan.sends(one, {"do": "disable"})
    later = centre.clock.pass_(minutes=10)
    quan.sends(one, {"do": "enable"})

    found = select(StaffMember).where(StaffMember.username == "hoa")
    assert centre.database.read_now(lambda s: s.exec(found).one()).active_at == later


def test_nobody_changes_his_own_account(visitor):
    quan = visitor("quan")
    own = person_of(quan.opens(PEOPLE), "quan")
    assert "Đây là tài khoản của Ông/Bà" in quan.opens(own).text
    for do in ("change", "disable", "enable", "reset"):
        assert quan.sends(own, {"do": do, "role": "desk"}).status_code == 409
    assert quan.opens(PEOPLE).status_code == 200


def test_the_last_administrator_stays_one(any_quan, any_centre):
    """A program's key asks: a person who asks is an administrator, and stays one."""
    any_quan.sends(PEOPLE, HOA | {"username": "dung", "role": "admin"})  # has no password yet
    key = Caller(label="key:AB12CD34", role=Role.ADMIN, office_id=None)

    def of_no_office(session):  # as the first administrator is, who reaches the whole centre
        session.exec(update(StaffMember).values(office_id=None))

    any_centre.database.write_now(of_no_office)

    def is_refused(session, leave):
        last = session.exec(select(StaffMember).where(StaffMember.username == "quan")).one()
        with pytest.raises(Conflict) as refused:
            leave(session, last.id)
        return refused.value.slug == "last-administrator"

    to_desk = {"role": Role.DESK, "office_id": None, "carrier": "", "email": ""}
    for leave in (
        lambda s, id_: people.disable(s, id_, by=key, now=any_centre.clock()),
        lambda s, id_: people.reset(s, id_, by=key),
        lambda s, id_: people.change(s, id_, **to_desk, by=key),
    ):
        assert any_centre.database.read_now(lambda s, leave=leave: is_refused(s, leave))


@pytest.mark.parametrize(
    "wrong", [{"username": "quan"}, {"role": "integration"}, {"role": ""}, {"name": " "},
              {"office": "NONE"}, {"carrier": "rehearsal"}, {"carrier": "none"}]
)  # fmt: skip
def test_what_is_wrong_is_said_and_no_account_is_opened(visitor, wrong):
    quan = visitor("quan")
    assert quan.sends(PEOPLE, HOA | wrong).status_code in (404, 409, 422)

    assert ">hoa<" not in quan.opens(PEOPLE).text


def test_only_the_administrator_of_the_whole_centre_comes_in(visitor):
    for who in ("lan", "minh", "tuan"):
        assert visitor(who).opens(PEOPLE).status_code in (303, 403)


def test_where_somebody_is_written_to_is_said_by_him_or_the_administrator(any_quan, any_centre):
    at, hoa = address_on(any_quan.sends(PEOPLE, HOA)), Visitor(any_centre)
    hoa.client.post(at, data=CHOSEN | {"email": "hoa@example.gov.vn"})
    hoa.signs_in("hoa")
    assert 'value="hoa@example.gov.vn"' in hoa.opens("/desk/password").text
    assert hoa.sends("/desk/email", {"email": "no address"}).status_code == 422
    hoa.sends("/desk/email", {"email": "h@example.vn"})
    assert "Đã lưu địa chỉ email." in hoa.opens("/desk/password").text

    one = person_of(any_quan.opens(PEOPLE), "hoa")
    assert 'value="h@example.vn"' in any_quan.opens(one).text
    any_quan.sends(one, {"role": "desk", "do": "change"})
    assert "h@example.vn" not in hoa.opens("/desk/password").text
