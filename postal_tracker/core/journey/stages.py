"""The words for what happens and for where things stand."""

from enum import StrEnum

from adapters.event import Milestone


class Act(StrEnum):
    """What happens at our own desks, beside the carriers' milestones."""

    REGISTERED = "registered"
    POSSIBLE_DOUBLE = "possible_double"
    """Nobody could be asked whether it is the same dossier as another."""
    SEALED = "sealed"
    TAKEN_OUT = "taken_out"
    EXTENDED = "extended"
    """A new date was promised, with a written apology (form 04 of Circular 03/2025/TT-VPCP)."""
    SUPPLEMENT_REQUESTED = "supplement_requested"
    """Papers are lacking (form 02): the clock stands until they are there."""
    SUPPLEMENT_RECEIVED = "supplement_received"
    PAYMENT_REQUESTED = "payment_requested"
    """A tax or fee is due: the clock stands until it is paid."""
    PAYMENT_RECEIVED = "payment_received"
    RESULT_READY = "result_ready"
    RECEIVED_BACK = "received_back"
    COLLECTED = "collected"
    CANCELLED = "cancelled"
    """The applicant withdrew it."""
    REFUSED = "refused"
    """It was not accepted (form 03)."""
    STOPPED = "stopped"
    """The authority gave it up (form 05)."""
    STRUCK_OUT = "struck_out"
    CORRECTED = "corrected"
    """Somebody's data were put right; the papers stayed where they were."""
    NOTED = "noted"
    """Somebody called, asked or wrote; what was said is a note beside it."""
    FEEDBACK_OPENED = "feedback_opened"
    """A citizen asked or complained; what was said stands in the feedback's own row."""
    FEEDBACK_ASKED = "feedback_asked"
    """The citizen was asked for more, without which it cannot be answered."""
    FEEDBACK_ANSWERED = "feedback_answered"
    DELIVERY_DISPUTED = "delivery_disputed"
    """The citizen says that what was told as delivered has not come: both claims stand."""
    DISPUTE_SETTLED = "dispute_settled"
    """Somebody looked into it and said which claim holds, and why."""


CLOSINGS = frozenset({Act.CANCELLED, Act.REFUSED, Act.STOPPED})
"""With these nobody owes a result any more; the papers may still be on their way."""

LIMIT_ACTS = frozenset(
    {
        Act.EXTENDED,
        Act.SUPPLEMENT_REQUESTED,
        Act.SUPPLEMENT_RECEIVED,
        Act.PAYMENT_REQUESTED,
        Act.PAYMENT_RECEIVED,
    }
)
"""What moves the date on which a dossier is due, and no paper."""


class Handing(StrEnum):
    """What moves the date beside LIMIT_ACTS, where the post's time does not count. No entry is."""

    POST_TOOK = "post_took"
    POST_GAVE = "post_gave"
    """The post has it no more, or the result is there and nobody's time counts any longer."""


class Channel(StrEnum):
    """How a dossier was handed in: KenhThucHien of the national portal."""

    DIRECT = "direct"
    ONLINE = "online"
    POSTAL = "postal"


class Direction(StrEnum):
    """Which way a parcel travels."""

    TO_AUTHORITY = "to_authority"
    TO_CENTRE = "to_centre"
    TO_CITIZEN = "to_citizen"
    TO_OFFICE = "to_office"
    """From one of our offices to another: a ward's messenger, as a rule."""


class Holder(StrEnum):
    """Who has the papers in their hands."""

    OFFICE = "office"
    POST = "post"
    AUTHORITY = "authority"
    CITIZEN = "citizen"


class Stage(StrEnum):
    """Where a dossier stands on its round trip."""

    WITH_OFFICE = "with_office"
    SEALED = "sealed"
    TO_OFFICE = "to_office"
    TO_AUTHORITY = "to_authority"
    AT_AUTHORITY = "at_authority"
    TO_CENTRE = "to_centre"
    AT_CENTRE = "at_centre"
    TO_CITIZEN = "to_citizen"
    DELIVERED = "delivered"
    COLLECTED = "collected"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    LOST = "lost"


FINAL_STAGES = frozenset({Stage.DELIVERED, Stage.COLLECTED, Stage.CANCELLED, Stage.REFUSED})
"""A dossier leaves these only by a strike-out."""

FINAL_MILESTONES = frozenset({Milestone.DELIVERED, Milestone.RETURNED})
"""A parcel leaves these only by a strike-out."""


class Flag(StrEnum):
    """What a person should look at. Those in PASSING go away with the next scan."""

    DELIVERY_CLAIMED = "delivery_claimed"
    DELIVERY_FAILED = "delivery_failed"
    AWAITING_COLLECTION = "awaiting_collection"
    RETURNING = "returning"
    DAMAGED = "damaged"
    EXCEPTION = "exception"
    UNRECOGNISED_NEWS = "unrecognised_news"
    NEWS_AFTER_THE_END = "news_after_the_end"
    NEWS_OF_EARLIER_PARCEL = "news_of_earlier_parcel"
    NO_RESULT_YET = "no_result_yet"
    """Of a parcel to a citizen: the record knows of no result inside. No fold sets it."""
    TO_BE_COLLECTED = "to_be_collected"
    """Of a parcel to a citizen: the result inside was to be collected. No fold sets it."""
    POSSIBLE_DOUBLE = "possible_double"
    DELIVERY_DISPUTED = "delivery_disputed"
    """The post says delivered, the citizen says not; it stays until somebody settles it."""


PASSING = frozenset(
    {
        Flag.DELIVERY_CLAIMED,
        Flag.DELIVERY_FAILED,
        Flag.AWAITING_COLLECTION,
        Flag.RETURNING,
        Flag.EXCEPTION,
    }
)

What = Milestone | Act
