"""Five weeks of the rehearsal centre, told through the desks and the ledger as they happened.

All goes as real work goes: people register, seal and sign, the invented post travels at its real
pace, its messages are read by its adapter. Only the clock is in the past.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from sqlalchemy import delete
from sqlmodel import Session, col, select

from adapters.event import Milestone
from postal_tracker.core.journey import Direction
from postal_tracker.core.time_limits import Unit
from postal_tracker.core.working_days import VIETNAM, local_day
from postal_tracker.demo import people
from postal_tracker.demo.agenda import Agenda
from postal_tracker.demo.old_desk import OldDesk
from postal_tracker.demo.old_messages import OldMessages
from postal_tracker.demo.placeholders import NAMED
from postal_tracker.demo.plot import (
    BY_HAND,
    ELSE,
    FATES,
    FORGOTTEN,
    HOME,
    LACKING,
    REHEARSAL,
    SLOW,
    WHY,
    WORKING_DAYS,
    Crew,
    Life,
    Ride,
    town_of,
)
from postal_tracker.house import House
from postal_tracker.rehearsal.world import Fate, Scan, World
from postal_tracker.storage.tables import Authority, Procedure, StageChange


def local(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, VIETNAM)


class Past:
    """The story so far. Ends at `now`, wherever everything then stands."""

    def __init__(self, session: Session, house: House, crew: Crew, *, now: datetime) -> None:
        self._session = session
        self._house = house
        self._desk = OldDesk(session, house, crew)
        self._now = now
        self._chance = Random(20261123)
        self._post = World(seed=7)
        self._agenda = Agenda()
        self._messages = OldMessages(session, house.carriers)
        self._told = self._people = 0
        self._to_send: list[Life] = []
        self._rides: dict[str, Ride] = {}
        self._undecided: dict[str, Life] = {}
        self._over: set[str] = set()
        self._contradicted = False
        self._procedures, self._towns = self._catalogue()

    def tell(self) -> None:
        """Let it all happen."""
        for ago, day in enumerate(self._working_days(local_day(self._now))):
            self._plan_day(day, ago)
        self._plan_this_hour()
        heard = self._now - timedelta(days=45)
        while heard < self._now:
            heard += timedelta(hours=4)
            self._agenda.at(heard, self._hear)
        self._messages.plan_without_home(self._agenda, self._now)
        self._agenda.live_until(self._now, self._settle)
        # Who was to be told in the past was told in the past.
        self._session.exec(delete(StageChange))

    def _settle(self) -> None:
        self._session.flush()
        self._session.expunge_all()  # what is done need not be looked through at each step

    def _working_days(self, today: date) -> list[date]:
        """Return the last working days, the latest first; number 0 is today, whatever it is."""
        days: list[date] = []
        day = today
        while len(days) <= WORKING_DAYS:
            if day == today or self._house.calendar.is_working_day(day):
                days.append(day)
            day -= timedelta(days=1)
        return days

    def _catalogue(self) -> tuple[list[tuple[str, int]], dict[int, str]]:
        quick = (Procedure.limit_unit == Unit.WORKING_DAY, Procedure.limit_number <= 10)
        by_post = (col(Procedure.post_out), col(Procedure.post_back))
        wanted = select(Procedure.code, Procedure.authority_id).where(*by_post, *quick, NAMED)
        towns = {a.id: town_of(a.address) for a in self._session.exec(select(Authority))}
        return list(self._session.exec(wanted)), towns

    # The desk's days

    def _plan_day(self, day: date, ago: int) -> None:
        if not self._house.calendar.is_working_day(day):
            return
        for _ in range(self._chance.randint(3, 6)):
            minutes = self._chance.choice(
                (self._chance.randint(0, 240), self._chance.randint(360, 540))
            )
            self._agenda.at(local(day, time(7, 30)) + timedelta(minutes=minutes), self._register)
        self._agenda.at(local(day, time(15, 45)), partial(self._send, ago=ago))

    def _plan_this_hour(self) -> None:
        """Whatever the hour: something just registered, something sealed, something handed over."""
        for minutes in (170, 165, 160, 100, 95, 12, 4):
            self._agenda.at(self._now - timedelta(minutes=minutes), self._register)
        self._agenda.at(self._now - timedelta(minutes=150), partial(self._send, ago=None))
        self._agenda.at(self._now - timedelta(minutes=90), self._seal_waiting)
        self._agenda.at(self._now - timedelta(hours=6), self._decide_some)

    def _register(self, at: datetime) -> None:
        procedure, authority_id = self._chance.choice(self._procedures)
        self._people += 1
        person = people.invent(self._chance, self._people)
        code = self._desk.register(person, procedure, at)
        self._to_send.append(
            Life(
                code=code,
                authority_id=authority_id,
                town=self._towns[authority_id],
                home=town_of(person.form.ward),
                by_post=person.wants_it_by_post,
                slow=self._chance.random() < SLOW,
            )
        )
        for turn, act in ((20, "withdraw"), (33, "refuse")):
            if self._people % 47 == turn:
                self._agenda.at(at + timedelta(minutes=20), partial(self._end, code=code, act=act))
        if self._people % 31 == 11:
            self._ask(code, at)

    def _end(self, at: datetime, *, code: str, act: str) -> None:
        if any(life.code == code for life in self._to_send):
            self._to_send = [life for life in self._to_send if life.code != code]
            self._over.add(code)
            self._desk.act(code, act, at, reason=WHY[act])

    def _ask(self, code: str, at: datetime) -> None:
        """Papers are lacking; as a rule they come the next working day, some do not."""
        self._desk.act(code, "request_supplement", at + timedelta(minutes=1), **LACKING)
        if self._chance.random() < 0.8:
            came = local(self._house.calendar.add(local_day(at), 1), time(9, 10))
            self._agenda.at(came, partial(self._hand_in, code=code))

    def _hand_in(self, at: datetime, *, code: str) -> None:
        """Bring the papers asked for, unless it was decided without them."""
        if code not in self._over:
            self._desk.act(code, "receive_supplement", at)

    def _send(self, at: datetime, *, ago: int | None) -> None:
        """The postman comes: what has come in until now goes out."""
        of_carrier: dict[str, list[Ride]] = defaultdict(list)
        for carrier, ride in self._seal_waiting(at):
            of_carrier[carrier].append(ride)
        for carrier, rides in of_carrier.items():
            signed_at = at + timedelta(minutes=self._chance.randint(12, 25))
            number = self._desk.make_list(carrier, [ride.number for ride in rides], at)
            self._agenda.at(signed_at, partial(self._desk.sign, number, carrier))
            if carrier == BY_HAND:
                self._carry(rides, signed_at)
            elif ago is not None:
                self._post_rides(rides, signed_at, ago)

    def _seal_waiting(self, at: datetime) -> list[tuple[str, Ride]]:
        of_authority: dict[int, list[Life]] = defaultdict(list)
        for life in self._to_send:
            of_authority[life.authority_id].append(life)
        self._to_send = []
        sealed: list[tuple[str, Ride]] = []
        for lives in of_authority.values():
            for start in range(0, len(lives), 3):
                by_hand = len(sealed) >= 2 and self._chance.random() < 0.3
                carrier = BY_HAND if by_hand else REHEARSAL
                ride = self._seal(carrier, Direction.TO_AUTHORITY, lives[start : start + 3], at)
                sealed.append((carrier, ride))
        return sealed

    def _seal(
        self, carrier: str, direction: Direction, lives: Sequence[Life], at: datetime
    ) -> Ride:
        number = self._desk.seal(carrier, direction, [life.code for life in lives], at)
        self._rides[number] = Ride(number, direction, lives)
        return self._rides[number]

    # The invented post, at its real pace

    def _post_rides(self, rides: Sequence[Ride], at: datetime, ago: int) -> None:
        soon = at + timedelta(minutes=20)
        for place, ride in enumerate(rides):
            if place == 1 and ago in FORGOTTEN:
                continue
            fate = FATES.get(ago) if place == 0 else None
            self._agenda.at(soon, partial(self._pick_up, ride=ride, fate=fate))

    def _pick_up(self, at: datetime, *, ride: Ride, fate: Fate | None = None) -> None:
        there, here = ride.lives[0].town, HOME
        if ride.direction is Direction.TO_CITIZEN:
            there, here = ride.lives[0].home, ride.lives[0].town
        if ride.direction is Direction.TO_CENTRE:
            there, here = here, there
        self._post.announce(ride.number, sender_place=here, recipient_place=there, now=at)
        drawn = self._chance.choices(list(ELSE), list(ELSE.values()))[0]
        self._post.pick_up([ride.number], now=at, fate=fate or drawn)

    def _hear(self, at: datetime) -> None:
        """Take in what the post has to tell, as its webhooks would have brought it."""
        scans = self._post.advance(at)
        self._messages.keep(scans, at)
        for scan in scans:
            self._go_on(scan, at)
        self._desk.promise(at)

    def _go_on(self, scan: Scan, at: datetime) -> None:
        ride = self._rides[scan.tracking_number]
        if scan.status == "PHAT_TC":
            self._arrived(ride, at)
        came_back = scan.status == "HOAN_TC" and ride.direction is Direction.TO_AUTHORITY
        if came_back and at < self._now - timedelta(days=8):
            self._to_send.extend(ride.lives)  # and off again with the next postman

    # What people do once a parcel has arrived

    def _arrived(self, ride: Ride, at: datetime) -> None:
        if ride.direction is Direction.TO_AUTHORITY:
            self._undecided.update((life.code, life) for life in ride.lives)
            quick = [life for life in ride.lives if not life.slow]
            on = self._house.calendar.add(local_day(at), self._chance.choice((1, 1, 2, 2, 3, 4)))
            when = local(on, time(8, 30)) + timedelta(minutes=self._chance.randint(0, 400))
            self._agenda.at(when, partial(self._decide, lives=quick))
        elif ride.direction is Direction.TO_CENTRE:
            self._agenda.at(self._office_hours(at), partial(self._receive, ride=ride))
        elif not self._contradicted and at < self._now - timedelta(days=2):
            self._contradicted = True
            later = at + timedelta(hours=5)
            self._agenda.at(later, partial(self._messages.contradict, number=ride.number))

    def _decide(self, at: datetime, *, lives: Sequence[Life]) -> None:
        decided = [life for life in lives if self._undecided.pop(life.code, None)]
        self._over.update(life.code for life in decided)
        for life in decided:
            self._desk.act(life.code, "result_ready", at)
        self._agenda.at(at + timedelta(minutes=50), partial(self._send_back, lives=decided))

    def _send_back(self, at: datetime, *, lives: Sequence[Life]) -> None:
        parcels = [(Direction.TO_CITIZEN, [life]) for life in lives if life.by_post]
        to_centre = [life for life in lives if not life.by_post]
        parcels += [(Direction.TO_CENTRE, to_centre)] if to_centre else []
        for direction, inside in parcels:
            ride = self._seal(REHEARSAL, direction, inside, at)
            self._agenda.at(at + timedelta(minutes=60), partial(self._pick_up, ride=ride))

    def _decide_some(self, at: datetime) -> None:
        """Have one result of each kind under way, whatever day of the week it is."""
        for by_post in (True, False):
            lives = [v for v in self._undecided.values() if v.by_post is by_post]
            self._decide(at, lives=lives[-1:])

    def _receive(self, at: datetime, *, ride: Ride) -> None:
        self._desk.receive(ride.number, at)
        for life in ride.lives:
            if self._chance.random() < 0.85:
                on = self._office_hours(at + timedelta(hours=self._chance.uniform(2, 70)))
                self._agenda.at(on, partial(self._desk.act, life.code, "collected"))

    def _office_hours(self, at: datetime) -> datetime:
        """Return this moment, or the next one at which the office is open."""
        here = at.astimezone(VIETNAM)
        day = here.date() if here.time() < time(16, 30) else here.date() + timedelta(days=1)
        opening = local(self._house.calendar.add(day, 0), time(7, 45))
        return max(at, opening) + timedelta(minutes=self._chance.randint(1, 45))

    # The courier with his bag

    def _carry(self, rides: Sequence[Ride], at: datetime) -> None:
        for ride in rides:
            soon = at + timedelta(minutes=5)
            self._agenda.at(soon, partial(self._report, ride, Milestone.ACCEPTED))
            there = at + timedelta(minutes=self._chance.randint(60, 200))
            self._agenda.at(there, partial(self._report, ride, Milestone.DELIVERED))

    def _report(self, ride: Ride, milestone: Milestone, at: datetime) -> None:
        self._told += 1
        place = ride.lives[0].town if milestone is Milestone.DELIVERED else HOME
        self._desk.report(f"past-{self._told}", ride.number, milestone, place, at)
        if milestone is Milestone.DELIVERED:
            self._arrived(ride, at)
