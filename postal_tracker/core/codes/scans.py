"""What a scanner, or somebody typing into the scan field, has read."""

import re
from dataclasses import dataclass
from enum import StrEnum

from adapters.s10 import S10_PATTERN
from postal_tracker.core.codes.cleaning import BadCode, clean
from postal_tracker.core.codes.dossiers import DossierCode, is_dossier_code
from postal_tracker.core.codes.handovers import HANDOVER_PATTERN, read_handover_number
from postal_tracker.core.codes.lookup import read_lookup_code
from postal_tracker.core.codes.parcels import normal_number, without_marks


class ScanKind(StrEnum):
    """What a scanner's reading turned out to be."""

    DOSSIER = "dossier"
    PARCEL = "parcel"
    HANDOVER = "handover"
    LINK = "link"
    LOOKUP = "lookup"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Scanned:
    """A reading and its kind. `code` is in its stored form; of a link, its token.

    Of something unknown it is empty: people scan identity cards by mistake, and those hold names.
    """

    kind: ScanKind
    code: str


_LINK = re.compile(r"(?i:https?)://[^/?#]+/t/([A-Za-z0-9_-]{1,128})/?(?:[?#].*)?")
_LIST_LINK = re.compile(r"HTTPS?://[^/?#]+/COURIER/LISTS/([^/?#]+)/?")
_PARCEL_LABEL = re.compile(r"HTTPS?://[^/?#]+/COURIER/([^?#]+?)/?")
_WITH_DIGIT = r"(?=.*[0-9])[A-Z0-9](?:[.-]?[A-Z0-9]){5,39}"
_PLAUSIBLE = re.compile(_WITH_DIGIT + r"|[A-Z]{6,10}")  # GHN's may lack a digit
_GROUPED = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}")
_UNKNOWN = Scanned(ScanKind.UNKNOWN, "")


def read_scan(text: str) -> Scanned:
    """Tell what a scanner, or somebody typing into the scan field, has read. Never raises.

    A number of 13 letters and digits that happens to pass the lookup code's check is taken for a
    lookup code (one in 32 of other carriers' numbers of that length, none of the S10 ones): a desk
    that finds no such dossier should try the parcels.
    """
    try:
        return _tell(clean(text))
    except BadCode:  # of a form we know, but with an impossible date or a wrong check character
        return _UNKNOWN


def _tell(reading: str) -> Scanned:
    upper = reading.upper()
    if is_dossier_code(upper):
        return Scanned(ScanKind.DOSSIER, str(DossierCode.parse(upper)))
    listed = _LIST_LINK.sub(r"\1", upper)  # the QR on a screen
    if HANDOVER_PATTERN.fullmatch(listed):
        return Scanned(ScanKind.HANDOVER, read_handover_number(listed))
    # With Caps Lock on, a scanner that types as a keyboard turns every letter round.
    if link := _LINK.fullmatch(reading) or _LINK.fullmatch(reading.swapcase()):
        return Scanned(ScanKind.LINK, link[1])
    if label := _PARCEL_LABEL.fullmatch(upper):  # the QR of our own parcel label
        return Scanned(ScanKind.PARCEL, normal_number(label[1]))
    if _is_meant_as_lookup_code(upper):
        return Scanned(ScanKind.LOOKUP, read_lookup_code(upper))
    number = normal_number(upper)
    return Scanned(ScanKind.PARCEL, number) if _PLAUSIBLE.fullmatch(number) else _UNKNOWN


def _is_meant_as_lookup_code(upper: str) -> bool:
    """Whether it stands in our groups, or else passes our check and cannot be a carrier's.

    S10 numbers and numbers of digits alone (Viettel Post's have up to 13) are the carriers'.
    """
    if _GROUPED.fullmatch(upper):
        return True
    if upper.isdigit() or S10_PATTERN.fullmatch(without_marks(upper)):
        return False
    try:
        return bool(read_lookup_code(upper))
    except BadCode:
        return False
