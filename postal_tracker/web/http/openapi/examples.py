"""Examples in the document: real requests and real answers, and out of them one for each field.

`examples.json` is recorded from the service (`make examples`); a test finds whatever is no longer
so.
"""

import json
from pathlib import Path
from typing import Any

_RECORDED = Path(__file__).with_name("examples.json")

Schemas = dict[str, dict[str, Any]]


def show_examples(document: dict[str, Any]) -> None:
    """Put each operation's request and answer beside it, and their values beside the fields."""
    recorded = json.loads(_RECORDED.read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    for path in document["paths"].values():
        for operation in path.values():
            told = recorded.get(operation["operationId"], {})
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in told.get("parameters", {}):
                    parameter["example"] = told["parameters"][parameter["name"]]
            _show(operation.get("requestBody", {}), told.get("request"), schemas)
            for status, answer in told.get("answers", {}).items():
                _show(operation["responses"][status], answer, schemas)
    _show_in_fields(schemas["ProblemAnswer"], recorded.get("problem"), schemas)
    _show_to_namesakes(schemas, recorded.get("fields", {}))


def _show(body: dict[str, Any], value: Any, schemas: Schemas) -> None:
    for kind, content in body.get("content", {}).items():
        if value is not None and kind == "application/json":
            content["example"] = value
            _show_in_fields(content["schema"], value, schemas)


def _show_in_fields(schema: dict[str, Any], value: Any, schemas: Schemas) -> None:
    """Give each field inside a value what stands there for its example, unless it has one."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    for choice in schema.get("anyOf", ()):
        _show_in_fields(choice, value, schemas)
    if isinstance(value, list):
        for one in value:
            _show_in_fields(schema.get("items", {}), one, schemas)
    elif isinstance(value, dict):
        for name, field in schema.get("properties", {}).items():
            _show_in_fields(field, value.get(name), schemas)
            if not isinstance(value.get(name), dict | list) and value.get(name) not in (None, ""):
                field.setdefault("examples", [value[name]])


def _show_to_namesakes(schemas: Schemas, rare: dict[str, Any]) -> None:
    """Let fields that stand empty in all examples take that of another field of their name.

    A time takes any other time; `rare` has what stands in no example, by name.
    """
    fields = [item for schema in schemas.values() for item in schema.get("properties", {}).items()]
    shown = {
        (name, _kind(field)): field["examples"] for name, field in fields if "examples" in field
    }
    times = {kind: example for (_, kind), example in shown.items() if kind in _TIMES}
    for name, field in fields:
        kind = _kind(field)
        if example := shown.get((name, kind), times.get(kind)):
            field.setdefault("examples", example)
        elif name in rare:
            field.setdefault("examples", [rare[name]])


_TIMES = ("date-time", "date")


def _kind(field: dict[str, Any]) -> str:
    """Return what a field holds, whether it may be empty or not."""
    kinds = (kind.get("format", kind.get("type")) for kind in (*field.get("anyOf", ()), field))
    return next((kind for kind in kinds if kind not in (None, "null")), "")
