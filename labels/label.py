"""What stands on a label, in words that the caller has chosen and, where needed, masked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends or receives: a name, and the lines of the address below it."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParcelLabel:
    """What is stuck on a parcel, for the postman and for the clerk who opens it."""

    tracking_number: str
    direction_text: str
    """Where it goes, in capitals: "GỬI CƠ QUAN GIẢI QUYẾT"."""
    carrier_title: str
    sender: Party
    recipient: Party
    dossier_codes: tuple[str, ...]
    """All of them: the count is printed even where the list has to end early."""
    qr: str
    """What the QR code says, an address as a rule."""
    centre: str
    reprint: int = 0
    """0 for the first print, n for the n-th reprint."""


@dataclass(frozen=True, slots=True)
class DossierLabel:
    """What is stuck on the folder of one dossier."""

    code: str
    procedure: str
    office: str
    received_on: str
    """The day and time as they shall be read: "23/11/2026 08:00"."""
    qr: str
    reprint: int = 0
