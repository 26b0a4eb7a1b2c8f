"""The letters of the peoples of Vietnam: on paper as they are written, and read back from it."""

import unicodedata
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from io import BytesIO

import numpy as np
import pikepdf
import pypdfium2
import pytest
from fontTools.pens.boundsPen import ControlBoundsPen

import labels
from labels import Party, Unprintable, Why, dots, lettering
from labels.drawing import Page, Words
from labels.faces import FACES
from labels.letters import letters
from labels.paper import MEDIA
from labels.papers import contents_slip, envelope, handover_list, receipt
from tests.labels.eyes import by_label_printer
from tests.labels.makers import a_dossier, a_parcel
from tests.labels.papers import ENVELOPE, a_list, a_receipt, a_slip
from tests.labels.peoples import OWN_LETTERS, own_letters, stacks
from tests.labels.vietnamese import VIETNAMESE
from tests.sampling import Share

DOT = 0.125
A_ROW = 10


def rows(signs: Sequence[str], *, bold: bool = False) -> list[Page]:
    """Pages on which the letters stand in rows, with white between them."""
    texts = [" ".join(signs[at : at + A_ROW]) for at in range(0, len(signs), A_ROW)]
    return [Page(120, 20, (Words(5, 12, lettering.settable(text), 14, bold),)) for text in texts]


def read(file: bytes) -> str:
    """What is copied out of the file, composed, without white."""
    with closing(pypdfium2.PdfDocument(file)) as document:
        copied = "".join(page.get_textpage().get_text_range() for page in document)
    return "".join(unicodedata.normalize("NFC", copied).split())


def ink(letter: str, *, bold: bool) -> np.ndarray:
    page = Page(20, 20, (Words(5, 14, letter, 24, bold),))
    return dots.picture(page, DOT)


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("people", OWN_LETTERS)
def test_a_peoples_letters_are_read_back_from_the_pdf(people: str, bold: bool) -> None:
    signs = own_letters(people)
    assert read(labels.render(rows(signs, bold=bold), DOT, "pdf")) == "".join(signs)


@pytest.mark.parametrize("people", OWN_LETTERS)
def test_no_letter_of_a_people_looks_like_another(people: str) -> None:
    signs = own_letters(people)
    for bold in (False, True):
        pictures = {ink(letter, bold=bold).tobytes() for letter in signs}
        assert len(pictures) == len(set(signs))


@pytest.mark.parametrize("people", OWN_LETTERS)
def test_label_printers_and_screens_show_the_letters_that_the_pdf_shows(people: str) -> None:
    for page in rows(own_letters(people)):
        [printed] = by_label_printer(labels.render([page], DOT, "zpl"))
        assert np.array_equal(np.asarray(printed) < 128, dots.picture(page, DOT))
        text = page.marks[0].text if isinstance(page.marks[0], Words) else ""
        assert text in labels.render([page], DOT, "svg").decode()


def of_all_peoples() -> list[str]:
    return sorted({each for people in OWN_LETTERS for each in own_letters(people)})


@pytest.mark.parametrize("bold", [False, True])
def test_no_letter_reaches_farther_up_or_down_than_vietnamese_ones(bold: bool) -> None:
    assert [each for each in of_all_peoples() if not _within_its_line(each, bold)] == []


def _within_its_line(letter: str, bold: bool) -> bool:
    face = FACES[bold]
    if letter in face.glyphs:
        return True
    pen = ControlBoundsPen(None)
    face.sure(letter).replay(pen)
    left, bottom, right, top = pen.bounds
    return face.box[1] - 1 <= bottom < top <= face.box[3] + 1 and left < right


def test_marks_do_not_make_a_letter_wider_than_it_is_without_them() -> None:
    for bare, marked in (("ê", "ê̆"), ("ơ", "ơ̆"), ("Ư", "Ư̆"), ("o", "ŏ"), ("ậ", "ậ̆")):
        assert FACES[True].run(marked) == FACES[True].run(bare)


