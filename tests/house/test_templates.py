"""What holds for every page: one frame, a title, nothing from elsewhere, nothing run in place."""

import re
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from postal_tracker import web

TEMPLATES = Path(web.__file__).parent / "templates"
BASE = "base.html"

if not TEMPLATES.is_dir():
    pytest.skip("there are no pages yet", allow_module_level=True)

NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))

each_template = pytest.mark.parametrize("name", NAMES)


def source(name):
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def tree_of(name):
    """Not at import: all who collect tests would read all the templates."""
    return Environment().parse(source(name))


def referred(kind, name):
    for node in tree_of(name).find_all(kind):
        if isinstance(node.template, nodes.Const):
            yield node.template.value
        elif isinstance(node.template, nodes.Name) and node.template.name == "frame":
            yield BASE  # or a frame within it: who looks at the page has the own menu around it


@cache
def pages():
    """Return the templates that stand neither inside others nor around them."""
    kinds = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
    return set(NAMES).difference(
        inner for name in NAMES for kind in kinds for inner in referred(kind, name)
    )


def line_of_descent(name):
    """Return a page and the frames around it, the outermost last."""
    around = list(referred(nodes.Extends, name))
    return [name, *(line_of_descent(around[0]) if around else [])]


def test_a_page_stands_in_the_frame_of_all_pages():
    assert len(pages()) > 30
    assert {name for name in pages() if line_of_descent(name)[-1] != BASE} == set()


def test_a_page_has_a_title():
    def blocks(name):
        inside = line_of_descent(name)[:-1]
        return {block.name for each in inside for block in tree_of(each).find_all(nodes.Block)}

    assert {name for name in pages() if "title" not in blocks(name)} == set()


@each_template
def test_a_page_runs_and_styles_nothing_in_place(name):
    """The content security policy would refuse it."""
    found = re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", source(name))

    assert found == []


@each_template
def test_a_page_takes_nothing_from_elsewhere(name):
    brought = re.findall(r"""(?:src|href|action)=["'](?:https?:)?//[^"']*""", source(name))

    assert brought == []


@each_template
def test_a_page_escapes_all_that_it_is_given(name):
    unescaped = [node.name for node in tree_of(name).find_all(nodes.Filter) if node.name == "safe"]

    assert unescaped == []
    assert not list(tree_of(name).find_all(nodes.ScopedEvalContextModifier)), "autoescape is off"


@each_template
def test_a_line_is_short_enough_to_be_read(name):
    """What makes one long is a choice: that belongs in Python, see `web/html/sentences.py`."""
    assert [line for line in source(name).splitlines() if len(line) > 160] == []


@each_template
def test_a_form_that_changes_something_is_posted(name):
    methods = re.findall(r"<form[^>]*\bmethod=[\"']?(\w+)", source(name))

    assert set(methods) <= {"post", "get"}


# Styles

CSS = TEMPLATES.parent / "static" / "css"
FAMILIES = sorted(path.stem for path in CSS.glob("*.css") if path.stem != "tokens")


def style(family):
    return re.sub(r"/\*.*?\*/", "", (CSS / f"{family}.css").read_text(encoding="utf-8"), flags=re.S)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_of_styles_keeps_to_its_layer(family):
    """A rule outside every layer would outdo all the others, whatever its selector."""
    assert re.fullmatch(rf"\s*@layer {family} \{{\n(  .*\n|\n)*\}}\s*", style(family))


def test_the_entry_says_in_which_order_the_families_speak():
    order = re.search(r"@layer ([\w, ]+);", style("tokens"))[1].split(", ")

    assert sorted(order) == FAMILIES
    assert re.search(r"\"(\w+)\"", source(BASE).partition("{% for family in")[2])[1] == "tokens"
