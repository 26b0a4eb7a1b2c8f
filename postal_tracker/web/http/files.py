"""Files as answers: shown by the browser, or saved by it under a name."""

from collections.abc import AsyncIterator
from typing import IO, Any

from fastapi import Response
from fastapi.responses import StreamingResponse

import labels

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

TABLES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}
"""The media type of a table as a file, by what its name ends with."""


def files_of(*kinds: str) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says of an answer that is a file of one of these kinds."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"content": dict.fromkeys(kinds, binary)}}


def shown(content: bytes, media_type: str, filename: str) -> Response:
    """Answer with a file that a browser shows."""
    return _file(content, media_type, f'inline; filename="{filename}"')


def saved(content: bytes, media_type: str, filename: str) -> Response:
    """Answer with a file that a browser saves."""
    return _file(content, media_type, f'attachment; filename="{filename}"')


def saved_file(file: IO[bytes], media_type: str, filename: str) -> Response:
    """Answer with what was written into a file, piece by piece, and close it."""
    headers = {
        "Content-Disposition": f'attachment; filename="{filename}"',
        "Content-Length": str(file.tell()),
    }
    file.seek(0)
    return StreamingResponse(_pieces(file), media_type=media_type, headers=headers)


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


_PIECE = 64 * 1024


def _file(content: bytes, media_type: str, disposition: str) -> Response:
    if media_type.endswith("+xml"):
        media_type += "; charset=utf-8"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})


def labels_answer(drawn: bytes, format_: str) -> Response:
    """Answer with a file of labels; several pages of a picture format come as a ZIP."""
    kind = labels.media_type(format_, drawn)
    ending = "zip" if kind == "application/zip" else format_
    return shown(drawn, kind, f"labels.{ending}")
