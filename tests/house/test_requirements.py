"""The lists of requirements name tests that are there, and say why where something is not met."""

import re

from tests.house.repository import ROOT, modules

LISTED = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")


HEADING = "how, or why not"


def lines():
    """Return the cells of each requirement."""
    rows = re.findall(r"^\| (.+) \|$", LISTED, re.M)
    cells = [[cell.strip() for cell in row.split("|")] for row in rows]
    return [line for line in cells if line[1] in ("met", "partly", "no") and line[2] != HEADING]


def test_each_test_that_is_named_is_there():
    code = "\n".join(path.read_text(encoding="utf-8") for path in modules("tests"))
    there = set(re.findall(r"^def (test_\w+)", code, re.M))
    named = set(re.findall(r"`(test_\w+)`", LISTED))

    assert len(named) > 25
    assert named - there == set()


def test_each_requirement_is_judged_and_said_how_or_why_not():
    judged = lines()
    rows = re.findall(r"^\| (?!no\.|requirement|-)", LISTED, re.M)

    assert len(judged) == len(rows) > 40
    assert [line for line in judged if len(line) != 4 or not line[2]] == []
