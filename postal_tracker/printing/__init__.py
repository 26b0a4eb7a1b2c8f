"""From the record to paper: the words on it, and who printed it for the how-manieth time.

labels          the labels of parcels and dossiers
sheets          what they are drawn on
claims          which of them are ours to print: noted first, taken back if nothing came out
unprintable     why one cannot be printed
receipts        what a citizen takes home
handover_lists  what a postman signs for
parcel_papers   the slip of a parcel's contents, and its envelope
imprint         what paper says of the house itself
parties         who sends a parcel, and who receives it
dates           days and moments as paper says them
prints          how often a label or a receipt has been printed, and by whom
drawn           pages to a PDF, and what is said if they cannot be printed
"""

from postal_tracker.printing.claims import (
    EVER,
    NEVER,
    Claim,
    Stand,
    Wanted,
    came_out,
    claim,
    doubt,
    release,
    stand_of,
)
from postal_tracker.printing.imprint import Imprint
from postal_tracker.printing.labels import Label, draw, labels_for
from postal_tracker.printing.sheets import Sheet, sheet_of
from postal_tracker.printing.unprintable import WOULD_NOT_SCAN, LabelsUnprintable

__all__ = [
    "EVER",
    "NEVER",
    "WOULD_NOT_SCAN",
    "Claim",
    "Imprint",
    "Label",
    "LabelsUnprintable",
    "Sheet",
    "Stand",
    "Wanted",
    "came_out",
    "claim",
    "doubt",
    "draw",
    "labels_for",
    "release",
    "sheet_of",
    "stand_of",
]