def test_a_word_is_broken_between_letters_never_between_a_letter_and_its_mark() -> None:
    word = unicodedata.normalize("NFC", "ơ̆ê̆ô̆ư̆" * 20)
    lines = lettering.fit([lettering.Paragraph(word)], wide=20, high=40, largest_pt=6)
    assert len(lines) > 1
    assert all(line.text[0] not in "\u0306" for line in lines)
    assert "".join(line.text for line in lines) == word


WHO = Party("H'Ƀlăm Ê̆ban Ơ̆m", ("Buôn Ƀơ̆ng, xã Ea Ñuôl", "ĐT: 0912 345 678"))
LISTED = handover_list.Line("EB100000015VN", "Gửi người dân", WHO.name, 1)
PAPERS = {
    "receipt, A5": lambda: receipt.pages(a_receipt(applicant=WHO.name)),
    "receipt, A4": lambda: receipt.pages(a_receipt(applicant=WHO.name), "a4"),
    "list": lambda: handover_list.pages(a_list(1, lines=(LISTED,))),
    "its signature": lambda: handover_list.pages(
        a_list(1, signed="23/11/2026 08:30", signed_by=WHO.name)
    ),
    "slip": lambda: contents_slip.pages(a_slip(1, recipient=WHO.name)),
    "envelope": lambda: envelope.pages(replace(ENVELOPE, recipient=WHO)),
}


@pytest.mark.parametrize("kind", PAPERS)
def test_such_a_name_stands_on_every_paper(kind: str) -> None:
    file = labels.render(PAPERS[kind](), DOT, "pdf")
    assert "".join(WHO.name.split()) in read(file)


@pytest.mark.parametrize("medium", MEDIA)
def test_such_names_and_places_stand_on_every_label(medium: str) -> None:
    parcel = labels.draw([a_parcel(recipient=WHO)], medium=medium)
    assert "".join(WHO.name.split()) in read(parcel)
    ours, plain = (
        read(labels.draw([a_dossier(procedure=procedure)], medium=medium))
        for procedure in ("Ƀơ̆ng", "Bong")
    )
    assert ("Ƀơ̆ng" in ours) == ("Bong" in plain)


TOO_MANY = "e\u0301\u0302\u0303\u0304\u0306\u0308"


@pytest.mark.parametrize("text", [TOO_MANY, "ក្រ", "कि", "\ue000", "🙂"])
def test_what_cannot_be_set_as_it_is_written_is_refused(text: str) -> None:
    with pytest.raises(Unprintable) as refused:
        lettering.settable(text)
    assert refused.value.why is Why.NO_SUCH_LETTER


def test_a_mark_alone_is_a_letter_of_its_own() -> None:
    assert list(letters("a \u0306b\u0306")) == ["a", " ", "\u0306", "b\u0306"]
    assert read(labels.render(rows(["\u0306a"]), DOT, "pdf"))


def test_the_same_letters_make_the_same_file() -> None:
    signs = own_letters("Gia Rai")
    once, again = (labels.render(rows(signs), DOT, "pdf") for _ in range(2))
    assert once == again


def test_a_text_in_vietnamese_needs_no_second_font() -> None:
    assert fonts_of(labels.render(rows(VIETNAMESE), DOT, "pdf")) == {"/F0"}
    assert fonts_of(labels.render(rows(["a", "ƀ"]), DOT, "pdf")) == {"/F0", "/D0"}


def fonts_of(file: bytes) -> set[str]:
    with pikepdf.open(BytesIO(file)) as pdf:
        return set(pdf.pages[0].Resources.Font.keys())


@pytest.mark.slow
def test_every_letter_with_every_mark_is_read_back_and_stays_in_its_line(share: Share) -> None:
    signs = share.drawn(stacks())
    assert len(signs) > 500
    assert read(labels.render(rows(signs), DOT, "pdf")) == "".join(signs)
    for bold in (False, True):
        assert [each for each in signs if not _within_its_line(each, bold)] == []
