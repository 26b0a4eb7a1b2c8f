"""Whatever people and carriers do, in any order: the record equals a simple model of it.

The model below is written from the design, not from the code: a few dictionaries and one loop. It
knows who did what when, and works out where each dossier stands by asking, in order of time, what
that means for whoever holds it.
"""

import asyncio
import random
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import update
from sqlmodel import Session, col, select

from adapters.event import CarrierEvent, Milestone, Reason, Source
from postal_tracker import ledger, views
from postal_tracker.access import EVERYTHING, Caller, Role
from postal_tracker.carriers import inbox
from postal_tracker.carriers.inbox import EventBatch, Message
from postal_tracker.core.problems import Conflict, Invalid
from postal_tracker.core.working_days import VIETNAM, centre_calendar
from postal_tracker.desks import acts, doubles, handover, registration, sealing
from postal_tracker.forms import (
    ActForm,
    ApplicantForm,
    DossierForm,
    EventForm,
    HandoverForm,
    ParcelForm,
    SignatureForm,
)
from postal_tracker.reports import behind_figure, ii06a, summary
from postal_tracker.reports.period import By, Period
from postal_tracker.storage.database import Database
from postal_tracker.storage.tables import (
    Authority,
    Dossier,
    Enclosure,
    LedgerEntry,
    Parcel,
    Procedure,
)
from tests.centre import Centre

# The model

ORDER = [
    "registered",
    "sealed",
    *(m.value for m in Milestone),
    "result_ready",
    "received_back",
    "collected",
    "cancelled",
    "refused",
    "stopped",
    "supplement_requested",
    "supplement_received",
    "payment_requested",
    "payment_received",
    "extended",
]
MILESTONES = {m.value for m in Milestone}
ENDED = ("delivered", "collected", "cancelled", "refused")
CLOSES = {"withdraw": "cancelled", "refuse": "refused", "stop": "stopped"}
ASKS = {
    "request_supplement": "supplement_requested",
    "receive_supplement": "supplement_received",
    "request_payment": "payment_requested",
    "receive_payment": "payment_received",
}
ANSWERED = {
    "supplement_received": "supplement_requested",
    "payment_received": "payment_requested",
    "post_gave": "post_took",
}
CALENDAR = centre_calendar()
IN_HAND = ("office", "authority")
ARRIVED = {
    "to_authority": ("at_authority", "authority"),
    "to_centre": ("at_centre", "office"),
    "to_citizen": ("delivered", "citizen"),
}
DESK = {
    "result_ready": ("with_office", "at_authority"),
    "received_back": (
        "at_authority",
        "to_centre",
        "at_centre",
        "to_citizen",
        "returned",
        "lost",
    ),
    "collected": ("with_office", "at_centre", "returned"),
    "taken_out": ("sealed",),
}
"""At which stages a desk can do what."""


