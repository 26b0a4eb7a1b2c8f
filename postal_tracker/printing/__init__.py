"""From the record to paper: the words on it, and who printed it for the how-manieth time.

labels     the labels of parcels and dossiers
imprint    what paper says of the house itself
parties    who sends a parcel, and who receives it
prints     how often a label or a receipt has been printed, and by whom
"""

from postal_tracker.printing.imprint import Imprint
from postal_tracker.printing.labels import (
    WOULD_NOT_SCAN,
    Label,
    code_of,
    draw,
    labels_for,
    note_printed,
    nothing_to_print,
)

__all__ = [
    "WOULD_NOT_SCAN",
    "Imprint",
    "Label",
    "code_of",
    "draw",
    "labels_for",
    "note_printed",
    "nothing_to_print",
]
