"""What needs somebody: the kinds of it, what each is about, and what solves it."""

from collections.abc import Mapping
from enum import StrEnum


class WorkKind(StrEnum):
    """Why something needs somebody; what cannot wait comes first."""

    NEARLY_LATE = "nearly_late"
    FEEDBACK = "feedback"
    """A citizen waits for somebody to take what was said, or for the answer."""
    TROUBLE = "trouble"
    """Lost, damaged, seized: no scan will bring it on by itself."""
    FAILED_DELIVERY = "failed_delivery"
    CLAIMED = "claimed"
    TO_COLLECT = "to_collect"
    RETURNING = "returning"
    SILENT = "silent"
    UNACCEPTED = "unaccepted"
    UNSIGNED_LIST = "unsigned_list"
    TO_SEAL = "to_seal"
    TO_PRINT = "to_print"
    RESULT_TO_SEND = "result_to_send"
    RESULT_WAITING = "result_waiting"
    UNREAD = "unread"
    UNMATCHED = "unmatched"
    NUMBERS_LOW = "numbers_low"


class About(StrEnum):
    """What an item of the worklist is."""

    DOSSIER = "dossier"
    PARCEL = "parcel"
    HANDOVER = "handover"
    MESSAGE = "message"
    CARRIER = "carrier"
    FEEDBACK = "feedback"


ABOUT: Mapping[WorkKind, About] = {
    **dict.fromkeys(WorkKind, About.PARCEL),
    WorkKind.NEARLY_LATE: About.DOSSIER,
    WorkKind.TO_SEAL: About.DOSSIER,
    WorkKind.RESULT_TO_SEND: About.DOSSIER,
    WorkKind.RESULT_WAITING: About.DOSSIER,
    WorkKind.UNSIGNED_LIST: About.HANDOVER,
    WorkKind.UNREAD: About.MESSAGE,
    WorkKind.UNMATCHED: About.MESSAGE,
    WorkKind.NUMBERS_LOW: About.CARRIER,
    WorkKind.FEEDBACK: About.FEEDBACK,
}

ESCALATED_AFTER: Mapping[WorkKind, int] = {
    WorkKind.FEEDBACK: 72,
    WorkKind.TROUBLE: 24,
    WorkKind.FAILED_DELIVERY: 24,
    WorkKind.CLAIMED: 48,
    WorkKind.TO_COLLECT: 72,
    WorkKind.RETURNING: 120,
    WorkKind.SILENT: 96,
    WorkKind.UNACCEPTED: 24,
    WorkKind.UNSIGNED_LIST: 24,
    WorkKind.TO_SEAL: 24,
    WorkKind.TO_PRINT: 24,
    WorkKind.RESULT_TO_SEND: 24,
    WorkKind.UNREAD: 24,
}
"""After how many hours of waiting it is somebody else's, too, unless a setting says another time.

What waits for the citizen, or comes up by its date, is nobody's delay."""

SOLVED_BY: Mapping[WorkKind, str] = {
    WorkKind.NEARLY_LATE: "extend",
    WorkKind.FEEDBACK: "answer",
    WorkKind.TROUBLE: "ask_carrier",
    WorkKind.FAILED_DELIVERY: "call",
    WorkKind.CLAIMED: "ask_carrier",
    WorkKind.TO_COLLECT: "call",
    WorkKind.RETURNING: "receive",
    WorkKind.SILENT: "ask_carrier",
    WorkKind.UNACCEPTED: "ask_carrier",
    WorkKind.UNSIGNED_LIST: "sign",
    WorkKind.TO_SEAL: "seal",
    WorkKind.TO_PRINT: "print",
    WorkKind.RESULT_TO_SEND: "seal",
    WorkKind.RESULT_WAITING: "hand_over_result",
    WorkKind.UNREAD: "read_again",
    WorkKind.UNMATCHED: "look",
    WorkKind.NUMBERS_LOW: "add_numbers",
}