class Model:
    """What everybody did, and what follows from it."""

    def __init__(self) -> None:
        self.of_dossier: dict[str, list[dict[str, Any]]] = {}
        self.of_parcel: dict[str, list[dict[str, Any]]] = {}
        self.direction: dict[str, str] = {}
        self.rides: dict[str, list[str]] = {}
        self.sealed_at: dict[str, Any] = {}
        self.without_post: set[str] = set()
        """Those in whose limit the time with the post does not count."""
        self.struck: set[int] = set()
        self.ids: set[str] = set()
        self._made = 0

    def note(self, where: list[dict[str, Any]], what: str, at: Any, **rest: Any) -> None:
        self._made += 1
        where.append({"what": what, "at": at, "n": self._made, "parcel": None, **rest})

    def scan(self, number: str, what: str, at: Any, *, id_: str, **rest: Any) -> bool:
        """Note a scan unless it is known by its id or by what it says; tell whether it was new."""
        fact = {"trusted": True, "reason": "", "place": "", "key": id_, **rest}
        claimed = what in ("delivered", "returned") and not fact["trusted"]
        sameness = f"{number} {what} {at} {fact['place']} {claimed}"
        if id_ in self.ids or sameness in self.ids:
            return False
        self.ids |= {id_, sameness}
        self.note(self.of_parcel[number], what, at, parcel=number, **fact)
        return True

    def history(self, code: str) -> list[dict[str, Any]]:
        facts = list(self.of_dossier[code])
        for number in self.rides[code]:
            facts += self.of_parcel[number]
        standing = [f for f in facts if f["n"] not in self.struck]
        return sorted(standing, key=self._moment)

    def _moment(self, fact: dict[str, Any]) -> tuple[Any, ...]:
        sealed = self.sealed_at.get(fact["parcel"], fact["at"])
        rank = ORDER.index(fact["what"])
        return max(fact["at"], sealed), rank, fact["at"], fact.get("key", "")

    def due(self, code: str, first: Any) -> tuple[Any, bool]:
        """Return when it is due, of a limit in working days, and whether the clock stands."""
        changes, waiting = self._changes(code)
        due, stood_until = first, None
        for begin, end, is_stop in sorted(changes):
            begins = max(begin, stood_until or begin)
            if not is_stop:
                due = end
            elif begins < end:
                due, stood_until = self._later(due, begins, end), end
        return due, any(begin <= due for begin in waiting)

    def _changes(self, code: str) -> tuple[list[tuple[Any, Any, bool]], list[Any]]:
        """Return stops and promises, each with its end, and since when somebody is waited for."""
        mine = [f for f in self.of_dossier[code] if f["n"] not in self.struck]
        told = [(f["at"], ORDER.index(f["what"]), f["what"], f.get("until")) for f in mine]
        if code in self.without_post:
            told += [(at, -1, what, None) for at, what in self.handings(code)]
        changes, since = [], {}
        for at, _, what, until in sorted(told, key=lambda one: one[:2]):
            if what == "extended":
                changes.append((at, until, False))
            elif what in ANSWERED.values():
                since.setdefault(what, at)
            elif begin := since.pop(ANSWERED.get(what), None):
                changes.append((begin, at, True))
        return changes, list(since.values())

    def handings(self, code: str) -> Iterator[tuple[Any, str]]:
        """Yield when the post took it and gave it, while a result was owed."""
        settled_at, _ = self.closing(code)
        has_it = False
        for fact, (_, holder, _) in self._told(code):
            at = self._moment(fact)[0]
            if settled_at and at >= settled_at:
                break
            if has_it != (holder == "post"):
                has_it = not has_it
                yield at, "post_took" if has_it else "post_gave"
        if has_it and settled_at:
            yield settled_at, "post_gave"

    def _later(self, due: Any, begin: Any, end: Any) -> Any:
        """Go on by the working days after the one of a request up to that of its answer."""
        day, last = begin.astimezone(VIETNAM).date(), end.astimezone(VIETNAM).date()
        if begin > due or day >= last:
            return due
        days = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
        stood = sum(map(CALENDAR.is_working_day, days))
        on = due.astimezone(VIETNAM).date()
        while stood:
            on += timedelta(days=1)
            stood -= CALENDAR.is_working_day(on)
        moved = on != due.astimezone(VIETNAM).date()
        return datetime.combine(on, time(17), VIETNAM) if moved else due

    def closing(self, code: str) -> tuple[Any, str]:
        """Return since when no result is owed, and by which act if there was none."""
        holder = "office"
        for fact, (stage, now_with, _) in self._told(code):
            result = fact["what"] == "sealed" and holder == "authority"
            if fact["what"] == "result_ready" or result or fact["what"] in CLOSES.values():
                return fact["at"], fact["what"] if fact["what"] in CLOSES.values() else ""
            if stage in ENDED:
                return fact["at"], ""
            holder = now_with
        return None, ""

    def stands(self, code: str) -> tuple[str, str, str | None]:
        """Return stage, holder, and the parcel in which the dossier is."""
        state = ("with_office", "office", None)
        return [state, *(then for _, then in self._told(code))][-1]

    def _told(self, code: str) -> Iterator[tuple[dict[str, Any], tuple[str, str, str | None]]]:
        """Yield each fact in turn, until it is over, with how the dossier stands after it."""
        stage, holder, parcel = "with_office", "office", None
        origin = "office"
        for fact in self.history(code):
            if stage in ENDED:
                return
            if fact["what"] == "sealed":
                origin = holder
            if fact["what"] not in MILESTONES:
                stage, holder, parcel = self._done(fact, stage, holder, parcel)
            elif fact["parcel"] == parcel:
                stage, holder, parcel = self._scanned(fact, stage, holder, parcel, origin)
            yield fact, (stage, holder, parcel)

    def _done(
        self, fact: dict[str, Any], stage: str, holder: str, parcel: str | None
    ) -> tuple[str, str, str | None]:
        match fact["what"]:
            case "sealed":
                return "sealed", holder, fact["parcel"]
            case "received_back":
                return "returned" if stage == "returned" else "at_centre", "office", None
            case "collected":
                return "collected", "citizen", None
            case ("cancelled" | "refused") as end if holder == "office" and not parcel:
                return end, "citizen", None
        return stage, holder, parcel

    def _scanned(
        self, fact: dict[str, Any], stage: str, holder: str, parcel: str, origin: str
    ) -> tuple[str, str, str | None]:
        direction = self.direction[parcel]
        match fact["what"], fact["trusted"], fact["reason"]:
            case ("announced" | "unrecognised", _, _) | ("exception", _, "cancelled"):
                return stage, holder, parcel
            case ("handed_over", _, _) if holder == "post":
                return stage, holder, parcel
            case ("delivered", True, _):
                return *ARRIVED[direction], None
            case ("returned", True, _):
                return "returned", origin, None
            case ("exception", _, "lost"):
                return "lost", "post", parcel
        return direction, "post", parcel

    def is_open(self, number: str) -> bool:
        """A parcel is open until somebody whom we trust says that its way is over."""
        return not any(
            f["what"] in ("delivered", "returned") and f["trusted"] and f["n"] not in self.struck
            for f in self.of_parcel[number]
        )


