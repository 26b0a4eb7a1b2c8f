"""The tables hold the record; what it means is worked out in `core.journey`, written by `ledger`.

Tables check nothing when they are made (SQLModel does not validate them): what people and carriers
send goes through `postal_tracker/forms/` or an adapter first. Words that a decree may change are
text, not database types. Personal data stands in `applicant`, `search_term`, `correction`,
`recipient`, `entry_note`, `entry_detail`, `rating_text`, `list_work`, `notice_choice`, `feedback`,
`feedback_act`, `denunciation` and `carrier_message` alone, so that it can be erased while the
history stays whole.

Partial indexes hold what is open. SQLite uses one only where the query has its very words, and
SQLAlchemy asks SQLite for `open = 1`, PostgreSQL for `open`.

columns      how rows are numbered and referred to, and what a constraint is called
catalogue    offices, authorities, procedures
staff        accounts, sign-ins, keys
audit        who did what, and who looked at whose data
dossiers     dossiers, their deadlines, applicants, by what they are found, how many are where
parcels      parcels, recipients, enclosures, handover lists
carriers     how it goes with each carrier, and who works in the background
log          the tamper-evident log over entries, messages and signatures
feedback     what citizens told the hotline; denunciations, kept apart
ledger       entries, their notes and corrections, carriers' messages, the outbox
printers     where labels come out
ratings      what citizens thought of it
webhooks     which other systems are told of changes
notices      what citizens are told, and what became of it
bookkeeping  numbers given, labels printed, answers to be given again, wrong proofs
"""

from postal_tracker.storage.tables.audit import AuditEntry, AuditSubject
from postal_tracker.storage.tables.bookkeeping import (
    AnsweredRequest,
    DaySerial,
    KeptSetting,
    ListImport,
    ListImportLine,
    ListWork,
    NumberRange,
    OwnDay,
    PrintedLabel,
    WorkItem,
    WrongProof,
)
from postal_tracker.storage.tables.carriers import CarrierState, Echo, MessageNumber, Worker
from postal_tracker.storage.tables.catalogue import (
    Authority,
    Office,
    Procedure,
    ProcedureVersion,
)
from postal_tracker.storage.tables.columns import metadata, table_of
from postal_tracker.storage.tables.dossiers import (
    Applicant,
    DeadlineStep,
    Dossier,
    SearchTerm,
    Tally,
    TallyChange,
)
from postal_tracker.storage.tables.feedback import Denunciation, Feedback, FeedbackAct
from postal_tracker.storage.tables.ledger import (
    CarrierMessage,
    Correction,
    EntryDetail,
    EntryNote,
    LedgerEntry,
    StageChange,
)
from postal_tracker.storage.tables.log import (
    LogCheckpoint,
    LogDue,
    LogEpoch,
    LogHead,
    LogKey,
    LogLeaf,
    LogNode,
    LogSealed,
)
from postal_tracker.storage.tables.notices import (
    Notice,
    NoticeAttempt,
    NoticeChannel,
    NoticeChoice,
    NoticeCue,
)
from postal_tracker.storage.tables.parcels import (
    Enclosure,
    Handover,
    HandoverLine,
    HandoverTaking,
    Parcel,
    Recipient,
)
from postal_tracker.storage.tables.printers import Printer
from postal_tracker.storage.tables.ratings import RatedDossier, RatingTally, RatingText
from postal_tracker.storage.tables.staff import (
    ApiKey,
    CourierDevice,
    Identity,
    SecondFactor,
    StaffMember,
    StaffSession,
)
from postal_tracker.storage.tables.surveys import SurveyRound, SurveySheet
from postal_tracker.storage.tables.webhooks import Webhook, WebhookDelivery

__all__ = [
    "AnsweredRequest",
    "ApiKey",
    "Applicant",
    "AuditEntry",
    "AuditSubject",
    "Authority",
    "CarrierMessage",
    "CarrierState",
    "Correction",
    "CourierDevice",
    "DaySerial",
    "DeadlineStep",
    "Denunciation",
    "Dossier",
    "Echo",
    "Enclosure",
    "EntryDetail",
    "EntryNote",
    "Feedback",
    "FeedbackAct",
    "Handover",
    "HandoverLine",
    "HandoverTaking",
    "Identity",
    "KeptSetting",
    "LedgerEntry",
    "ListImport",
    "ListImportLine",
    "ListWork",
    "LogCheckpoint",
    "LogDue",
    "LogEpoch",
    "LogHead",
    "LogKey",
    "LogLeaf",
    "LogNode",
    "LogSealed",
    "MessageNumber",
    "Notice",
    "NoticeAttempt",
    "NoticeChannel",
    "NoticeChoice",
    "NoticeCue",
    "NumberRange",
    "Office",
    "OwnDay",
    "Parcel",
    "PrintedLabel",
    "Printer",
    "Procedure",
    "ProcedureVersion",
    "RatedDossier",
    "RatingTally",
    "RatingText",
    "Recipient",
    "SearchTerm",
    "SecondFactor",
    "StaffMember",
    "StaffSession",
    "StageChange",
    "SurveyRound",
    "SurveySheet",
    "Tally",
    "TallyChange",
    "Webhook",
    "WebhookDelivery",
    "WorkItem",
    "Worker",
    "WrongProof",
    "metadata",
    "table_of",
]
