"""The forms themselves: what each may and must hold.

The sentence below a field is its description in the OpenAPI document; a field without one is
described by its name, in `web/http/openapi/glossary.py`.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from adapters.event import Milestone
from postal_tracker.core.catalogue import ApplicantKind
from postal_tracker.core.journey import Act, Channel, Direction, Holder, Stage
from postal_tracker.forms.values import (
    CLEAN,
    Address,
    DossierCodeText,
    Email,
    IdNumber,
    Line,
    Moment,
    Name,
    Note,
    Phone,
    Short,
    TrackingNumber,
    Word,
    bounded,
    refuse_nowhere,
    told_as,
)


class Form(BaseModel):
    """Something sent to us. Unknown fields are refused: a misspelt one would be lost in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ApplicantForm(Form):
    """Whose dossier it is."""

    name: Name
    """As on the citizen's papers."""
    phone: Phone = ""
    email: Email = ""
    id_number: IdNumber = ""
    address: Line = ""
    ward: Short = ""
    province: Short = ""


class AddressForm(Form):
    """Where somebody is written to."""

    email: Email = ""


Papers = Annotated[int, Field(ge=0, le=999)]
Sets = Annotated[int, Field(ge=0, le=99)]
Vnd = Annotated[int, Field(ge=0, le=10**12)]


class DossierForm(Form):
    """A dossier to be registered."""

    procedure: Word
    """The code of what is asked for, such as `GPLX-01`."""
    applicant: ApplicantForm
    code: DossierCodeText = ""
    """The one-stop system's code; without one the centre gives its next."""
    office: Short = ""
    """The code of the office that takes it in; without one it is the caller's own."""
    received_at: Moment | None = None
    """When the citizen handed it in; without it, now."""
    return_by_post: bool = False
    channel: Channel = Channel.DIRECT
    applicant_kind: ApplicantKind = ApplicantKind.CITIZEN
    papers_count: Papers | None = None
    sets_count: Sets | None = None
    fee_vnd: Vnd | None = None
    note: Note = ""

    @model_validator(mode="after")
    def _post_has_somewhere_to_go(self) -> Self:
        refuse_nowhere(self.return_by_post, self.applicant.address, self.applicant.ward)
        return self


