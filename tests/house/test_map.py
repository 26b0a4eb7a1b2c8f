"""The map of the house is drawn four times: README, import contract, folders, tests. They agree."""

import re
import tomllib

from tests.house.repository import PACKAGES, README, ROOT, modules

MOST_ROWS = 12
MOST_ENTRIES = 22
LEAVES = ["adapters", "labels"]
BESIDE_THE_FLOORS = [
    *("bench", "durability", "house", "operating", "samples", "standins", "stories"),
]
"""Folders of tests that are named for what they try, not for a floor."""


def drawn_in_the_readme():
    """Return the rows of the map: names that stand on one floor, top down."""
    block = re.search(r"^## The map of the house$.*?^```$\n(.*?)^```$", README, re.M | re.S)[1]
    return [re.split(r"\s{2,}", line)[0].split(" | ") for line in block.splitlines()]


def contracts():
    """Return the contracts that hold floors, by the folder that they stand in."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {
        folder: contract
        for contract in settings["tool"]["importlinter"]["contracts"]
        for folder in contract.get("containers", [])
        if contract["exhaustive"]
    }


def held_by_contract():
    return [row.split(" | ") for row in contracts()["postal_tracker"]["layers"]]


def folders():
    inside = {path.name for path in (ROOT / "postal_tracker").iterdir() if path.is_dir()}
    return sorted(inside & entries("postal_tracker"))


def entries(folder):
    """Return what can be imported from a folder."""
    inside = [path.relative_to(ROOT / folder).parts[0] for path in modules(folder)]
    return {name.removesuffix(".py") for name in inside} - {"__init__", "__main__", "conftest"}


def test_the_readme_draws_the_floors_as_the_contract_holds_them():
    *floors, leaves = drawn_in_the_readme()

    assert floors == held_by_contract()
    assert leaves == LEAVES
    assert len(floors) <= MOST_ROWS


def test_each_folder_stands_on_one_floor():
    standing = [name for row in held_by_contract() for name in row]

    assert sorted(standing) == sorted(entries("postal_tracker"))
    assert len(standing) + len(["__init__", "__main__"]) <= MOST_ENTRIES
    assert sorted(PACKAGES) == sorted(["postal_tracker", *LEAVES])


def test_each_folder_says_in_which_order_its_own_modules_stand():
    assert [name for name in folders() if f"postal_tracker.{name}" not in contracts()] == []


def test_tests_stand_in_folders_named_like_what_they_try():
    tried = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()} - {"__pycache__"}

    assert sorted(tried) == sorted([*folders(), *LEAVES, *BESIDE_THE_FLOORS])


def test_every_test_stands_in_a_folder():
    assert list((ROOT / "tests").glob("test_*.py")) == []
