"""Surveys on paper: how many people to ask, and questions that a province may exchange."""

from datetime import date

import pytest

from postal_tracker.core import surveys
from postal_tracker.core.surveys import BadQuestions, edition_on, editions


@pytest.mark.parametrize(("population", "sample"), [(1, 1), (100, 80), (1000, 286), (10000, 385)])
def test_a_sample_is_as_large_as_the_formula_says(population, sample):
    assert surveys.sample_of(population) == sample


def test_our_questions_are_of_five_factors():
    ours = edition_on(editions(), date(2026, 11, 23))

    assert [len(factor.questions) for factor in ours.factors] == [4, 4, 4, 4, 4]


def test_a_provinces_questions_hold_from_their_day_on(tmp_path):
    path = tmp_path / "questions.csv"
    head = "since,factor,factor_en,question,question_en"
    path.write_text(
        f"{head}\n2027-01-01,A,A,mới,new\n2026-01-01,A,A,một,one\n2026-01-01,B,B,hai,two"
    )

    known = editions(path)
    assert [edition_on(known, date(y, 6, 1)).asked for y in (2025, 2026, 2027)] == [2, 2, 1]
    with pytest.raises(surveys.Conflict):
        surveys.edition_of(known, date(2024, 1, 1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "since,question\n2026-01-01,một",
        "since,factor,factor_en,question,question_en\nnever,A,A,một,one",
        "since,factor,factor_en,question,question_en\n2026-01-01,A",
        "since,factor,factor_en,question,question_en" + "\n2026-01-01,A,A,một,one" * 101,
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, text):
    path = tmp_path / "questions.csv"
    path.write_text(text)

    with pytest.raises(BadQuestions):
        editions(path)