class SearchForm(Form):
    """Which dossiers are looked for; what is left out does not narrow the list."""

    q: Annotated[str, bounded(200), CLEAN] = ""
    stage: Annotated[Short, told_as(Stage, others=100)] = ""
    authority: Short = ""
    office: Short = ""
    holder: Annotated[Short, told_as(Holder, others=100)] = ""
    overdue: bool | None = None
    cursor: Annotated[int, Field(ge=0, le=2**53)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ApplicantCorrection(Form):
    """What is put right of an applicant's data: what is left out stays, an empty text empties."""

    name: Name | None = None
    phone: Phone | None = None
    email: Email | None = None
    id_number: IdNumber | None = None
    address: Line | None = None
    ward: Short | None = None
    province: Short | None = None


class CorrectionForm(Form):
    """What is put right in a dossier, and why; what is left out stays as it is."""

    reason: Annotated[str, bounded(300, 1), CLEAN]
    """Why; it stands in the history."""
    applicant: ApplicantCorrection = ApplicantCorrection()
    procedure: Word | None = None
    """The code of what is asked for: only while nothing was sent."""
    return_by_post: bool | None = None
    channel: Channel | None = None
    applicant_kind: ApplicantKind | None = None
    papers_count: Papers | None = None
    sets_count: Sets | None = None
    fee_vnd: Vnd | None = None
    result_number: Short | None = None
    note: Note | None = None


class RecipientForm(Form):
    """To whom a parcel goes, if not to the authority, the office or the applicant on record."""

    name: Name
    phone: Phone = ""
    address: Address = ""
    """The whole address, as it is to stand on the label."""


class ParcelForm(Form):
    """A parcel to be made up of dossiers."""

    carrier: Word
    direction: Direction
    dossiers: Annotated[list[DossierCodeText], Field(min_length=1, max_length=60)]
    tracking_number: TrackingNumber = ""
    """The number on its label; without one it gets the next of the centre's range."""
    recipient: RecipientForm | None = None
    to_office: Short = ""
    """The code of the office to which it goes, if the direction is `to_office`."""


Serial = Annotated[int, Field(ge=0, le=99_999_999)]
TwoLetters = Annotated[str, StringConstraints(min_length=2, max_length=2, pattern=r"^[A-Z]{2}$")]


class NumberRangeForm(Form):
    """A range of S10 numbers that a post allotted to the centre."""

    carrier: Word
    indicator: TwoLetters
    """The two letters before the digits, such as `EE`."""
    country: TwoLetters = "VN"
    """The two letters behind the check digit."""
    first_serial: Serial
    """The eight digits of the first number, without its check digit."""
    last_serial: Serial
    """Those of the last."""


class ActForm(Form):
    """What a desk does with one dossier."""

    act: Literal[
        "result_ready",
        "received_back",
        "collected",
        "hand_over_result",
        "cancelled",
        "withdraw",
        "refuse",
        "stop",
        "taken_out",
        "request_supplement",
        "receive_supplement",
        "request_payment",
        "receive_payment",
        "extend",
        "strike_out",
    ]
    """What is done; `strike_out` takes a wrong entry back. `withdraw` and `hand_over_result` are
    the same as `cancelled` and `collected`."""
    at: Moment | None = None
    entry: Annotated[int, Field(ge=1, le=2**53)] | None = None
    """Which entry of the timeline a `strike_out` takes back."""
    note: Note = ""
    reason: Line = ""
    """Why it is done; no name or number of a person."""
    missing: Annotated[list[Line], Field(max_length=30)] = []
    """Which papers a `request_supplement` asks for, one each."""
    guidance: Note = ""
    """What the citizen is to do about them."""
    new_due_at: Moment | None = None
    """What an `extend` promises."""
    signed_by: Short = ""
    """Who signed the apology."""
    decision: Short = ""
    """The number of the decision by which an authority stops."""
    amount_vnd: Annotated[int, Field(ge=1, le=10**12)] | None = None
    """What is to be paid, or was."""
    what: Line = ""
    """What a `request_payment` is for: a fee, a tax."""
    receipt: Short = ""
    """The number of the receipt for a payment."""
    to: Short = ""
    """To whom a result was handed: the applicant, a relative, somebody with a power of attorney."""


class WorkForm(Form):
    """What somebody does with an item of the worklist."""

    act: Literal["take", "assign", "release", "snooze", "note", "ask_carrier"]
    """`take` it oneself, `assign` it to somebody, `release` it again; `snooze`: put it off; `note`
    what was said, with the dossiers it is about; `ask_carrier` at once."""
    assignee: Short = ""
    """The sign-in name of whom an `assign` gives it to."""
    until: Moment | None = None
    """Until when a `snooze` puts it off, 60 days at most."""
    note: Note = ""
    """What was said; kept with the dossiers that it is about, never shown to citizens."""


class DeviceForm(Form):
    """A courier's telephone that is to be enrolled."""

    name: Short
    """What the telephone is called in lists, such as its make."""
    staff: Short = ""
    """The sign-in name of its courier; may be left out where the carrier has one only."""
    carrier: Short = ""
    """The only carrier on whose parcels it may report; empty: the one that its courier is of."""


class ScanForm(Form):
    """What a scanner read, and what to do about it."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    """The reading as it is: a link, a lookup code, a dossier's, parcel's or list's number."""
    office: Short = ""
    """The code of the office at which it is scanned; without one it is the caller's own."""
    act: Annotated[Short, told_as([*Act, *Milestone], others=100)] = ""
    """One of the `acts` that looking at it named; nothing is done without one."""
    chosen: bool = False
    """The code is one of the `choices` of an answer before, and means nothing else."""


class TrackForm(Form):
    """A citizen's question, with the proof that the dossier is theirs."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    """The lookup code of the receipt, or the dossier's code."""
    phone_last4: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]


WithoutHome = Literal["unread", "unclaimed", "conflicting"]
"""What may have become of a carrier's message that found no home."""


class ReadAgainForm(Form):
    """Which messages to read again; all that have no home, if nothing is said."""

    state: WithoutHome | None = None
    carrier: Annotated[str, Field(max_length=30)] = ""
    """Only this carrier's."""
    cursor: Annotated[int, Field(ge=0, le=2**53)] = 0
    """Only those behind this one: the last answer's `next_cursor`."""
