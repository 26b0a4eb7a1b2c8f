"""A description for each field: the sentence below it in its class, else what its name means.

The sentences are read from the source when the document is asked for, which is seldom; pydantic's
own `use_attribute_docstrings` would read them at every start, and not those that a dataclass
inherits.
"""

import ast
import inspect
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, get_args, get_type_hints

from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute

from postal_tracker.web.http.openapi.glossary import GLOSSARY


def describe_fields(document: dict[str, Any], routes: Iterable[BaseRoute], *more: type) -> None:
    """Describe each field and parameter that does not yet say what it is."""
    schemas = document["components"]["schemas"]
    classes = _classes([*_annotations(routes), *more], schemas)
    for name, schema in schemas.items():
        told = {**GLOSSARY, **_sentences(classes[name])} if name in classes else GLOSSARY
        _describe(schema.get("properties", {}), told)
    for path in document["paths"].values():
        for operation in path.values():
            _describe({p["name"]: p for p in operation.get("parameters", ())}, GLOSSARY)


def _describe(things: Mapping[str, dict[str, Any]], told: Mapping[str, str]) -> None:
    for name, thing in things.items():
        if name in told:
            thing.setdefault("description", told[name])


def _annotations(routes: Iterable[BaseRoute]) -> Iterator[Any]:
    """Yield what routes take and answer."""
    for context in iter_route_contexts(list(routes)):
        route = context.original_route
        if isinstance(route, APIRoute) and route.include_in_schema:
            yield from get_type_hints(route.endpoint).values()
            yield route.response_model
            yield from (answer.get("model") for answer in route.responses.values())


def _classes(annotations: Iterable[Any], names: Collection[str]) -> dict[str, type]:
    """Return the classes of these names that the annotations speak of, and those inside them."""
    found: dict[str, type] = {}
    waiting = list(annotations)
    while waiting:
        annotation = waiting.pop()
        waiting += get_args(annotation)
        name = re.sub(r"\W", "_", getattr(annotation, "__name__", ""))
        if isinstance(annotation, type) and name in names and name not in found:
            found[name] = annotation
            waiting += get_type_hints(annotation).values()
    return found


def _sentences(cls: type) -> dict[str, str]:
    """Return the sentence below each field of a class, those that it inherits too."""
    ours = (base for base in reversed(cls.__mro__) if base.__module__.startswith("postal_tracker."))
    return {name: text for base in ours for name, text in _below_fields(base)}


def _below_fields(cls: type) -> Iterator[tuple[str, str]]:
    try:
        source = inspect.getsource(cls)
    except (OSError, TypeError):  # made at run time, as the pages of reports are
        return
    lines = ast.parse(source).body[0]
    body: list[ast.stmt] = getattr(lines, "body", [])
    for field, below in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr):
            yield ast.unparse(field.target), inspect.cleandoc(ast.literal_eval(below.value))
