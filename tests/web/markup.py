"""What of a page is markup: what a hostile string must not become."""

from collections.abc import Iterator

from lxml import etree, html

LOADED = ("script", "img", "iframe", "link", "object", "embed", "svg", "style", "base", "meta")
"""What a browser runs or fetches: known by all that it says."""

Piece = tuple[str, str]


def markup(page: str) -> set[Piece]:
    """Return of what a page's markup consists: elements, and attributes of each kind of them."""
    if not page.strip():
        return set()
    tree = html.fromstring(page)
    return {piece for element in tree.iter(etree.Element) for piece in pieces(element)}


def pieces(element: html.HtmlElement) -> Iterator[Piece]:
    yield element.tag, ""
    for name, value in element.attrib.items():
        if element.tag in LOADED:
            yield element.tag, f"{name}={value}"
        elif name in ("href", "action", "formaction") and is_foreign(value):
            yield element.tag, f"{name} leads away"
        else:
            yield element.tag, name


def filled_in(page: str, kind: str) -> dict[str, str]:
    """Return what stands in a page's form of this class before anybody types anything."""
    forms = html.fromstring(page).find_class(kind)
    return {name: value.strip() for name, value in forms[0].form_values() if name != "csrf"}


def is_foreign(address: str) -> bool:
    """Tell whether a link leads to where nobody but a hostile string would lead."""
    return address.startswith("//") or (
        ":" in address.partition("/")[0].partition("?")[0]
        and not address.startswith(("tel:", "mailto:", "https:", "http://testserver"))
    )
