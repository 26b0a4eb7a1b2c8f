"""A year of a small centre: nobody is woken, nobody told twice, and the late hear it beforehand.

Its officer signs each morning what the worklist shows; gateways have bad days, parcels get lost.
"""

import heapq
import os
import random
from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest

from postal_tracker.core.notices import Event, ToldBy, read_quiet
from postal_tracker.core.working_days import VIETNAM, local_day
from postal_tracker.outgoing.notices.claiming import has_due
from tests.web.conftest import Visitor, employ
from tests.web.markup import filled_in

pytestmark = [pytest.mark.slow, pytest.mark.one_in(2), pytest.mark.timeout(1800)]

DOSSIERS = int(os.environ.get("DOSSIERS", "120"))
YEAR = timedelta(days=365)
TICKS = (time(7), time(8), time(8, 5), time(20, 30))
"""When the service finds something to do though nothing happens; it does so all the time."""

CALLS_THE_OFFICE = {"late", "supplement_asked", "payment_asked", "at_office"}
LACKING = {"act": "request_supplement", "missing": ["Bản sao"], "reason": "Bản cũ đã hết hạn"}


class Year:
    """What happens, one thing after the other, and what the officer promised."""

    def __init__(self, telling):
        self.telling, self.centre, self.chance = telling, telling.centre, random.Random(15)
        self.turns, self.turn, self.ends_at = [], 0, self.centre.clock() + YEAR
        self.mornings = days_of(self)
        self.later(self.mornings, self.centre.clock())
        self.promised, self.settled_on, self.silent, self.asked_again = {}, {}, set(), 0

    def later(self, life, at):
        self.turn += 1
        heapq.heappush(self.turns, (at, self.turn, life))

    def run(self):
        while self.turns and self.turns[0][0] < self.ends_at:
            at, _, life = heapq.heappop(self.turns)
            self.centre.clock.at = max(at, self.centre.clock())
            wait = next(life, None)
            if life is not self.mornings or self.has_due():
                self.telling.work()
            if wait is not None:
                self.later(life, at + wait)

    def has_due(self):
        """Tell whether a notice waits for this moment; most often none does."""
        now = self.centre.clock()
        return self.centre.database.read_now(
            lambda s: any(has_due(s, channel, now=now) for channel in ToldBy)
        )

    def hours(self, least, most):
        return timedelta(hours=self.chance.uniform(least, most))

    def days(self, usual, tail=0.0, most=20.0):
        """Return how long something takes: most often some days, now and then very long."""
        long = self.chance.random() < tail
        return timedelta(days=self.chance.uniform(usual, most) if long else self.in_days(usual))

    def in_days(self, usual):
        return self.chance.lognormvariate(0, 0.5) * usual

    def act(self, code, **told):
        answer = self.centre.post(f"/dossiers/{code}/acts", told)
        assert answer.status_code == 200, answer.text

    def scan(self, number, milestone, **more):
        self.centre.tell(self.centre.an_event(number, milestone, **more))


def a_life(year, n):
    """Let a dossier be received, sent, perhaps supplemented, decided, and its result delivered."""
    by_mail = year.chance.random() < 0.6
    procedure = year.chance.choice(("GPLX-01", "DD-01"))
    email = f"citizen{n}@example.vn" if by_mail else ""
    code = year.centre.a_dossier(
        procedure=procedure, email=email, phone=f"0912{n:06}", return_by_post=True
    )
    year.promised[code] = None
    yield year.hours(1, 6)
    number = year.centre.a_parcel(code)
    yield year.hours(1, 20)
    year.scan(number, "accepted")
    yield year.days(1.5, tail=0.06)
    year.scan(number, "delivered")
    yield year.hours(2, 30)
    if year.chance.random() < 0.1:
        year.act(code, **LACKING)
        yield year.days(3)
        year.act(code, act="receive_supplement")
    yield year.days(4 if procedure == "GPLX-01" else 8, tail=0.05, most=40)
    year.act(code, act="result_ready")
    year.settled_on[code] = local_day(year.centre.clock())
    yield from its_result(year, code)


def its_result(year, code):
    yield year.hours(1, 30)
    number = year.centre.a_parcel(code, direction="to_citizen")
    yield year.hours(1, 20)
    year.scan(number, "accepted")
    yield year.days(1.5, tail=0.04)
    year.scan(number, "out_for_delivery")
    if year.chance.random() < 0.2:
        yield year.hours(1, 8)
        year.scan(number, "delivery_failed", reason="nobody_home")
        yield year.hours(12, 40)
        year.scan(number, "out_for_delivery")
    yield year.hours(1, 16)
    year.scan(number, "delivered")
    yield year.hours(1, 90)
    if year.chance.random() < 0.05:  # “I have had no message”
        year.asked_again += year.telling.again(code).status_code == 202


