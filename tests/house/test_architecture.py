"""What the import contracts in pyproject.toml cannot say of the code, said here."""

import ast
import re

from hatchling.builders.wheel import WheelBuilder

from adapters import registry
from tests.house.repository import PACKAGES, ROOT, functions, imported, modules, named, tracked

MOST_LINES_OF_A_MODULE = 500
MOST_LINES_OF_A_FUNCTION = 60


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


def test_no_test_leans_on_another():
    """What several need stands in a module without tests, such as tests/asserting.py."""
    leaning = [
        f"{named(path)}: {name}"
        for path in modules("tests")
        for name in imported(path)
        if re.search(r"^tests\..*\btest_\w+$", name)
    ]

    assert leaning == []
