"""The OpenAPI document, as tests read it."""

import re
from typing import Any

from tests.centre import HOOK_SECRET


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def fields_of(schema, document, path=()):
    """Return the path of every text and number that a JSON body may hold."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if path.count(name) < 2:
            yield from fields_of(document["components"]["schemas"][name], document, path)
        return
    for choice in schema.get("anyOf", []):
        yield from fields_of(choice, document, path)
    kind = schema.get("type")
    if kind == "object":
        for name, inner in schema.get("properties", {}).items():
            yield from fields_of(inner, document, (*path, name))
    elif kind == "array":
        yield from fields_of(schema.get("items", {}), document, (*path, 0))
    elif kind in ("string", "integer", "number", "boolean"):
        yield path


def bodies(document):
    for method, path, what in operations(document):
        body = what.get("requestBody", {}).get("content", {}).get("application/json", {})
        for field in sorted(set(fields_of(body.get("schema", {}), document)), key=str):
            yield path, method, field


def address(path):
    return re.sub(r"\{[^}]*\}", "1", path).replace("/hooks/1/1", f"/hooks/rehearsal/{HOOK_SECRET}")
