"""Every problem that a caller may be told has a page that says what to do about it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import postal_tracker
from postal_tracker.core import problems
from postal_tracker.core.problem_types import PROBLEM_TYPES
from postal_tracker.printing.devices.faults import Fault

SOURCE = Path(postal_tracker.__file__).parent

KINDS = {
    name: kind.status
    for name, kind in vars(problems).items()
    if isinstance(kind, type) and issubclass(kind, problems.Problem)
}


def words(pattern: str, folder: str) -> set[str]:
    return {
        word
        for path in (SOURCE / folder).rglob("*.py")
        for word in re.findall(pattern, path.read_text(encoding="utf-8"))
    }


MADE_OF_WORDS = {
    "core/problems.py": {f"no-such-{noun}" for noun in problems._NOUNS},
    "access/": {f"bad-{field.replace('_', '-')}" for field in words(r'invalid\("(\w+)"', "access")},
    "printing/devices/": {fault.value for fault in Fault},
    "spreadsheets/": words(r'"([a-z0-9]+(?:-[a-z0-9]+)+)"(?:,?\n|\) ->)', "spreadsheets"),
}
"""Where slugs are made of words, with all that are made there."""


def told_in(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the slugs that stand in a module, with the status of their problem."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        ast.unparse(node.targets[0]): node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in KINDS:
            slug = constants.get(ast.unparse(node.args[0]), node.args[0])
            if isinstance(slug, ast.Constant):
                yield slug.value, KINDS[ast.unparse(node.func)]
            else:
                made = path.relative_to(SOURCE).as_posix().startswith(tuple(MADE_OF_WORDS))
                assert made, f"{path.name} makes a slug that this test cannot know"


@cache
def told() -> set[tuple[str, int]]:
    """Not at import: all who collect tests would read all the code."""
    return {told for path in sorted(SOURCE.rglob("*.py")) for told in told_in(path)}


def slugs() -> set[str]:
    return {slug for slug, _ in told()}.union(*MADE_OF_WORDS.values())


def test_a_problem_that_is_told_is_explained():
    assert slugs() - PROBLEM_TYPES.keys() == set()


def test_no_problem_is_explained_that_nobody_is_told():
    assert PROBLEM_TYPES.keys() - slugs() == set()


def test_a_problem_is_explained_under_the_status_it_comes_with():
    assert told()
    assert {(slug, PROBLEM_TYPES[slug].status) for slug, _ in told()} == told()


@pytest.mark.parametrize("kind", PROBLEM_TYPES.values(), ids=lambda kind: kind.slug)
def test_a_problem_is_explained_in_whole_sentences_in_both_languages(kind):
    for text in (kind.vi, kind.en):
        assert text[0].isupper()
        assert text.endswith(".")
