"""Whatever the API document allows, and what it does not, is answered as the document says.

Schemathesis draws requests from the document, right and wrong ones, for keys of all roles; half of
what they name is there. An answer that the document does not know, or a 5xx, is a fault.
"""

import json
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.centre import HOOK_SECRET, Centre
from tests.furnishing import KEY_ROLES
from tests.web.conftest import Served
from tests.web.furnishing import furnished

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ROLES = ("", *(role.value for role in KEY_ROLES))


class Asking:
    """Asks one centre, names what is there, and notes which answers do not fit."""

    def __init__(self, centre, document):
        furnished(Served(centre, "", 0))
        self.centre = centre
        self.operations = [
            found.ok() for found in schemathesis.openapi.from_dict(document).get_all_operations()
        ]
        self.there = what_is_there(centre)
        self.wrong: dict[str, str] = {}
        self.answers: Counter[int] = Counter()

    def draw(self, operation, cases, drawn_by):
        """Ask one operation so often."""
        both = (operation.as_strategy(generation_mode=mode) for mode in modes(operation))
        quietly = {"deadline": None, "database": None, "phases": [Phase.generate]}

        @seed(f"{drawn_by} {operation.label}")
        @settings(max_examples=cases, suppress_health_check=list(HealthCheck), **quietly)
        @given(case=st.one_of(*both), role=st.sampled_from(roles_of(operation)), chance=CHANCE)
        def ask(case, role, chance):
            self.ask(case, role, chance)

        ask()

    def ask(self, case, role, chance):
        self.name_what_is_there(case, chance)
        sent = case.as_transport_kwargs(base_url="http://testserver")
        headers = {k: v for k, v in sent["headers"].items() if k.lower() != "authorization"}
        if role:
            headers["Authorization"] = f"Bearer {self.centre.keys[role]}"
        body = {k: sent[k] for k in ("json", "data", "params") if sent.get(k) is not None}
        if isinstance(body.get("data"), (str, bytes)):
            body["content"] = body.pop("data")
        answer = self.centre.client.request(case.method, sent["url"], headers=headers, **body)
        self.answers[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            for fault in group.exceptions:
                name = f"{case.operation.label}: {fault.title}"
                told = f"{name}, as {role or 'nobody'}\n{fault}\n{answer.text[:1000]}\n{sent}"
                self.wrong.setdefault(name, told)

    def name_what_is_there(self, case, chance):
        case.path_parameters = self.aimed(case.path_parameters, chance)
        case.query = self.aimed(case.query, chance)
        case.body = self.aimed(case.body, chance)

    def aimed(self, sent, chance, name=""):
        """Return the same with half of its names exchanged for such as are there."""
        if isinstance(sent, dict):
            return type(sent)({k: self.aimed(v, chance, k) for k, v in sent.items()})
        if isinstance(sent, list):
            return [self.aimed(v, chance, name) for v in sent]
        if name in self.there and isinstance(sent, str | int) and chance.random() < 0.5:
            return chance.choice(self.there[name])
        return sent


CHANCE = st.randoms(use_true_random=False)


def modes(operation):
    takes_something = operation.path_parameters or operation.query or operation.body
    return [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if takes_something else [])]


def roles_of(operation):
    """Return who asks: everybody, and oftener those who may."""
    may = [
        role for way in operation.definition.raw["security"] for role in next(iter(way.values()))
    ]
    return [*may * 6, *ROLES]


def what_is_there(centre):
    """Return names of what the centre has, by the words under which they are sent."""
    dossiers = [item["code"] for item in centre.get("/dossiers").json()["items"]]
    parcels = {n for code in dossiers for n in numbers_of(centre, code)}
    lists = ["BK-261123-0001", "BK-261123-0002"]
    return {
        "code": [*dossiers, *lists, *sorted(parcels)],
        "dossier": dossiers,
        "dossiers": dossiers,
        "tracking_number": sorted(parcels),
        "parcels": sorted(parcels),
        "number": lists,
        "handover": lists,
        "carrier": ["rehearsal", "vnpost"],
        "secret": [HOOK_SECRET],
        "procedure": ["GPLX-01"],
        "office": ["H49.12", "H49.12.01"],
        "id": [1, 2, 3],
        "entry": list(range(1, 30)),
        "slug": ["invalid-form"],
    }


def numbers_of(centre, code):
    return [
        parcel["tracking_number"] for parcel in centre.get(f"/dossiers/{code}").json()["parcels"]
    ]


def ask_all(centre, document, *, cases, drawn_by, every=1):
    asking = Asking(centre, document)
    among = asking.operations[::every]
    each = cases * 6 // 5 // len(among) + 1  # of some there are not so many different ones
    for operation in among:
        asking.draw(operation, each, drawn_by)

    assert asking.wrong == {}, "\n\n".join(asking.wrong.values())
    assert asking.answers.total() > cases // 2
    return asking


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "cases", "part"), [("sqlite", 50_000, 50), ("postgres", 5_000, 25)]
)
def test_whatever_is_asked_the_answer_is_one_that_the_document_names(
    kind, cases, part, request, document, share
):
    with Centre(request.getfixturevalue(f"{kind}_url")) as centre:
        asking = ask_all(centre, document, cases=share.of(cases, part), drawn_by=share.seed)

    assert asking.answers.total() >= share.of(cases, part)
    assert asking.answers[200] > asking.answers.total() // 5
    assert centre.differences() == []


def test_some_of_what_is_asked_is_answered_as_the_document_says(centre, document):
    ask_all(centre, document, cases=20, drawn_by="each time", every=18)


def test_an_answer_that_the_document_does_not_name_is_seen(centre, document):
    """A guard for the tests above."""
    short = json.loads(json.dumps(document))
    answers = short["paths"]["/api/v1/dossiers"]["get"]["responses"]
    answers["200"]["content"]["application/json"]["schema"] = {"type": "integer"}
    del answers["403"], answers["422"]
    asking = Asking(centre, short)
    asking.draw(next(o for o in asking.operations if o.label == "GET /api/v1/dossiers"), 60, "")

    seen = {name.partition(": ")[2] for name in asking.wrong}
    assert seen == {"Undocumented status code", "Response violates schema"}
