"""Whoever work has come to for it waited too long is written to: once, and on working days."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from postal_tracker.background.escalating import Escalation
from postal_tracker.settings.parts import EmailSettings, NoticeSettings
from postal_tracker.storage.tables import StaffMember
from tests.hotline import opened
from tests.outgoing.notices.mailing import mailing
from tests.web.conftest import employ

SENDER = "motcua@example.gov.vn"
CHIEF, CLERK = "minh@example.gov.vn", "lan@example.gov.vn"


@pytest.fixture
def office(any_centre):
    """A centre whose office has a chief and a clerk with addresses, and a mail server."""
    with mailing() as mail:
        one = EmailSettings(host="127.0.0.1", port=mail.port, security="none", sender=SENDER)
        settings = any_centre.house.settings
        settings.notices, settings.escalate_to = NoticeSettings(email=one), {"H49.12": "minh"}
        for who, address in (("minh", CHIEF), ("lan", CLERK)):
            employ(any_centre, who)
            live_at(any_centre, who, address)
        yield any_centre, mail


def live_at(centre, who, address):
    def keep(session):
        session.exec(select(StaffMember).where(StaffMember.username == who)).one().email = address

    centre.database.write_now(keep)


def a_parcel_nobody_heard_of(centre):
    number = centre.a_parcel(centre.a_dossier())
    centre.tell(centre.an_event(number, "accepted"))
    return number


def round_(centre, **later):
    centre.clock.pass_(**later)
    asyncio.run(Escalation(centre.house).round())


def test_a_silent_parcel_is_written_of_once_until_it_falls_silent_anew(office):
    centre, mail = office
    number = a_parcel_nobody_heard_of(centre)
    round_(centre, hours=1)
    assert mail.taken == []
    round_(centre, days=7)
    round_(centre, days=1)

    [letter] = mail.taken
    assert (letter["to"], letter["subject"]) == (CHIEF, "1 việc quá thời gian chờ")
    text = letter.get_content()
    assert f"- {number}: 169 giờ / hours" in text
    assert "/desk/worklist?escalated=yes" in text
    assert "Hoa" not in text
    centre.tell(centre.an_event(number, "in_transit"))
    round_(centre, days=7)
    assert len(mail.taken) == 2


def test_nobody_is_written_to_on_a_sunday_and_of_what_was_put_off_later(office):
    centre, mail = office
    first, second = a_parcel_nobody_heard_of(centre), a_parcel_nobody_heard_of(centre)
    sunday = centre.clock.pass_(days=6)
    told = {"act": "snooze", "until": (sunday + timedelta(days=2.5)).isoformat()}
    assert centre.post(f"/worklist/silent:{second}", told).status_code == 200
    round_(centre)
    assert mail.taken == []
    for number in (first, second):
        round_(centre, days=1)
        round_(centre, days=1)
        assert [number in one.get_content() for one in mail.taken][-1]

    assert len(mail.taken) == 2


def test_what_the_law_gave_days_for_is_written_of_after_each_to_its_owner_too(office):
    centre, mail = office
    number = opened(centre, centre.a_dossier(), kind="view")
    round_(centre, days=1)
    assert mail.taken == []
    round_(centre, days=6)  # two working days to take it
    assert [one["to"] for one in mail.taken] == [CHIEF]
    assert number in mail.taken[0].get_content()

    centre.post(f"/feedback/{number}/acts", {"act": "assign", "assignee": "lan"})
    round_(centre, days=1)
    assert len(mail.taken) == 1
    round_(centre, days=7)
    round_(centre, days=1)
    assert sorted(one["to"] for one in mail.taken[1:]) == [CLERK, CHIEF]


def test_what_no_server_took_and_who_has_no_address_yet_is_written_to_later(office):
    centre, mail = office
    number = a_parcel_nobody_heard_of(centre)
    live_at(centre, "minh", "")
    round_(centre, days=7)
    assert mail.tries == 0
    live_at(centre, "minh", CHIEF)
    mail.answers = lambda n: "451 later" if n == 1 else "250 OK"
    round_(centre, minutes=15)
    assert (mail.tries, mail.taken) == (1, [])
    round_(centre, minutes=15)

    assert number in mail.taken[0].get_content()
