"""Help says what is to be done in the words that stand on the pages, beside pictures of them."""

import html
import re

import pytest

from postal_tracker.web.html.help import TASKS
from postal_tracker.web.html.i18n import ENGLISH
from postal_tracker.web.html.rendering import TEMPLATES

ON_PAGES = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("name", TASKS)
def test_the_words_that_help_quotes_stand_on_pages(name):
    for vi, en in TASKS[name].steps:
        quoted, in_english = re.findall("“(.+?)”", vi), re.findall("“(.+?)”", en)
        assert [word for word in quoted if not re.search(rf"_\(['\"]{word}['\"]\)", ON_PAGES)] == []
        assert [ENGLISH[word] for word in quoted] == in_english


def test_each_task_has_a_page_and_a_picture_in_both_languages(lan):
    assert all(f"/desk/help/{name}" in lan.opens("/desk/help").text for name in TASKS)
    for name, task in TASKS.items():
        for lang in ("vi", "en"):
            page = html.unescape(lan.opens(f"/desk/help/{name}", params={"lang": lang}).text)
            assert all(step[lang == "en"] in page for step in task.steps)
            picture = lan.opens(re.search('<img class="shown" src="([^"]+)"', page)[1])
            assert picture.headers["content-type"] == "image/webp"
            assert len(picture.content) < 100_000
    assert lan.opens("/desk/help/nothing").status_code == 404


def test_each_task_has_a_picture_of_its_own(lan):
    """Two tasks that begin on the same page were shown the same picture."""
    for lang in ("vi", "en"):
        pages = [lan.opens(f"/desk/help/{name}", params={"lang": lang}).text for name in TASKS]
        shown = [re.search('<img class="shown" src="([^"]+)"', page)[1] for page in pages]
        assert len({lan.opens(picture).content for picture in shown}) == len(TASKS)
