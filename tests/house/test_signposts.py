"""Whoever follows a path that a comment, a docstring or a paper names, finds something there."""

import ast
import re
from functools import cache
from pathlib import PurePosixPath

from tests.house.repository import ROOT, nodes_of, tracked, tree_of

PAPERS = (".md", ".toml", ".html", ".css", ".js", "Makefile", "Dockerfile", ".ci/run")
PLACEHOLDER = re.compile(r"\bNAME\b")
"""Stands for a carrier's name in the guide to adding one."""

FILE = re.compile(r"(?<![\w/-])[\w/-]+\.py\b|(?<![\w/-])[\w-]+/[\w/-]+\.(?:csv|po|html|css|md)\b")
FOLDER = re.compile(r"`([a-z_]\w*(?:/\w+)*)/`|`([a-z_]\w*(?:/\w+)+)`")
DOTTED = re.compile(r"\b(?:postal_tracker|adapters|labels|tests)(?:\.[a-z_]\w*)+")
ROW_OF_CONTENTS = re.compile(r"^([a-z_]\w*) {2,}\S", re.MULTILINE)


@cache
def said_in(name):
    """Return what a file says to its readers: a paper's text, a module's comments, docstrings."""
    path = ROOT / name
    text = path.read_text(encoding="utf-8")
    if not name.endswith(".py"):
        return text
    comments = re.findall(r"(?<!\S)#.*", text)
    strings = [
        node.value.value
        for node in nodes_of(path)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
    return "\n".join([*comments, *(s for s in strings if isinstance(s, str))])


def speakers():
    return [name for name in tracked() if name.endswith((".py", *PAPERS))]


@cache
def ways_to_say():
    """Return every end of every path: `core/codes` is said for `postal_tracker/core/codes`."""
    files = [PurePosixPath(name) for name in tracked()]
    places = {*files, *(folder for file in files for folder in file.parents)}
    return {"/".join(place.parts[n:]) for place in places for n in range(len(place.parts))}


def is_there(dotted):
    """Whether a dotted name leads to a folder, a module, or what one of them defines."""
    place = ROOT
    for name in dotted.split("."):
        if (place / name).is_dir():
            place /= name
        elif (place / f"{name}.py").is_file():
            return True
        else:
            opened = place / "__init__.py"
            return opened.is_file() and re.search(rf"\b{name}\b", opened.read_text("utf-8"))
    return True


def test_each_file_that_is_named_is_there():
    ways = ways_to_say()
    astray = [
        f"{name}: {path}"
        for name in speakers()
        for path in FILE.findall(said_in(name))
        if path.lstrip("/") not in ways and not PLACEHOLDER.search(path)
    ]

    assert astray == []


def test_each_folder_that_is_named_is_there():
    ways = ways_to_say()
    astray = [
        f"{name}: {path}"
        for name in speakers()
        for path in map("".join, FOLDER.findall(said_in(name)))
        if path not in ways and f"{path}.py" not in ways and not PLACEHOLDER.search(path)
    ]

    assert astray == []


def test_each_module_that_is_named_is_there():
    astray = [
        f"{name}: {dotted}"
        for name in speakers()
        for dotted in DOTTED.findall(said_in(name))
        if not is_there(dotted)
    ]

    assert astray == []


def test_a_folder_describes_what_is_in_it():
    astray = [
        f"{name}: {row}"
        for name in tracked("*/__init__.py")
        for row in ROW_OF_CONTENTS.findall(ast.get_docstring(tree_of(ROOT / name)) or "")
        if not {f"{row}.py", row} & {path.name for path in (ROOT / name).parent.iterdir()}
    ]

    assert astray == []
