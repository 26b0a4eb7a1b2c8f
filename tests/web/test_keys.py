"""Keys of the pages: none means two things on one page, and none is a sign that a scanner types."""

import re
from collections import Counter
from pathlib import Path

import pytest

from postal_tracker import web

HERE = Path(web.__file__).parent
TEMPLATES = HERE / "templates"
KNOWN = {"F2", "F3", "k", "F8", "F9", "F10"}
"""Scan, search (also Ctrl+K), undo, save and next, or sign, next officer. Whoever takes a new key
says so here: people learn them by hand."""
OF_A_BUTTON = r'(?:data-key|accesskey)="([^"]+)"'
OF_A_MODULE = r'key(?:\.toLowerCase\(\))? [!=]== "([^"]+)"'
OF_FIELDS = {"Enter", "Tab", " "}
"""What a field or list hears while it has the focus."""

PAGES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))


def source(name):
    return (TEMPLATES / name).read_text(encoding="utf-8")


def pieces(name):
    """Return a template and all that stand in it or around it."""
    inner = re.findall(r'{% (?:extends|include|from) "([^"]+)"', source(name))
    return {name}.union(*(pieces(one) for one in inner))


def keys_of(name):
    """Return how many meanings each key has on a page: for its modules, and for its buttons."""
    html = "".join(map(source, pieces(name)))
    modules = set(re.findall(r"asset\('(\w+\.js)'\)", html))
    by_modules = [key for module in modules for key in heard_by(module)]
    return Counter(by_modules + re.findall(OF_A_BUTTON, html))


def heard_by(module):
    text = (HERE / "static" / module).read_text(encoding="utf-8")
    return set(re.findall(OF_A_MODULE, text)) - OF_FIELDS


@pytest.mark.parametrize("name", PAGES)
def test_no_key_means_two_things_on_a_page(name):
    assert {key: n for key, n in keys_of(name).items() if n > 1} == {}


def test_each_key_is_known_and_what_a_page_says_of_its_keys_is_so():
    assert set().union(*(keys_of(name) for name in PAGES)) <= KNOWN
    assert keys_of("desk/new_dossier.html") == Counter(["F3", "k", "F9", "F10"])
    for name in PAGES:
        told = re.findall(r'aria-keyshortcuts="([^"]+)"', source(name))
        assert {key for keys in told for key in keys.split()} <= {*keys_of(name), "Control+K"}, name