# The record, driven beside the model

LAN = Caller("staff:1", Role.DESK, 1, name="Lan")
TUAN = Caller("key:TUAN", Role.COURIER, None)

_minutes = st.integers(0, 300)
_long_ago = st.integers(0, 6 * 24 * 60)
_milestones = st.sampled_from(list(Milestone))
_reasons = st.sampled_from([None, Reason.LOST, Reason.DAMAGED, Reason.CANCELLED, Reason.SEIZED])
_LAND = col(Procedure.code) == "DD-01"
_POLICE = select(Authority.id).where(Authority.code == "PC08").scalar_subquery()
_POST_NOT_COUNTED = update(Procedure).where(_LAND).values(post_counts=False, authority_id=_POLICE)
_scans = st.lists(st.tuples(_milestones, _minutes, _reasons), min_size=1, max_size=4)


class AnyHistory(RuleBasedStateMachine):
    """One centre and its model, side by side."""

    dossiers = Bundle("dossiers")
    parcels = Bundle("parcels")
    template: Path

    @initialize()
    def open_the_centre(self) -> None:
        self.folder = Path(mkdtemp(prefix="any-history-"))
        file = self.folder / "postal.db"
        shutil.copy(self.template, file)
        self.url = f"sqlite:///{file}"
        centre = Centre(self.url)
        self.house, self.database, self.clock = centre.house, centre.database, centre.clock
        self.database.write_now(lambda s: s.connection().execute(_POST_NOT_COUNTED))
        self.model = Model()
        self.told: list[tuple[Any, ...]] = []
        self.before: list[Any] = []

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            shutil.rmtree(self.folder)

    def do(self, command: Any) -> Any:
        self.clock.pass_(minutes=1)
        return self.database.write_now(lambda s: command(s, self.clock()))

    # What people do

    @rule(target=dossiers, procedure=st.sampled_from(["GPLX-01", "DD-01"]))
    def register(self, procedure: str) -> str:
        hoa = ApplicantForm(name="Bà Hoa", address="12 Trần Phú")
        form = DossierForm(procedure=procedure, applicant=hoa)
        code: str = self.do(
            lambda s, now: registration.register(
                s,
                form,
                by=LAN,
                calendar=self.house.calendar,
                now=now,
                on_doubles=doubles.keep,
            )
        )
        self.model.of_dossier[code], self.model.rides[code] = [], []
        if procedure == "DD-01":
            self.model.without_post.add(code)
        return code

    @rule(
        target=parcels,
        codes=st.lists(dossiers, min_size=1, max_size=3, unique=True),
        direction=st.sampled_from(sorted(ARRIVED)),
    )
    def seal(self, codes: list[str], direction: str) -> Any:
        form = ParcelForm(carrier="rehearsal", direction=direction, dossiers=codes)
        carriers = self.house.carriers
        stand = [self.model.stands(code) for code in codes]
        possible = all(
            parcel is None and holder in IN_HAND and stage not in ENDED
            for stage, holder, parcel in stand
        )
        try:
            made = self.do(
                lambda s, now: sealing.put_into_parcel(
                    s, form, carriers, by=LAN, reuse_after=self.house.reuse_after, now=now
                )
            )
        except Conflict:
            assert not possible
            return multiple()
        assert possible
        number: str = made.tracking_number
        self.model.direction[number], now = direction, self.clock()
        self.model.of_parcel[number], self.model.sealed_at[number] = [], now
        for code in codes:
            self.model.rides[code].append(number)
            self.model.note(self.model.of_dossier[code], "sealed", now, parcel=number)
        self.model.scan(number, "announced", now, id_=f"our own {number}")
        return number

    @rule(code=dossiers, act=st.sampled_from(sorted(DESK)))
    def act(self, code: str, act: str) -> None:
        stage, _, parcel = self.model.stands(code)
        settled_at, closed = self.model.closing(code)
        told_late = act == "result_ready" and settled_at and self.clock() < settled_at
        possible = stage in DESK[act] or told_late
        possible = possible and not (act == "result_ready" and closed)
        if not self.act_on(code, ActForm(act=act)):
            assert not possible
            return
        assert possible
        if act == "received_back" and parcel:
            self.note_arrival(parcel)
        mine = self.model.of_dossier[code]
        if act == "taken_out":
            mine[:] = [f for f in mine if (f["what"], f["parcel"]) != ("sealed", parcel)]
            self.model.rides[code].remove(parcel)
        else:
            self.model.note(mine, act, self.clock())

    @rule(code=dossiers, days=st.integers(-5, 400), ago=_minutes)
    def extend(self, code: str, days: int, ago: int) -> None:
        until = self.clock() + timedelta(days=days)
        at = self.clock() - timedelta(minutes=ago)
        form = ActForm(
            act="extend", reason="Phải xác minh", signed_by="Mẫu", new_due_at=until, at=at
        )
        settled_at, _ = self.model.closing(code)
        if not self.act_on(code, form):
            return
        assert settled_at is None or at < settled_at
        assert until > at
        self.model.note(self.model.of_dossier[code], "extended", at, until=until)

    @rule(code=dossiers, act=st.sampled_from(sorted(ASKS)), ago=_long_ago)
    def ask_and_hear(self, code: str, act: str, ago: int) -> None:
        at = self.clock() - timedelta(minutes=ago)
        rest = {"missing": ["Bản sao"], "reason": "Thiếu", "amount_vnd": 135_000, "what": "Lệ phí"}
        settled_at, _ = self.model.closing(code)
        if not self.act_on(code, ActForm(act=act, at=at, **rest)):
            assert self.is_too_early(code, at) or (settled_at and at >= settled_at)
            return
        assert settled_at is None or at < settled_at
        self.model.note(self.model.of_dossier[code], ASKS[act], at)

    @rule(code=dossiers, act=st.sampled_from(sorted(CLOSES)), ago=_minutes)
    def close(self, code: str, act: str, ago: int) -> None:
        at = self.clock() - timedelta(minutes=ago)
        settled_at, _ = self.model.closing(code)
        at_desk = self.model.stands(code)[0] in ("with_office", "returned")
        possible = settled_at is None or at < settled_at or at_desk
        if not self.act_on(code, ActForm(act=act, at=at, reason="Mẫu")):
            assert self.is_too_early(code, at) or not possible
            return
        assert possible
        self.model.note(self.model.of_dossier[code], CLOSES[act], at)

    @rule(days=st.integers(1, 4))
    def days_go_by(self, days: int) -> None:
        self.clock.pass_(days=days)

    def act_on(self, code: str, form: ActForm) -> bool:
        """Do an act; tell whether it could be done."""
        calendar = self.house.calendar
        try:
            self.do(lambda s, now: acts.act(s, code, form, by=LAN, calendar=calendar, now=now))
        except (Conflict, Invalid):
            return False
        return True

    def is_too_early(self, code: str, at: Any) -> bool:
        """Nothing happens to a dossier before it was received."""
        query = select(Dossier.received_at).where(Dossier.code == code)
        return at < self.database.read_now(lambda s: s.exec(query).one())

    def note_arrival(self, number: str) -> None:
        to_us = self.model.direction[number] == "to_centre"
        what = "delivered" if to_us else "returned"
        self.model.scan(number, what, self.clock(), id_=f"our own {self.clock()}")

    @rule(number=parcels)
    def open_on_our_desk(self, number: str) -> None:
        if not self.model.is_open(number):
            return
        inside = [c for c in self.model.rides if self.model.stands(c)[2] == number]
        self.do(
            lambda s, now: acts.receive_parcel(
                s, views.find_parcel(s, number, scope=EVERYTHING), by=LAN, at=now, now=now
            )
        )
        self.note_arrival(number)
        for code in inside:
            self.model.note(self.model.of_dossier[code], "received_back", self.clock())

    @rule(numbers=st.lists(parcels, min_size=1, max_size=3, unique=True), late=_minutes)
    def hand_over(self, numbers: list[str], late: int) -> None:
        form = HandoverForm(carrier="rehearsal", parcels=numbers)
        try:
            made = self.do(lambda s, now: handover.make_list(s, form, by=LAN, now=now))
        except (Conflict, handover.NotFound):
            return
        self.clock.pass_(minutes=late)
        self.do(
            lambda s, now: handover.sign(s, made, SignatureForm(signed_by="Tuấn"), by=LAN, now=now)
        )
        for number in numbers:
            self.model.scan(
                number, "handed_over", self.clock(), id_=f"{number} signed {self.clock()}"
            )

    # What carriers and couriers tell

    @rule(
        number=parcels,
        scans=_scans,
        source=st.sampled_from([Source.SIGNED, Source.SIGNED, Source.UNSIGNED]),
        shuffle=st.randoms(use_true_random=False),
    )
    def hooks_come(
        self, number: str, scans: list[Any], source: Source, shuffle: random.Random
    ) -> None:
        """Each scan in a message of its own or with others; some twice; in any order."""
        self.clock.pass_(minutes=1)
        events = [self.an_event(number, *scan) for scan in scans]
        bodies = [[event] for event in events] + [events]
        shuffle.shuffle(bodies)
        self.told += [(source, body) for body in bodies]
        self.keep([(source, body) for body in bodies])

    @rule(shuffle=st.randoms(use_true_random=False))
    def hooks_come_again(self, shuffle: random.Random) -> None:
        if self.told:
            self.keep(shuffle.sample(self.told, min(4, len(self.told))))

    def an_event(self, number: str, what: Milestone, ago: int, reason: Any) -> CarrierEvent:
        at = self.clock() - timedelta(minutes=ago)
        why = reason if what is Milestone.EXCEPTION else None
        id_ = f"{number} {what} {at}"
        place = f"Bưu cục {ago % 3}"
        return CarrierEvent(number, what, at, id_, place=place, reason=why)

    def keep(self, told: list[Any]) -> None:
        messages = []
        for source, events in told:
            body = repr((source, events)).encode()
            messages.append((Message("rehearsal", source, body, tuple(events)), self.clock()))
        self.database.write_now(lambda s: inbox.keep_each(s, messages))
        for source, events in told:
            for e in events:
                claim = e.milestone in ("delivered", "returned") and not source.is_trusted
                self.model.scan(
                    e.tracking_number,
                    e.milestone.value,
                    e.happened_at,
                    id_=f"rehearsal:{e.event_id}{':claim' if claim else ''}",
                    trusted=source.is_trusted,
                    reason=e.reason.value if e.reason else "",
                    place=e.place,
                )

    @rule(number=parcels, scans=_scans, twice=st.booleans())
    def a_courier_reports(self, number: str, scans: list[Any], twice: bool) -> None:
        self.clock.pass_(minutes=1)
        forms = [self.a_report(number, *scan) for scan in scans] * (2 if twice else 1)
        batch = EventBatch(tuple(forms), TUAN, self.clock())
        [results] = self.database.write_now(lambda s: inbox.record_batches(s, [batch]))
        for form, result in zip(forms, results, strict=True):
            new = self.model.scan(
                number,
                form.milestone.value,
                form.happened_at,
                id_=f"{TUAN.label}:{form.id}",
                reason=form.reason,
                place=form.place,
            )
            assert result.status == ("recorded" if new else "duplicate")

    def a_report(self, number: str, what: Milestone, ago: int, reason: Any) -> EventForm:
        at = self.clock() - timedelta(minutes=ago)
        why = reason.value if reason and what is Milestone.EXCEPTION else ""
        return EventForm(
            id=f"{number} {what} {at:%d%H%M}",
            tracking_number=number,
            milestone=what,
            happened_at=at,
            place=f"Bưu cục {ago % 3}",
            reason=why,
        )

    @rule(scan=st.tuples(_milestones, _minutes, _reasons))
    def somebody_tells_of_a_parcel_that_nobody_knows(self, scan: Any) -> None:
        self.clock.pass_(minutes=1)
        event = self.an_event("EE123456785VN", *scan)
        body = repr((self.clock(), event)).encode()  # a body that came before is not news
        message = Message("rehearsal", Source.SIGNED, body, (event,))
        state = self.database.write_now(lambda s: inbox.keep_each(s, [(message, self.clock())]))
        assert state == ["unclaimed"]

    # Mistakes and mishaps

    @rule(code=dossiers, choice=st.integers(0, 10_000))
    def strike_out(self, code: str, choice: int) -> None:
        facts = [*self.model.of_dossier[code]]
        for number in self.model.rides[code]:
            facts += self.model.of_parcel[number]
        if not facts:
            return
        fact = facts[choice % len(facts)]
        entry = self.database.read_now(lambda s: self.entry_of(s, code, fact))
        form = ActForm(act="strike_out", entry=entry.id)
        possible = (
            fact["what"] not in ("sealed", "announced")
            and fact["n"] not in self.model.struck
            and not (fact["what"] in ("delivered", "returned") and self.travels_on(fact["parcel"]))
        )
        if not self.act_on(code, form):
            assert not possible
            return
        assert possible
        self.model.struck.add(fact["n"])

    def travels_on(self, number: str) -> bool:
        later = self.model.sealed_at[number]
        return any(
            number in rides and any(self.model.sealed_at[r] > later for r in rides)
            for rides in self.model.rides.values()
        )

    def entry_of(self, session: Session, code: str, fact: dict[str, Any]) -> LedgerEntry:
        query = select(LedgerEntry).where(
            LedgerEntry.what == fact["what"], LedgerEntry.happened_at == fact["at"]
        )
        if fact in self.model.of_dossier[code]:
            dossier = session.exec(select(Dossier.id).where(Dossier.code == code)).one()
            return session.exec(query.where(LedgerEntry.dossier_id == dossier)).one()
        parcel = session.exec(
            select(Parcel.id).where(Parcel.tracking_number == fact["parcel"])
        ).one()
        claimed = fact["what"] in ("delivered", "returned") and not fact["trusted"]
        return session.exec(
            query.where(
                col(LedgerEntry.dossier_id).is_(None),
                LedgerEntry.parcel_id == parcel,
                LedgerEntry.place == fact["place"],
                LedgerEntry.claimed == claimed,
            )
        ).one()

    @rule()
    def the_machine_restarts(self) -> None:
        self.database.close()
        self.database = Database(self.url)

    @rule(number=consumes(parcels))
    def a_parcel_is_heard_of_no_more(self, number: str) -> None:
        assert (
            self.database.read_now(
                lambda s: views.parcel(s, number, scope=EVERYTHING)
            ).tracking_number
            == number
        )

    # What the centre reports

    @rule(
        ago=st.integers(-1, 40),
        days=st.integers(1, 40),
        by=st.sampled_from(["field", "office", "authority"]),
        which=st.integers(0, 10),
    )
    def the_official_figures_add_up(self, ago: int, days: int, by: By, which: int) -> None:
        """Whatever period is asked for, and each number opens to as many dossiers."""
        first = self.clock().astimezone(VIETNAM).date() - timedelta(days=ago)
        period = Period(first, first + timedelta(days=days - 1), self.clock())

        def read(report: Any, *of: str) -> Any:
            how = {"scope": EVERYTHING, "lang": "vi"}
            return self.database.read_now(lambda s: report(s, period, by, *of, **how).items)

        form, units = read(ii06a), read(summary)
        for row in form:
            assert row.received == row.received_online + row.received_direct + row.carried_over
            assert row.received == row.settled + row.open
            assert row.settled == row.settled_early + row.settled_on_time + row.settled_late
            assert row.open == row.open_in_time + row.open_late
        assert form[-1].received == len(self.in_period(period))
        for row in units:
            late = row.settled_late_apologised + row.settled_late_unapologised
            assert row.settled == row.settled_early + row.settled_on_time + late
        for row in (form[which % len(form)], units[which % len(units)]):
            for field in fields(row)[3:]:
                found = read(behind_figure, row.key, field.name)
                assert len(found) == getattr(row, field.name), field.name

    def in_period(self, period: Period) -> list[str]:
        """Return what came before its end, and was still owed when it began or is new in it."""
        rows = self.database.read_now(lambda s: s.exec(select(Dossier)).all())
        ends = {row.code: self.model.closing(row.code)[0] for row in rows}
        return [
            row.code
            for row in rows
            if row.received_at < period.until
            and (ends[row.code] is None or ends[row.code] >= period.since)
        ]

    def differences(self) -> list[str]:
        calendar = self.house.calendar
        return self.database.read_now(lambda s: ledger.differences(s, calendar))

    # What holds always

    @invariant()
    def the_copies_equal_the_ledger(self) -> None:
        if hasattr(self, "database"):
            assert self.differences() == []

    @invariant()
    def the_record_stands_where_the_model_does(self) -> None:
        if not hasattr(self, "database"):
            return
        rows = self.database.read_now(lambda s: s.exec(select(Dossier)).all())
        stand = {row.code: (row.stage, row.holder) for row in rows}
        assert stand == {code: self.model.stands(code)[:2] for code in self.model.of_dossier}
        assert {row.code: (row.due_at, row.stopped) for row in rows} == {
            row.code: self.model.due(row.code, row.first_due_at) for row in rows
        }
        assert {row.code: (row.settled_at, row.closed_by) for row in rows} == {
            row.code: self.model.closing(row.code) for row in rows
        }
        parcels = self.database.read_now(lambda s: s.exec(select(Parcel)).all())
        assert {p.tracking_number: p.open for p in parcels} == {
            number: self.model.is_open(number) for number in self.model.of_parcel
        }

    @invariant()
    def a_dossier_is_in_one_open_parcel_at_most(self) -> None:
        if not hasattr(self, "database"):
            return
        query = (
            select(Dossier.code, Parcel.tracking_number)
            .join(Enclosure, Enclosure.dossier_id == Dossier.id)
            .join(Parcel, Parcel.id == Enclosure.parcel_id)
            .where(Enclosure.open)
        )
        inside = self.database.read_now(lambda s: s.exec(query).all())
        assert len(dict(inside)) == len(inside)
        modelled = {code: self.model.stands(code)[2] for code in self.model.of_dossier}
        assert dict(inside) == {code: parcel for code, parcel in modelled.items() if parcel}

    @invariant()
    def entries_only_grow(self) -> None:
        if not hasattr(self, "database"):
            return
        query = select(LedgerEntry.__table__).order_by(LedgerEntry.id)  # type: ignore[attr-defined]
        read = self.database.read_now(lambda s: s.connection().execute(query).all())
        rows = [tuple(row) for row in read]
        assert rows[: len(self.before)] == self.before
        self.before = rows


