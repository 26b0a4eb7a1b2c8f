"""What the import contracts in pyproject.toml cannot say of the code, said here."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from adapters import registry

ROOT = Path(__file__).parents[2]
PACKAGES = ("postal_tracker", "adapters", "labels")

MOST_LINES_OF_A_MODULE = 500
MOST_LINES_OF_A_FUNCTION = 60


def modules(*folders: str) -> list[Path]:
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "versions" not in path.parts  # migrations, written by Alembic
    ]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def tracked(*folders: str) -> list[str]:
    """Return the files that the repository keeps and that still stand."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *folders],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git clone")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


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
        assert not imported(ROOT / f"{home.replace('.', '/')}.py") & others, home


def test_a_module_is_short_enough_to_be_read_at_once():
    lengths = {
        named(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in modules(*PACKAGES)
    }

    assert {name: n for name, n in lengths.items() if n > MOST_LINES_OF_A_MODULE} == {}


def test_a_function_fits_on_a_screen():
    long = [
        f"{named(path)}: {function.name}"
        for path in modules(*PACKAGES, "tests")
        for function in functions(path)
        if function.end_lineno - function.lineno >= MOST_LINES_OF_A_FUNCTION
    ]

    assert long == []


def test_each_module_says_what_it_is_for():
    silent = [
        named(path)
        for path in modules(*PACKAGES)
        if not ast.get_docstring(ast.parse(path.read_bytes()))
    ]

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
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ClassDef) and empty_words.search(node.name)
    ]

    assert classes == []


def test_what_is_installed_holds_everything_that_the_code_reads():
    builder = WheelBuilder(str(ROOT))
    packed = {file.distribution_path for file in builder.recurse_included_files()}

    assert [name for name in tracked(*PACKAGES) if name not in packed] == []
