"""Names of all peoples of Vietnam, and hostile ones: kept, found, printed as they are written."""

import unicodedata
from contextlib import closing

import pypdfium2
import pytest

from postal_tracker.core.text import meant
from tests.centre import Centre
from tests.labels.peoples import HOSTILE, NAMES, names
from tests.sampling import Share

EVERY_NAME = [*(name for people in NAMES for name in names(people)), *HOSTILE]
SOME = pytest.mark.parametrize(
    "some",
    [EVERY_NAME[::8], pytest.param(EVERY_NAME, marks=pytest.mark.slow)],
    ids=["an_eighth", "all"],
)
AS_A_CLERK_KEEPS_IT = {name: " ".join(meant(name).split()) for name in EVERY_NAME}


def pages(answer) -> list[str]:
    """Return what is copied out of each page, composed, without white."""
    assert answer.status_code == 200, answer.text
    with closing(pypdfium2.PdfDocument(answer.content)) as document:
        return [bare(page.get_textpage().get_text_range()) for page in document]


def bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def without_marks(name: str) -> str:
    """Return what somebody types who has no such keys."""
    split = unicodedata.normalize("NFD", name)
    plain = "".join(sign for sign in split if unicodedata.category(sign) != "Mn")
    return plain.translate(str.maketrans("đĐðƀɃŁ’\u02bc", "dDdbBL''"))


def registered(centre: Centre, every_name: list[str]) -> dict[str, str]:
    """Take a dossier in for each name; return its code."""
    codes = {}
    for name in every_name:
        applicant = {"name": name, "phone": "0912345678", "address": "Buôn Ƀơ̆ng, xã Ea Ñuôl"}
        answer = centre.post("/dossiers", {"procedure": "GPLX-01", "applicant": applicant})
        assert answer.status_code == 201, (name, answer.text)
        codes[name] = answer.json()["code"]
    return codes


def found(centre: Centre, asked: str) -> set[str]:
    items = centre.get("/dossiers", params={"q": asked, "limit": 200}).json()["items"]
    return {item["code"] for item in items}


def test_there_are_a_hundred_names_of_more_than_eight_peoples() -> None:
    assert len(set(EVERY_NAME)) >= 100
    assert len(NAMES) > 8


@SOME
def test_names_are_found_with_and_without_their_marks(
    any_centre: Centre, some: list[str], share: Share
) -> None:
    codes = registered(any_centre, share.drawn(some))
    for name, code in codes.items():
        kept = AS_A_CLERK_KEEPS_IT[name]
        for asked in (name, kept.upper(), without_marks(kept)):
            assert code in found(any_centre, asked), (name, asked)


@SOME
def test_names_stand_on_receipts_as_they_are_written(
    centre: Centre, some: list[str], share: Share
) -> None:
    for name, code in registered(centre, share.drawn(some)).items():
        [text] = pages(centre.post(f"/dossiers/{code}/receipt.pdf"))
        assert bare(AS_A_CLERK_KEEPS_IT[name]) in text, name
        assert bare("Buôn Ƀơ̆ng, xã Ea Ñuôl") in text


@SOME
@pytest.mark.parametrize("medium", ["a6", "100x50"])
def test_names_stand_on_labels_as_they_are_written(
    centre: Centre, medium: str, some: list[str], share: Share
) -> None:
    drawn = share.drawn(some)
    parcels = [
        centre.a_parcel(
            centre.a_dossier(name=name), direction="to_citizen", recipient={"name": name}
        )
        for name in drawn
    ]
    texts = pages(centre.post("/labels", {"parcels": parcels, "media": medium, "format": "pdf"}))
    for name, text in zip(drawn, texts, strict=True):
        assert bare(AS_A_CLERK_KEEPS_IT[name]) in text, name
