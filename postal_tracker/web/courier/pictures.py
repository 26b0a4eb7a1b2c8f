"""Pictures of envelopes, for telephones whose browser reads no codes: read here, and not kept."""

from collections.abc import Sequence
from io import BytesIO

import zxingcpp
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from PIL import Image
from starlette.datastructures import FormData, UploadFile

from postal_tracker.core import codes
from postal_tracker.core.problems import Invalid, Problem
from postal_tracker.forms import field_invalid
from postal_tracker.storage.pools import LOOKING
from postal_tracker.web.courier import parcels
from postal_tracker.web.http.auth import CourierContext
from postal_tracker.web.http.cross_site import check_form_token
from postal_tracker.web.http.errors import wants_page

router = APIRouter(prefix="/courier", include_in_schema=False)

MOST_PIXELS = 24_000_000
"""Of a picture as it comes; telephones give 12 million. Known before any of them is unpacked."""

_MOST_SIDE = 1600
"""Pixels in which a code is looked for: four to a bar, if the label fills half of the picture."""

_FORMATS = ("JPEG", "PNG", "WEBP")
_KINDS = (zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.QRCode)
_UNREADABLE = (
    *(AssertionError, EOFError, LookupError, OSError, SyntaxError, ValueError),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)
"""What Pillow raises for what is none of these formats, is cut off, or would unpack for ever."""


@router.post("/read")
async def read_picture(request: Request, context: CourierContext) -> Response:
    """Read the number in a picture: told to a script, or led to as if it had been typed."""
    try:
        async with request.form(max_files=1, max_fields=2) as form:
            check_form_token(context.caller, str(form.get("csrf", "")))
            picture = await _picture_of(form)
        code = number_among(await LOOKING.run(texts_in, picture))
    except Problem as problem:
        if not wants_page(request):
            raise
        return await parcels.ask_for_number(request, context, problem)
    if wants_page(request):
        return await parcels.lead_to(request, context, code)
    return JSONResponse({"code": code})


async def _picture_of(form: FormData) -> bytes:
    file = form.get("picture")
    if not isinstance(file, UploadFile) or not file.size:
        raise _unreadable()
    return await file.read()


def texts_in(picture: bytes) -> list[str]:
    """Return what the codes in a picture say. Raises Invalid if it is no picture, or too large."""
    try:
        with Image.open(BytesIO(picture), formats=_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise _too_many_pixels()
            opened.draft("L", (_MOST_SIDE, _MOST_SIDE))  # JPEG: smaller while it is unpacked
            grey = opened.convert("L")
    except _UNREADABLE:
        raise _unreadable() from None
    grey.thumbnail((_MOST_SIDE, _MOST_SIDE))
    return [code.text for code in zxingcpp.read_barcodes(grey, zxingcpp.BarcodeFormats(_KINDS))]


def number_among(texts: Sequence[str]) -> str:
    """Return the one number, a parcel's or a list's. Raises Invalid if there is none, or several.

    Whatever else was read is not repeated: it may be the QR of an identity card.
    """
    read = [codes.read_scan(text) for text in texts]
    numbers = {one.code for one in read if one.kind in _OURS}
    if len(numbers) > 1:
        raise _several()
    if not numbers:
        raise parcels.no_number() if texts else _nothing_read()
    return numbers.pop()


_OURS = (codes.ScanKind.PARCEL, codes.ScanKind.LOOKUP, codes.ScanKind.HANDOVER)


def _unreadable() -> Invalid:
    return field_invalid(
        "picture",
        "Không mở được ảnh này. Vui lòng chụp lại (JPEG, PNG hoặc WebP).",
        "This picture cannot be opened. Take it again (JPEG, PNG or WebP).",
    )


def _too_many_pixels() -> Invalid:
    return field_invalid(
        "picture",
        "Ảnh quá lớn: tối đa 24 triệu điểm ảnh. Vui lòng chụp lại với cỡ nhỏ hơn.",
        "The picture is too large: 24 megapixels at most. Take a smaller one.",
    )


def _nothing_read() -> Invalid:
    return field_invalid(
        "picture",
        "Không thấy mã nào trong ảnh. Vui lòng chụp gần và rõ hơn, hoặc gõ số.",
        "There is no code in the picture. Take it closer and sharper, or type the number.",
    )


def _several() -> Invalid:
    return field_invalid(
        "picture",
        "Trong ảnh có nhiều số hiệu khác nhau. Vui lòng chụp từng bưu gửi.",
        "There are several numbers in the picture. Take one parcel at a time.",
    )
