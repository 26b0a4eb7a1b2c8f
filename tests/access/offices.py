"""Six offices of two provinces, each with files of every kind; and who asks for them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from adapters.event import Milestone, Source
from postal_tracker import access, ledger
from postal_tracker.access import Caller, Role
from postal_tracker.core.feedback import FeedbackKind
from postal_tracker.core.journey import Act, Direction
from postal_tracker.desks import doubles, handover, registration, sealing
from postal_tracker.desks.common import act_on, find_dossiers
from postal_tracker.desks.feedback import FeedbackForm, open_feedback
from postal_tracker.desks.surveys import RoundForm, begin_round
from postal_tracker.forms import ApplicantForm, DossierForm, HandoverForm, ParcelForm, SignatureForm
from postal_tracker.ledger import NewEntry
from postal_tracker.storage.tables import (
    ApiKey,
    CourierDevice,
    Dossier,
    Feedback,
    FeedbackAct,
    LedgerEntry,
    Notice,
    Office,
    Parcel,
    PrintedLabel,
    Printer,
    StaffMember,
    Webhook,
    WebhookDelivery,
)
from tests.centre import MONDAY, Centre

OFFICES = {
    "parent": ("H49", ""),
    "own": ("H49.12", "H49"),
    "child": ("H49.12.01", "H49.12"),
    "grandchild": ("H49.12.01.07", "H49.12.01"),
    "sister": ("H49.13", "H49"),
    "foreign": ("H50.01", ""),
}
"""By how they stand to somebody of H49.12: code, and the code of the office above."""

WITHIN = frozenset({"own", "child", "grandchild"})

CARRIER, OTHER_CARRIER = "rehearsal", "by_hand"

A_KEY = "SPARE000"
"""That nobody has."""


@dataclass(slots=True)
class Files:
    """What one office has."""

    office: str
    person: str
    dossier: str = ""
    """Late, on the desk."""
    entry: int = 0
    """Of the ledger: that `dossier` was taken in."""
    sealed: str = ""
    parcel: str = ""
    """With `sealed` inside, waiting for its list."""
    listed: str = ""
    """On `handover`, which nobody has signed."""
    handover: str = ""
    taken: str = ""
    """Signed for days ago; its carrier is silent."""
    failed: str = ""
    """Could not be delivered, as was found by asking."""
    others: str = ""
    """Another carrier's."""
    printer: str = ""
    printer_id: int = 0
    spare: str = ""
    """A printer that may go."""
    feedback: str = ""
    """About `dossier`; it disputes that `parcel` was delivered."""
    survey: str = ""
    webhook: int = 0
    """Disabled, so that whoever may do anything with it is told so."""
    delivery: int = 0
    spare_webhook: int = 0
    courier: str = ""
    """The sign-in name of a courier of the office."""
    telephone: str = ""
    """What his is called."""
    device: int = 0
    notice: int = 0
    """To the citizen of `dossier`; no channel is set up."""
    codes: list[str] = field(default_factory=list)

    def marks(self) -> set[str]:
        """Return what nobody may read who has nothing to do with this office."""
        return {self.person, self.printer, self.handover, self.survey, self.telephone, *self.codes}


def furnish(centre: Centre, offices: Collection[str]) -> dict[str, Files]:
    """Give these offices files of every kind, made by somebody of each."""
    centre.database.write_now(_found_offices)
    made = {name: _files(centre, name) for name in offices}
    centre.clock.pass_(days=9)
    for name in made:
        centre.database.write_now(lambda s, one=made[name]: _fail(s, centre, one))
    return made


def _found_offices(session: Session) -> None:
    session.add(ApiKey(id=A_KEY, secret_hash="", name="x", role="courier", created_at=MONDAY))
    for name, (code, above) in OFFICES.items():
        known = session.exec(select(Office).where(Office.code == code)).first()
        office = known or Office(code=code, name_vi=f"Điểm {name}")
        office.parent_code = above
        session.add(office)


