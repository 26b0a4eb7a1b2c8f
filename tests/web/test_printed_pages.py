"""What stands in a page's tables on the screen stands on its paper, to the last column."""

import io
import re
import unicodedata
from contextlib import closing

import pypdfium2
import pytest
from playwright.sync_api import Page

from tests.web.conftest import sign_in
from tests.web.furnishing import furnished

SHOWN = """() => [...document.querySelectorAll("th, td")].flatMap((cell) => {
  const found = [];
  const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const inside = texts.currentNode.parentElement;
    const only = inside.closest("button, select, .button, .unseen, .no-print");
    if (inside.checkVisibility() && !only) found.push(texts.currentNode.data);
  }
  return found;
})"""
"""The texts that somebody sees in cells; of what is pressed, none."""


def printed(page: Page) -> str:
    """Return what the paper says, as it lies when nobody chooses a size."""
    page.emulate_media(media="print")
    sheets = page.pdf(prefer_css_page_size=True, format="A4")
    page.emulate_media(media="screen")
    with closing(pypdfium2.PdfDocument(io.BytesIO(sheets))) as paper:
        return "".join(sheet.get_textpage().get_text_bounded() for sheet in paper)


def flat(text: str) -> str:
    """Lines are broken elsewhere on paper, perhaps behind a hyphen."""
    return re.sub(r"[\s\u00ad\u200b\ufffe-]", "", unicodedata.normalize("NFC", text)).casefold()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("who", ["", "lan", "minh", "quan", "tuan"])
def test_no_column_is_lost_on_paper(served, watched, page, who):
    addresses = furnished(served)[who]
    if who:
        page.goto(f"{served.address}/desk/sign-in")
        sign_in(page, who)
        page.wait_for_url(re.compile("/(desk|courier)$"))

    lost = {}
    for address in addresses:
        page.goto(f"{served.address}{address}")
        seen = [flat(text) for text in page.evaluate(SHOWN) if flat(text)]
        if seen:
            paper = flat(printed(page))
            lost[address] = [text for text in seen if text not in paper]
    assert [(address, texts) for address, texts in lost.items() if texts] == []
    assert bool(lost) == (who != "tuan")
