"""Two officers share one desk: one key, and the next one signs in where the last one stood."""

import pytest
from playwright.sync_api import expect

from tests.web.conftest import employ, sign_in


@pytest.mark.parametrize(
    ("stood", "comes_to"),
    [
        ("/desk/station/receive", "/desk/station/receive"),
        ("/desk/dossiers/new", "/desk/dossiers/new"),
        ("/desk/dossiers/H49.12-261123-0001", "/desk"),  # whose that is, is not the next one's
        ("//evil.example", "/desk"),
    ],
)
def test_the_next_officer_signs_in_where_the_last_one_stood(visitor, centre, stood, comes_to):
    lan = visitor("lan")
    employ(centre, "minh")
    assert 'name="next" value="/desk/station/receive"' in lan.opens("/desk/station/receive").text
    out = lan.sends("/desk/sign-out", {"next": stood})
    assert out.headers["clear-site-data"] == '"storage"'
    page = lan.opens(out.headers["location"]).text
    wanted = page.partition('name="next" value="')[2].partition('"')[0]
    fields = {"username": "lan", "password": "mot-mat-khau-du-dai-26", "next": wanted}

    assert lan.client.post("/desk/sign-in", data=fields).headers["location"] == comes_to


def test_one_key_leads_the_next_officer_to_the_same_station_and_to_an_empty_form(desk, served):
    desk.goto(f"{served.address}/desk/station/receive")
    desk.locator("[name=lines]").fill("chưa gửi")
    desk.keyboard.press("F10")
    sign_in(desk, "lan")

    expect(desk).to_have_url(f"{served.address}/desk/station/receive")
    expect(desk.locator("[name=lines]")).to_have_value("")
