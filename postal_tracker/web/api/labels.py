"""Labels for programs: drawn as a file, and noted as printed."""

from fastapi import Response

import labels
from postal_tracker.printing import label_files
from postal_tracker.printing.selection import FileForm, LabelsForm
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.audited import saw_labels
from postal_tracker.web.http.auth import ClerkContext
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.files import files_of, labels_answer

router = api_router("labels")


_LABEL_FILES = (*(format_.media_type for format_ in labels.FORMATS.values()), "application/zip")


@router.post(
    "/labels",
    response_class=Response,
    responses={**files_of(*_LABEL_FILES), **documented(404)},
)
async def draw_labels(form: LabelsForm, context: ClerkContext) -> Response:
    """Draw labels for parcels or dossiers, and note who printed them.

    Without `media` they are for your office's browser printer. One named twice comes once; one
    printed before says on paper that it is a reprint. Several pages of PNG or SVG come as a ZIP.
    """
    asked = FileForm.model_validate(form.model_dump())
    async with label_files.label_file(context.house, asked, by=context.caller) as file:
        saw_labels(context, file.drawn)
        return labels_answer(file.content, form.format)
