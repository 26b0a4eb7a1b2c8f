"""From the record to paper: the words on it, and who printed it for the how-manieth time.

labels          the labels of parcels and dossiers
receipts        what a citizen takes home
handover_lists  what a postman signs for
parcel_papers   the slip of a parcel's contents, and its envelope
imprint         what paper says of the house itself
parties         who sends a parcel, and who receives it
dates           days and moments as paper says them
prints          how often a label or a receipt has been printed, and by whom
drawn           pages to a PDF, and what is said if they cannot be printed
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