def _files(centre: Centre, name: str) -> Files:
    code, _ = OFFICES[name]
    files = Files(
        office=code, person=f"Người {name}", printer=f"Máy in {name}", spare=f"Dự phòng {name}"
    )

    def command(session: Session) -> None:
        office = session.exec(select(Office).where(Office.code == code)).one()
        by = Caller("staff:1", Role.DESK, office.id)
        files.dossier = _dossier(session, centre, files, by)
        ready = _dossier(session, centre, files, by)
        moment = centre.clock()
        found = find_dossiers(session, [ready], scope=by.scope)
        act_on(session, found, Act.RESULT_READY, by=by, at=moment, now=moment)
        files.sealed = _dossier(session, centre, files, by)
        files.parcel = _parcel(session, centre, files, by, files.sealed)
        files.listed = _parcel(session, centre, files, by)
        files.handover = _list(session, centre, files.listed, by)
        files.taken = _parcel(session, centre, files, by)
        signed = SignatureForm(signed_by="Tuấn")
        first = _list(session, centre, files.taken, by)
        handover.sign(session, first, signed, by=by, now=moment)
        files.failed = _parcel(session, centre, files, by)
        files.others = _parcel(session, centre, files, by, carrier=OTHER_CARRIER)
        _paper(session, centre, files, office.id)
        _webhooks(session, centre, files, office.id)
        _notice(session, centre, files)
        _telephone(session, centre, files, office.id)
        taken_in = select(LedgerEntry.id).join(Dossier, col(Dossier.id) == LedgerEntry.dossier_id)
        files.entry = session.exec(taken_in.where(Dossier.code == files.dossier)).one()
        _feedback(session, centre, files, by)
        asked, known = RoundForm(population=100), centre.house.surveys
        files.survey = begin_round(session, asked, known=known, by=by, now=moment)

    centre.database.write_now(command)
    return files


def _telephone(session: Session, centre: Centre, files: Files, office_id: int) -> None:
    """Employ a courier, and give him a telephone."""
    files.courier, files.telephone = f"buu-ta.{files.office.lower()}", f"Điện thoại {files.person}"
    member = _member(session, centre, files.courier, Role.COURIER, CARRIER, office_id)
    files.device = _device(session, centre, member.id, CARRIER, files.telephone)


def _device(session: Session, centre: Centre, staff_id: int, carrier: str, name: str) -> int:
    device = CourierDevice(
        staff_id=staff_id,
        name=name,
        carrier=carrier,
        made_by="staff:1",
        created_at=centre.clock(),
        enrolled_at=centre.clock(),
    )
    session.add(device)
    session.flush()
    return device.id


def _member(
    session: Session, centre: Centre, username: str, role: Role, carrier: str, office_id: int | None
) -> StaffMember:
    member = StaffMember(
        username=username,
        name=f"Tài khoản {username}",
        role=role.value,
        carrier=carrier,
        office_id=office_id,
        password_hash="",
        created_at=centre.clock(),
    )
    session.add(member)
    session.flush()
    return member


def _dossier(session: Session, centre: Centre, files: Files, by: Caller) -> str:
    address = "12 Trần Phú"
    form = DossierForm(
        procedure="GPLX-01", applicant=ApplicantForm(name=files.person, address=address)
    )
    code = registration.register(
        session,
        form,
        by=by,
        calendar=centre.house.calendar,
        now=centre.clock(),
        on_doubles=doubles.keep,
    )
    files.codes.append(code)
    return code


def _parcel(
    session: Session,
    centre: Centre,
    files: Files,
    by: Caller,
    dossier: str = "",
    carrier: str = CARRIER,
) -> str:
    form = ParcelForm(
        carrier=carrier,
        direction=Direction.TO_AUTHORITY,
        dossiers=[dossier or _dossier(session, centre, files, by)],
        tracking_number="" if carrier == CARRIER else f"TAY{len(files.person)}{files.office}",
    )
    made = sealing.put_into_parcel(
        session,
        form,
        centre.house.carriers,
        by=by,
        reuse_after=centre.house.reuse_after,
        now=centre.clock(),
    )
    files.codes.append(made.tracking_number)
    return made.tracking_number


def _list(session: Session, centre: Centre, number: str, by: Caller) -> str:
    form = HandoverForm(carrier=CARRIER, parcels=[number])
    return handover.make_list(session, form, by=by, now=centre.clock())


def _paper(session: Session, centre: Centre, files: Files, office_id: int) -> None:
    """Put a printer there that answers nobody, and a label of which nobody knows if it came out."""
    printer, spare = (
        Printer(
            name=called,
            office_id=office_id,
            kind="zpl_tcp",
            address="127.0.0.1:9",
            dpi=203,
            medium="100x150",
            added_at=centre.clock(),
        )
        for called in (files.printer, files.spare)
    )
    parcel = session.exec(select(Parcel).where(Parcel.tracking_number == files.listed)).one()
    session.add_all([printer, spare])
    session.add(
        PrintedLabel(
            parcel_id=parcel.id,
            copy_number=1,
            medium="a6",
            format="zpl",
            printed_at=centre.clock(),
            printed_by="staff:1",
            is_unsure=True,
        )
    )
    session.flush()
    files.printer_id = printer.id


def _webhooks(session: Session, centre: Centre, files: Files, office_id: int) -> None:
    at = centre.clock()
    of_it: Any = {"url": "https://portal.example.vn/", "types": "", "sealed_secret": "-", "by": "-"}
    of_it |= {"office_id": office_id, "created_at": at, "disabled_at": at}
    kept, spare = Webhook(**of_it, disabled_why="gone"), Webhook(**of_it, disabled_why="gone")
    session.add_all([kept, spare])
    session.flush()
    delivery = WebhookDelivery(webhook_id=kept.id, state="given_up", created_at=at)
    session.add(delivery)
    session.flush()
    files.webhook, files.spare_webhook, files.delivery = kept.id, spare.id, delivery.id


