"""The words on paper, and drawing them.

labels          the labels of parcels and dossiers
unprintable     why one cannot be printed
receipts        what a citizen takes home
statutory_letters  what an act of the law says to the applicant: forms 02 to 05; evaluation slips
registers       what an office took in during a year: form 07
control_slips   who gave a dossier to whom, when: form 06
handover_lists  what a postman signs for
parcel_papers   the slip of a parcel's contents, and its envelope
anchors         how the log stood, beside the signatures
imprint         what paper says of the house itself
parties         who sends a parcel, and who receives it
drawn           pages to a PDF, and what is said if they cannot be printed
"""

from postal_tracker.printing.documents.imprint import Imprint
from postal_tracker.printing.documents.labels import Label, draw, labels_for
from postal_tracker.printing.documents.unprintable import WOULD_NOT_SCAN, LabelsUnprintable

__all__ = [
    "WOULD_NOT_SCAN",
    "Imprint",
    "Label",
    "LabelsUnprintable",
    "draw",
    "labels_for",
]
