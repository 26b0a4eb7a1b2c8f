"""An administrator changes the few settings that may change while the service runs."""

import pytest

from postal_tracker.access import audit, disable_staff
from postal_tracker.access.audit import AuditFilter
from postal_tracker.house import House, kept
from tests.centre import Centre
from tests.web.conftest import Visitor, employ

SETTINGS = "/desk/admin/settings"


def details(centre):
    told = centre.database.read_now(lambda s: audit.entries(s, AuditFilter(what="settings")))
    return [entry.detail for entry in told.items]


def test_a_setting_holds_at_once_and_in_another_process_and_its_value_is_in_no_log(any_centre):
    employ(any_centre, "quan")
    quan = Visitor(any_centre)
    quan.signs_in("quan")
    other = House(any_centre.settings.model_copy())
    quan.sends(SETTINGS, {"silent_after_hours": "72", "office_hours": "08:00-12:00,13:00-16:30"})
    other.take_up(other.database.read_now(kept))
    other.close()

    for house in (any_centre.house, other):
        assert house.settings.silent_after_hours == 72
        assert house.settings.office_hours.endswith("16:30")
    due = any_centre.get(f"/dossiers/{any_centre.a_dossier()}").json()["due_at"]
    assert "T16:30:00+07:00" in due or "T09:30:00Z" in due
    assert details(any_centre) == ["changed: silent_after_hours, office_hours"]


def test_who_gets_what_waits_too_long_and_how_long_passwords_are_is_set_on_the_page(
    visitor, centre
):
    quan, _ = visitor("quan"), visitor("minh")
    pairs = {"escalate_after_hours": "silent=72,to_seal = 8", "escalate_to": "H49.12=minh"}
    quan.sends(SETTINGS, {**pairs, "password_length": "16"})

    assert centre.settings.escalate_after_hours == {"silent": 72, "to_seal": 8}
    assert centre.settings.escalate_to == {"H49.12": "minh"}
    assert centre.settings.password_length == 16
    assert 'value="silent=72, to_seal=8"' in quan.opens(SETTINGS).text


def test_work_is_sent_to_nobody_who_is_not_there(visitor, centre):
    quan = visitor("quan")
    visitor("minh")
    for wrong in ("H49.12=nobody", "H1=minh", "H49.12=minh, H49.12.01=mimh"):
        page = quan.sends(SETTINGS, {"escalate_to": wrong})
        assert (page.status_code, 'id="f-escalate_to-fault"' in page.text) == (422, True), wrong
        assert wrong.rpartition(", ")[2] in page.text
    quan.sends(SETTINGS, {"escalate_to": "H49.12=minh"})
    assert "không chuyển được" not in quan.opens(SETTINGS).text
    now = centre.clock()
    centre.database.write_now(lambda s: disable_staff(s, "minh", now))

    for address in (SETTINGS, "/desk/admin"):
        assert "không chuyển được cho ai: H49.12=minh." in quan.opens(address).text


def test_what_is_left_empty_is_the_default_again(visitor, centre):
    quan = visitor("quan")
    quan.sends(SETTINGS, {"silent_after_hours": "72"})
    quan.sends(SETTINGS, {"silent_after_hours": ""})
    assert centre.settings.silent_after_hours == 48
    quan.sends(SETTINGS, {"silent_after_hours": "48"})
    assert len(details(centre)) == 2, "nothing was changed the third time"


def test_the_environment_goes_first_and_the_page_says_so(sqlite_url):
    with Centre(sqlite_url, silent_after_hours=30) as centre:
        employ(centre, "quan")
        quan = Visitor(centre)
        quan.signs_in("quan")
        quan.sends(SETTINGS, {"silent_after_hours": "72"})

        assert centre.settings.silent_after_hours == 30
        assert "do máy chủ quy định" in quan.opens(SETTINGS).text
        assert details(centre) == []


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("silent_after_hours", "0"), ("silent_after_hours", "x"), ("office_hours", "17:00-08:00"),
     ("security_contact", "javascript:1"), ("escalate_after_hours", "nobody=5"),
     ("escalate_after_hours", "silent"), ("password_length", "7"), ("disk_warning_mib", "-1")],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(visitor, centre, name, wrong):
    answer = visitor("quan").sends(SETTINGS, {name: wrong})

    assert answer.status_code == 422
    assert f'id="f-{name}-fault"' in answer.text
    assert details(centre) == []
