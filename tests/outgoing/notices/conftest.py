"""A centre whose citizens are told by e-mail, SMS and Zalo, and those that carry it."""

import asyncio
from functools import partial

import pytest
from pydantic import SecretStr

from postal_tracker.core.notices import Event
from postal_tracker.outgoing.notices import Teller, setup_of
from postal_tracker.outgoing.notices.sending import opened
from postal_tracker.outgoing.relay import relay
from postal_tracker.settings.parts import (
    EmailSettings,
    NoticeSettings,
    SmsSettings,
    ZaloSettings,
)
from tests.outgoing.notices.gateways import gateway
from tests.outgoing.notices.mailing import mailing

SENDER = "motcua@example.gov.vn"


def by_mail(mail):
    return EmailSettings(
        host="127.0.0.1", port=mail.port, security="none", sender=SENDER, rate_per_second=1000
    )


def by_sms(one):
    return SmsSettings(
        url=one.url,
        token=SecretStr("t"),
        sender="MOTCUA",
        report_secret=SecretStr(REPORTS),
        rate_per_second=1000,
    )


def by_zalo(one):
    return ZaloSettings(
        url=one.url,
        token_url=f"{one.url}/token",
        app_id="app",
        app_secret=SecretStr("s"),
        refresh_token=SecretStr("first"),
        templates={event: f"t-{event}" for event in Event},
        report_secret=SecretStr(REPORTS),
        rate_per_second=1000,
    )


REPORTS = "reports-secret-0123456789"


class Telling:
    """A centre and its channels; `work` does what the service does all the time."""

    def __init__(self, centre, mail, sms, zalo):
        self.centre, self.mail, self.sms, self.zalo = centre, mail, sms, zalo

    def by(self, *channels, **more):
        """Set these channels up, in this order."""
        every = {
            "email": partial(by_mail, self.mail),
            "sms": partial(by_sms, self.sms),
            "zalo": partial(by_zalo, self.zalo),
        }
        chosen = {name: every[name]() for name in channels}
        order = ",".join(channels) or "email"
        self.centre.settings.notices = NoticeSettings(**chosen, order=order, **more)

    def a_dossier(self, **wanted):
        return self.centre.a_dossier(**{"email": "hoa@example.vn", **wanted})

    def work(self):
        asyncio.run(self._work())

    async def _work(self):
        """Number, queue and tell until nothing more is due at this moment."""
        house = self.centre.house
        told = partial(relay, now=house.now(), setup=setup_of(house))
        while await house.database.write(told):
            pass
        teller = Teller(house)
        async with opened(house) as channels:
            while any([await teller.tell(*one) for one in channels.items()]):
                pass

    def pass_(self, **span):
        self.centre.clock.pass_(**span)
        self.work()

    def notices(self, code):
        """Return a dossier's notices, the oldest first."""
        answer = self.centre.get(f"/dossiers/{code}/notices")
        assert answer.status_code == 200, answer.text
        return answer.json()["items"][::-1]

    def states(self, code):
        return [(one["event"], one["state"]) for one in self.notices(code)]

    def report(self, channel, body, secret=REPORTS):
        answer = self.centre.client.post(f"/hooks/notices/{channel}/{secret}", json=body)
        return answer.status_code

    def again(self, code, place=-1):
        id_ = self.notices(code)[place]["id"]
        return self.centre.post(f"/dossiers/{code}/notices/{id_}/send-again")


@pytest.fixture
def telling(any_centre):
    with mailing() as mail, gateway() as sms, gateway() as zalo:
        one = Telling(any_centre, mail, sms, zalo)
        one.by("email")
        yield one
