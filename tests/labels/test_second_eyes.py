"""What is printed is read by a second decoder, too, that shares no code with the first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import labels
from labels import DossierLabel, ParcelLabel, paper
from labels.papers import contents_slip, envelope, handover_list, receipt
from tests.labels.eyes import seen
from tests.labels.makers import a_dossier, a_parcel
from tests.labels.pages import pictures
from tests.labels.papers import ENVELOPE, RECEIPT, a_list, a_slip
from tests.labels.second_eyes import second_look

SOME: list[ParcelLabel | DossierLabel] = [
    a_parcel(),
    a_parcel(tracking_number="99123456", qr="https://hoso.example.vn/p/99123456", reprint=2),
    a_dossier(),
]
OTHERS = sorted(paper.MEDIA.keys() - {"a6", "100x50", "a4-24", "a4-40"})


def theirs() -> Iterator[str]:
    for each in SOME:
        yield each.tracking_number if isinstance(each, ParcelLabel) else each.code
        yield each.qr


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("medium", "file_format"),
    [
        ("a6", "zpl"),
        ("100x50", "zpl"),
        ("a4-24", "pdf"),
        *(pytest.param(m, f, marks=pytest.mark.slow) for m in OTHERS for f in ("pdf", "zpl")),
    ],
)
def test_every_label_is_read_by_a_second_decoder(
    tmp_path: Path, medium: str, file_format: str
) -> None:
    file = labels.draw(SOME, medium=medium, format=file_format)
    pages = seen(file, file_format, paper.named(medium))

    assert sorted(code for page in pages for code in second_look(page, tmp_path)) == sorted(
        theirs()
    )


def test_a_receipt_a_list_a_slip_and_an_envelope_are_read_by_it_too(tmp_path: Path) -> None:
    listed, slip = a_list(5), a_slip(5)
    papers = {
        "receipt": (receipt.pages(RECEIPT), [RECEIPT.qr]),
        "list": (
            handover_list.pages(listed),
            [listed.number, *(line.tracking_number for line in listed.lines)],
        ),
        "slip": (
            contents_slip.pages(slip),
            [slip.tracking_number, *(one.code for one in slip.lines)],
        ),
        "envelope": (
            envelope.pages(ENVELOPE, next(iter(envelope.SIZES))),
            [ENVELOPE.tracking_number],
        ),
    }
    for name, (pages, codes) in papers.items():
        read = [code for each in pictures(pages, 300) for code in second_look(each, tmp_path)]
        assert sorted(set(read)) == sorted(set(codes)), name