def play(template: Path, *, examples: int, steps: int) -> None:
    AnyHistory.template = template
    few = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(AnyHistory, settings=few)


def test_any_history_leaves_the_record_where_a_simple_model_is(migrated_sqlite):
    play(migrated_sqlite, examples=6, steps=25)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_many_histories_leave_the_record_where_a_simple_model_is(migrated_sqlite, share):
    play(migrated_sqlite, examples=share.of(400, part=24), steps=50)


# Many services on one database


def test_two_services_on_one_database_leave_no_copy_behind(postgres_url):
    """Both hear the same news at once, and a desk at each takes the same parcels in."""
    with Centre(postgres_url) as centre:
        other = Database(postgres_url)
        codes = [centre.a_dossier() for _ in range(6)]
        numbers = [
            centre.a_parcel(*codes[n : n + 2], direction="to_centre") for n in range(0, 6, 2)
        ]
        now = centre.clock.pass_(hours=9)
        scans = [
            CarrierEvent(number, what, now - timedelta(hours=8 - hours), f"{number}{what}")
            for number in numbers
            for hours, what in enumerate(list(Milestone)[2:8])
        ]

        def hear(session: Session, event: CarrierEvent) -> None:
            message = Message("rehearsal", Source.SIGNED, repr(event).encode(), (event,))
            inbox.keep_each(session, [(message, now)])

        def take_in(session: Session, code: str) -> None:
            acts.move(session, code, ActForm(act="received_back"), by=LAN, now=now)

        for first in scans[::6]:
            centre.database.write_now(lambda s, e=first: hear(s, e))

        async def work(database: Database, seed: int) -> list[Any]:
            chance = random.Random(seed)
            acts = [(hear, e) for e in scans] + [(take_in, code) for code in codes]
            chance.shuffle(acts)
            failures = []
            for few in (acts[n : n + 3] for n in range(0, len(acts), 3)):
                waiting = [database.write(lambda s, a=act, w=what: a(s, w)) for act, what in few]
                failures += await asyncio.gather(*waiting, return_exceptions=True)
            return [f for f in failures if f is not None and not isinstance(f, Conflict)]

        with ThreadPoolExecutor(2) as pool:
            works = [
                pool.submit(asyncio.run, work(database, seed))
                for seed, database in enumerate((centre.database, other))
            ]
            assert [w.result(60) for w in works] == [[], []]
        other.close()
        assert centre.differences() == []
        assert {centre.stage(code) for code in codes} == {"at_centre"}
        told = sum(len(centre.get(f"/parcels/{n}").json()["events"]) for n in numbers)
        assert told == len(scans) + 2 * len(numbers)
