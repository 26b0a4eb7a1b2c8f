"""Accounts and keys from the command line."""

import json

import pytest

from postal_tracker import access
from postal_tracker.storage.tables import StaffMember
from tests.commands.running import command

GOOD = "ba con voi qua cau"


def test_an_account_is_opened_with_a_password_from_stdin(run, furnished):
    told = run(
        *("staff", "add", "lan", "--name", "Nguyễn Thị Lan", "--role", "desk"),
        *("--office", "H49.12", "--password-stdin"),
        typed_in=f"{GOOD}\n",
    )

    assert told.exit_code == 0, told.stderr
    [lan] = json.loads(run("staff", "list", "--json").stdout)
    assert (lan["username"], lan["role"], lan["office"]) == ("lan", "desk", "H49.12")
    stored = furnished.database.read_now(lambda s: s.get_one(StaffMember, lan["id"]).password_hash)
    assert access.check_password(stored, GOOD)


@pytest.mark.slow
def test_names_pass_through_a_pipe_that_has_a_code_page(tmp_path, sqlite_url):
    """As on Windows, where a redirected output is none of Unicode."""
    how = {"POSTAL_DATABASE_URL": sqlite_url, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    add = ("staff", "add", "dao", "--name", "Đào Thị Ước", "--role", "admin", "--password-stdin")
    assert command(tmp_path, *add, typed_in=GOOD, **how).returncode == 0

    assert "Đào Thị Ước" in command(tmp_path, "staff", "list", **how).stdout


def test_a_password_is_no_argument(run):
    told = run("staff", "add", "lan", "--name", "Lan", "--role", "desk", "--password", GOOD)

    assert told.exit_code == 2


def test_nobody_to_ask_for_a_password_is_said(run):
    told = run("staff", "add", "lan", "--name", "Lan", "--role", "desk")

    assert told.exit_code == 2
    assert "--password-stdin" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "password"),
    [
        (["lan", "--name", "Lan", "--role", "desk"], "matkhau123"),
        (["lan", "--name", "Lan", "--role", "integration"], GOOD),
        (["L!", "--name", "Lan", "--role", "desk"], GOOD),
        (["lan", "--name", "Lan", "--role", "desk", "--office", "H99"], GOOD),
    ],
)
def test_what_cannot_be_an_account_is_refused_with_a_sentence(run, arguments, password):
    told = run("staff", "add", *arguments, "--password-stdin", typed_in=password)

    assert told.exit_code == 1
    assert told.stderr.strip()
    assert json.loads(run("staff", "list", "--json").stdout) == []


def test_a_disabled_account_stays_in_the_list(run):
    run("staff", "add", "lan", "--name", "Lan", "--role", "desk", "--password-stdin", typed_in=GOOD)

    assert run("staff", "disable", "lan").exit_code == 0
    [lan] = json.loads(run("staff", "list", "--json").stdout)
    assert lan["disabled_at"]
    assert run("staff", "disable", "nobody").exit_code == 1


def test_who_forgot_the_password_gets_another_and_is_signed_out_everywhere(run, furnished):
    opened = ("staff", "add", "lan", "--name", "Lan", "--role", "desk", "--password-stdin")
    run(*opened, typed_in=GOOD)
    token = furnished.database.write_now(
        lambda s: access.begin_session(
            s, access.find_for_sign_in(s, "lan").staff_id, furnished.clock()
        )
    )

    def still_in():
        return furnished.database.read_now(
            lambda s: access.caller_of_session(s, token, furnished.clock())
        )

    assert still_in()
    reset = ("staff", "reset", "lan", "--password-stdin")
    assert run(*reset, typed_in="short").exit_code == 1
    assert still_in()
    assert run(*reset, typed_in="another long passphrase").exit_code == 0
    assert not still_in()
    who = furnished.database.read_now(lambda s: access.find_for_sign_in(s, "lan"))
    assert access.check_password(who.password_hash, "another long passphrase")
    assert not access.check_password(who.password_hash, GOOD)
    assert run("staff", "reset", "nobody", "--password-stdin", typed_in=GOOD).exit_code == 1


def test_a_disabled_account_is_opened_again(run):
    run("staff", "add", "lan", "--name", "Lan", "--role", "desk", "--password-stdin", typed_in=GOOD)
    run("staff", "disable", "lan")

    assert run("staff", "enable", "lan").exit_code == 0
    [lan] = json.loads(run("staff", "list", "--json").stdout)
    assert lan["disabled_at"] is None
    assert run("staff", "enable", "nobody").exit_code == 1


def test_a_key_is_printed_alone_and_opens_the_door(run, furnished):
    told = run("keys", "create", "--role", "desk", "--name", "quầy 3", "--office", "H49.12")

    assert told.exit_code == 0
    furnished.keys["new"] = told.stdout.strip()
    assert furnished.get("/dossiers", role="new").status_code == 200


@pytest.mark.parametrize("name", [access.REHEARSAL, f" {access.REHEARSAL} của huyện"])
def test_no_key_of_a_real_centre_marks_its_record_as_a_rehearsals(run, furnished, name):
    told = run("keys", "create", "--role", "admin", "--name", name)

    assert told.exit_code == 1
    assert "rehearsal" in told.stderr
    assert not furnished.database.read_now(access.is_rehearsal_centre)


def test_a_revoked_key_opens_nothing(run, furnished):
    furnished.keys["new"] = run("keys", "create", "--role", "desk", "--name", "x").stdout.strip()

    assert run("keys", "revoke", furnished.keys["new"].split("_")[1]).exit_code == 0
    assert furnished.get("/dossiers", role="new").status_code == 401
    assert run("keys", "revoke", "AAAAAAAA").exit_code == 1


def test_keys_are_listed_without_their_secrets(run):
    key = json.loads(run("keys", "create", "--role", "courier", "--name", "Tuấn", "--json").stdout)[
        "key"
    ]

    listed = run("keys", "list").stdout + run("keys", "list", "--json").stdout
    assert key.split("_")[1] in listed
    assert key.split("_")[2] not in listed


def test_a_key_is_bound_only_to_a_carrier_there_is(run):
    told = run("keys", "create", "--role", "courier", "--name", "x", "--carrier", "nobody")

    assert told.exit_code == 1
    assert "by_hand" in told.stderr


def test_the_last_administrator_is_not_closed_at_the_server_either(run, furnished):
    for name in ("quan", "dung"):
        added = ("--role", "admin", "--name", name, "--password-stdin")
        assert run("staff", "add", name, *added, typed_in=GOOD).exit_code == 0
    assert run("staff", "disable", "dung").exit_code == 0
    refused = run("staff", "disable", "quan")

    assert refused.exit_code == 1
    assert "last administrator" in refused.stderr
