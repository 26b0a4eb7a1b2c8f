"""Words and papers beside the code: settings explained, terms in two languages, no secrets."""

import re

import pytest

from adapters import registry
from adapters.event import Milestone, Reason, Source
from postal_tracker.core.bilingual_terms import say
from postal_tracker.core.journey import Act, Direction, Flag, Holder, Stage
from postal_tracker.settings import PREFIX, CarrierSettings, Settings
from postal_tracker.storage.tables import metadata
from tests.house.repository import README, ROOT, tracked


def commands():
    """Return the names of all commands, as they are typed."""
    import typer.main

    from postal_tracker.__main__ import app

    def names(command, before=""):
        for name, each in getattr(command, "commands", {}).items():
            yield f"{before}{name}"
            yield from names(each, f"{before}{name} ")

    return list(names(typer.main.get_command(app)))


# The README


def test_the_readme_names_every_setting():
    wanted = [PREFIX + name.upper() for name in Settings.model_fields if name != "carriers"]

    assert [name for name in wanted if name not in README] == []


def test_the_readme_names_every_setting_of_a_carrier():
    wanted = [f"_{name.upper()}" for name in CarrierSettings.model_fields]

    assert f"{PREFIX}CARRIERS__" in README
    assert [name for name in wanted if not re.search(rf"{name}\b", README)] == []


def test_the_readme_names_every_carrier():
    assert [name for name in registry.MAKERS if f"`{name}`" not in README] == []


def test_the_readme_names_every_command():
    wanted = {name.split()[0] for name in commands()}

    assert sorted(name for name in wanted if name not in README) == []


def test_what_the_papers_point_to_is_there():
    papers = [name for name in tracked() if name.endswith((".md", ".py", ".toml"))]
    missing = []
    for name in papers:
        text = (ROOT / name).read_text(encoding="utf-8")
        named = re.findall(r"docs/decisions/[\w.-]*\w", text)
        linked = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", text) if name.endswith(".md") else []
        here = (ROOT / name).parent
        missing += [f"{name}: {path}" for path in named if not (ROOT / path).exists()]
        missing += [f"{name}: {path}" for path in linked if not (here / path).exists()]

    assert missing == []


# Words


@pytest.mark.parametrize(
    "kind",
    [Milestone, Act, Stage, Flag, Holder, Direction, Reason, Source],
    ids=lambda k: k.__name__,
)
def test_each_term_has_its_word_in_both_languages(kind):
    for term in kind:
        vietnamese, english = say(term, "vi"), say(term, "en")
        assert vietnamese
        assert english
        assert vietnamese != english, "the English is missing"


# Samples


@pytest.mark.parametrize("name", registry.MAKERS)
def test_each_carrier_has_samples_of_what_it_sends(name):
    assert (ROOT / "tests" / "samples" / name / "statuses.csv").is_file()


# What must not be in the repository


def test_the_locks_name_no_host_and_a_hash_for_everything():
    for lock in ("requirements.txt", "requirements-build.txt", "requirements-dev.txt"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        packages = re.findall(r"^[\w.\[\]-]+==", text, re.MULTILINE)

        assert not re.search(r"://|^\s*-(?!-hash)|^\s*--(?!hash)", text, re.MULTILINE)
        assert len(re.findall(r"^[\w.\[\]-]+==.*\\\n +--hash=sha256:", text, re.MULTILINE)) == len(
            packages
        )


def test_the_service_gets_the_same_packages_as_its_tests():
    pins = re.compile(r"^([\w.-]+)(?:\[[\w,-]*\])?==(\S+)", re.MULTILINE)
    served = dict(pins.findall((ROOT / "requirements.txt").read_text(encoding="utf-8")))
    tested = dict(pins.findall((ROOT / "requirements-dev.txt").read_text(encoding="utf-8")))

    assert served.items() <= tested.items()


FOREIGN = re.compile(
    r"(?:^|[^\w.~*-])/(?:wor[k]|roo[t]|hom[e]|User[s]|farm|opt/py\w+)/"  # somebody's machine
    r"|(?:pypi|registr[y]|mirro[r])[\w-]*\.(?:\w+\.)*(?:org|com|io|net|dev)\b"  # a package index
    r"|--(?:index|find)-\w+"
    r"|(?:gh[pousr]_|xox[bp]-|AKIA)[A-Za-z0-9]{12,}|BEGIN [A-Z ]*PRIVATE KEY"  # keys
    r"|[Gg]enerated (?:by|with) [A-Z]|[Cc]o-[Aa]uthored",
)


def test_the_repository_speaks_of_the_product_alone():
    found = []
    for name in tracked():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:  # a photo, a spreadsheet
            continue
        found += [f"{name}: {hit.group().strip()}" for hit in FOREIGN.finditer(text)]

    assert [hit for hit in found if not hit.startswith("tests/house/test_documentation.py")] == []


def test_no_large_or_built_file_is_kept():
    large = [name for name in tracked() if (ROOT / name).stat().st_size > 1_000_000]
    built = [name for name in tracked() if name.endswith((".whl", ".pyc", ".min.js", ".woff2"))]

    assert large == []
    assert built == []


def test_every_table_stands_in_the_list_of_what_bounds_it():
    told = re.findall(r"^\| (`.+?`) \|", (ROOT / "docs/tables.md").read_text(), re.M)
    names = [name for line in told for name in re.findall(r"`(\w+)`", line)]

    assert sorted(names) == sorted(metadata.tables)
