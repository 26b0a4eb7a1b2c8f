"""What the API says of itself is so: every bound, every refusal, every answer's shape."""

import re

from tests.printing.machines import machine
from tests.web.document import operations
from tests.web.doors import DOORS, DOSSIER, FORMS

REFUSALS = {"401", "403", "422", "503"}
PROBLEM = {"$ref": "#/components/schemas/ProblemAnswer"}


def resolved(document, schema):
    while "$ref" in schema:
        kind, name = re.fullmatch(r"#/components/(\w+)/(\w+)", schema["$ref"]).groups()
        schema = document["components"][kind][name]
    return schema


def every(document, found, seen=frozenset()):
    """Yield a schema and all schemas inside it."""
    if found.get("$ref") in seen:
        return
    seen |= {found.get("$ref")}
    schema = resolved(document, found)
    yield schema
    inside = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            inside.append(schema[key])
    for one in inside:
        yield from every(document, one, seen)


def is_bounded(schema):
    kind = schema.get("type")
    if kind == "string":
        return (
            bool({"maxLength", "enum", "const", "format"} & set(schema))
            or (schema.get("pattern")) == "^[0-9]{4}$"
        )
    if kind in ("integer", "number"):
        return {"minimum", "maximum"} <= set(schema)
    if kind == "array":
        return "maxItems" in schema
    return True


# The document


def test_every_reference_in_the_document_leads_somewhere(document):
    text = str(document)
    for name in set(re.findall(r"#/[$\w/]+", text)):
        assert resolved(document, {"$ref": name}), name


def test_every_route_says_how_it_refuses(document):
    for method, path, operation in operations(document):
        if not path.startswith("/api/v1/"):
            continue
        missing = REFUSALS - set(operation["responses"])
        assert not missing, (method, path, missing)
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                [(kind, content)] = answer["content"].items()
                assert kind == "application/problem+json", (method, path, status)
                assert content["schema"] == PROBLEM, (method, path, status)
                assert content["example"]["status"] == int(status), (method, path)


def test_every_parameter_is_bounded(document):
    for method, path, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            for schema in every(document, parameter["schema"]):
                assert is_bounded(schema), (method, path, parameter["name"], schema)


def test_every_body_is_bounded_and_takes_no_unknown_field(document):
    for method, path, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        for body in content.values():
            for schema in every(document, body["schema"]):
                assert is_bounded(schema), (method, path, schema)
                if schema.get("type") == "object":
                    assert schema.get("additionalProperties") is False, (method, path, schema)


def test_every_door_of_the_contract_is_in_the_document(document):
    templates = [
        (method, re.compile(re.sub(r"\{\w+\}", "[^/]+", path)))
        for method, path, _ in operations(document)
    ]
    for method, path in [*DOORS, ("POST", "/track")]:
        assert any(m == method and t.fullmatch(f"/api/v1{path}") for m, t in templates), path


PUBLIC = {
    *(("POST", "/api/v1/track"), ("POST", "/api/v1/feedback")),
    ("GET", "/api/v1/log/checkpoint"),
    ("GET", "/api/v1/log/key"),
    ("GET", "/api/v1/log/proof/inclusion"),
    ("GET", "/api/v1/log/proof/consistency"),
}


def test_who_must_show_a_key_is_said(document):
    for method, path, operation in operations(document):
        shown = bool(operation.get("security"))
        wanted = path.startswith("/api/v1/") and (method, path) not in PUBLIC
        assert shown is wanted, (method, path)


def test_the_roles_that_may_call_are_said(document):
    said = {
        (method, re.compile(re.sub(r"\{\w+\}", "[^/]+", path))): operation.get("security")
        for method, path, operation in operations(document)
    }
    for (method, path), roles in DOORS.items():
        [security] = [
            found for (m, t), found in said.items() if m == method and t.fullmatch(f"/api/v1{path}")
        ]
        schemes = {name: set(scopes) for way in security for name, scopes in way.items()}
        assert schemes == {"key": roles, "session": roles}, (method, path)


def test_every_operation_stands_under_its_resource(document):
    for method, path, operation in operations(document):
        assert len(operation.get("tags", ())) == 1, (method, path)


# The answers


def misfits(document, found, value, where="answer"):
    """Return where a value is not what its schema says, as far as shapes go."""
    schema = resolved(document, found)
    if "anyOf" in schema:
        tried = [misfits(document, one, value, where) for one in schema["anyOf"]]
        return [] if [] in tried else tried[0]
    kinds = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "boolean": bool,
        "null": type(None),
        "number": int | float,
    }
    kind = schema.get("type")
    if kind and not isinstance(value, kinds[kind]):
        return [f"{where} is {value!r}, not {kind}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where} is {value!r}"]
    if kind == "array":
        items = schema.get("items", {})
        return [m for n, v in enumerate(value) for m in misfits(document, items, v, f"{where}.{n}")]
    return _misfits_inside(document, schema, value, where) if kind == "object" else []


def _misfits_inside(document, schema, value, where):
    properties = schema.get("properties", {})
    found = [
        f"{where}.{name} is missing" for name in schema.get("required", ()) if name not in value
    ]
    if properties:
        found += [f"{where}.{name} is undocumented" for name in value if name not in properties]
    rest = schema.get("additionalProperties")
    for name, inner in value.items():
        of = properties.get(name) or (rest if isinstance(rest, dict) else {})
        found += misfits(document, of, inner, f"{where}.{name}")
    return found


