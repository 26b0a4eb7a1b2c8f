"""What citizens think of it: once for each dossier, told by nobody's name, published as counted."""

import re

import pytest
from sqlmodel import Session, select

from postal_tracker.desks import rating
from postal_tracker.storage.tables import RatedDossier, RatingTally, RatingText
from postal_tracker.views import lookup


def given_out(centre, **rest):
    """Return the rating's address of a dossier whose result was handed over."""
    code = centre.a_dossier(**rest)
    centre.post(f"/dossiers/{code}/acts", {"act": "result_ready"})
    assert centre.post(f"/dossiers/{code}/acts", {"act": "collected"}).status_code == 200
    plain = centre.get(f"/dossiers/{code}").json()["lookup_code"].replace("-", "")
    return "/r/" + lookup.rating_token(plain, centre.house.secret)


def says(centre, address, fast=5, polite=4, text=""):
    answer = {"fast": fast, "polite": polite, "text": text}
    return centre.client.post(address, data=answer, follow_redirects=False)


def test_a_dossier_is_rated_once_and_nobody_can_tell_how(any_centre):
    address = given_out(any_centre)
    assert "Ông/Bà thấy được phục vụ thế nào?" in any_centre.client.get(address).text

    assert says(any_centre, address, text="Nhanh lắm").status_code == 303
    assert "Xin cảm ơn" in any_centre.client.get(address).text
    again = says(any_centre, address, fast=1)
    assert again.status_code == 409
    with Session(any_centre.database.engine) as session:
        [kept] = session.exec(select(RatingTally)).all()
        assert (kept.answers, kept.fast, kept.polite) == (1, 1, 1)
        assert set(RatedDossier.model_fields) == {"dossier_id"}
        assert not {"dossier_id", "recorded_at"} & set(RatingText.model_fields)


def test_only_whose_result_was_given_out_is_asked(centre):
    code = centre.a_dossier()
    plain = centre.get(f"/dossiers/{code}").json()["lookup_code"].replace("-", "")
    token = lookup.rating_token(plain, centre.house.secret)

    assert centre.client.get(f"/r/{token}").status_code == 404
    assert centre.client.get(f"/r/{token[:-1]}x").status_code == 404
    assert centre.client.get(given_out(centre).replace("/r/", "/t/")).status_code == 404


def test_the_answer_leads_to_the_rating_until_it_was_given(centre):
    address = given_out(centre)
    plain = address.removeprefix("/r/")[:13]
    own = f"/t/{lookup.link_token(plain, centre.house.secret)}"

    assert address in centre.client.get(own).text
    says(centre, address)
    assert address not in centre.client.get(own).text


@pytest.mark.parametrize("wrong", [{"fast": ""}, {"polite": 6}, {"fast": 0}, {"text": "x" * 1001}])
def test_what_cannot_be_counted_is_refused_and_can_be_mended(centre, wrong):
    address = given_out(centre)

    assert says(centre, address, **wrong).status_code == 422
    assert says(centre, address).status_code == 303


def test_shares_are_published_from_thirty_answers_on_and_follow_them(any_centre):
    addresses = [given_out(any_centre, name=f"Ông {n}") for n in range(30)]
    for n, address in enumerate(addresses[:29]):
        says(any_centre, address, fast=5 if n else 3)
    assert " %" not in shown(any_centre)

    says(any_centre, addresses[29], polite=2)
    assert "96,7 % thấy nhanh, đúng hẹn; 96,7 % thấy thái độ lịch sự" in shown(any_centre)
    for by in ("office", "procedure", "authority", "carrier"):
        [row] = any_centre.get(f"/reports/satisfaction?by={by}", role="manager").json()["items"]
        counted = [row[name] for name in ("answers", "fast", "polite", "fast_percent")]
        assert counted == [30, 29, 29, 96.7]


def shown(centre):
    page = centre.client.get("/satisfaction").text
    return re.sub(r"<[^>]+>", "", page.partition("<main")[2])


def test_what_was_written_goes_after_its_time(any_centre):
    says(any_centre, given_out(any_centre), text="Chị Lan rất tốt")
    for days, left in ((300, 1), (200, 0)):
        now = any_centre.clock.pass_(days=days)
        any_centre.database.write_now(lambda s, now=now: rating.forget_old(s, 10, now=now))
        with Session(any_centre.database.engine) as session:
            assert len(session.exec(select(RatingText)).all()) == left
