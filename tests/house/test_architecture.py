"""What the import contracts in pyproject.toml cannot say of the code, said here."""

import ast
import re

from hatchling.builders.wheel import WheelBuilder

from adapters import registry
from tests.house.repository import (
    PACKAGES,
    ROOT,
    imported,
    modules,
    named,
    nodes_of,
    tracked,
    tree_of,
)


def test_only_one_file_commits():
    committing = [
        named(path)
        for path in modules(*PACKAGES)
        if re.search(r"\b(commit|rollback)\(", path.read_text(encoding="utf-8"))
    ]

    assert [name for name in committing if name != "postal_tracker/storage/database.py"] == []


def test_no_carrier_leans_on_another():
    settings = registry.CarrierSettings(base_url="http://127.0.0.1:9", token="a-token-to-try-with")
    carriers = registry.build(dict.fromkeys(registry.MAKERS, settings))
    homes = {type(carrier).__module__ for carrier in carriers.values()}

    for home in homes:
        others = homes - {home}
        path = ROOT / home.replace(".", "/")
        files = list(path.glob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
        assert files, home
        for file in files:
            assert not imported(file) & others, home


def test_each_module_says_what_it_is_for():
    silent = [named(path) for path in modules(*PACKAGES) if not ast.get_docstring(tree_of(path))]

    assert silent == []


def test_whoever_passes_over_a_rule_says_why():
    unexplained = [
        f"{named(path)}:{n}"
        for path in modules(*PACKAGES, "tests")
        for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"#\s*noqa\b(?!: [A-Z0-9, ]+ - \w)", line)
    ]

    assert unexplained == []


def test_no_class_is_named_for_what_it_is_not():
    empty_words = re.compile(r"^(Base|Abstract)[A-Z]|(Base|Manager|Helper|Impl)$")
    classes = [
        f"{named(path)}: {node.name}"
        for path in modules(*PACKAGES)
        for node in nodes_of(path)
        if isinstance(node, ast.ClassDef) and empty_words.search(node.name)
    ]

    assert classes == []


def test_what_is_installed_holds_everything_that_the_code_reads():
    builder = WheelBuilder(str(ROOT))
    packed = {file.distribution_path for file in builder.recurse_included_files()}

    assert [name for name in tracked(*PACKAGES) if name not in packed] == []


def test_no_test_leans_on_another():
    """What several need stands in a module without tests, such as tests/asserting.py."""
    leaning = [
        f"{named(path)}: {name}"
        for path in modules("tests")
        for name in imported(path)
        if re.search(r"^tests\..*\btest_\w+$", name)
    ]

    assert leaning == []
