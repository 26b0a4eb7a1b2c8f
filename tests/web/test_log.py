"""The log at the doors: anybody can have it proved to him, and only an admin reads its text."""

from base64 import b64decode

import pytest

from postal_tracker.core import checkpoints, merkle


@pytest.fixture
def logged(centre):
    for _ in range(3):
        centre.a_parcel(centre.a_dossier())
    centre.house.sequencer("one").append_now()
    return centre


def ask(centre, path, role="", **query):
    return centre.call("GET", path, role=role, params=query)


def decoded(proof):
    return [b64decode(one) for one in proof]


@pytest.mark.parametrize("prefix", ["/log", "/api/v1/log"])
def test_a_stranger_verifies_the_checkpoint_with_the_key_that_is_shown(logged, prefix):
    note, key = (ask(logged, f"{prefix}/{what}") for what in ("checkpoint", "key"))
    assert note.headers["content-type"] == "text/plain; charset=utf-8"
    assert checkpoints.verify(note.text, key.text).size == 9


def test_a_stranger_is_convinced_of_each_leaf(logged):
    for entry in range(9):
        told = ask(logged, "/log/proof/inclusion", entry=entry).json()
        at = checkpoints.read(told["checkpoint"])
        leaf, proof = bytes.fromhex(told["leaf_hash"]), decoded(told["proof"])
        assert merkle.root_by_inclusion(leaf, entry, at.size, proof) == at.root


def test_a_stranger_is_convinced_that_it_only_grew(logged):
    old = checkpoints.read(ask(logged, "/log/checkpoint").text)
    logged.a_dossier()
    logged.house.sequencer("one").append_now()
    new = checkpoints.read(ask(logged, "/log/checkpoint").text)

    told = ask(logged, "/log/proof/consistency", **{"from": old.size, "to": new.size}).json()
    proof = decoded(told["proof"])
    assert merkle.is_consistent(old.size, old.root, new.size, new.root, proof)


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("inclusion", {"entry": 9}, 404),
        ("inclusion", {"entry": 2**53}, 404),
        ("inclusion", {"entry": -1}, 422),
        ("inclusion", {"entry": "x"}, 422),
        ("inclusion", {}, 422),
        ("consistency", {"from": 3, "to": 2}, 404),
        ("consistency", {"from": 0, "to": 10}, 404),
        ("consistency", {"from": 1}, 422),
        ("consistency", {"from": -1, "to": 2}, 422),
    ],
)
def test_what_cannot_be_proved_is_said(logged, path, query, status):
    answer = ask(logged, f"/log/proof/{path}", **query)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_log_without_a_leaf_says_so(centre):
    for path in ("checkpoint", "key", "proof/inclusion?entry=0"):
        answer = centre.call("GET", f"/log/{path}", role="")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/no-checkpoint")


@pytest.mark.parametrize("role", ["desk", "manager", "courier", "integration", ""])
def test_only_an_admin_reads_what_stands_in_the_log(logged, role):
    answer = ask(logged, "/log/entries", role, **{"from": 0, "to": 2})
    assert answer.status_code == (403 if role else 401)


def test_an_admin_reads_leaves_page_by_page(logged, monkeypatch):
    monkeypatch.setattr("postal_tracker.web.api.log.MOST_LISTED", 4)
    first = ask(logged, "/log/entries", "admin", **{"from": 0, "to": 6}).json()
    rest = ask(logged, "/log/entries", "admin", **{"from": first["next_cursor"], "to": 6}).json()
    assert [len(first["items"]), len(rest["items"]), rest["next_cursor"]] == [4, 2, None]
    for number, leaf in enumerate(first["items"] + rest["items"]):
        assert leaf["seq"] == number
        assert merkle.leaf_hash(leaf["content"].encode()).hex() == leaf["hash"]
