"""Who is told of a problem can look up what it means."""

import pytest

from postal_tracker.core.problem_types import PROBLEM_TYPES
from postal_tracker.web.html.assets import asset


def test_the_type_of_a_problem_leads_to_what_it_means(centre):
    told = centre.get("/dossiers/H49.12-261123-9999").json()

    explained = centre.client.get(told["type"], headers={"accept-language": "en"})

    assert told["type"] == "/problems/no-such-dossier"
    assert explained.json() == {
        "type": told["type"],
        "status": 404,
        "title": told["title"],
        "detail": "No dossier has this code. Check the code.",
    }


@pytest.mark.parametrize("slug", ["busy", "no-such-dossier", "sign-in-first"])
def test_people_read_of_a_problem_on_a_page_in_their_language(visitor, slug):
    somebody = visitor()

    for lang, text in (("vi", PROBLEM_TYPES[slug].vi), ("en", PROBLEM_TYPES[slug].en)):
        page = somebody.opens(f"/problems/{slug}?lang={lang}")

        assert page.status_code == 200
        assert text.split("`")[0].split("'")[0] in page.text


def test_a_problem_that_there_is_not_has_no_page(centre):
    assert centre.client.get("/problems/no-such-problem").status_code == 404


def test_browsers_find_our_mark_by_the_name_they_know(centre):
    answer = centre.client.get("/favicon.ico")

    assert answer.headers["content-type"] == "image/svg+xml; charset=utf-8"
    assert str(answer.url).endswith(asset("mark.svg"))
