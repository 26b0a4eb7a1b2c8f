"""Whether citizens can be told is tried from the command line, to an address of one's own."""

import json

import pytest

from tests.outgoing.notices.mailing import mailing


@pytest.fixture
def mail(monkeypatch):
    with mailing() as server:
        for name, value in {
            **{"HOST": "127.0.0.1", "PORT": str(server.port), "SECURITY": "none"},
            "SENDER": "motcua@example.gov.vn",
        }.items():
            monkeypatch.setenv(f"POSTAL_NOTICES__EMAIL__{name}", value)
        yield server


def test_a_test_mail_arrives_and_is_about_no_dossier(run, mail):
    told = run("notices", "test", "email", "operator@example.vn")

    assert told.exit_code == 0, told.output
    [letter] = mail.taken
    assert letter["to"] == "operator@example.vn"
    assert "H00.00-000000-0000" in letter["subject"]


def test_what_stands_in_the_way_is_said(run, mail):
    mail.recipients = lambda _to: "550 nobody of that name"

    told = run("notices", "test", "email", "nobody@example.vn", "--json")

    assert told.exit_code == 1
    assert json.loads(told.stdout)["fault"] == "wrong_address"


def test_a_channel_that_is_not_set_up_is_named_with_its_settings(run):
    told = run("notices", "test", "sms", "0912345678")

    assert told.exit_code == 2
    assert "POSTAL_NOTICES__SMS__" in told.stderr