class Witness:
    """Compares every answer with what the document says of it."""

    def __init__(self, document, centre):
        self.document = document
        self.templates = [
            (method, re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), operation)
            for method, path, operation in operations(document)
        ]
        self.seen = set()
        centre.client.event_hooks["response"].append(self)

    def __call__(self, answer):
        answer.read()
        method, path = answer.request.method, answer.request.url.path
        for known, template, operation in self.templates:
            if known == method and template.fullmatch(path):
                self.compare(operation, answer)

    def compare(self, operation, answer):
        about = f"{answer.request.method} {answer.request.url.path} {answer.status_code}"
        documented = operation["responses"].get(str(answer.status_code))
        assert documented, f"{about} is not documented"
        if "content" not in documented:
            assert not answer.content, f"{about} answers more than is documented"
            return
        kind = answer.headers["content-type"].partition(";")[0]
        assert kind in documented["content"], f"{about}: {kind}"
        if kind.endswith("json"):
            found = misfits(self.document, documented["content"][kind]["schema"], answer.json())
            assert not found, f"{about}: {found}"
        self.seen.add((operation["operationId"], answer.status_code))


def put_on_paper(centre, number):
    for format_ in ("pdf", "zpl", "png", "svg"):
        centre.post("/labels", {"parcels": [number], "format": format_})
    with machine() as zebra:
        told = {"name": "Zebra", "office": "H49.12", "kind": "zpl_tcp", "address": zebra.address}
        centre.post("/printers", told, role="admin")
        centre.post("/printers", told, role="admin")
        centre.get("/printers", role="admin")
        zebra.breaks_off_at = [10]
        for _ in range(2):
            centre.post("/prints", {"parcels": [number], "printer": "Zebra", "again": True})


def test_every_answer_is_as_the_document_says(document, centre):
    witness = Witness(document, centre)
    code = centre.post("/dossiers", DOSSIER).json()["code"]
    body = {"carrier": "rehearsal", "direction": "to_authority", "dossiers": [code]}
    number = centre.post("/parcels", body).json()["tracking_number"]
    centre.post("/parcels", body)
    listed = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    centre.post(f"/handovers/{listed['number']}/sign", {"signed_by": "Tuấn"})
    centre.post(f"/handovers/{listed['number']}/sign", {"signed_by": "Tuấn"})
    centre.get(f"/handovers/{listed['number']}")
    put_on_paper(centre, number)
    centre.clock.pass_(hours=1)
    centre.tell(
        centre.an_event(number, "accepted"),
        centre.an_event("EE123456785VN", "accepted"),
        {"id": 3},
    )
    centre.post("/events", {"events": []}, role="courier")
    for path in ("/dossiers", f"/dossiers/{code}", f"/parcels/{number}", "/dossiers?limit=0"):
        centre.get(path)
    [message] = centre.get("/messages?state=unclaimed").json()["items"]
    centre.post(f"/messages/{message['id']}/read-again")
    for scanned in (code, number, listed["number"], "nonsense", "Bà Hoa"):
        centre.post("/scans", {"code": scanned})
    centre.post("/scans", {"code": number, "act": "received_back"})
    centre.post("/scans", {"code": number, "act": "collected"})
    for act in ("collected", "collected", "result_ready"):
        centre.post(f"/dossiers/{code}/acts", {"act": act})
    centre.post(f"/dossiers/{code}/acts", {"act": "strike_out", "entry": 1})
    for digits in ("5678", "0000", "x"):
        centre.post("/track", {"code": code, "phone_last4": digits}, role="")
    for method, path in DOORS:
        for role in ("", "admin", "courier", "desk"):
            centre.call(method, f"/api/v1{path}", role=role, json=FORMS.get(path))
    for path in ("/healthz", "/readyz"):
        centre.client.get(path)

    assert {status for _, status in witness.seen} >= {200, 201, 401, 403, 404, 409, 422}
    assert len({name for name, _ in witness.seen}) >= len(DOORS) + 3


# Details of the contract


def test_a_bag_whose_number_has_a_slash_is_found(centre):
    number = centre.a_parcel(carrier="by_hand", tracking_number="BAG/12-3")

    assert centre.get(f"/parcels/{number}").json()["tracking_number"] == number
    assert centre.get("/parcels/BAG%2F12-3").json()["tracking_number"] == number


def test_a_search_that_means_nothing_finds_nothing(any_centre):
    any_centre.a_dossier(name="Bà Hoa", phone="0912345678")
    for nothing in ("0000", "!!!!", "%", "_", "00 00", "\\", "\u02bb", "\u0301"):
        found = any_centre.get("/dossiers", params={"q": nothing}).json()
        assert found["items"] == [], nothing
    for something in ("hoa", "HOA", "Hoá", "5678", "0912345678", "912 345 678", "-0001"):
        found = any_centre.get("/dossiers", params={"q": something}).json()
        assert len(found["items"]) == 1, something


def test_a_long_list_is_read_page_by_page_and_nothing_is_missed(any_centre):
    codes = [any_centre.a_dossier() for _ in range(7)]
    seen, wanted = [], {"limit": 3}
    while True:
        page = any_centre.get("/dossiers", params=wanted).json()
        seen += [item["code"] for item in page["items"]]
        any_centre.a_dossier()  # somebody else goes on working
        if page["next_cursor"] is None:
            break
        wanted["cursor"] = page["next_cursor"]

    assert seen == codes[::-1]
