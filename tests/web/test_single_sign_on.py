"""Single sign-on: an identity provider vouches for somebody who linked his account before."""

from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr
from sqlmodel import select

from postal_tracker.access import audit
from postal_tracker.access.audit import AuditFilter
from postal_tracker.settings import OidcSettings
from postal_tracker.storage.tables import StaffMember
from tests.standins.openid import CLIENT, SECRET, provided
from tests.web.conftest import Visitor

SSO = "/desk/sign-in/sso"


@pytest.fixture(scope="module")
def served_provider():
    with provided() as one:
        yield one


@pytest.fixture
def provider(served_provider, centre):
    """The province's, for a centre that uses it."""
    one = served_provider
    one.spoilt, one.signs_with, one.asked = {}, None, {}
    one.claims, one.now = {"sub": "lan@the province"}, int(centre.clock().timestamp())
    centre.settings.oidc = OidcSettings(
        issuer=one.issuer, client_id=CLIENT, client_secret=SecretStr(SECRET)
    )
    return one


def way_back(person, query=""):
    """Go to the provider and come back; return the address at which one comes back."""
    there = person.opens(f"{SSO}{query}").headers["location"]
    back = urlsplit(httpx.get(there, trust_env=False).headers["location"])
    return f"{back.path}?{back.query}"


@pytest.fixture
def linked(provider, lan):
    """Lan, who has linked her account."""
    assert lan.opens(way_back(lan, "?link=yes")).headers["location"] == "/desk/single-sign-on"
    return lan


def told(centre, what):
    return [
        e.detail
        for e in centre.database.read_now(lambda s: audit.entries(s, AuditFilter(what=what))).items
    ]


def test_whoever_linked_the_account_signs_in_by_the_provider(linked, centre):
    assert "Đã liên kết" in linked.opens("/desk/single-sign-on").text
    there = Visitor(centre)
    assert f'href="{SSO}?next=' in there.opens("/desk/sign-in").text
    answer = there.opens(way_back(there, "?next=/desk/handovers"))

    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/handovers")
    assert there.opens("/desk").status_code == 200
    assert told(centre, "signed-in")[0] == "single sign-on"
    assert told(centre, "account") == ["identity linked"]


def test_nobody_is_let_in_by_name_or_mail_alone(provider, lan, centre):
    provider.claims |= {"preferred_username": "lan", "email": "lan@example.vn"}
    there = Visitor(centre)
    answer = there.opens(way_back(there))

    assert answer.status_code == 409
    assert "chưa liên kết" in answer.text
    assert "sid" not in there.client.cookies


@pytest.mark.parametrize(
    "spoilt",
    [
        {"iss": "https://another.example"},
        {"aud": "another client"},
        {"nonce": "of another sign-in"},
        {"exp": 1},
        {"sub": ""},
        {"azp": "another client"},
    ],
    ids=lambda claims: next(iter(claims)),
)
def test_what_the_provider_did_not_say_to_us_now_is_not_believed(linked, provider, centre, spoilt):
    provider.spoilt = spoilt
    there = Visitor(centre)

    assert there.opens(way_back(there)).status_code == 401
    assert "sid" not in there.client.cookies


def test_another_key_another_browser_and_a_second_time_open_nothing(linked, provider, centre):
    there = Visitor(centre)
    back = way_back(there)
    assert Visitor(centre).opens(back).status_code == 401  # a thief of the address has no cookie
    assert there.opens(back).status_code == 303
    assert there.opens(back).status_code == 401
    query = {n: v[0] for n, v in parse_qs(urlsplit(way_back(there)).query).items()}
    for spoilt in ({"state": "x"}, {"iss": "https://another.example"}, {"code": ""}):
        assert Visitor.opens(there, f"{SSO}/back?{urlencode(query | spoilt)}").status_code == 401
        way_back(there)
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "1"})
    assert there.opens(way_back(there)).status_code == 401


def test_groups_give_the_role_and_whoever_is_in_none_stays_out(linked, provider, centre):
    centre.settings.oidc.roles = "lanh-dao=manager,mot-cua=desk"
    there = Visitor(centre)
    assert there.opens(way_back(there)).status_code == 403
    provider.claims["groups"] = ["khác", "lanh-dao"]
    assert there.opens(way_back(there)).status_code == 303
    role = centre.database.read_now(lambda s: s.exec(select(StaffMember)).first()).role

    assert role == "manager"
    assert "lan now manager by group" in told(centre, "account")


def test_an_identity_is_one_persons_and_can_be_let_go(linked, provider, visitor):
    minh = visitor("minh")
    assert minh.opens(way_back(minh, "?link=yes")).status_code == 409
    linked.sends("/desk/single-sign-on")

    assert minh.opens(way_back(minh, "?link=yes")).status_code == 303


def test_a_provider_that_is_away_or_another_signs_nobody_in(provider, centre):
    there = Visitor(centre)
    for issuer in ("http://127.0.0.1:9", provider.issuer + "/"):
        centre.settings.oidc.issuer = issuer
        page = there.opens(SSO)
        assert page.status_code == 401
        assert "chưa thành công" in page.text


def test_without_a_provider_there_is_no_such_way_in(lan):
    assert SSO not in lan.opens("/desk/sign-in").text
    assert [lan.opens(p).status_code for p in (SSO, f"{SSO}/back")] == [404, 404]
    assert "Trung tâm chưa dùng" in lan.opens("/desk/single-sign-on").text
