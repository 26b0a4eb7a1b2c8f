"""The codes that travel with papers: dossiers, parcels, handovers, and the citizen's lookup code.

Making, checking and reading back what a scanner, a phone or a person gives. Pure: no clock, no
database; whether a code exists is not known here, only whether it could.

dossiers   the one-stop system's code
parcels    tracking numbers
handovers  the number of a handover list
identity_cards    no code of ours, but scanned like one
identity_numbers  with the zeros that a spreadsheet took
procedures        codes of the national list, with theirs
lookup     what a citizen types
scans      any of them, from a scanner
wedge      what may have been typed, where a keyboard changed a scan
repairs    what it must have been
scanner_check  what is set wrong, by how a code that we know arrived
cleaning   what was read, cleaned

BadCode
  what was read cannot be such a code; says why in Vietnamese and in English
Mistyped
  one of them: its check character does not fit
"""

from postal_tracker.core.codes.cleaning import MOST_A_DAY, BadCode, Mistyped, one_line
from postal_tracker.core.codes.dossiers import (
    DOSSIER_PATTERN,
    DossierCode,
    accept_forms,
    form_of,
    is_dossier_code,
    make_dossier_code,
    make_dossier_codes,
)
from postal_tracker.core.codes.handovers import make_handover_number, read_handover_number
from postal_tracker.core.codes.identity_cards import (
    CARD_REFUSED,
    IdentityCard,
    is_changed_card,
    is_identity_card,
    read_identity_card,
)
from postal_tracker.core.codes.identity_numbers import refuse_partial, with_its_zeros
from postal_tracker.core.codes.lookup import new_lookup_code, read_lookup_code, show_lookup_code
from postal_tracker.core.codes.parcels import (
    S10,
    make_s10,
    normal_number,
    parse_s10,
    refuse_impossible,
    s10_check_digit,
)
from postal_tracker.core.codes.procedures import national_procedure_code
from postal_tracker.core.codes.repairs import restored
from postal_tracker.core.codes.scans import ScanKind, Scanned, read_scan

__all__ = [
    "CARD_REFUSED",
    "DOSSIER_PATTERN",
    "MOST_A_DAY",
    "S10",
    "BadCode",
    "DossierCode",
    "IdentityCard",
    "Mistyped",
    "ScanKind",
    "Scanned",
    "accept_forms",
    "form_of",
    "is_changed_card",
    "is_dossier_code",
    "is_identity_card",
    "make_dossier_code",
    "make_dossier_codes",
    "make_handover_number",
    "make_s10",
    "national_procedure_code",
    "new_lookup_code",
    "normal_number",
    "one_line",
    "parse_s10",
    "read_handover_number",
    "read_identity_card",
    "read_lookup_code",
    "read_scan",
    "refuse_impossible",
    "refuse_partial",
    "restored",
    "s10_check_digit",
    "show_lookup_code",
    "with_its_zeros",
]