def days_of(year):
    """Open the office each working day; the service works on the others, too."""
    employ(year.centre, "lan")
    calendar, opened = year.centre.house.calendar, local_day(year.centre.clock())
    for day in (opened + timedelta(days=n) for n in range(YEAR.days)):
        for clock in TICKS:
            yield until(year, day, clock)
            if clock == time(8) and calendar.is_working_day(day):
                sign_what_is_shown(year)
                year.telling.work()


def until(year, day: date, clock: time) -> timedelta:
    return max(datetime.combine(day, clock, VIETNAM) - year.centre.clock(), timedelta())


def sign_what_is_shown(year):
    rows = [
        row
        for kind in ("nearly_late", "silent")
        for row in year.centre.get(f"/worklist?kind={kind}&limit=200").json()["items"]
    ]
    silent = {r["dossiers"][0] for r in rows if r["direction"] == "to_authority"} - year.silent
    year.silent |= silent
    codes = silent | {row["code"] for row in rows if row["kind"] == "nearly_late"}
    lan = Visitor(year.centre)
    if codes:
        lan.signs_in("lan")
    for code in sorted(codes):
        due_on = year.centre.get(f"/dossiers/{code}").json()["due_on"]
        year.promised[code] = year.promised[code] or due_on
        address = f"/desk/dossiers/{code}/acts/extend"
        answer = lan.sends(address, filled_in(lan.opens(address).text, "sign"))
        assert answer.status_code == 303, answer.text


def test_of_a_year_nobody_is_woken_or_told_twice_and_the_late_hear_it_before_their_day(telling):
    telling.by("email", "sms")
    chance = random.Random(16)
    telling.mail.answers = lambda _n: "451 later" if chance.random() < 0.05 else "250 OK"
    telling.sms.answers = lambda _n: 503 if chance.random() < 0.05 else 200
    year = Year(telling)
    for n in range(DOSSIERS):
        on = year.centre.clock() + YEAR * 0.93 * n / DOSSIERS
        hour = timedelta(hours=year.chance.uniform(8, 16))
        year.later(a_life(year, n), datetime.combine(local_day(on), time(), VIETNAM) + hour)
    year.run()

    notices = [(code, one) for code in year.promised for one in telling.notices(code)]
    made = [(one, attempt) for _, one in notices for attempt in one["attempts"]]
    woken, off = disturbed(made, year.centre.house.calendar)
    sent = Counter(one["id"] for one, attempt in made if attempt["state"] == "sent")
    twice = sum(sent.values()) - len(sent)
    late, in_time, told = apologies(year, notices)
    print(
        f"\n{len(year.promised)} dossiers, {len(notices)} notices, {len(made)} attempts: "
        f"{woken} in quiet hours, {off} on days off, {twice} twice ({year.asked_again} asked for); "
        f"{late} late, of them told before the day {told}; apologised to and in time {in_time}; "
        f"{dict(Counter(one['state'] for _, one in notices))}"
    )
    assert (woken, off, twice) == (0, 0, year.asked_again)
    assert sum(sent.values()) == len(telling.mail.taken) + len(telling.sms.taken)
    assert late > DOSSIERS / 20
    assert told >= 0.99 * late
    assert {one["event"] for _, one in notices} == set(Event) - {
        "payment_asked",
        "more_asked",
        *COLLECTED,
    }
    assert year.centre.differences() == []


COLLECTED = ("at_post_office", "at_office")


def disturbed(made, calendar):
    """Count what was sent at night, and on a day off what makes somebody call the office."""
    quiet, woken, off = read_quiet("21:00-07:00"), 0, 0
    for one, attempt in made:
        at = datetime.fromisoformat(attempt["begun_at"])
        woken += quiet.holds(at)
        off += one["event"] in CALLS_THE_OFFICE and not calendar.is_working_day(local_day(at))
    return woken, off


def apologies(year, notices):
    """Count who was late by the first promise, who was in time after all, and who heard before."""
    heard = {}
    for code, one in notices:
        if one["event"] == "late":
            begun = [a["begun_at"] for a in one["attempts"] if a["state"] == "sent"]
            heard.setdefault(code, min(begun, default="9999"))
    late = in_time = told = 0
    for code, promised in year.promised.items():
        seen = year.centre.get(f"/dossiers/{code}").json()
        day = date.fromisoformat(promised or seen["due_on"])
        ended = year.settled_on.get(code) or local_day(year.ends_at)
        is_late = ended > day
        late += is_late
        in_time += bool(promised) and not is_late
        if is_late and code in heard and heard[code] != "9999":
            told += local_day(datetime.fromisoformat(heard[code])) < day
    return late, in_time, told
