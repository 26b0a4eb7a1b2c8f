"""Every sentence of the pages stands in two languages, and every page keeps to one frame."""

import re
import string
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from postal_tracker.core.bilingual_terms import ACT_BUTTONS, ACTS
from postal_tracker.core.journey import Stage
from postal_tracker.desks.acts import possible_acts
from postal_tracker.web.html.i18n import ENGLISH
from postal_tracker.web.html.rendering import TEMPLATES

WEB = TEMPLATES.parent


def sentences() -> set[str]:
    kinds = [("templates/**.html", "jinja2"), ("**.py", "python")]
    found = extract_from_dir(str(WEB), kinds, keywords={"_": None})
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def pages() -> list[Path]:
    return sorted(p for p in TEMPLATES.rglob("*.html"))


def test_every_sentence_has_its_english_and_none_is_stale():
    assert sentences() == set(ENGLISH)


def test_a_translation_has_the_same_blanks_to_fill_in():
    assert {vi for vi, en in ENGLISH.items() if blanks(vi) != blanks(en)} == set()


def test_vietnamese_words_stand_in_templates_only_as_sentences():
    """A word outside `_()` would stay Vietnamese on English pages."""
    vietnamese = re.compile(r"[ăâđêôơưàáạảãèéẹẻẽìíịỉĩòóọỏõùúụủũỳýỵỷỹ]", re.IGNORECASE)
    for page in pages():
        sentence = r"\{#.*?#\}|_\((\s*\"[^\"]*\")+|_\('[^']*'"
        text = re.sub(sentence, "", page.read_text(), flags=re.DOTALL)
        left = [line for line in text.splitlines() if vietnamese.search(line)]
        assert [line for line in left if "Tiếng Việt" not in line] == [], page.name


def test_what_was_done_is_always_said():
    """Each `done=` of the page code has its sentence."""
    told = set(re.findall(r'^  "(\w+)":', (TEMPLATES / "done.html").read_text(), re.MULTILINE))
    code = "\n".join(p.read_text() for p in WEB.rglob("*.py"))
    assert set(re.findall(r'done="(\w+)"', code)) <= told
    acts = {"result_ready", "received_back", "collected", "cancelled", "taken_out", "strike_out"}
    assert acts <= told


@pytest.mark.parametrize("act", sorted({a for stage in Stage for a in possible_acts(stage)}))
def test_a_button_says_what_it_does_and_not_what_is_done(act):
    vi, en = ACT_BUTTONS[act]

    assert vi.startswith(("Ghi nhận ", "Xác nhận ", "Rút ", "Lấy "))
    assert en.startswith(("Record ", "Confirm ", "Withdraw ", "Take "))
    assert (vi, en) != ACTS[act]


@pytest.mark.parametrize("page", pages(), ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_no_page_brings_script_or_style_of_its_own(page):
    text = page.read_text()

    # From files: Swagger UI, the scan field's queue, the scan station, a courier's telephone.
    with_script = (
        "ask.html",
        "correct.html",
        "docs.html",
        "frame.html",
        "handing_back.html",
        "import_under_way.html",
        "list.html",
        "list_frame.html",
        "new_dossier.html",
        "queue.html",
        "station.html",
        "station_test.html",
        "statutory.html",
    )
    assert "<script" not in text or page.name in with_script
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", text)
    assert "| safe" not in text
    assert "|safe" not in text


def test_a_page_has_one_frame_a_title_and_one_heading():
    # Nobody sees these by themselves: pieces, and the frames.
    pieces = {
        *("base.html", "done.html", "faults.html", "fields.html", "form.html", "frame.html"),
        *("applicant.html", "lodging.html", "paper.html", "parts.html", "route.html", "story.html"),
        *("figures.html", "intake_parts.html", "list_frame.html", "lists.html"),
        *("report_table.html", "said.html", "right.html"),
        *("station_rows.html", "first_steps.html", "import_rows.html", "import_parts.html"),
        "notices.html",
        "escalation.html",
        "evidence_parts.html",
        *("acts.html", "counting.html", "queue.html", "qr.html"),
    }
    for page in pages():
        if page.name in pieces:
            continue
        text = page.read_text()
        assert re.match(
            r'\{% extends (frame|"(base|desk/(form|frame|list_frame)|courier/frame)\.html") %\}',
            text,
        ), page
        assert "{% block title %}" in text, page
        assert text.count("<h1") == 1, page
