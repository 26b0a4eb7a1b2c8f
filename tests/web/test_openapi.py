"""The OpenAPI document tells somebody who has nothing else all that he needs to call us."""

import json
import subprocess
import sys
from importlib.metadata import version

from postal_tracker.access import Role
from tests.web.document import operations
from tests.web.examples import FILE, recorded

ROLES = {role.value for role in Role}

OF_WORDS = {"act", "acts", "direction", "done", "fate", "flags", "format", "holder", "kind"}
OF_WORDS |= {"milestone", "reason", "source", "stage", "state", "what"}
"""Fields that hold words of the house."""

IN_OWN_WORDS = {"ActForm.reason", "ActForm.what", "CorrectionForm.reason", "CorrectionView.reason"}
IN_OWN_WORDS |= {
    f"{name}.{field}" for name in ("DayView", "OwnDayForm") for field in ("reason", "source")
}


def fields(document):
    return [
        (f"{name}.{field}", told)
        for name, schema in document["components"]["schemas"].items()
        for field, told in schema.get("properties", {}).items()
    ]


def contents(body):
    return body.get("content", {}).items()


def is_one_thing(told):
    """Tell whether a field holds one text, number or time of many: an example helps."""
    text = json.dumps(told)
    return not any(
        f'"{word}"' in text for word in ("$ref", "enum", "const", "boolean", "items", "object")
    )


def test_an_operation_says_what_it_is_for_and_who_may_call_it(document):
    tags = {tag["name"] for tag in document["tags"] if tag["description"]}
    for method, path, operation in operations(document):
        sentence, _, who = operation["description"].partition("\n\n")
        roles = {role for way in operation["security"] for role in next(iter(way.values()))}

        assert set(operation["tags"]) <= tags, (method, path)
        assert sentence.endswith("."), (method, path)
        assert roles <= ROLES, (method, path)
        assert all(role in who for role in roles or {"No key is needed."}), (method, path)


def test_an_operation_is_called_by_a_name_of_its_own(document):
    names = [operation["operationId"] for _, _, operation in operations(document)]

    assert len(set(names)) == len(names)
    assert "register_dossier" in names
    assert all("api_v1" not in name for name in names)


def test_an_operation_shows_a_request_and_its_answer(document):
    for method, path, operation in operations(document):
        done = next(answer for status, answer in operation["responses"].items() if status < "300")

        for _, content in contents(operation.get("requestBody", {})):
            assert "example" in content, (method, path)
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path":
                assert "example" in parameter, (method, path, parameter["name"])
        for kind, content in contents(done):
            assert "example" in content or content["schema"]["format"] == "binary", (path, kind)


def test_every_field_says_what_it_is(document):
    assert [name for name, told in fields(document) if not told.get("description")] == []
    for method, path, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), (method, path, parameter["name"])


def test_every_kind_of_thing_says_what_it_is(document):
    schemas = document["components"]["schemas"]

    assert [name for name, schema in schemas.items() if not schema.get("description")] == []


def test_every_field_that_may_hold_anything_shows_something(document):
    silent = [name for name, told in fields(document) if is_one_thing(told)]

    assert [
        name for name, told in fields(document) if name in silent and "examples" not in told
    ] == []


def test_words_of_the_house_are_told_word_by_word(document):
    for name, told in fields(document):
        if name.rpartition(".")[2] in OF_WORDS and name not in IN_OWN_WORDS:
            text = json.dumps(told)
            assert any(word in text for word in ("$ref", '"enum"', '"const"')), name


def test_whatever_makes_something_can_be_sent_again(document):
    making = [(path, o) for _, path, o in operations(document) if "201" in o["responses"]]

    assert len(making) >= 4
    for path, operation in making:
        keys = [p for p in operation["parameters"] if p["name"] == "Idempotency-Key"]
        assert [key["in"] for key in keys] == ["header"], path
        assert "Idempotent-Replayed" in operation["responses"]["201"]["headers"], path


def test_the_document_is_of_the_version_that_is_installed(document):
    assert document["info"]["version"] == version("postal-tracker")
    assert "Idempotency-Key" in document["info"]["description"]


def test_the_examples_are_what_the_service_answers(centre):
    told = json.loads(FILE.read_text(encoding="utf-8"))

    assert recorded(centre) == told, "take them anew: make examples"


def test_every_operation_but_what_has_no_json_is_among_the_examples(document):
    told = json.loads(FILE.read_text(encoding="utf-8"))
    missing = {o["operationId"] for _, _, o in operations(document)} - told.keys()

    assert missing == {"show_metrics"}


CLIENT = {
    "post_hooks": [],
    "content_type_overrides": {"application/pdf": "application/octet-stream"},
}
"""What the generator must be told: that a PDF is a file."""


def test_a_client_can_be_made_from_the_document(document, tmp_path):
    (tmp_path / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "config.json").write_text(json.dumps(CLIENT), encoding="utf-8")
    generator = (sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none")
    files = ("--path", "openapi.json", "--config", "config.json", "--output-path", "client")

    made = subprocess.run(
        [*generator, *files, "--fail-on-warning"], cwd=tmp_path, capture_output=True, text=True
    )

    assert "arning" not in made.stdout + made.stderr
    assert made.returncode == 0, made.stdout + made.stderr
    assert (tmp_path / "client" / "api" / "dossiers" / "register_dossier.py").exists()
