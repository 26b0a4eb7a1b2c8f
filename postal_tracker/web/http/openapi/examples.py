"""Examples in the document: real requests and real answers, and out of them one for each field.

`examples.json` is recorded from the service (`make examples`); a test finds whatever is no longer
so.
"""

import json
from pathlib import Path
from typing import Any

_RECORDED = Path(__file__).with_name("examples.json")

JSON = "application/json"


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


def _show(body: dict[str, Any], value: Any, schemas: dict[str, Any]) -> None:
    for kind, content in body.get("content", {}).items():
        if value is not None and kind.endswith("json"):
            content["example"] = value
            _show_in_fields(content["schema"], value, schemas)


def _show_in_fields(schema: dict[str, Any], value: Any, schemas: dict[str, Any]) -> None:
    """Give each field inside a value the value for its example, unless it has one."""
    schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    if isinstance(value, dict):
        for name, inside in schema.get("properties", {}).items():
            _show_in_field(inside, value.get(name), schemas)
    for one in value if isinstance(value, list) else ():
        _show_in_fields(schema.get("items", {}), one, schemas)
    for choice in schema.get("anyOf", ()):
        if isinstance(value, dict | list):
            _show_in_fields(choice, value, schemas)


def _show_in_field(field: dict[str, Any], value: Any, schemas: dict[str, Any]) -> None:
    if isinstance(value, dict | list):
        _show_in_fields(field, value, schemas)
    elif value not in (None, ""):
        field.setdefault("examples", [value])
