"""Whoever was given a password chooses one of his own before anything else."""

import pytest
from sqlmodel import select

from postal_tracker import access
from postal_tracker.access import Role
from postal_tracker.storage.tables import StaffMember
from tests.web.conftest import PASSWORD, Visitor

NEW = "cau-thang-may-xanh-71"


def changes(hoa, token):
    fields = {"csrf": token, "old_password": PASSWORD, "password": NEW, "again": NEW}
    return hoa.client.post("/desk/password", data=fields)


@pytest.fixture
def hoa(any_centre):
    """Hoa, whose account the operator opened at the server."""
    any_centre.database.write_now(
        lambda s: access.add_staff(
            s,
            username="hoa",
            name="Hoa",
            role=Role.DESK,
            office_id=any_centre.lan.office_id,
            password=PASSWORD,
            is_given=True,
            now=any_centre.clock(),
        )
    )
    hoa = Visitor(any_centre)
    assert hoa.signs_in("hoa").headers["location"] == "/desk"
    return hoa


def token_of(hoa):
    page = hoa.opens("/desk/password").text
    assert "do người khác đặt" in page
    return page.partition('name="csrf" value="')[2][:64]


def test_a_given_password_is_changed_before_anything_else(hoa):
    assert hoa.opens("/desk/dossiers").headers["location"] == "/desk/password"
    asked = hoa.client.get("/api/v1/dossiers", headers={"accept": "application/json"})
    assert (asked.status_code, asked.json()["type"]) == (403, "/problems/choose-your-password")
    assert changes(hoa, token_of(hoa)).status_code == 303

    assert hoa.opens("/desk/dossiers").status_code == 200


def test_a_reset_at_the_server_asks_again(hoa, any_centre):
    changes(hoa, token_of(hoa))
    now = any_centre.clock()
    any_centre.database.write_now(lambda s: access.reset_password(s, "hoa", PASSWORD, now=now))
    again = Visitor(any_centre)
    again.signs_in("hoa")
    found = select(StaffMember).where(StaffMember.username == "hoa")
    given_at = any_centre.database.read_now(lambda s: s.exec(found).one()).password_given_at

    assert again.opens("/desk").headers["location"] == "/desk/password"
    assert given_at == now
    assert Visitor(any_centre).signs_in("hoa", NEW).status_code == 401
