"""Workbooks saved as "Strict Open XML Spreadsheet", told in the names that our library knows.

Strict (ISO/IEC 29500-1) and transitional (29500-4) differ, for what we read, in the names of
their vocabularies alone: openpyxl finds no sheet in a strict one.
"""

from io import BytesIO
from zipfile import ZipFile

_BOOK = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_PART = "xl/workbook.xml"
_NAMES = {
    _BOOK: b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ),
    b"http://purl.oclc.org/ooxml/drawingml/main": (
        b"http://schemas.openxmlformats.org/drawingml/2006/main"
    ),
}


def transitional(data: bytes) -> bytes:
    """Return a workbook as it is, or a strict one with transitional names. Its size is known."""
    with ZipFile(BytesIO(data)) as archive:
        if _PART not in archive.namelist() or _BOOK not in archive.read(_PART):
            return data
        file = BytesIO()
        with ZipFile(file, "w") as told:
            for part in archive.infolist():
                told.writestr(part.filename, _renamed(archive.read(part)))
    return file.getvalue()


def _renamed(part: bytes) -> bytes:
    for strict, name in _NAMES.items():
        part = part.replace(strict, name)
    return part
