"""How citizens are told is set in the environment, secrets in files of their own."""

import pytest
from pydantic import ValidationError

from postal_tracker.core.notices import Event, ToldBy
from postal_tracker.house import House
from postal_tracker.outgoing.notices import setup_of
from postal_tracker.settings import Settings


@pytest.fixture
def given(monkeypatch):
    def give(**values):
        for name, text in values.items():
            monkeypatch.setenv(f"POSTAL_NOTICES__{name}", text)
        return Settings(_env_file=None, database_url="sqlite://").notices

    return give


def test_nobody_is_told_anything_unless_a_channel_is_set_up():
    house = House(Settings(_env_file=None, database_url="sqlite://"))

    assert setup_of(house).open == frozenset()
    house.close()


def test_a_secret_may_stand_in_a_file(given, tmp_path):
    file = tmp_path / "password"
    file.write_text("a secret\n", encoding="utf-8")
    notices = given(EMAIL__HOST="mail.example.vn", EMAIL__PASSWORD_FILE=str(file))

    assert notices.email.host == "mail.example.vn"
    assert notices.email.password.get_secret_value() == "a secret"
    assert "a secret" not in repr(notices)


def test_zalo_has_a_template_for_each_event_that_it_is_to_tell(given):
    notices = given(ZALO__APP_ID="1", ZALO__TEMPLATES='{"received": "12345"}')

    assert notices.zalo.templates == {Event.RECEIVED: "12345"}


def test_the_order_names_channels(given):
    assert given(ORDER="zalo,sms").order == "zalo,sms"
    assert {one.value for one in ToldBy} == {"zalo", "sms", "email"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"QUIET": "nine to five"},
        {"ORDER": "pigeon"},
        {"SMS__URL": "http://gateway.example.vn"},
        {"SMS__SENDER": "A-NAME-THAT-IS-TOO-LONG"},
        {"ZALO__TEMPLATES": '{"unheard_of": "1"}'},
    ],
)
def test_what_cannot_be_is_refused_at_the_start(given, wrong):
    with pytest.raises(ValidationError):
        given(**wrong)
