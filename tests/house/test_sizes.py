"""How long things may be, and what must have a reason: a house is read by people."""

import re
from statistics import median, quantiles

import pytest

from tests.house.repository import PACKAGES, functions, modules, named

MOST_LINES_OF_A_MODULE = 300
TABLES_OF_FACTS = {
    "adapters/seventeen_track.py": "its statuses and its carriers' numbers",
    "postal_tracker/core/problem_types.py": "each kind of problem, explained in two languages",
    "postal_tracker/reports/headings.py": "the columns of each report, in two languages",
}
"""Modules that are long because the world is."""

MOST_LINES_OF_A_FUNCTION = 40
MOST_LINES_OF_A_TEST = 60
LINES_OF_MOST_FUNCTIONS = 20
LINES_OF_A_COMMON_FUNCTION = 8

MOST_IGNORED_TYPES = 5
UNEXPLAINED = re.compile(r"#\s*noqa(?!: [A-Z]+\d+(?:, ?[A-Z]+\d+)* +- \S)")


def lengths(*folders):
    """Return each function's lines, the `def` and its last one among them."""
    return {
        f"{named(path)}: {function.name}": function.end_lineno - function.lineno + 1
        for path in modules(*folders)
        for function in functions(path)
    }


def lines_with(pattern, *folders):
    return [
        f"{named(path)}:{number}"
        for path in modules(*folders)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(pattern, line)
    ]


def test_a_module_is_short_enough_to_be_read_at_once():
    long = {
        named(path): count
        for path in modules(*PACKAGES)
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES_OF_A_MODULE
    }

    assert sorted(long) == sorted(TABLES_OF_FACTS), long


@pytest.mark.parametrize(
    ("folder", "most"),
    [*((folder, MOST_LINES_OF_A_FUNCTION) for folder in PACKAGES), ("tests", MOST_LINES_OF_A_TEST)],
)
def test_a_function_fits_on_a_screen(folder, most):
    assert {name: lines for name, lines in lengths(folder).items() if lines > most} == {}


def test_most_functions_are_seen_at_a_glance():
    lines = list(lengths(*PACKAGES).values())

    assert median(lines) <= LINES_OF_A_COMMON_FUNCTION
    assert quantiles(lines, n=10)[-1] <= LINES_OF_MOST_FUNCTIONS


def test_hardly_a_type_is_left_unproven():
    assert len(lines_with(r"# type: ignore", *PACKAGES)) <= MOST_IGNORED_TYPES


def test_no_rule_is_broken_without_a_reason():
    assert lines_with(UNEXPLAINED, *PACKAGES, "tests") == []