def _feedback(session: Session, centre: Centre, files: Files, by: Caller) -> None:
    form = FeedbackForm(kind=FeedbackKind.VIEW, text=f"{files.person} hỏi")
    calendar, now = centre.house.calendar, centre.clock()
    opened = open_feedback(session, files.dossier, form, by=by, calendar=calendar, now=now)
    files.feedback = opened.number
    kept = session.exec(select(Feedback).where(Feedback.number == opened.number)).one()
    parcel = session.exec(select(Parcel).where(Parcel.tracking_number == files.parcel)).one()
    kept.parcel_id = parcel.id
    session.add_all([kept, FeedbackAct(feedback_id=kept.id, at=now, what="identify", by=by.label)])


def _notice(session: Session, centre: Centre, files: Files) -> None:
    of = session.exec(select(Dossier).where(Dossier.code == files.dossier)).one()
    at = centre.clock()
    what: Any = {"event": "received", "state": "failed", "channel": "email"}
    notice = Notice(dossier_id=of.id, happened_at=at, created_at=at, **what)
    session.add(notice)
    session.flush()
    files.notice = notice.id


def doubt_labels(session: Session) -> None:
    session.exec(update(PrintedLabel).values(is_unsure=True))


def _fail(session: Session, centre: Centre, files: Files) -> None:
    parcel = session.exec(select(Parcel).where(Parcel.tracking_number == files.failed)).one()
    at = centre.clock() - timedelta(days=1)
    told = NewEntry(
        key=f"poll:{files.failed}",
        what=Milestone.DELIVERY_FAILED,
        happened_at=at,
        source=Source.POLL,
        parcel_id=parcel.id,
    )
    ledger.record(session, [told], now=at)


# Who asks


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asks, by a key or in a session."""

    name: str
    column: str
    """Which column of the matrix says what he may."""
    headers: dict[str, str]
    csrf: str = ""
    is_whole: bool = False
    is_on_telephone: bool = False
    """Whether an enrolled telephone asks: the couriers' doors are open to it alone."""

    @property
    def asks_about(self) -> frozenset[str]:
        """Of which offices' files: who may with all is asked about the farthest alone."""
        return frozenset({"foreign", "sister"} if self.is_whole else OFFICES)

    @property
    def within(self) -> frozenset[str]:
        return frozenset(OFFICES) if self.is_whole else WITHIN


_BOUND = {"carriers_courier": Role.COURIER, "carriers_program": Role.INTEGRATION}
_ROLES = {
    "clerk": Role.DESK,
    "manager": Role.MANAGER,
    "admin": Role.ADMIN,
    "courier": Role.COURIER,
    "program": Role.INTEGRATION,
    **_BOUND,
}


def askers(centre: Centre) -> Iterator[Asker]:
    """Each role with a key and, if people have it, in a session; and some of no office at all."""
    for column, role in _ROLES.items():
        carrier = CARRIER if column in _BOUND else ""
        for is_whole in (False, True) if column in ("clerk", "admin", "courier") else (False,):
            key = _key(centre, role, carrier, is_whole)
            by = "whole centre's" if is_whole else "office's"
            yield Asker(f"{by} {column} by key", column, key, is_whole=is_whole)
        if role is not Role.INTEGRATION:
            yield replace(_signed_in(centre, column, role, carrier), column=column)
    telephone = _signed_in(centre, "carriers_courier", Role.COURIER, CARRIER, on_telephone=True)
    yield replace(telephone, name="a courier's telephone", is_on_telephone=True)
    yield Asker("a stranger", "stranger", {})


def _key(centre: Centre, role: Role, carrier: str, is_whole: bool) -> dict[str, str]:
    office = None if is_whole else centre.lan.office_id
    key = centre.database.write_now(
        lambda s: access.create_key(
            s, role=role, name="x", carrier=carrier, office_id=office, now=centre.clock()
        )
    )
    return {"authorization": f"Bearer {key}"}


def _signed_in(
    centre: Centre, column: str, role: Role, carrier: str, *, on_telephone: bool = False
) -> Asker:
    def command(session: Session) -> str:
        username = f"{column}.{on_telephone}"
        member = _member(session, centre, username, role, carrier, centre.lan.office_id)
        device = _device(session, centre, member.id, carrier, "x") if on_telephone else None
        return access.begin_session(session, member.id, centre.clock(), device_id=device)

    token = centre.database.write_now(command)
    headers = {"cookie": f"sid={token}", "sec-fetch-site": "same-origin"}
    csrf = access.csrf_token(token, centre.house.secret)
    return Asker(f"office's {column} signed in", column, headers, csrf)
