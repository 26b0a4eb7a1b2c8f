"""The lists of requirements name tests that are there, and say why where something is not met."""

import re
from collections import Counter

from tests.house.repository import ROOT, modules

LISTED = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
ASVS, LEVEL_3 = LISTED.split("## Security level 3")

HEADING = "how, or why not"
WORDS = ("met", "partly", "no", "n/a")

NUMBERS = """
1.1:1-2 1.2:1-9 1.3:1-11 1.4:1-3 1.5:1-2
2.1:1-3 2.2:1-3 2.3:1-4 2.4:1
3.2:1-2 3.3:1-4 3.4:1-6 3.5:1-5 3.7:1-2
4.1:1-3 4.2:1 4.3:1-2 4.4:1-4
5.1:1 5.2:1-3 5.3:1-2 5.4:1-3
6.1:1-3 6.2:1-12 6.3:1-4 6.4:1-4 6.5:1-5 6.6:1-3 6.8:1-4
7.1:1-3 7.2:1-4 7.3:1-2 7.4:1-5 7.5:1-2 7.6:1-2
8.1:1-2 8.2:1-3 8.3:1 8.4:1
9.1:1-3 9.2:1-4
10.1:1-2 10.2:1-2 10.3:1-4 10.4:1-11 10.5:1-5 10.6:1-2 10.7:1-3
11.1:1-2 11.2:1-3 11.3:1-3 11.4:1-4 11.5:1 11.6:1
12.1:1-3 12.2:1-2 12.3:1-4
13.1:1 13.2:1-5 13.3:1-2 13.4:1-5
14.1:1-2 14.2:1-4 14.3:1-3
15.1:1-3 15.2:1-3 15.3:1-7
16.1:1 16.2:1-5 16.3:1-4 16.4:1-3 16.5:1-3
17.1:1 17.2:1-4 17.3:1-2
"""
"""The requirements of ASVS 5.0.0 up to level 2: chapter and section, and which of it."""


def all_numbers():
    for part in NUMBERS.split():
        section, _, which = part.partition(":")
        first, _, last = which.partition("-")
        yield from (f"{section}.{n}" for n in range(int(first), int(last or first) + 1))


def judged(text):
    """Return the cells of each requirement."""
    rows = re.findall(r"^\| (.+) \|$", text, re.M)
    cells = [[cell.strip() for cell in row.split("|")] for row in rows]
    return [line for line in cells if line[1] in WORDS and line[2] != HEADING]


def meant(cell):
    """Return the numbers that `1.2.6 to 1.2.8` or `1.3.8, 1.3.9` stands for."""
    order = [*all_numbers()]
    if " to " not in cell:
        return cell.split(", ")
    first, last = map(order.index, cell.split(" to "))
    return order[first : last + 1]


def test_each_test_that_is_named_is_there():
    code = "\n".join(path.read_text(encoding="utf-8") for path in modules("tests"))
    there = set(re.findall(r"^def (test_\w+)", code, re.M))
    named = set(re.findall(r"`(test_\w+)`", LISTED))

    assert len(named) > 150
    assert named - there == set()


def test_each_requirement_is_judged_and_said_how_or_why_not():
    lines = judged(LISTED)
    rows = re.findall(r"^\| (?!no\.|requirement|-)", LISTED, re.M)

    assert len(lines) == len(rows) > 150
    assert [line for line in lines if len(line) != 4 or not line[2]] == []


def test_every_requirement_of_the_standard_is_judged_once_in_its_order():
    found = [number for line in judged(ASVS) for number in meant(line[0])]

    assert len(found) == 253
    assert Counter(found) == Counter(all_numbers())


def test_it_says_how_many_are_met_and_how_many_are_not():
    counts = Counter(line[1] for line in judged(ASVS) for _ in meant(line[0]))
    beginning = ASVS.partition("###")[0]
    told = re.findall(r"(\d+)(?: are)? (met|partly|no|n/a)\b", beginning)
    unmet = {n for line in judged(ASVS) if line[1] == "no" for n in meant(line[0])}

    assert {word: int(n) for n, word in told} == counts
    assert set(re.findall(r"\d+\.\d+\.\d+", beginning)) == unmet
