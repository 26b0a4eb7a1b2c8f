"""In which language somebody is answered who chose none: as the browser wishes, by its weights."""

import pytest


@pytest.mark.parametrize(
    ("wish", "lang"),
    [
        ("", "vi"),
        ("vi", "vi"),
        ("en", "en"),
        ("en-GB", "en"),
        ("EN-us, vi;q=0.9", "en"),
        ("vi-VN,vi;q=0.9,en-US;q=0.8,en;q=0.7", "vi"),
        ("en;q=0.1, vi", "vi"),
        ("vi;q=0.1, en", "en"),
        ("vi; q=0.1 , en ;q=0.2", "en"),
        ("en, vi", "en"),
        ("fr, de;q=0.9, en;q=0.5", "en"),
        ("fr", "vi"),
        ("*", "vi"),
        ("en, *;q=0.5", "en"),
        ("en;q=0.5, *", "vi"),
        ("vi;q=0, *", "en"),
        ("en;q=0", "vi"),
        ("en;q=2", "vi"),
        ("en;q=", "vi"),
        ("english", "vi"),
        (";;;,,, q=1;vi", "vi"),
        (",".join(["xx;q=0.9"] * 5000), "vi"),
    ],
)
def test_a_page_is_in_the_language_that_is_liked_best(centre, wish, lang):
    page = centre.client.get("/", headers={"accept-language": wish})

    assert f'<html lang="{lang}">' in page.text


def test_what_was_chosen_by_switch_counts_more_than_the_browsers_wish(centre):
    page = centre.client.get("/?lang=vi", headers={"accept-language": "en"})

    assert '<html lang="vi">' in page.text


def test_a_program_hears_of_its_fault_in_the_language_that_it_likes_best(centre):
    wish = {"accept-language": "en;q=0.2, vi;q=0.1"}

    assert (
        centre.client.get("/api/v1/dossiers", headers=wish).json()["detail"].startswith("Sign in")
    )
